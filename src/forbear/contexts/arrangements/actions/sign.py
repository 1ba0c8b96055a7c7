"""A person signs: with the code that reached them, under their own name, the text they were shown.

In one transaction the arrangement begins, collection stops, what waits to be sent is taken back,
the case is arranged and today's plan falls away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from forbear.contexts.arrangements.actions.propose import refuse_covered
from forbear.contexts.arrangements.actions.show import refuse_over
from forbear.contexts.arrangements.book import book_waivers
from forbear.contexts.arrangements.care import place_holds, release_holds, settle_case
from forbear.contexts.arrangements.code import fits, new_code, usable_code
from forbear.contexts.arrangements.keep import sync
from forbear.contexts.arrangements.models import Arrangement, ShownText, Signature, SigningCode
from forbear.contexts.arrangements.owed import owed_by
from forbear.contexts.arrangements.port import CodeToSend, send_code
from forbear.contexts.arrangements.row import FORBEAR, held, loan_ids, move, stands, write
from forbear.contexts.arrangements.transition import LIVE, ArrangementState
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.ledger.since import newest_posting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.queries.signer import name_fits
from forbear.contexts.protection.store import seal_values
from forbear.policy.arrange.word import Target
from forbear.values.code import Language
from forbear.values.errors import Conflict, Denied, ForbearError
from forbear.values.principal import Principal

_NAME_LENGTH_MAX = 120
_S = ArrangementState


class CodeRefused(Denied):
    """The code or the name does not fit."""

    code = "CODE_REFUSED"


class CodeGone(Conflict):
    """There is no code that could still be used."""

    code = "CODE_GONE"


class TooManyCodes(Conflict):
    """Enough codes were made within a day."""

    code = "TOO_MANY_CODES"


class OtherText(Conflict):
    """The text that is agreed to is not the one that was shown last."""

    code = "OTHER_TEXT"


class OfferStale(Conflict):
    """What is owed has changed since the arrangement was worked out."""

    code = "OFFER_STALE"


@dataclass(frozen=True, slots=True)
class SignatureSaid:
    """What somebody signs with. ``text_sha256``: of the text that they agree to.

    ``reminder``: they want to be reminded before each instalment.
    """

    typed_name: str = field(repr=False)
    code: str = field(repr=False)
    text_sha256: str
    language: Language
    reminder: bool = False


@dataclass(frozen=True, slots=True)
class CodeMade:
    """A code was sent. The code itself stands nowhere here."""

    expires_at: datetime
    attempts: int


def make_code(ref: str, *, actor: Principal, today: date, now: datetime) -> CodeMade:
    """Make a one-time code for an arrangement that was shown, and send it; earlier ones are void.

    Raises:
        NotPermitted, NoSuchArrangement, ArrangementStands, OfferOver.
        TooManyCodes: enough were made within a day.
        NoCodeSender: there is no way to send it.
        CodeNotSent: it may not be sent to this person now; no code was made.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    with acting(actor):
        row = _offered(ref, today=today)
        made = new_code(row, now=now)
        if made is None:
            raise TooManyCodes(
                "Enough codes were sent within a day.",
                remedy="Try again tomorrow, or let a colleague help.",
                message_zh="一天内发送的验证码已达上限。",
                remedy_zh="请明天再试，或由工作人员协助。",
            )
        code, digits = made
        code.save(force_insert=True)
        event = AuditEvent.ARRANGEMENT_CODE_MADE
        write(row, event, actor=actor, now=now, body={"expires_at": code.expires_at.isoformat()})
        send_code(CodeToSend(row.debtor_id, row.ref, digits, code.made_at, code.expires_at, actor))
        return CodeMade(code.expires_at, code.attempts_left)


def sign(ref: str, said: SignatureSaid, *, actor: Principal, today: date, now: datetime) -> None:
    """Sign an arrangement. What is wrong with code or name costs an attempt, and nothing else.

    Raises:
        NotPermitted, NoSuchArrangement, ArrangementStands, OfferOver, OtherText.
        OfferStale: payments or changes came since it was worked out.
        LoanArranged: a loan has come under another arrangement.
        CodeGone: no code can be used; ask for a new one.
        CodeRefused: code or name does not fit; an attempt is used up.
        InvalidField: the name is no text.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    name = check.label("typed_name", said.typed_name, length_max=_NAME_LENGTH_MAX)
    refused: ForbearError | None
    with acting(actor):
        row = _offered(ref, today=today)
        text = _text(row, said.text_sha256)
        refuse_covered(loan_ids(row), but=row.replaces)
        _refuse_stale(row, today=today)
        code = usable_code(row, now=now)
        compared = name_fits(row.debtor_id, name, now=now)
        refused = _refusal(row, code, said.code, compared=compared, actor=actor, now=now)
        if refused is None:
            assert code is not None
            _keep_signature(
                row, said, name, text, code, compared=compared is not None, actor=actor, now=now
            )
            row.reminder = said.reminder
            _begin(row, actor=actor, today=today, now=now)
    if refused is not None:
        # The attempt is kept first; an error inside would have given it back.
        raise refused


def _offered(ref: str, *, today: date) -> Arrangement:
    row = held(ref)
    refuse_over(row, today=today)
    if ArrangementState(row.state) is not _S.OFFERED:
        raise stands(row)
    return row


def _text(row: Arrangement, sha256: str) -> ShownText:
    latest = row.texts.order_by("-id").first()
    if latest is None or latest.sha256 != sha256:
        raise OtherText(
            "The text agreed to is not the one that was shown last.",
            remedy="Show the agreement again and sign that.",
            message_zh="所同意的文本不是最近一次出示的文本。",
            remedy_zh="请重新出示协议文本后再签署。",
            field="text_sha256",
        )
    return latest


def _refuse_stale(row: Arrangement, *, today: date) -> None:
    """Refuse where the amounts agreed on would no longer be what is owed."""
    loans = list(row.loans.order_by("id"))
    paid = newest_posting([each.loan_id for each in loans]) > row.posting_mark
    first = row.instalments.order_by("number").first()
    assert first is not None, "an arrangement has instalments"
    if not paid and first.due_date >= today:
        then = owed_by(row.debtor_id, [e.loan_ref for e in loans], today=row.proposed_date)
        owed = [each.owed.owed_minor(Target(row.target)) for each in then]
        if owed == [each.owed_minor for each in loans]:
            return
    raise OfferStale(
        "What is owed has changed since this was worked out, or its first day has passed.",
        remedy="Propose anew; it takes a moment.",
        message_zh="方案拟定后应还金额已有变化，或首期日期已过。",
        remedy_zh="请重新提出方案。",
    )


def _refusal(
    row: Arrangement,
    code: SigningCode | None,
    typed: str,
    *,
    compared: bool | None,
    actor: Principal,
    now: datetime,
) -> ForbearError | None:
    """Return why a signature is not taken; a wrong try is written down and costs an attempt.

    ``compared``: the name fits; None: none is held to compare it with.
    """
    event = AuditEvent.ARRANGEMENT_CODE_REFUSED
    if code is None:
        write(row, event, actor=actor, now=now, body={"attempts_left": None})
        return CodeGone(
            "There is no code that could still be used.",
            remedy="Ask for a new code.",
            message_zh="没有可用的验证码。",
            remedy_zh="请重新获取验证码。",
            field="code",
        )
    right = fits(row, code, typed)
    if right and compared is not False:
        return None
    code.attempts_left -= 1
    left = code.attempts_left
    code.save(update_fields=["attempts_left"])
    write(row, event, actor=actor, now=now, body={"attempts_left": left})
    return CodeRefused(
        f"The code or the name does not fit; {left} attempts are left.",
        remedy="Type the code as it was sent and the name as it stands in the contract.",
        message_zh=f"验证码或姓名不符；还可尝试 {left} 次。",
        remedy_zh="请按收到的验证码和合同上的姓名填写。",
        field="code",
    )


def _keep_signature(
    row: Arrangement,
    said: SignatureSaid,
    name: str,
    text: ShownText,
    code: SigningCode,
    *,
    compared: bool,
    actor: Principal,
    now: datetime,
) -> None:
    code.used_at = now
    code.save(update_fields=["used_at"])
    signature = Signature(
        ref=uuid4(),
        arrangement=row,
        debtor_id=row.debtor_id,
        text=text,
        code=code,
        language=said.language.value,
        name_compared=compared,
        by=str(actor),
        at=now,
    )
    seal_values(signature, {"typed_name": name}, now=now)
    signature.save(force_insert=True)


def _begin(row: Arrangement, *, actor: Principal, today: date, now: datetime) -> None:
    """Let the arrangement begin, and everything that follows from it."""
    replaced = row.replaces
    if replaced is not None:
        replaced = Arrangement.objects.select_for_update().get(pk=replaced.pk)
        if ArrangementState(replaced.state) not in LIVE:
            raise stands(replaced)
        replaced.final = True
        replaced.ended_date, replaced.ended_because = today, "REPLACED"
        move(replaced, _S.RENEGOTIATED, actor=FORBEAR, now=now, by=row.ref)
    row.signed_at, row.signed_date, row.round = now, today, 1
    told = {
        "total_minor": row.total_minor,
        "waived_minor": row.waived_minor,
        "frozen": row.frozen,
        "waiver": row.waiver,
        "loans": loan_ids(row),
    }
    move(row, _S.ACTIVE, actor=actor, now=now, event=AuditEvent.ARRANGEMENT_SIGNED, **told)
    place_holds(row, today=today, now=now)
    book_waivers(row, today=today, now=now)
    if replaced is not None:
        release_holds(replaced, because="REPLACED", today=today, now=now)
    settle_case(row.debtor_id, because=f"arrangement:{row.pk}", now=now)
    row.refresh_from_db()
    sync(row, today=today, now=now)
