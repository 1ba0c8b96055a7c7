"""What does a night know beside its tables, and how is that named so that it can be repeated?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from forbear import __version__
from forbear.contexts.house.own import OwnRow, OwnRules, row_of
from forbear.contexts.nightly.insight.registry import Notice, Registry
from forbear.contexts.nightly.insight.settings import open_model_settings
from forbear.contexts.nightly.local.told import told_teams
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.rulebook.library import (
    HOUSE,
    code_hash,
    open_lender,
    policy_texts,
)
from forbear.engine.agenda import RuleWords, Team, load_settings, load_words
from forbear.engine.night import Given
from forbear.engine.risk.judge import Insight, Warned, usable
from forbear.engine.tables import ATTEMPT_DAYS
from forbear.policy.kind import HoldScope
from forbear.policy.mask import rulebook, texts_of
from forbear.policy.pack import Library, Pack
from forbear.policy.product import load_products
from forbear.policy.reading import InvalidRule
from forbear.policy.rule import Rule
from forbear.values.code import Channel, ContactPurpose, HoldKind, Jurisdiction
from forbear.values.day import day_number


@dataclass(frozen=True)
class Policies:
    """The shipped policies as of a day, ready to be asked."""

    library: Library
    packs: dict[Jurisdiction, Pack]
    given: Given
    described: dict[str, Any]
    """For the manifest: packs, rules, hashes."""


def policies_of(
    as_of: date,
    *,
    seed: int | None = None,
    teams: Sequence[Team] | None = None,
    own: Sequence[OwnRow] = (),
) -> Policies:
    """Read law, house rules, products and agenda settings as of a day.

    ``teams`` null: those of the house's own file. ``own``: rules that two persons let count.
    """
    own_rules = OwnRules(tuple(own))
    library, lender = own_rules.library, open_lender()
    packs = library.packs(as_of=as_of, actors=lender.actors)
    refuse_unguarded(packs)
    book_of_rules = rulebook(packs, history_days=ATTEMPT_DAYS)
    products, house = policy_texts(f"{HOUSE}/products"), policy_texts(HOUSE)
    settings = load_settings(house)
    if seed is not None:
        settings = replace(settings, lots=replace(settings.lots, seed=seed))
    if teams is not None:
        settings = replace(settings, teams=tuple(teams))
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
    if teams is not None:
        described["teams"] = told_teams(teams)
    if own_rules.rows:
        rows = [row.as_dict() for row in own_rules.rows]
        described["own_rules"] = {"hash": own_rules.sha256, "rules": rows}
    return Policies(library, {pack.jurisdiction: pack for pack in packs}, given, described)


def own_told(manifest: Mapping[str, Any]) -> tuple[OwnRow, ...]:
    """Return the own rules that a night's manifest names; none: it knew none."""
    return tuple(row_of(told) for told in manifest.get("own_rules", {}).get("rules", ()))


def with_insight(policies: Policies, workspace: Workspace) -> tuple[Policies, tuple[Notice, ...]]:
    """Add the models that count to what a night knows, and say which were passed over.

    Where none ever counted, everything stays as it is.
    """
    registry = Registry(workspace)
    if not registry.root.exists():
        return policies, ()
    trusted = registry.trusted()
    told: dict[str, Any] = {}
    given = policies.given
    models = usable(trusted.models)
    if models:
        settings = open_model_settings()
        early = settings.early_warning
        warned = Warned(early.from_ppm, early.due_days, early.channels)
        hours = tuple((s.start_minute + s.end_minute) / 120 for s in given.settings.slots)
        believed = given.settings.factors.slot_ppm
        insight = Insight(models, warned, settings.bounds, hours, believed)
        given = replace(given, insight=insight)
        sums = dict(zip((m.name for m in trusted.models), trusted.checksums, strict=True))
        told["models"] = [
            {
                "name": model.name,
                "version": model.version,
                "target": model.target.value,
                "channel": model.channel.value if model.channel else None,
                "checksum": sums[model.name],
            }
            for model in models
        ]
        told["early_warning"] = {
            "from_ppm": early.from_ppm,
            "due_days": early.due_days,
            "channels": [channel.value for channel in early.channels],
        }
        told["model_bounds"] = asdict(settings.bounds)
    if trusted.notices:
        told["model_notices"] = [notice.as_dict() for notice in trusted.notices]
    return replace(policies, given=given, described={**policies.described, **told}), trusted.notices


def refuse_unguarded(packs: Sequence[Pack]) -> None:
    """See that the holds which the import sets for an incomplete history stop every contact.

    Raises:
        InvalidRule: a jurisdiction has no such rule.
    """
    for pack in packs:
        if not any(_guards(rule) for rule in pack.asked):
            kind = HoldKind.HISTORY_INCOMPLETE
            raise InvalidRule(
                f"No rule of {pack.jurisdiction} stops contact under a hold {kind}.",
                remedy=f"Add one of the kind hold_scope for {kind}, for every channel, to the "
                "house's rules.",
                message_zh=f"{pack.jurisdiction} 没有任何规则在 {kind} 暂停期间停止联系。",
                remedy_zh=f"请在机构规则中加入一条 hold_scope 规则，含 {kind}，适用于全部渠道。",
            )


def _guards(rule: Rule) -> bool:
    own = rule.parameters
    return (
        rule.binds
        and isinstance(own, HoldScope)
        and HoldKind.HISTORY_INCOMPLETE in own.kinds
        and ContactPurpose.COLLECT in rule.scope.purposes
        and rule.scope.channels == frozenset(Channel)
        and not rule.scope.regions
        and not rule.scope.products
    )


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
