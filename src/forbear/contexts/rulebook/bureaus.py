"""To which credit bureaus does the shipped lender report, and with which words?"""

from __future__ import annotations

from functools import cache

from forbear.contexts.rulebook.library import HOUSE, policy_texts
from forbear.policy.bureau.form import Bureau, Statuses, load_bureaus, load_statuses
from forbear.values.code import Jurisdiction


@cache
def open_statuses() -> dict[str, Statuses]:
    """Return every bureau's list of status words, by its name."""
    return load_statuses(policy_texts("bureau"))


@cache
def open_bureaus() -> dict[str, Bureau]:
    """Return the demo lender's bureaus, by code."""
    text = policy_texts(HOUSE)["bureaus.yaml"]
    return load_bureaus(f"{HOUSE}/bureaus.yaml", text, open_statuses())


def bureau_of(law: Jurisdiction) -> Bureau | None:
    """Return the bureau to which loans of persons under a law are reported; None: to none."""
    return next((each for each in open_bureaus().values() if each.jurisdiction is law), None)
