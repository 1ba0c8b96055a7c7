"""If so much is paid on such days, or nothing: what will be reported, and until when does it stay?

True consequences only: the same arithmetic as every line, and the law's own days. Nobody's decision
is foretold, no number is made of a person, and nothing is said that would press.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from forbear.policy.bureau.form import Bureau, Status
from forbear.policy.bureau.leave import gone_by
from forbear.policy.bureau.line import LineFacts, history_of, late_until_day, line_of
from forbear.policy.bureau.month import last_day, month_of, months_from
from forbear.policy.debt.facts import DAY_LAST, LoanFacts, Posting
from forbear.policy.debt.projection import PlannedPayment
from forbear.policy.pack import Pack
from forbear.values.day import add_months, day_number, from_day_number
from forbear.values.decision import About
from forbear.values.errors import InvalidInput
from forbear.values.product import ProductTerms

MONTHS_MAX, PAYMENTS_MAX = 60, 120


class CannotAsk(InvalidInput):
    """The question is about too much, or about days that are over."""

    code = "CANNOT_ASK"


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class MonthToCome:
    """What will be reported for one month. ``line`` None: nothing, the loan is over by then.

    ``goes_date``: the day of the report. ``gone_date``: from then on a negative line is shown no
    more; None where the line is not negative, where the lateness does not end in this plan, or
    where no rule names a day.
    """

    month: date
    line: LineFacts | None
    status: Status | None
    goes_date: date
    gone_date: date | None
    words: Said


@dataclass(frozen=True, slots=True)
class Consequences:
    """The months to come, the rules they rest on, and what to know beside them."""

    months: tuple[MonthToCome, ...]
    notes: tuple[Said, ...]
    sources: tuple[About, ...]


def consequences(
    facts: LoanFacts,
    product: ProductTerms,
    bureau: Bureau,
    pack: Pack,
    payments: Sequence[PlannedPayment],
    *,
    said_day: int | None,
    today: date,
    months: int,
) -> Consequences:
    """Return what will be reported for this month and those after it, if it is paid so.

    Raises:
        CannotAsk: too many months or payments, or a payment on a day that is over.
        InvalidFacts: a planned amount is out of bounds.
    """
    _refuse(payments, today=today, months=months)
    whole = replace(facts, postings=facts.postings + tuple(_posted(payments)))
    history = history_of(whole, product, said_day=said_day, known_day=DAY_LAST)
    found: list[MonthToCome] = []
    sources: dict[str, About] = {}
    for month in months_from(month_of(today), months):
        line = line_of(history, bureau, month)
        gone = ended = None
        if line is not None and line.is_negative:
            ended = late_until_day(history, day_number(last_day(month)))
            due = gone_by(pack, ended)
            if due is not None:
                gone = from_day_number(due.day)
                sources[due.about.rule_id] = due.about
        found.append(_told(month, line, bureau, gone, is_ended=ended is not None))
    return Consequences(tuple(found), tuple(_notes(found)), tuple(sources.values()))


def _refuse(payments: Sequence[PlannedPayment], *, today: date, months: int) -> None:
    if not 1 <= months <= MONTHS_MAX or len(payments) > PAYMENTS_MAX:
        raise CannotAsk(
            f"Ask about 1 to {MONTHS_MAX} months and at most {PAYMENTS_MAX} payments.",
            remedy="Ask for less.",
            message_zh=f"可询问 1 至 {MONTHS_MAX} 个月，最多 {PAYMENTS_MAX} 笔还款。",
            remedy_zh="请缩小范围。",
            field="months",
        )
    if any(each.day < day_number(today) for each in payments):
        raise CannotAsk(
            "A planned payment lies on a day that is over.",
            remedy=f"Give days from {today} on.",
            message_zh="计划还款日已过。",
            remedy_zh=f"请填写 {today} 起的日期。",
            field="payments",
        )


def _posted(payments: Iterable[PlannedPayment]) -> Iterable[Posting]:
    for number, each in enumerate(payments, start=1):
        yield Posting(f"\x00planned-{number}", each.day, each.day, each.amount_minor, each.purpose)


def _told(
    month: date, line: LineFacts | None, bureau: Bureau, gone: date | None, *, is_ended: bool
) -> MonthToCome:
    goes = report_date(month, bureau)
    if line is None:
        words = Said("Nothing is reported: the loan is over by then.", "届时借款已了结，不再报送。")
        return MonthToCome(month, None, None, goes, None, words)
    status = bureau.status(line.code)
    en, zh = f"Reported: {status.en}.", f"报送：{status.zh}。"
    if line.is_negative and gone is not None:
        en += f" This line is shown until {gone} and no longer."
        zh += f"该条记录保留至 {gone}，届满删除。"
    elif line.is_negative and not is_ended:
        en += " As long as something is late, the time after which the line goes does not begin."
        zh += "逾期未结束前，保留期限尚未起算。"
    return MonthToCome(month, line, status, goes, gone, Said(en, zh))


def report_date(month: date, bureau: Bureau) -> date:
    """Return the day on which a month's file goes."""
    return add_months(month, 1).replace(day=bureau.report_day)


def _notes(months: Sequence[MonthToCome]) -> Iterable[Said]:
    yield Said(
        "Lines that were reported before stay as they are; an error in them is corrected.",
        "此前已报送的记录保持不变；如有错误，将予更正。",
    )
    if any(each.line is not None and each.line.is_negative for each in months):
        yield Said(
            "A negative line goes only after you have been told. If you think that it is wrong, "
            "dispute it: it is then marked until it has been looked into.",
            "报送不良信息前会先告知您。如认为有误，可提出异议，核查期间会加以标注。",
        )
        yield Said(
            "If paying is hard just now, a plan can be worked out together, free of charge.",
            "如暂时还款困难，可免费与我们商定还款安排。",
        )
    yield Said(
        "What others make of a report is their decision; nothing is said about it here.",
        "他人如何看待信用报告由其自行决定，此处不作任何推断。",
    )
