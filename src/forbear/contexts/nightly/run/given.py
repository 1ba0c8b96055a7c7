"""What does a night know beside its tables, and how is that named so that it can be repeated?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from forbear import __version__
from forbear.contexts.rulebook.library import (
    HOUSE,
    code_hash,
    open_lender,
    open_library,
    policy_texts,
)
from forbear.engine.agenda import RuleWords, load_settings, load_words
from forbear.engine.night import Given
from forbear.engine.tables import ATTEMPT_DAYS
from forbear.policy.mask import rulebook, texts_of
from forbear.policy.pack import Library, Pack
from forbear.policy.product import load_products
from forbear.values.code import Jurisdiction
from forbear.values.day import day_number


@dataclass(frozen=True)
class Policies:
    """The shipped policies as of a day, ready to be asked."""

    library: Library
    packs: dict[Jurisdiction, Pack]
    given: Given
    described: dict[str, Any]
    """For the manifest: packs, rules, hashes."""


def policies_of(as_of: date, *, seed: int | None = None) -> Policies:
    """Read law, house rules, products and agenda settings as of a day."""
    library, lender = open_library(), open_lender()
    packs = library.packs(as_of=as_of, actors=lender.actors)
    book_of_rules = rulebook(packs, history_days=ATTEMPT_DAYS)
    products, house = policy_texts(f"{HOUSE}/products"), policy_texts(HOUSE)
    settings = load_settings(house)
    if seed is not None:
        settings = replace(settings, lots=replace(settings.lots, seed=seed))
    given = Given(
        as_of=day_number(as_of),
        terms=load_products(products),
        settings=settings,
        words=load_words(policy_texts("messages/reasons")),
        rulebook=book_of_rules,
        rules=tuple(RuleWords(r.id, r.text_en, r.text_zh) for r in book_of_rules.rules),
        clocks=(),
    )
    described = {
        "house": HOUSE,
        "reporting_currency": settings.currency,
        "seed": settings.lots.seed,
        "code_version": __version__,
        "code_sha256": code_hash(),
        "packs": [
            {
                "jurisdiction": pack.jurisdiction.value,
                "name": f"law/{pack.jurisdiction.lower()}",
                "rules": len(pack.rules),
                "actor": pack.actor.value if pack.actor else None,
                "hash": pack.sha256,
            }
            for pack in packs
        ],
        "rules": _rules(texts_of(book_of_rules.rules)),
        "settings": _hash(house["agenda.yaml"], house["teams.yaml"]),
        "products": _hash(*products.values()),
    }
    return Policies(library, {pack.jurisdiction: pack for pack in packs}, given, described)


def _rules(texts: Sequence[Any]) -> list[dict[str, Any]]:
    return [{**text, "article": text["source"]} for text in texts]


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def night_id(
    book_id: str, described: dict[str, Any], *, as_of: date, known_at: date | None, engine: str
) -> str:
    """Name a night by everything that its result depends on."""
    identity = {
        "book": book_id,
        "as_of": as_of.isoformat(),
        "engine": engine,
        "known_at": known_at.isoformat() if known_at else None,
        **described,
    }
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    return f"{as_of.isoformat()}-{digest[:12]}"
