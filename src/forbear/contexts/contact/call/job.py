"""What must be known of a claimed call to place it, besides what the gate tells with its permit?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from forbear.contexts.contact.caller.line import lines
from forbear.contexts.contact.gate.claim import Claim
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.queries.number import region_by_number
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.protection.normal import NotIndexable, normal_phone
from forbear.contexts.rulebook.library import open_desks, open_sending
from forbear.values.code import Channel, Jurisdiction, Language
from forbear.values.principal import Principal

CALLING_CODES = {Jurisdiction.CN: "86", Jurisdiction.US: "1", Jurisdiction.UK: "44"}


@dataclass(frozen=True, slots=True)
class Job:
    """One call to be placed. ``line`` null: no registered number may be shown to this person.

    ``recorded``: the law's or the lender's rules have this call recorded, and the person told.
    """

    permit_id: UUID
    attempt_id: int
    debtor_id: int
    provider: str
    channel: Channel
    law: Jurisdiction
    language: Language
    line: str | None
    recorded: bool


@dataclass(frozen=True, slots=True)
class DeskPhone:
    """Who wants a call, and where their telephone is; ``extension`` empty: they have none.

    ``headset_at``: the switchboard to which their browser is connected; null: to none.
    """

    staff_id: int
    extension: str
    headset_at: UUID | None = None


def job_of(
    claim: Claim,
    numbers_for: Callable[[str, Jurisdiction, str | None], Sequence[str]],
    *,
    actor: Principal,
    now: datetime,
) -> Job:
    """Return what is to be known of a claimed call; ``numbers_for`` gives a trunk's numbers."""
    with reading(actor):
        row = Dispatch.objects.select_related("attempt").get(pk=claim.attempt_id)
        person = facts_of_id(claim.debtor_id)
        law = person.jurisdiction
        point = row.attempt.contact_point_id
        region = person.region or (None if point is None else region_by_number(point, now=now))
        wanted = numbers_for(row.provider, law, region)
        line = _registered(wanted, row.permit_id, now=now)
    desk, speaker = open_desks().by_law.get(law), open_sending().senders.get(law)
    by_machine = row.channel == Channel.BOT.value
    recorded = speaker is not None and speaker.recorded
    return Job(
        permit_id=row.permit_id,
        attempt_id=row.pk,
        debtor_id=row.debtor_id,
        provider=row.provider,
        channel=Channel(row.channel),
        law=law,
        language=Language.ZH if speaker is None else speaker.language,
        line=line,
        recorded=recorded if by_machine else desk is not None and desk.recorded,
    )


def _registered(wanted: Sequence[str], permit_id: UUID, *, now: datetime) -> str | None:
    """Return one of some numbers, the same for the same call; whatever is not registered is out."""
    today = settings.FORBEAR_MORNING.day(now)
    known = {line.compared for line in lines(on=today) if line.agency is None}
    true = [number for number in wanted if compared(number) in known]
    return true[permit_id.int % len(true)] if true else None


def compared(number: str) -> str:
    """Return a number of ours as lines are compared."""
    try:
        return normal_phone(number)
    except NotIndexable:
        return "".join(sign for sign in number if sign.isdecimal())


def dialled_as(address: str, law: Jurisdiction) -> str | None:
    """Return a person's number as +8613800138000; null: it is none that can be dialled."""
    try:
        return normal_phone(address, calling_code=CALLING_CODES[law])
    except NotIndexable:
        return None
