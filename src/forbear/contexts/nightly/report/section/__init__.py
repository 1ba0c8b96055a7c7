"""Which sections does the report have, in reading order?"""

from __future__ import annotations

from collections.abc import Callable

from forbear.contexts.nightly.report.part import Section
from forbear.contexts.nightly.report.section.bucket import bucket
from forbear.contexts.nightly.report.section.funnel import funnel, not_contacted
from forbear.contexts.nightly.report.section.learning import learning
from forbear.contexts.nightly.report.section.load import load, plan
from forbear.contexts.nightly.report.section.method import method
from forbear.contexts.nightly.report.section.provenance import provenance
from forbear.contexts.nightly.report.section.quality import quality
from forbear.contexts.nightly.report.section.refusal import refusal
from forbear.contexts.nightly.report.section.region import region
from forbear.contexts.nightly.report.section.roll import roll
from forbear.contexts.nightly.report.section.vintage import vintage
from forbear.contexts.nightly.report.source import Night

SECTIONS: tuple[Callable[[Night], Section], ...] = (
    funnel,
    not_contacted,
    refusal,
    bucket,
    roll,
    vintage,
    region,
    plan,
    load,
    learning,
    quality,
    method,
    provenance,
)
