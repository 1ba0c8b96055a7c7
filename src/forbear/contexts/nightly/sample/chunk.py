"""What does one chunk of the sample hold: some persons with everything of theirs?

A chunk is drawn from the seed and its own number alone, so chunks may be made in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from forbear.contexts.nightly.sample.agreeing import make_consents, make_holds
from forbear.contexts.nightly.sample.contacting import make_attempts
from forbear.contexts.nightly.sample.lending import make_lending
from forbear.contexts.nightly.sample.paying import loan_truth, make_payments
from forbear.contexts.nightly.sample.people import make_people
from forbear.contexts.nightly.sample.point import make_points, truth_of
from forbear.contexts.nightly.sample.region import Region, Scene
from forbear.engine.tables import EXTRACT
from forbear.values.day import day_number

CHUNK_LOANS = 50_000
LOANS_PER_PERSON = 1.4


@dataclass(frozen=True)
class SampleSettings:
    """What to write: how many loans, from which seed, as of which day, in which form.

    ``attempts_per_loan`` is the mean over 180 days. ``instalments`` fixes every schedule's
    length; None draws it by product. ``dirt`` is the share of spoiled rows, CSV only.
    """

    loans: int
    seed: int
    book_date: date
    parquet: bool = False
    attempts_per_loan: float = 1.0
    instalments: int | None = None
    dirt: float = 0.0

    @property
    def chunks(self) -> int:
        """How many chunks the loans make."""
        return -(-self.loans // CHUNK_LOANS)


@dataclass(frozen=True)
class Chunk:
    """The tables of EXTRACT by name, and the truth behind them."""

    tables: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]


def make_chunk(settings: SampleSettings, *, chunk: int, regions: tuple[Region, ...]) -> Chunk:
    """Draw a chunk. Days and instants are whole numbers, as the book stores them."""
    rng = np.random.default_rng([settings.seed, chunk])
    scene = Scene(chunk, day_number(settings.book_date), regions)
    loans = min(CHUNK_LOANS, settings.loans - chunk * CHUNK_LOANS)
    held = rng.geometric(1 / LOANS_PER_PERSON, loans)
    owner = np.repeat(np.arange(loans), held)[:loans]
    people = make_people(rng, persons=int(owner[-1]) + 1, scene=scene)
    lending = make_lending(
        rng, people=people, owner=owner, scene=scene, instalments=settings.instalments
    )
    payments = make_payments(rng, people=people, lending=lending, scene=scene)
    points = make_points(rng, people=people, lending=lending, scene=scene)
    holds = make_holds(rng, people=people, lending=lending, scene=scene)
    consents = make_consents(rng, people=people, points=points, scene=scene)
    attempts = make_attempts(
        rng,
        people=people,
        points=points,
        lending=lending,
        payments=payments,
        per_loan=settings.attempts_per_loan,
        scene=scene,
    )
    tables = {
        "debtor": people.debtor,
        "contact_point": points.table,
        "loan": lending.as_table(people=people, state=payments.state),
        "instalment": lending.as_schedule(),
        "payment": payments.table,
        "hold": holds,
        "consent": consents,
        "attempt": attempts,
    }
    truth = {
        "behaviour": truth_of(people, points),
        "contact_point": points.truth,
        "loan": loan_truth(payments, lending=lending, scene=scene),
    }
    return Chunk({name: frame.select(EXTRACT[name].names) for name, frame in tables.items()}, truth)
