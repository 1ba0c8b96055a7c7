"""How is what a person put before the lender shown to them: what, since when, and until when?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from forbear.contexts.rights.listing import FilingListed, FilingShown
from forbear.contexts.rights.transition import FilingState
from forbear.contexts.rights.word import (
    DISPUTE_REASONS,
    FINDINGS,
    HARDSHIPS,
    DataRight,
    DisputeReason,
    FilingKind,
    Finding,
    HardshipCategory,
)
from forbear.contexts.rulebook.library import open_complaints, open_helpers
from forbear.interfaces.console.presenter.word import either, long_day, sentence
from forbear.interfaces.portal.context import in_tongue
from forbear.interfaces.portal.presenter.account import masked_ref
from forbear.policy.help import HelpKind, helpers_for
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction


def right_words() -> dict[DataRight, str]:
    """Return what a person may ask for about their own data."""
    return {
        DataRight.SEE: _("Send me everything that you hold about me"),
        DataRight.CORRECT: _("Something about me is wrong: correct it"),
        DataRight.DELETE: _("Delete what may be deleted"),
        DataRight.EXPLAIN: _("Explain why a machine decided as it did"),
        DataRight.HUMAN: _("Let a human decide instead of a machine"),
        DataRight.OBJECT: _("Do not use my data to contact me"),
        DataRight.RESTRICT: _("Keep my data but do not use them until this is answered"),
    }


def kind_word(kind: str) -> str:
    """Return what a filing is called to the person."""
    return {
        FilingKind.DISPUTE: _("Something is wrong with the debt"),
        FilingKind.COMPLAINT: _("Complaint about us"),
        FilingKind.HARDSHIP: _("Help with hardship"),
        FilingKind.DATA_REQUEST: _("About my data"),
    }[FilingKind(kind)]


def reason_word(kind: str, reason: str) -> str:
    """Return what a filing is about."""
    match FilingKind(kind):
        case FilingKind.DISPUTE:
            said = DISPUTE_REASONS[DisputeReason(reason)]
        case FilingKind.HARDSHIP:
            said = HARDSHIPS[HardshipCategory(reason)]
        case FilingKind.DATA_REQUEST:
            return right_words()[DataRight(reason)]
        case _:
            found = open_complaints()[reason]
            return in_tongue(Both(zh=found.zh, en=found.en))
    return either(sentence(said.en), said.zh)


def state_word(state: str) -> str:
    """Return how far it has come."""
    return {
        FilingState.FILED: _("It is here"),
        FilingState.ACKNOWLEDGED: _("It is here, and was confirmed"),
        FilingState.WORKING: _("Somebody is looking into it"),
        FilingState.ASKED: _("We have a question for you"),
        FilingState.DECIDED: _("It is decided"),
        FilingState.WITHDRAWN: _("You took it back"),
    }.get(FilingState(state), _("It goes on"))


def listed_shown(row: FilingListed) -> dict[str, Any]:
    """Return a filing in one line."""
    return {
        "ref": row.ref,
        "kind": kind_word(row.kind),
        "reason": reason_word(row.kind, row.reason),
        "state": state_word(row.state),
        "filed": long_day(row.received_date),
        "due": "" if row.due_on is None else long_day(row.due_on),
        "late": row.late,
    }


def filing_shown(found: FilingShown) -> dict[str, Any]:
    """Return a filing as its person reads it."""
    row = found.filing
    open_ = row.state not in {FilingState.DECIDED, FilingState.WITHDRAWN} and row.finding is None
    return listed_shown(row) | {
        "short": row.ref.removeprefix("portal-")[:8].upper(),
        "loan": "" if row.loan_ref is None else masked_ref(row.loan_ref),
        "open": open_,
        "version": row.version,
        "asked": row.state == FilingState.ASKED,
        "finding": ""
        if row.finding is None
        else either(sentence(FINDINGS[Finding(row.finding)].en), FINDINGS[Finding(row.finding)].zh),
        "said": [
            {
                "mine": each.side == "PERSON",
                "text": each.text,
                "day": long_day(settings.FORBEAR_MORNING.day(each.at)),
            }
            for each in found.statements
            if each.text
        ],
        "files": len(found.attachments),
        "stopped": open_ and row.kind in {FilingKind.DISPUTE, FilingKind.HARDSHIP},
        "complaint": row.kind == FilingKind.COMPLAINT,
    }


def authorities(law: Jurisdiction, region: str | None) -> list[dict[str, Any]]:
    """Return who takes complaints about a lender where a person lives."""
    rows = helpers_for(open_helpers(), law, region=region, kind=HelpKind.REGULATOR)
    return [
        {
            # Many are known by their number, which stands beside the name as a link.
            "short": in_tongue(Both(zh=each.name_zh, en=each.name_en))
            .replace(each.phone or "\0", "")
            .strip(),
            "says": in_tongue(Both(zh=each.says_zh, en=each.says_en)),
            "phone": each.phone,
            "web": each.web,
        }
        for each in rows
    ]
