"""Big made-up tables of options, drawn from a seed, for the agenda's optimiser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forbear.values.code import Channel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forbear.engine.agenda import AgendaSettings

BUCKETS = ("M0", "M1", "M2", "M3", "M4", "M5")
BUCKET_SHARES = (0.35, 0.25, 0.14, 0.1, 0.08, 0.08)
HAS_CHANNEL = {"BOT": 0.7, "SMS": 0.85, "WECHAT": 0.5, "EMAIL": 0.3, "LETTER": 0.5}
NEAR_PPM = 1_050_000


def made_up_ways(
    people: int, *, seed: int, settings: AgendaSettings, second_ppm: int = 930_000
) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64]]:
    """Draw the options of so many people and their hashes; equal seeds give equal options.

    ``second_ppm`` says how well a second team serves those who have one; ``NEAR_PPM`` is as well
    as the first.
    """
    rng = np.random.default_rng(seed)
    goal = np.minimum(rng.lognormal(12.2, 1.1, people), 2e7).astype(np.int64)
    bucket = rng.choice(len(BUCKETS), people, p=BUCKET_SHARES)
    reach = rng.choice([1_000_000, 450_000, 200_000], people, p=[0.6, 0.3, 0.1])
    harm = rng.choice([1_000_000, 1_450_000, 2_500_000, 4_000_000], people, p=[0.5, 0.3, 0.1, 0.1])
    parts = _seated(rng, goal, bucket, reach, harm, settings, second_ppm)
    for word, share in HAS_CHANNEL.items():
        who = np.flatnonzero(rng.random(people) < share)
        reached = rng.choice([1_000_000, 450_000], len(who))
        parts.append(_way(word, who, goal, bucket, reached, harm, settings))
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((-table["value_micro"], table["debtor_no"]))
    table = {name: values[order] for name, values in table.items()}
    starts = np.searchsorted(table["debtor_no"], table["debtor_no"])
    table["option_no"] = np.arange(len(starts)) - starts
    return table, rng.integers(0, 2**63 - 1, people, dtype=np.int64)


def _seated(rng, goal, bucket, reach, harm, settings, second_ppm):
    people = len(goal)
    weights = np.array([sum(team.seats) for team in settings.teams], float)
    weights *= rng.uniform(0.5, 2.0, len(weights))
    closest = rng.choice(len(weights), people, p=weights / weights.sum())
    second = rng.choice(len(weights), people, p=weights / weights.sum())
    has_phone = rng.random(people) < 0.95
    has_second = (rng.random(people) < 0.4) & (second != closest)
    parts = []
    for slot, slot_ppm in enumerate(settings.factors.slot_ppm):
        open_slot = has_phone & (rng.random(people) < 0.85)
        for team, served, near in (
            (closest, open_slot, NEAR_PPM),
            (second, open_slot & has_second, second_ppm),
        ):
            who = np.flatnonzero(served)
            factor = reach[who] * slot_ppm // 1_000_000 * near // 1_000_000
            parts.append(
                _way("VOICE", who, goal, bucket, factor, harm, settings, slot=slot, team=team[who])
            )
    return parts


def _way(
    word, who, goal, bucket, factor, harm, settings, *, slot=0, team=0
) -> dict[str, NDArray[np.int64]]:
    terms = settings.terms(Channel(word))
    chances = np.array([terms.chance_ppm.get(b, terms.chance_ppm["other"]) for b in BUCKETS])
    talk = np.array([settings.seconds_ppm.get(b, settings.seconds_ppm["other"]) for b in BUCKETS])
    chance = np.minimum(chances[bucket[who]] * factor // 1_000_000, 1_000_000)
    spent = terms.cost_minor * 1_000_000 + terms.harm_minor * harm[who]
    return {
        "debtor_no": who.astype(np.int64),
        "channel": np.full(len(who), terms.channel.number, np.int64),
        "slot": np.full(len(who), slot, np.int64),
        "team": np.zeros(len(who), np.int64) + team,
        "value_micro": goal[who] * chance - spent,
        "seconds": talk[bucket[who]] * terms.seconds // 1_000_000,
    }
