"""One whole chunk of the sample, drawn once for all tests that only look at it."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.contexts.nightly.sample import SampleSettings
from forbear.contexts.nightly.sample.chunk import CHUNK_LOANS, make_chunk
from forbear.contexts.nightly.sample.region import regions_from
from forbear.contexts.rulebook.library import policy_texts


@pytest.fixture(scope="session")
def regions():
    return regions_from(policy_texts("regions"), teams=policy_texts("house/demo")["teams.yaml"])


@pytest.fixture(scope="session")
def chunk(regions):
    settings = SampleSettings(
        loans=CHUNK_LOANS, seed=11, book_date=date(2026, 11, 24), attempts_per_loan=2.0
    )
    return make_chunk(settings, chunk=0, regions=regions)
