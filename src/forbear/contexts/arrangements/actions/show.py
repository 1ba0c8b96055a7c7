"""The person is shown the whole text of the agreement that they may sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.arrangements.models import Arrangement, ShownText
from forbear.contexts.arrangements.row import held, move, stands
from forbear.contexts.arrangements.text import agreement_of
from forbear.contexts.arrangements.transition import UNSIGNED, ArrangementState
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.held import held_person
from forbear.contexts.portfolio.queries.signer import ref_of_person
from forbear.values.errors import Conflict
from forbear.values.principal import Principal


class OfferOver(Conflict):
    """The proposal's days are over."""

    code = "OFFER_OVER"


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as it was shown. Whoever signs names its ``sha256``."""

    template: str
    version: int
    text_en: str
    text_zh: str
    sha256: str


def show_agreement(ref: str, *, actor: Principal, today: date, now: datetime) -> Shown:
    """Return the text of the agreement, and keep that it was shown.

    Raises:
        NotPermitted, NoSuchArrangement, NoAgreement.
        ArrangementStands: it is signed or ended.
        OfferOver: it can no longer be signed.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    with acting(actor):
        row = held(ref)
        refuse_over(row, today=today)
        law = held_person(ref_of_person(row.debtor_id)).jurisdiction
        text = agreement_of(row, law, today=today)
        ShownText.objects.get_or_create(
            arrangement=row,
            sha256=text.sha256,
            defaults={
                "debtor_id": row.debtor_id,
                "template": text.template,
                "version": text.version,
                "text_en": text.text_en,
                "text_zh": text.text_zh,
                "shown_at": now,
            },
        )
        if row.waiver != text.waiver.value:
            row.waiver = text.waiver.value
            row.save(update_fields=["waiver"])
        if ArrangementState(row.state) is ArrangementState.PROPOSED:
            told = {"template": text.template, "version": text.version, "sha256": text.sha256}
            move(row, ArrangementState.OFFERED, actor=actor, now=now, **told)
    return Shown(text.template, text.version, text.text_en, text.text_zh, text.sha256)


def refuse_over(row: Arrangement, *, today: date) -> None:
    """Refuse what can no longer be signed.

    Raises:
        ArrangementStands, OfferOver.
    """
    required()
    if ArrangementState(row.state) not in UNSIGNED:
        raise stands(row)
    if today > row.offer_until:
        raise OfferOver(
            f"The proposal stood open until {row.offer_until}.",
            remedy="Propose anew: what is owed may have changed.",
            message_zh=f"该方案保留至 {row.offer_until}，已过期。",
            remedy_zh="请重新提出方案，应还金额可能已有变化。",
        )
