"""What makes a notice before a negative line true, and when does the line go?"""

from __future__ import annotations

from datetime import date

from forbear.contexts.bureau.models import Line, Sent
from forbear.contexts.cases.campaign.more import More
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.policy.bureau.form import Bureau
from forbear.values.day import add_months
from forbear.values.wording import Fact


def next_report_date(bureau: Bureau, today: date) -> date:
    """Return the first day after today on which a file goes to a bureau.

    A notice that is sent today can be received before it.
    """
    found = today.replace(day=bureau.report_day)
    return found if found > today else add_months(found, 1)


def reported_truths(asked: Composing, today: date) -> More:
    """Return what holds of a loan's lines: one is to go, or went, and by when."""
    if asked.loan_id is None:
        return More()
    lines = Line.objects.filter(loan_id=asked.loan_id, is_negative=True)
    counting = lines.filter(replaced_at__isnull=True)
    sent = Sent.objects.filter(loan_id=asked.loan_id).values("line_id")
    facts = set()
    waiting = counting.exclude(pk__in=sent).order_by("-month").first()
    if counting.filter(pk__in=sent).exists():
        facts.add(Fact.BUREAU_REPORTED)
    if waiting is None:
        return More(frozenset(facts))
    facts.add(Fact.BUREAU_NEXT)
    date_of = next_report_date(open_bureaus()[waiting.bureau], today)
    return More(frozenset(facts), {"report_date": date_of})
