"""How does the lender say something of itself anew?

Somebody writes down what is to count from a day on; a second person grants it; then it is put in
force, before that day has come. What has counted is never written over.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from forbear.contexts.audit.actions import Body, record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.actions.approval import ask_within, require_approval
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.portfolio.keeping import keeping_of
from forbear.contexts.portfolio.models import Particular
from forbear.contexts.portfolio.particular import bucket_codes, fresh_particulars, needed_for
from forbear.contexts.portfolio.queries.creditor import creditor_known
from forbear.contexts.portfolio.word import ParticularKind
from forbear.contexts.rulebook.library import open_products, open_sending
from forbear.policy.wording.form import Both
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.principal import Principal

LENDER_PARTICULAR = "lender.particular"
DAY_BEGINS_IN = timedelta(minutes=10)
"""What is put in force so shortly before its day could be missed by whoever reads as it begins."""
YEARS_DIGITS_MAX = 2
LENGTH_MAX = 200
SENTENCE_MAX = 400
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{2,22}")
_K = ParticularKind
NUMBERS = frozenset({_K.COMPLAINT_PHONE, _K.SERVICE_PHONE})
SAME_IN_BOTH = NUMBERS | {_K.COMPLAINT_EMAIL, _K.SITE, _K.KEEPING}
"""Kinds that are said alike in both languages."""


class UnfitParticular(InvalidInput):
    """What the lender cannot say of itself."""

    code = "UNFIT_PARTICULAR"


class UnknownParticular(NotFound):
    """There is nothing of the kind to be said, or nothing was written down."""

    code = "UNKNOWN_PARTICULAR"


class ParticularTooLate(Conflict):
    """The day from which it was to count has come, or it counts already."""

    code = "PARTICULAR_TOO_LATE"


def propose_particular(
    kind: ParticularKind,
    subject: str,
    says: Both,
    *,
    since: date,
    actor: Principal,
    now: datetime,
) -> int:
    """Write down what the lender says from a day on, and ask for a second person.

    Returns the id of what was written down. It changes nothing until ``adopt_particular``.

    Raises:
        NotPermitted: PARTICULARS_CHANGE is missing, or for times of keeping RETENTION_MANAGE.
        UnknownParticular: there is nothing of the kind of which it could be said.
        UnfitParticular: it cannot be said, is said already, or its day is not to come.
    """
    may(actor, needed_for(kind))
    if since <= settings.FORBEAR_MORNING.day(now + DAY_BEGINS_IN):
        raise UnfitParticular(
            "It counts from a day that is to come: today's messages say what counts today.",
            remedy="Choose tomorrow or later.",
            message_zh="生效日期须晚于今天：今天的消息使用今天有效的内容。",
            remedy_zh="请选择明天或更晚的日期。",
            field="since",
        )
    _check_subject(kind, subject, since)
    with acting(actor):
        says = _checked(kind, subject, says, since)
        if fresh_particulars(since).said(kind, subject) == says:
            raise UnfitParticular(
                "That is what counts on that day already.",
                remedy="Change it, or leave it as it is.",
                message_zh="该内容在所选日期已经有效。",
                remedy_zh="请修改内容，或保持不变。",
            )
        told = _told(kind, subject, says, since)
        approval = ask_within(
            LENDER_PARTICULAR, subject=_named(kind, subject), details=told, actor=actor, now=now
        )
        row = Particular.objects.create(
            kind=kind.value,
            subject=subject,
            en=says.en,
            zh=says.zh,
            since=since,
            approval_id=approval,
            asked_by_id=staff_id(actor),
            asked_at=now,
        )
        record(
            AuditEvent.PARTICULAR_ASKED,
            actor=actor,
            subject=f"particular:{row.pk}",
            now=now,
            body=told,
        )
    return row.pk


def adopt_particular(particular_id: int, *, actor: Principal, now: datetime) -> None:
    """Let what was written down count from its day on, once a second person has granted it.

    Raises:
        NotPermitted: PARTICULARS_CHANGE is missing, or for times of keeping RETENTION_MANAGE.
        UnknownParticular: there is none of that id.
        UnfitParticular: a rule has changed meanwhile, and does not allow it any more.
        ParticularTooLate: its day has come, or it counts already.
        ApprovalMissing: nobody has granted it, or the approval has lapsed.
    """
    with acting(actor):
        row = Particular.objects.select_for_update().filter(pk=particular_id).first()
        if row is None:
            raise UnknownParticular(
                f"Nothing is written down as {particular_id}.",
                message_zh=f"没有编号为 {particular_id} 的记录。",
            )
        kind = ParticularKind(row.kind)
        may(actor, needed_for(kind))
        begun = settings.FORBEAR_MORNING.day(now + DAY_BEGINS_IN)
        if row.adopted_at is not None or row.since <= begun:
            raise ParticularTooLate(
                f"This was to count from {row.since}, and is not open any more.",
                remedy="Write it down again for a day that is to come.",
                message_zh=f"该内容原定自 {row.since} 生效，现已不能启用。",
                remedy_zh="请重新填写，并选择将来的日期。",
            )
        says = Both(zh=row.zh, en=row.en)
        _checked(kind, row.subject, says, row.since)
        told = _told(kind, row.subject, says, row.since)
        require_approval(
            row.approval_id,
            what=LENDER_PARTICULAR,
            subject=_named(kind, row.subject),
            details=told,
            actor=actor,
            now=now,
        )
        row.adopted_by_id, row.adopted_at = staff_id(actor), now
        row.save(update_fields=["adopted_by", "adopted_at"])
        record(
            AuditEvent.PARTICULAR_ADOPTED,
            actor=actor,
            subject=f"particular:{row.pk}",
            now=now,
            body=told,
        )


def _named(kind: ParticularKind, subject: str) -> str:
    return f"{kind.value}:{subject}" if subject else kind.value


def _told(kind: ParticularKind, subject: str, says: Both, since: date) -> Body:
    """Return everything that is granted, so that nothing else can be put in force."""
    return {
        "kind": kind.value,
        "on": subject,
        "en": says.en,
        "zh": says.zh,
        "since": since.isoformat(),
    }


def _check_subject(kind: ParticularKind, subject: str, since: date) -> None:
    known = {
        _K.SERVICE_PHONE: lambda: subject in {law.value for law in open_sending().senders},
        _K.CREDITOR_NAME: lambda: creditor_known(subject),
        _K.OWN_NUMBER: lambda: _NUMBER.fullmatch(subject) is not None,
        _K.PRODUCT_NAME: lambda: subject in open_products(),
        _K.PRODUCT_SAYS: lambda: subject in open_products(),
        _K.BUCKET_NAME: lambda: subject in bucket_codes(),
        _K.KEEPING: lambda: keeping_of(subject, since) is not None,
    }
    if not known.get(kind, lambda: subject == "")():
        raise UnknownParticular(
            f"There is nothing called '{subject}' of which this could be said.",
            remedy="Choose from the page of the lender's own particulars.",
            message_zh=f"没有名为“{subject}”的对象。",
            remedy_zh="请从机构信息页面选择。",
            field="subject",
        )


def _checked(kind: ParticularKind, subject: str, says: Both, since: date) -> Both:
    """Return what is said as it is kept."""
    en, zh = says.en.strip(), says.zh.strip()
    if kind in SAME_IN_BOTH:
        zh = en
    if kind is _K.OWN_NUMBER and not en and not zh:
        return Both(zh="", en="")
    longest = SENTENCE_MAX if kind in {_K.PRODUCT_SAYS, _K.ADDRESS} else LENGTH_MAX
    for field, text in (("en", en), ("zh", zh)):
        if not text or len(text) > longest or not text.isprintable() or set(text) & set("{}<>"):
            raise UnfitParticular(
                f"Say it in both languages, in one line of up to {longest} characters, without "
                "{ } < >.",
                message_zh=f"中英文都须填写，各为一行，不超过 {longest} 个字符，且不含 {{ }} < >。",
                field=field,
            )
    _check_form(kind, en)
    if kind is _K.KEEPING:
        _check_years(subject, en, since)
    return Both(zh=zh, en=en)


def _check_form(kind: ParticularKind, text: str) -> None:
    if kind in NUMBERS and not _NUMBER.fullmatch(text):
        raise _unfit(
            "This is no telephone number.",
            "Write it as it is shown to people: 400-000-0000.",
            "这不是电话号码。",
            "请按对外展示的写法填写，例如 400-000-0000。",
        )
    if kind is _K.COMPLAINT_EMAIL:
        try:
            validate_email(text)
        except ValidationError:
            raise _unfit(
                "This is no e-mail address.",
                "Write it as name@lender.example.",
                "这不是电子邮箱地址。",
                "请写成 name@lender.example 的形式。",
            ) from None
    if kind is _K.SITE:
        parts = urlsplit(text)
        plain = parts.scheme == "https" and parts.hostname and "." in parts.hostname
        if not plain or parts.username or parts.password or " " in text:
            raise _unfit(
                "This is no address of an official website.",
                "Write it as https://www.lender.example.",
                "这不是官方网站地址。",
                "请写成 https://www.lender.example 的形式。",
            )


def _check_years(subject: str, text: str, since: date) -> None:
    bounds = keeping_of(subject, since)
    assert bounds is not None, "the subject was looked at"
    years = int(text) if text.isdecimal() and len(text) <= YEARS_DIGITS_MAX else -1
    if years < bounds.years_min:
        raise _unfit(
            f"{text} years is shorter than {bounds.years_min}: {bounds.least.text_en} "
            f"({bounds.least.id})",
            f"Give {bounds.years_min} to {bounds.years_max} whole years.",
            f"{text} 年短于 {bounds.years_min} 年：{bounds.least.text_zh}（{bounds.least.id}）",
            f"请填写 {bounds.years_min} 至 {bounds.years_max} 的整数年。",
        )
    if years > bounds.years_max:
        why_en = (
            "no record is kept so long by a page" if bounds.most is None else bounds.most.text_en
        )
        why_zh = "页面上最长只能设到此数。" if bounds.most is None else bounds.most.text_zh
        raise _unfit(
            f"{text} years is longer than {bounds.years_max}: {why_en}",
            f"Give {bounds.years_min} to {bounds.years_max} whole years.",
            f"{text} 年长于 {bounds.years_max} 年：{why_zh}",
            f"请填写 {bounds.years_min} 至 {bounds.years_max} 的整数年。",
        )


def _unfit(en: str, remedy: str, zh: str, remedy_zh: str) -> UnfitParticular:
    return UnfitParticular(en, remedy=remedy, message_zh=zh, remedy_zh=remedy_zh, field="en")
