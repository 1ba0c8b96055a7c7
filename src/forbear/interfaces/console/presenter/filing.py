"""How do filings look: a list by the day of their clocks, and one whole with what may follow?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forbear.contexts.people.queries import Colleague
from forbear.contexts.people.role import Permission
from forbear.contexts.rights.listing import ClockShown, FilingShown, ReviewListed
from forbear.contexts.rights.transition import NEXT, SETTLED, STATES, FilingState
from forbear.contexts.rights.word import (
    DATA_RIGHTS,
    DISPUTE_REASONS,
    FINDINGS,
    HARDSHIPS,
    KINDS,
    SOLUTIONS,
    CorrectionKind,
    DataRight,
    DisputeReason,
    FilingKind,
    Finding,
    HardshipCategory,
    Intake,
    Redress,
    Side,
    Solution,
    StatementKind,
)
from forbear.contexts.rights.worklist import Waiting, Worklist
from forbear.contexts.rulebook.library import open_complaints, open_helpers
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.record import by_shown
from forbear.interfaces.console.presenter.rule import rule_of
from forbear.interfaces.console.presenter.word import either, money, sentence, source_word
from forbear.policy.complaint import ComplaintReason
from forbear.policy.help import HelpKind
from forbear.values.code import Matter
from forbear.values.money import Currency
from forbear.values.principal import Principal

_S = FilingState
INTAKES = {
    Intake.PORTAL: gettext_lazy("on their own pages"),
    Intake.PHONE: gettext_lazy("by telephone"),
    Intake.LETTER: gettext_lazy("by letter"),
    Intake.EMAIL: gettext_lazy("by e-mail"),
    Intake.MESSAGE: gettext_lazy("by a message"),
    Intake.BRANCH: gettext_lazy("in a branch"),
    Intake.VISIT: gettext_lazy("on a visit"),
    Intake.AGENCY: gettext_lazy("through an agency"),
    Intake.REGULATOR: gettext_lazy("through an authority"),
    Intake.BUREAU: gettext_lazy("through a credit bureau"),
    Intake.STAFF: gettext_lazy("noticed by a colleague"),
}
SAYINGS = {
    StatementKind.FILED: gettext_lazy("What was filed"),
    StatementKind.QUESTION: gettext_lazy("Question to the person"),
    StatementKind.ANSWER: gettext_lazy("Statement"),
    StatementKind.EVIDENCE: gettext_lazy("Evidence"),
    StatementKind.REASONS: gettext_lazy("Reasons"),
    StatementKind.REOPENED: gettext_lazy("Why it was reopened"),
    StatementKind.ROOT_CAUSE: gettext_lazy("What let it happen"),
}
CORRECTIONS = {
    CorrectionKind.CREDIT: gettext_lazy("an amount is credited"),
    CorrectionKind.SETTLED: gettext_lazy("the loan counts as settled"),
    CorrectionKind.BUREAU_LINE: gettext_lazy("the credit bureau's lines are put right"),
}
REDRESSES = {
    Redress.NONE: gettext_lazy("nothing beside the answer"),
    Redress.APOLOGY: gettext_lazy("an apology"),
    Redress.CORRECTION: gettext_lazy("something is put right"),
    Redress.CONDUCT: gettext_lazy("somebody is trained, warned or taken off the case"),
    Redress.MONEY: gettext_lazy("money"),
}
MATTERS = {
    Matter.DEBT_DISPUTE: gettext_lazy("answer to the dispute"),
    Matter.BUREAU_DISPUTE: gettext_lazy("answer to the credit bureau"),
    Matter.DIRECT_DISPUTE: gettext_lazy("answer to the dispute of what was reported"),
    Matter.COMPLAINT_ACKNOWLEDGEMENT: gettext_lazy("word that the complaint is here"),
    Matter.COMPLAINT: gettext_lazy("answer to the complaint"),
    Matter.BUREAU_COMPLAINT: gettext_lazy("answer to the complaint about what was reported"),
    Matter.HARDSHIP_REVIEW: gettext_lazy("somebody looks again"),
    Matter.DATA_REQUEST: gettext_lazy("answer to the request"),
    Matter.VALIDATION_PERIOD: gettext_lazy("time to dispute"),
}


def kind_word(kind: str) -> str:
    """Return what a kind of filing is called, as a heading."""
    said = KINDS[FilingKind(kind)]
    return either(sentence(said.en), said.zh)


def state_word(state: str) -> str:
    """Return where a filing stands."""
    said = STATES[FilingState(state)]
    return either(sentence(said.en), said.zh)


def reason_word(kind: str, reason: str) -> str:
    """Return why somebody filed; a complaint's reason is what is alleged."""
    match FilingKind(kind):
        case FilingKind.COMPLAINT:
            found = open_complaints().get(reason)
            return reason if found is None else _complaint_word(found)
        case FilingKind.DISPUTE:
            said = DISPUTE_REASONS[DisputeReason(reason)]
        case FilingKind.HARDSHIP:
            said = HARDSHIPS[HardshipCategory(reason)]
        case FilingKind.DATA_REQUEST:
            said = DATA_RIGHTS[DataRight(reason)]
    return either(said.en, said.zh)


def _complaint_word(reason: ComplaintReason) -> str:
    return either(reason.en, reason.zh)


def due_shown(due_on: date | None, *, today: date) -> dict[str, str]:
    """Return until when an answer is owed, in words and with its mood."""
    if due_on is None:
        return {"words": _("no clock runs"), "mood": "", "day": ""}
    left = (due_on - today).days
    if left < 0:
        late = -left
        words = ngettext("%(days)s day late", "%(days)s days late", late) % {"days": late}
        return {"words": words, "mood": "late", "day": due_on.isoformat()}
    if left == 0:
        return {"words": _("due today"), "mood": "soon", "day": due_on.isoformat()}
    words = ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
    return {"words": words, "mood": "soon" if left <= 3 else "", "day": due_on.isoformat()}


def worklist_shown(found: Worklist, names: Mapping[int, str], *, today: date) -> dict[str, Any]:
    """Return the rows of the list."""
    return {
        "rows": [_waiting(row, names, today=today) for row in found.rows],
        "waiting": found.waiting,
        "late": found.late,
        "next": found.next,
    }


def _waiting(row: Waiting, names: Mapping[int, str], *, today: date) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": kind_word(row.kind),
        "code": row.kind.value.lower(),
        "reason": sentence(reason_word(row.kind, row.reason)),
        "state": state_word(row.state),
        "person": row.debtor_id,
        "name": row.name_masked or row.debtor_ref,
        "ref": row.debtor_ref,
        "owner": names.get(row.owner_id or 0, ""),
        "received": row.received_date.isoformat(),
        "intake": INTAKES[Intake(row.intake)],
        "due": due_shown(row.due_on, today=today),
    }


def reviews_shown(rows: Sequence[ReviewListed]) -> list[dict[str, Any]]:
    """Return the hardships that somebody must look at again."""
    return [
        {
            "id": row.id,
            "ref": row.debtor_ref,
            "state": state_word(row.state),
            "solution": _solution(row.solution),
            "day": row.review_date.isoformat(),
        }
        for row in rows
    ]


def _solution(code: str | None) -> str:
    if code is None:
        return ""
    said = SOLUTIONS[Solution(code)]
    return either(said.en, said.zh)


def filing_shown(
    found: FilingShown, names: Mapping[int, str], *, today: date, opened: bool
) -> dict[str, Any]:
    """Return one filing, whole."""
    row = found.filing
    finding = "" if row.finding is None else _finding(row.finding)
    return {
        "id": row.id,
        "ref": row.ref,
        "kind": kind_word(row.kind),
        "code": row.kind,
        "reason": sentence(reason_word(row.kind, row.reason)),
        "state": state_word(row.state),
        "finding": finding,
        "version": row.version,
        "received": row.received_date.isoformat(),
        "intake": INTAKES[Intake(row.intake)],
        "loan": row.loan_ref or "",
        "owner": names.get(row.owner_id or 0, ""),
        "owner_id": row.owner_id,
        "due": due_shown(row.due_on, today=today),
        "clocks": [_clock(each, today=today) for each in found.clocks],
        "path": _path(row.kind, row.state),
        "statements": [_said(each, names, opened=opened) for each in found.statements],
        "opened": opened,
        "files": [
            {
                "ref": each.ref,
                "side": _side(each.side),
                "kind": each.kind.lower(),
                "size": f"{-(-each.bytes // 1024):,} KB",
                "at": here(each.at),
            }
            for each in found.attachments
        ],
        "corrections": [
            {
                "id": each.id,
                "words": CORRECTIONS[CorrectionKind(each.kind)],
                "done": each.done_at,
                "since": each.since_date,
            }
            for each in found.corrections
        ],
        "complaint": _complaint(found, names),
        "hardship": _hardship(found),
    }


def _finding(code: str) -> str:
    said = FINDINGS[Finding(code)]
    return either(said.en, said.zh)


def _side(side: str) -> str:
    return _("the person") if Side(side) is Side.PERSON else _("the lender")


def _said(each: Any, names: Mapping[int, str], *, opened: bool) -> dict[str, Any]:
    return {
        "at": here(each.at),
        "side": each.side.lower(),
        "who": _side(each.side),
        "by": by_shown(each.author, names),
        "kind": SAYINGS[StatementKind(each.kind)],
        "text": each.text,
        "gone": opened and each.text is None,
    }


def _clock(each: ClockShown, *, today: date) -> dict[str, Any]:
    rule = rule_of(each.rule_id)
    return {
        "matter": MATTERS.get(Matter(each.matter), each.matter),
        "rule": each.rule_id,
        "source": "" if rule is None else source_word(str(rule.source)),
        "step": each.step,
        "starts": each.starts_on.isoformat(),
        "protects": each.protects,
        "met": f"{each.met_at:%Y-%m-%d}" if each.met_at else "",
        "due": due_shown(each.due_on, today=today),
    }


def _path(kind: str, state: str) -> list[dict[str, Any]]:
    """Return every state of the kind: where it stands, and what may follow now."""
    table = NEXT[FilingKind(kind)]
    following = table.get(FilingState(state), frozenset())
    every = [each for each in FilingState if each in table or each in _reached(table)]
    return [
        {"word": state_word(each), "here": each.value == state, "next": each in following}
        for each in every
    ]


def _reached(table: Mapping[FilingState, frozenset[FilingState]]) -> set[FilingState]:
    return {each for following in table.values() for each in following}


def _complaint(found: FilingShown, names: Mapping[int, str]) -> dict[str, Any] | None:
    told = found.complaint
    if told is None:
        return None
    redress = "" if told.redress is None else str(REDRESSES[Redress(told.redress)])
    if told.redress_minor and told.currency:
        redress = f"{redress}: {money(told.redress_minor, Currency(told.currency))}"
    helper = open_helpers().get(told.authority)
    return {
        "substantiated": reason_word("COMPLAINT", told.substantiated) if told.substantiated else "",
        "about": names.get(told.about_staff or 0, ""),
        "redress": redress,
        "authority": "" if helper is None else either(helper.name_en, helper.name_zh),
        "authority_ref": told.authority_ref,
        "contacts": len(told.attempt_ids),
    }


def _hardship(found: FilingShown) -> dict[str, Any] | None:
    told = found.hardship
    if told is None:
        return None
    return {
        "severity": told.severity,
        "declared": told.self_declared,
        "solution": _solution(told.solution),
        "until": told.until_date,
        "review": told.review_date,
    }


def deeds_shown(found: FilingShown, *, actor: Principal) -> frozenset[str]:
    """Return the names of the forms that may follow now, for this reader."""
    row, state = found.filing, FilingState(found.filing.state)
    following = NEXT[FilingKind(row.kind)].get(state, frozenset())
    deeds: set[str] = set()
    if actor.may(Permission.FILINGS_TAKE):
        deeds |= {"statement", "attach"}
        deeds |= {"reopen"} if state in SETTLED else set()
        deeds |= {"escalate"} if _S.ESCALATED in following else set()
    if actor.may(Permission.FILINGS_WORK):
        deeds |= {"owner"}
        steps = {_S.ACKNOWLEDGED: "acknowledge", _S.ASKED: "ask", _S.WITHDRAWN: "withdraw"}
        deeds |= {name for to, name in steps.items() if to in following}
        if _S.WORKING in following and state not in SETTLED | {_S.GRANTED}:
            deeds.add("take_up")
        if any(not each.met_at and not each.protects for each in found.clocks):
            deeds.add("lengthen")
    deeds |= _decisions(row.kind, following, actor)
    return frozenset(deeds)


def _decisions(kind: str, following: frozenset[FilingState], actor: Principal) -> set[str]:
    if kind == FilingKind.DATA_REQUEST:
        may = actor.may(Permission.DATA_RIGHTS_ANSWER) and _S.DECIDED in following
        return {"answer"} if may else set()
    if not actor.may(Permission.FILINGS_DECIDE):
        return set()
    if kind == FilingKind.HARDSHIP:
        found = {"grant"} if _S.GRANTED in following else set()
        return found | ({"review", "end"} if _S.ENDED in following else set())
    return {f"decide_{kind.lower()}"} if _S.DECIDED in following else set()


def choices_shown(found: FilingShown, staff: Sequence[Colleague], *, law: str) -> dict[str, Any]:
    """Return what the forms of a filing's page let one choose from."""
    complaint = found.filing.kind == FilingKind.COMPLAINT
    reasons = open_complaints().values() if complaint else ()
    helpers = open_helpers().values() if complaint else ()
    return {
        "staff": [{"id": each.id, "name": each.name} for each in staff],
        "findings": [{"code": each.value, "label": _finding(each)} for each in Finding],
        "solutions": [
            {"code": each.value, "label": _solution(each)}
            for each in Solution
            if each not in {Solution.WRITE_OFF, Solution.PLAN}
        ],
        "redresses": [{"code": each.value, "label": REDRESSES[each]} for each in Redress],
        "complaints": [{"code": each.code, "label": _complaint_word(each)} for each in reasons],
        "authorities": [
            {"code": each.code, "label": either(each.name_en, each.name_zh)}
            for each in helpers
            if each.kind is HelpKind.REGULATOR and each.jurisdiction == law
        ],
        "currencies": [each.value for each in Currency],
    }


def kinds_shown(chosen: FilingKind | None) -> list[dict[str, Any]]:
    """Return the kinds to choose from."""
    return [{"value": "", "label": _("All kinds"), "chosen": chosen is None}] + [
        {"value": kind.value.lower(), "label": kind_word(kind), "chosen": kind is chosen}
        for kind in FilingKind
    ]


def filed_shown(row: tuple[int, str, str, str]) -> dict[str, Any]:
    """Return one of a person's filings in a line."""
    ident, kind, state, reason = row
    return {
        "id": ident,
        "kind": kind_word(kind),
        "state": state_word(state),
        "reason": sentence(reason_word(kind, reason)),
    }


def desk_choices() -> dict[str, Any]:
    """Return what a desk's forms let one choose from.

    That somebody else answers is told as a call is wrapped up, beside the number that was called;
    acute distress has its own way.
    """
    return {
        "disputes": [
            {"code": each.value, "label": sentence(reason_word("DISPUTE", each.value))}
            for each in DisputeReason
            if each is not DisputeReason.WRONG_PERSON
        ],
        "complaints": [
            {"code": each.code, "label": _complaint_word(each)}
            for each in open_complaints().values()
        ],
        "hardships": [
            {"code": each.value, "label": sentence(reason_word("HARDSHIP", each.value))}
            for each in HardshipCategory
            if each is not HardshipCategory.DISTRESS
        ],
    }
