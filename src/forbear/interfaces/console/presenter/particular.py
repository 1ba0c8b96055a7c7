"""How does what the lender says of itself look: what counts, what is to come, and its form?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.nightly.report.bucket import bucket_name
from forbear.contexts.people.queries import ApprovalFacts
from forbear.contexts.portfolio.actions.particular import NUMBERS, SAME_IN_BOTH
from forbear.contexts.portfolio.particular import CALLBACK, Particulars, Written, bucket_codes
from forbear.contexts.portfolio.queries.creditor import CreditorFacts
from forbear.contexts.portfolio.word import ParticularKind
from forbear.contexts.rulebook.library import open_caller, open_products, open_sending
from forbear.interfaces.console.presenter.dated import is_ready, stand_shown
from forbear.interfaces.console.presenter.rules import LAWS
from forbear.interfaces.console.presenter.word import either
from forbear.policy.keeping import RECORDS, Bounds
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction, RecordKind

_K = ParticularKind
KINDS = {
    _K.LENDER_NAME: gettext_lazy("Name of the lender"),
    _K.LICENCE: gettext_lazy("Licence"),
    _K.COMPLAINT_PHONE: gettext_lazy("Number for questions and complaints"),
    _K.COMPLAINT_EMAIL: gettext_lazy("E-mail for questions and complaints"),
    _K.ADDRESS: gettext_lazy("Postal address"),
    _K.SITE: gettext_lazy("Official website"),
    _K.SERVICE_PHONE: gettext_lazy("Number that messages give to call back"),
    _K.OWN_NUMBER: gettext_lazy("Number that the lender calls from"),
    _K.CREDITOR_NAME: gettext_lazy("Name of a creditor"),
    _K.PRODUCT_NAME: gettext_lazy("Name of a product"),
    _K.PRODUCT_SAYS: gettext_lazy("What a product is, in a sentence"),
    _K.BUCKET_NAME: gettext_lazy("Name of a bucket"),
    _K.KEEPING: gettext_lazy("Years for which a record is kept"),
}
WHERE = {
    _K.LENDER_NAME: gettext_lazy("Stands on the portal, in letters, in documents and their seals."),
    _K.LICENCE: gettext_lazy("Stands at the foot of the portal and in every document."),
    _K.COMPLAINT_PHONE: gettext_lazy(
        "Stands on the portal, in every document, and in the answer to whoever checks a caller."
    ),
    _K.COMPLAINT_EMAIL: gettext_lazy("Stands on the portal and in every document."),
    _K.ADDRESS: gettext_lazy("Stands on the portal and in every document."),
    _K.SITE: gettext_lazy("Stands in documents, and in messages as where a contact is checked."),
    _K.SERVICE_PHONE: gettext_lazy(
        "Stands in messages, letters and what collectors say; whoever checks it is told it is ours."
    ),
    _K.OWN_NUMBER: gettext_lazy(
        "Whoever checks it is told that it is ours. Without a name it is ours no more."
    ),
    _K.CREDITOR_NAME: gettext_lazy("Stands in messages, agreements, documents and on the portal."),
    _K.PRODUCT_NAME: gettext_lazy("Stands in documents and on the portal."),
    _K.PRODUCT_SAYS: gettext_lazy("Stands on the portal beside the contract."),
    _K.BUCKET_NAME: gettext_lazy("Stands on every page here. What it reaches from stays as it is."),
    _K.KEEPING: gettext_lazy(
        "May be longer than the rules want, never longer than a rule wants it gone."
    ),
}
_NOTHING = {
    _K.OWN_NUMBER: gettext_lazy("ours no more"),
    _K.KEEPING: gettext_lazy("as the rules say"),
}
SINGLE = (
    _K.LENDER_NAME,
    _K.LICENCE,
    _K.COMPLAINT_PHONE,
    _K.COMPLAINT_EMAIL,
    _K.ADDRESS,
    _K.SITE,
)


def particulars_shown(
    said: Particulars,
    creditors: Sequence[CreditorFacts],
    keepings: Iterable[Bounds],
    coming: Sequence[Written],
) -> dict[str, Any]:
    """Return everything that the lender says of itself, with what is to come of each."""
    later: dict[tuple[ParticularKind, str], list[Written]] = {}
    for each in coming:
        later.setdefault((each.kind, each.subject), []).append(each)

    def row(kind: ParticularKind, subject: str, label: str) -> dict[str, Any]:
        return _row(kind, subject, label, said, creditors, later.get((kind, subject), ()))

    numbers = {line.number: line for line in said.own_lines}
    ended = {on for (kind, on) in said.rows if kind is _K.OWN_NUMBER} - set(numbers)
    new = {on for (kind, on) in later if kind is _K.OWN_NUMBER} - set(numbers) - ended
    return {
        "lender_rows": [row(kind, "", str(KINDS[kind])) for kind in SINGLE],
        "numbers": [
            *(
                row(_K.SERVICE_PHONE, law.value, _of(_K.SERVICE_PHONE, law.value))
                for law in open_sending().senders
            ),
            *(row(_K.OWN_NUMBER, each, each) for each in [*numbers, *sorted(ended | new)]),
        ],
        "creditor_rows": [row(_K.CREDITOR_NAME, each.code, each.code) for each in creditors],
        "keeping_rows": [
            row(_K.KEEPING, each.subject, _record_word(each.subject)) for each in keepings
        ],
    }


def names_shown(said: Particulars, coming: Sequence[Written]) -> list[dict[str, Any]]:
    """Return the names of buckets, with what is to come of each."""
    later = [each for each in coming if each.kind is _K.BUCKET_NAME]
    return [
        _row(_K.BUCKET_NAME, code, code, said, (), [each for each in later if each.subject == code])
        for code in bucket_codes()
    ]


def change_link(kind: ParticularKind, subject: str) -> str:
    """Return where one of them is changed."""
    return f"{reverse('particular')}?{urlencode({'kind': kind.value, 'of': subject})}"


def subject_word(kind: ParticularKind, subject: str) -> str:
    """Return of what something is said, in words; empty: of the lender."""
    if kind is _K.SERVICE_PHONE and subject in set(Jurisdiction):
        return str(LAWS[Jurisdiction(subject)])
    if kind is _K.KEEPING:
        return _record_word(subject)
    if kind in {_K.PRODUCT_NAME, _K.PRODUCT_SAYS} and subject in open_products():
        terms = open_products()[subject]
        return either(terms.name_en, terms.name_zh)
    return subject


def _of(kind: ParticularKind, subject: str) -> str:
    if not subject:
        return str(KINDS[kind])
    return _("%(what)s: %(of)s") % {"what": KINDS[kind], "of": subject_word(kind, subject)}


def now_said(
    kind: ParticularKind, subject: str, said: Particulars, creditors: Sequence[CreditorFacts]
) -> Both:
    """Return what counts of one thing: what was approved, or what the lender's files say."""
    told = said.said(kind, subject)
    if told is not None:
        return told
    where, terms = said.reached, open_products().get(subject)
    owner = next((each for each in creditors if each.code == subject), None)
    speaker = open_sending().senders.get(Jurisdiction(subject)) if subject in _LAWS else None
    line = next((each for each in open_caller().lines if each.number == subject), None)
    plain = bucket_name(subject)
    nothing = Both("", "")
    found = {
        _K.LENDER_NAME: said.name,
        _K.LICENCE: where.licence,
        _K.COMPLAINT_PHONE: Both(where.phone, where.phone),
        _K.COMPLAINT_EMAIL: Both(where.email, where.email),
        _K.ADDRESS: where.address,
        _K.SITE: Both(where.site, where.site),
        _K.SERVICE_PHONE: nothing if speaker is None else speaker.says.get(CALLBACK, nothing),
        _K.OWN_NUMBER: nothing if line is None else line.name,
        _K.CREDITOR_NAME: nothing if owner is None else Both(owner.name_zh, owner.name_en),
        _K.PRODUCT_NAME: nothing if terms is None else Both(terms.name_zh, terms.name_en),
        _K.BUCKET_NAME: Both(plain.zh, plain.en),
    }
    return found.get(kind, nothing)


_LAWS = frozenset(law.value for law in Jurisdiction)


def form_shown(
    kind: ParticularKind,
    subject: str,
    now: Both,
    given: Mapping[str, str],
    *,
    bounds: Bounds | None,
    said: Particulars,
) -> dict[str, Any]:
    """Return the form of one thing; ``given``: what was typed."""
    return {
        "title": str(KINDS[kind]),
        "of": subject_word(kind, subject),
        "where": WHERE[kind],
        "kind": kind.value,
        "subject": subject,
        "one": kind in SAME_IN_BOTH,
        "years": kind is _K.KEEPING,
        "number": kind in NUMBERS,
        "may_be_empty": kind is _K.OWN_NUMBER,
        "en": given.get("en", now.en),
        "zh": given.get("zh", now.zh),
        "since": given.get("since", ""),
        "now": _both_shown(kind, now),
        "bounds": None if bounds is None else _bounds_shown(bounds),
        "also": _also(kind, subject, now, said) if kind in NUMBERS else [],
    }


def _also(kind: ParticularKind, subject: str, now: Both, said: Particulars) -> list[dict[str, str]]:
    """Return as what else a number is given, so that none is left behind."""
    every = [
        (_K.COMPLAINT_PHONE, ""),
        *((_K.SERVICE_PHONE, law.value) for law in open_sending().senders),
    ]
    found = []
    for other, of in every:
        same = now_said(other, of, said, ()).en == now.en
        if same and (other, of) != (kind, subject):
            found.append({"label": _of(other, of), "href": change_link(other, of)})
    return found


def steps_shown(
    history: Sequence[Written],
    approvals: Mapping[int, ApprovalFacts],
    names: Mapping[int, str],
    *,
    today: date,
) -> list[dict[str, Any]]:
    """Return what was written down, where each stands and who did it."""
    return [
        {
            "id": each.id,
            "since": each.since.isoformat(),
            "says": _both_shown(each.kind, each.says),
            "by": names.get(each.asked_by, _("somebody")),
            "at": f"{each.asked_at:%Y-%m-%d}",
            "state": stand_shown(each, approvals.get(each.id), today),
            "ready": is_ready(each, approvals.get(each.id), today),
        }
        for each in history
    ]


def approval_told(details: Mapping[str, object]) -> list[str]:
    """Return what somebody asked to say anew, as the second person reads it."""
    kind = ParticularKind(str(details["kind"]))
    subject = str(details.get("on", ""))
    of = subject_word(kind, subject)
    says = Both(zh=str(details["zh"]), en=str(details["en"]))
    what = f"{KINDS[kind]} ({of})" if of else str(KINDS[kind])
    told = {"what": what, "day": details["since"]}
    return [_("%(what)s, from %(day)s:") % told, *_both_shown(kind, says)]


def _row(
    kind: ParticularKind,
    subject: str,
    label: str,
    said: Particulars,
    creditors: Sequence[CreditorFacts],
    coming: Sequence[Written],
) -> dict[str, Any]:
    told = said.rows.get((kind, subject))
    says = now_said(kind, subject, said, creditors)
    return {
        "label": label,
        "says": _both_shown(kind, says) if says.en or says.zh else [],
        "none": _NOTHING.get(kind, ""),
        "since": "" if told is None else told.since.isoformat(),
        "href": change_link(kind, subject),
        "coming": [
            _("changes on %(day)s") % {"day": each.since}
            if each.adopted_at
            else _("a change from %(day)s waits") % {"day": each.since}
            for each in coming
        ],
    }


def _both_shown(kind: ParticularKind, says: Both) -> list[Any]:
    """Return the words in both languages, or once where they are the same."""
    if not says.en and not says.zh:
        return [_NOTHING.get(kind, gettext_lazy("nothing yet"))]
    if kind is _K.KEEPING:
        return [_("%(n)s years") % {"n": says.en}]
    return [says.en] if says.en == says.zh else [says.zh, says.en]


def _record_word(subject: str) -> str:
    law, _slash, record = subject.partition("/")
    if law not in _LAWS or record not in set(RecordKind):
        return subject
    what = RECORDS[RecordKind(record)]
    return f"{either(what.en, what.zh)} · {LAWS[Jurisdiction(law)]}"


def _bounds_shown(bounds: Bounds) -> dict[str, Any]:
    least, most = bounds.least, bounds.most
    return {
        "min": bounds.years_min,
        "max": bounds.years_max,
        "least": either(least.text_en, least.text_zh),
        "most": "" if most is None else either(most.text_en, most.text_zh),
    }
