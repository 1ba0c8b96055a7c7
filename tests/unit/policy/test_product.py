"""Does a product file say what it must, and does a bad one say how to mend it?"""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml

from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.product import InvalidProduct, load_products
from forbear.values.code import RiskClass
from forbear.values.product import Component, Compounding, LimitationStart

TEXTS = policy_texts("house/demo/products")


def changed(**changes: object) -> dict[str, str]:
    """Return a shipped file with some values changed; a dotted key reaches inside."""
    raw = yaml.safe_load(TEXTS["instalment_loan.yaml"])
    for key, value in changes.items():
        *path, name = key.split("__")
        part = raw
        for step in path:
            part = part[step]
        part[name] = value
    return {"loan.yaml": yaml.safe_dump(raw, allow_unicode=True)}


class TestLoadProducts:
    def test_reads_every_shipped_product(self) -> None:
        products = load_products(TEXTS)

        assert set(products) == {
            "instalment_loan",
            "revolving_credit",
            "merchant_instalment",
            "us_personal_loan",
            "uk_personal_loan",
        }
        assert all(terms.product == name for name, terms in products.items())

    def test_reads_the_value_beside_its_source(self) -> None:
        terms = load_products(TEXTS)["instalment_loan"]

        assert terms.allocation == (Component.FEE, Component.INTEREST, Component.PRINCIPAL)
        assert terms.risk[-1].risk is RiskClass.LOSS
        assert terms.limitation.start is LimitationStart.FINAL_DUE
        assert terms.penalty.rate_ppm(2_400) == 360_000

    @pytest.mark.parametrize(
        ("changes", "place"),
        [
            ({"currency": "EUR"}, "currency"),
            ({"allocation": ["FEE", "INTEREST"]}, "allocation"),
            ({"allocation": ["FEE", "FEE", "INTEREST"]}, "allocation"),
            ({"allocation": ["COST", "FEE", "INTEREST"]}, "allocation"),
            ({"grace_days": -1}, "grace_days"),
            ({"grace_days": True}, "grace_days"),
            ({"buckets": []}, "buckets"),
            ({"buckets": [[1, "M1"]]}, "buckets"),
            ({"buckets": [[0, "M0"], [31, "M2"], [1, "M1"]]}, "buckets"),
            ({"buckets": [[0, 7]]}, "buckets"),
            ({"risk": [[0, "FINE"]]}, "risk"),
            ({"bureau": "none"}, "bureau"),
            ({"name_en": ""}, "name_en"),
            ({"running_fee_on_payoff": "no"}, "running_fee_on_payoff"),
            ({"penalty__annual_rate_ppm": 5}, "annual_rate_ppm"),
            ({"penalty__contract_multiple_percent": 201}, "contract_multiple_percent"),
            ({"penalty__compounding": "DAILY"}, "compounding"),
            ({"penalty__rounding": "NEAREST"}, "rounding"),
            ({"limitation__years": "three"}, "years"),
        ],
    )
    def test_names_place_and_remedy_of_a_bad_value(
        self, changes: dict[str, object], place: str
    ) -> None:
        with pytest.raises(InvalidProduct) as caught:
            load_products(changed(**changes))

        assert caught.value.message.startswith("loan.yaml")
        assert place in caught.value.message
        assert caught.value.remedy

    def test_refuses_a_missing_key(self) -> None:
        raw = yaml.safe_load(TEXTS["instalment_loan.yaml"])
        del raw["grace_days"]

        with pytest.raises(InvalidProduct, match="grace_days: is missing"):
            load_products({"loan.yaml": yaml.safe_dump(raw)})

    @pytest.mark.parametrize("text", ["[", "- a", ""])
    def test_refuses_what_is_no_mapping(self, text: str) -> None:
        with pytest.raises(InvalidProduct, match=r"loan\.yaml"):
            load_products({"loan.yaml": text})

    def test_refuses_compounding_that_would_charge_many_times_the_base(self) -> None:
        changes = {
            "penalty__compounding": "DAILY",
            "penalty__annual_rate_ppm": 20_000_000,
            "penalty__contract_multiple_percent": None,
            "penalty__compound_days": 400,
        }

        with pytest.raises(InvalidProduct, match="compound_days"):
            load_products(changed(**changes))


class TestFactors:
    def test_grow_day_by_day_to_twelve_decimals(self) -> None:
        changes = {
            "penalty__compounding": "DAILY",
            "penalty__annual_rate_ppm": 365_000,
            "penalty__contract_multiple_percent": None,
            "penalty__compound_days": 3,
            "penalty__year_days": 365,
        }

        penalty = load_products(changed(**changes))["loan"].penalty

        assert penalty.compounding is Compounding.DAILY
        assert penalty.factors() == (0, 10**9, 2_001_000_000, 3_003_001_000)
        assert Decimal(penalty.factors()[3]) / 10**12 == Decimal("1.001") ** 3 - 1
