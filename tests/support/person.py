"""One ordinary contact to somebody in Shanghai, to be changed by what a test speaks of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from forbear.policy.facts import ContactFacts
from forbear.values.code import Channel, Origin, PointQuality, Relation

ZONE = "Asia/Shanghai"
_FACTS = ContactFacts(
    channel=Channel.VOICE,
    contact_point_no=1,
    relation=Relation.OWN,
    quality=PointQuality.CONFIRMED,
    origin=Origin.CONTRACT,
    person_zones=(ZONE,),
    zones=(ZONE,),
    loan_no=1,
    region="310000",
    product="instalment_loan",
)


def ordinary(**changed: Any) -> ContactFacts:
    """A telephone call to the person's own confirmed number, with nothing before it."""
    return replace(_FACTS, **changed)
