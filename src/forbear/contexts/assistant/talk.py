"""What happens when somebody who is in writes to the assistant?

One transaction: the conversation's row held, the message understood, what keeps somebody safe done,
words sealed, the reply written down in codes, the entry made. That somebody writes to us is no
contact of ours, so no budget is touched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from forbear.contexts.access.visit import Inside
from forbear.contexts.assistant.bargain import Pressed
from forbear.contexts.assistant.llm_talk import look_again
from forbear.contexts.assistant.models import Message, Talk
from forbear.contexts.assistant.reply import answered
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, reading, required
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.queries.signer import ref_of_person
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.person import ErasedPerson
from forbear.contexts.protection.store import open_values, seal_values
from forbear.contexts.rights.actions.hardship import signal_within
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import HardshipCategory, Intake
from forbear.contexts.rulebook.library import open_knowledge, open_understanding
from forbear.policy.assistant.bargain_shown import Stood, read, written
from forbear.policy.assistant.detail import Detail
from forbear.policy.assistant.dialogue import Deed, Line, Reply, Stage, Standing
from forbear.policy.assistant.gram import language_of
from forbear.policy.assistant.intent import Intent
from forbear.policy.assistant.knowledge import Show, Way
from forbear.policy.assistant.understand import Understood
from forbear.values.principal import Principal

TEXT_LENGTH_MAX = 1_000
MESSAGES_MAX = 20
"""So many messages of a conversation are shown, the newest."""
_NOTHING_SAID = Understood(language_of(""), (), (), 1.0, care=False, detail=Detail())


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message and its reply. ``said`` null: it was chosen, or the words were erased.

    ``stood``: how the talk about an arrangement stood after it, as it was shown; null: it was about
    none.
    """

    ref: UUID
    at: datetime
    said: str | None = field(repr=False)
    meant: tuple[Intent, ...]
    reply: Reply
    stood: Stood | None = None


def understood(text: str | None, chosen: Intent | None, *, today: date) -> Understood:
    """Return what a message means; what was chosen is meant and nothing else."""
    if chosen is None:
        return open_understanding().understand(text or "", as_of=today)
    return Understood(language_of(""), (chosen,), (), 1.0, care=False, detail=Detail())


def hear(
    text: str | None,
    inside: Inside,
    *,
    chosen: Intent | None = None,
    pressed: Pressed | None = None,
    today: date,
    now: datetime,
) -> Exchange:
    """Take a message in and answer it.

    ``chosen``: a meaning that the person named instead. ``pressed``: what they did in the talk
    about an arrangement by a button.

    Raises:
        InvalidField: the text is empty, too long, or holds signs that are no text.
        ErasedPerson: nothing more is written about the person.
    """
    actor = inside.principal
    typed = chosen is None and pressed is None
    kept = check.personal("text", text, length_max=TEXT_LENGTH_MAX) if typed else None
    heard = _NOTHING_SAID if pressed else understood(kept, chosen, today=today)
    heard = look_again(heard, kept, inside, now=now)
    with acting(actor):
        talk = _talk(inside, now=now)
        before = Standing(Stage(talk.stage), talk.unclear)
        standing, reply, stood = answered(talk, heard, kept, pressed, inside, today=today, now=now)
        row = Message(
            talk=talk,
            debtor_id=talk.debtor_id,
            at=now,
            meant=[each.value for each in heard.meant],
            reply=_written(reply),
            stood=None if stood is None else written(stood),
            deed=None if reply.deed is None else reply.deed.value,
        )
        seal_values(row, {"said": kept}, now=now)
        row.save(force_insert=True)
        _move(talk, standing, now=now)
        told = {} if stood is None else {"plan": _told_of(stood)}
        _note(AuditEvent.ASSISTANT_ANSWERED, talk, actor=actor, now=now, meant=row.meant, **told)
        if reply.deed is not None:
            _do(reply.deed, talk, before, actor=actor, today=today, now=now)
        return Exchange(row.ref, now, kept, heard.meant, reply, stood)


def conversation(inside: Inside, *, now: datetime) -> tuple[Exchange, ...]:
    """Return the newest messages of the visit's conversation, in their order; none: it is new."""
    with reading(inside.principal):
        rows = Message.objects.filter(talk__visit_id=inside.visit_id).select_related("talk__debtor")
        found = list(rows.order_by("-id")[:MESSAGES_MAX])
        return tuple(exchange_of(row, now=now) for row in reversed(found))


def detail_said(ref: UUID, *, actor: Principal, today: date, now: datetime) -> Detail:
    """Return what one of the person's own messages names, to fill a form that they then check."""
    with reading(actor):
        row = Message.objects.select_related("talk__debtor").filter(ref=ref).first()
        said = None if row is None else exchange_of(row, now=now).said
    if said is None:
        return Detail()
    return open_understanding().understand(said, as_of=today).detail


def exchange_of(row: Message, *, now: datetime) -> Exchange:
    """Return a row's message in the clear, inside a transaction whose doer may see it."""
    required()
    try:
        said = open_values(row, "said", now=now)["said"]
    except ErasedPerson:
        said = None
    meant = tuple(Intent(each) for each in row.meant)
    stood = None if row.stood is None else read(row.stood)
    return Exchange(row.ref, row.at, said, meant, _read(row.reply, row.deed), stood)


def _talk(inside: Inside, *, now: datetime) -> Talk:
    talk, _ = Talk.objects.select_for_update(of=("self",)).get_or_create(
        visit_id=inside.visit_id,
        defaults={
            "debtor_id": inside.debtor_id,
            "began_at": now,
            "moved_at": now,
            "stage": Stage.OPEN.value,
        },
    )
    return talk


def _move(talk: Talk, standing: Standing, *, now: datetime) -> None:
    talk.stage, talk.unclear, talk.moved_at = standing.stage.value, standing.unclear, now
    talk.save(update_fields=["stage", "unclear", "moved_at"])


def _do(
    deed: Deed, talk: Talk, before: Standing, *, actor: Principal, today: date, now: datetime
) -> None:
    if deed is Deed.SIGNAL and before.stage is not Stage.CARE:
        said = FilingSaid(
            ref=f"assistant-{talk.ref.hex}",
            debtor_ref=ref_of_person(talk.debtor_id),
            reason=HardshipCategory.DISTRESS.value,
            intake=Intake.PORTAL,
            received_date=today,
        )
        signal_within(said, source=Source.PORTAL, actor=actor, today=today, now=now)
    if talk.handed_at is None or talk.seen_at is not None:
        # What was read once and goes on waits to be read again.
        talk.handed_at, talk.seen_at, talk.seen_by = now, None, ""
        talk.save(update_fields=["handed_at", "seen_at", "seen_by"])
        _note(AuditEvent.ASSISTANT_HANDED, talk, actor=actor, now=now, deed=deed.value)


def _note(
    event: AuditEvent, talk: Talk, *, actor: Principal, now: datetime, **body: object
) -> None:
    record(
        event,
        actor=actor,
        subject=f"talk:{talk.pk}",
        debtor_id=talk.debtor_id,
        now=now,
        body=body,
    )


def _told_of(stood: Stood) -> dict[str, object]:
    """Return what the record tells of where a talk about an arrangement stands."""
    return {
        "ref": stood.ref,
        "stands": stood.where.value,
        "turn": stood.turn,
        "monthly_minor": stood.monthly_minor,
        "granted_minor": stood.granted_minor,
        "offered": {each.kind.value: each.total_minor for each in stood.offers},
        "chosen": None if stood.chosen is None else stood.chosen.value,
    }


def _written(reply: Reply) -> dict[str, Any]:
    return {
        "lines": [each.value for each in reply.lines],
        "articles": [each.ref for each in reply.articles],
        "show": [each.value for each in reply.show],
        "ways": [each.value for each in reply.ways],
        "choices": [each.value for each in reply.choices],
        "listeners": reply.listeners,
    }


def _read(told: dict[str, Any], deed: str | None) -> Reply:
    articles = open_knowledge().articles
    names = [ref.partition(".")[2].partition("@")[0] for ref in told["articles"]]
    return Reply(
        lines=tuple(Line(each) for each in told["lines"]),
        articles=tuple(articles[name] for name in names if name in articles),
        show=tuple(Show(each) for each in told["show"]),
        ways=tuple(Way(each) for each in told["ways"]),
        choices=tuple(Intent(each) for each in told["choices"]),
        listeners=told["listeners"],
        deed=None if deed is None else Deed(deed),
    )
