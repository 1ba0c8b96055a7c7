"""How does a lender's own rule come to count, and how does it cease to?

One member of staff proposes it or asks for its end; another decides. A rule counts from its first
day in each person's own time, and not before it was approved; its end counts at once. Letting one
count, or ending it, waits for decisions under way, and later ones see it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from forbear.contexts.audit.actions import Body, record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.meeting import part
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import acting
from forbear.contexts.house.models import OwnRule, OwnRuleEnd, Verdict
from forbear.contexts.house.unknown import unknown_own_rule
from forbear.contexts.people.actions.approval import SecondPersonNeeded
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_library, open_products, open_regions
from forbear.policy.own import read_own
from forbear.policy.rule import Rule
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.principal import NotPermitted, Principal

PROPOSED = "rule.yaml"
"""What messages call the text that is proposed."""
_LENGTH_MAX = 400
_ONE_AT_A_TIME = 0x464F5252
_STAMP = (
    "INSERT INTO house_standing (id, stamp) VALUES (1, %s) "
    "ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp"
)


class UnfitOwnRule(InvalidInput):
    """An own rule that cannot be proposed, or a step without its reason."""

    code = "UNFIT_OWN_RULE"


class OwnRuleDecided(Conflict):
    """Nothing waits for a decision here any more, or something waits already."""

    code = "OWN_RULE_DECIDED"


def propose_own_rule(
    text: str, *, reason: str, today: date, actor: Principal, now: datetime
) -> int:
    """Write a rule down as proposed; return the number of what was written down.

    Of an id that is known already it is the next version, which takes the former one's place from
    its first day on. ``today`` is the lender's day.

    Raises:
        NotPermitted: RULES_MANAGE is missing.
        InvalidRule, LooserThanLaw: the text is no rule, or none that may be an own rule.
        UnfitOwnRule: there is no reason, or its days have passed or do not follow the former ones.
        OwnRuleDecided: a version of it waits for a decision already.
    """
    may(actor, Permission.RULES_MANAGE)
    by = staff_id(actor)
    _check_reason(reason)
    rule = read_own(PROPOSED, text, open_library())
    _check_scope(rule)
    _check_days(rule, today)
    with acting(actor):
        _one_at_a_time()
        former = list(OwnRule.objects.filter(rule_id=rule.id).order_by("version"))
        _check_former(rule, former)
        row = OwnRule.objects.create(
            rule_id=rule.id,
            version=len(former) + 1,
            jurisdiction=rule.jurisdiction.value,
            text=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            effective=rule.effective,
            ends=rule.ends,
            reason=reason.strip(),
            asked_by_id=by,
            asked_at=now,
        )
        _record(AuditEvent.OWN_RULE_PROPOSED, row, actor, now)
    return row.pk


def decide_own_rule(
    row_id: int, verdict: Verdict, *, why: str = "", today: date, actor: Principal, now: datetime
) -> None:
    """Let a proposed rule count, refuse it, or take back what one proposed oneself.

    Raises:
        NotPermitted: RULES_MANAGE is missing, or somebody else's proposal is taken back.
        SecondPersonNeeded: whoever proposed it decides.
        UnknownOwnRule: there is none of that number.
        OwnRuleDecided: it was decided already.
        UnfitOwnRule: it would end before it counts, or a refusal has no reason.
        InvalidRule, LooserThanLaw: the files have changed so that it may not count any more.
    """
    may(actor, Permission.RULES_MANAGE)
    by = staff_id(actor)
    with acting(actor):
        _one_at_a_time()
        row = OwnRule.objects.filter(pk=row_id).first()
        if row is None:
            raise unknown_own_rule(row_id)
        _check_decider(row, verdict, by, why)
        if verdict is Verdict.APPROVED:
            rule = read_own(PROPOSED, row.text, open_library())
            if rule.ends is not None and rule.ends <= today:
                raise _over(rule.ends)
            part()
        _decide(row, verdict, by, why, now)
        if verdict is Verdict.APPROVED:
            ask(_STAMP, [uuid4()])
        _record(_OF_RULE[verdict], row, actor, now)


def ask_own_rule_end(row_id: int, *, reason: str, actor: Principal, now: datetime) -> int:
    """Ask a second person to withdraw a rule that was approved; return the request's number.

    Raises:
        NotPermitted: RULES_MANAGE is missing.
        UnknownOwnRule: there is none of that number.
        OwnRuleDecided: it does not count, or its end was asked for already.
        UnfitOwnRule: there is no reason.
    """
    may(actor, Permission.RULES_MANAGE)
    by = staff_id(actor)
    _check_reason(reason)
    with acting(actor):
        _one_at_a_time()
        row = OwnRule.objects.filter(pk=row_id).first()
        if row is None:
            raise unknown_own_rule(row_id)
        others = OwnRuleEnd.objects.filter(rule=row)
        asked = others.filter(verdict__isnull=True) | others.filter(verdict=Verdict.APPROVED)
        if row.verdict != Verdict.APPROVED or asked.exists():
            raise _decided_already()
        end = OwnRuleEnd.objects.create(
            rule=row, reason=reason.strip(), asked_by_id=by, asked_at=now
        )
        _record(AuditEvent.OWN_RULE_END_ASKED, row, actor, now)
    return end.pk


def decide_own_rule_end(
    end_id: int, verdict: Verdict, *, why: str = "", actor: Principal, now: datetime
) -> None:
    """Withdraw a rule at once, refuse to, or take back the request that one made oneself.

    Raises:
        NotPermitted: RULES_MANAGE is missing, or somebody else's request is taken back.
        SecondPersonNeeded: whoever asked for it decides.
        UnknownOwnRule: there is no such request.
        OwnRuleDecided: it was decided already.
        UnfitOwnRule: a refusal has no reason.
    """
    may(actor, Permission.RULES_MANAGE)
    by = staff_id(actor)
    with acting(actor):
        _one_at_a_time()
        end = OwnRuleEnd.objects.select_related("rule").filter(pk=end_id).first()
        if end is None:
            raise unknown_own_rule(end_id)
        _check_decider(end, verdict, by, why)
        if verdict is Verdict.APPROVED:
            part()
        _decide(end, verdict, by, why, now)
        if verdict is Verdict.APPROVED:
            ask(_STAMP, [uuid4()])
        _record(_OF_END[verdict], end.rule, actor, now)


_OF_RULE = {
    Verdict.APPROVED: AuditEvent.OWN_RULE_APPROVED,
    Verdict.REFUSED: AuditEvent.OWN_RULE_REFUSED,
    Verdict.TAKEN_BACK: AuditEvent.OWN_RULE_TAKEN_BACK,
}
_OF_END = {
    Verdict.APPROVED: AuditEvent.OWN_RULE_ENDED,
    Verdict.REFUSED: AuditEvent.OWN_RULE_END_REFUSED,
    Verdict.TAKEN_BACK: AuditEvent.OWN_RULE_END_TAKEN_BACK,
}


def _one_at_a_time() -> None:
    ask("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def _decide(row: OwnRule | OwnRuleEnd, verdict: Verdict, by: int, why: str, now: datetime) -> None:
    row.verdict, row.decided_by_id, row.decided_at = verdict.value, by, now
    row.decided_why = why.strip()
    row.save(update_fields=["verdict", "decided_by", "decided_at", "decided_why"])


def _check_decider(row: OwnRule | OwnRuleEnd, verdict: Verdict, by: int, why: str) -> None:
    if row.verdict is not None:
        raise _decided_already()
    own = row.asked_by_id == by
    if verdict is Verdict.TAKEN_BACK and not own:
        raise NotPermitted(
            "Only whoever asked for this may take it back.",
            remedy="Refuse it instead, with a reason.",
            message_zh="只有提出者本人可以撤回。",
            remedy_zh="请改为拒绝，并说明理由。",
        )
    if verdict is not Verdict.TAKEN_BACK and own:
        raise SecondPersonNeeded(
            "You asked for this yourself; somebody else decides.",
            remedy="Ask a colleague of compliance, or take it back.",
            message_zh="这是您本人提出的，须由他人决定。",
            remedy_zh="请由另一位合规人员处理，或自行撤回。",
        )
    if verdict is Verdict.REFUSED:
        _check_reason(why)
    if len(why) > _LENGTH_MAX:
        raise _too_long()


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise UnfitOwnRule(
            "This takes a reason.",
            remedy="Write in one sentence why, such as the letter that asks for it.",
            message_zh="须说明理由。",
            remedy_zh="请用一句话说明原因，如所依据的来函。",
            field="reason",
        )
    if len(reason) > _LENGTH_MAX:
        raise _too_long()


def _too_long() -> UnfitOwnRule:
    return UnfitOwnRule(
        f"A reason has at most {_LENGTH_MAX} characters.",
        remedy="Write it shorter.",
        message_zh=f"理由不超过 {_LENGTH_MAX} 个字符。",
        remedy_zh="请写得简短一些。",
        field="reason",
    )


def _check_scope(rule: Rule) -> None:
    """Refuse places and products that nobody knows: the rule would be asked of nobody."""
    country = rule.jurisdiction.value
    regions = [code for code, region in open_regions().items() if region.country == country]
    for named in rule.scope.regions:
        if not any(code.startswith(named) or named.startswith(code) for code in regions):
            raise _unknown_scope(rule, "regions", named, regions)
    for named in sorted(rule.scope.products - set(open_products())):
        raise _unknown_scope(rule, "products", named, sorted(open_products()))


def _unknown_scope(rule: Rule, field: str, named: str, known: Sequence[str]) -> UnfitOwnRule:
    return UnfitOwnRule(
        f"{PROPOSED}:{rule.place.line}, {field}: '{named}' is not known.",
        remedy=f"Use: {', '.join(known)}.",
        message_zh=f"{PROPOSED}:{rule.place.line}，{field}：不认识“{named}”。",
        remedy_zh=f"可用：{'、'.join(known)}。",
        field=field,
    )


def _check_days(rule: Rule, today: date) -> None:
    if rule.effective < today:
        raise UnfitOwnRule(
            f"{PROPOSED}:{rule.place.line}, effective: {rule.effective} has passed.",
            remedy=f"Write {today} or later: nothing is judged by a rule that came after it.",
            message_zh=f"{PROPOSED}:{rule.place.line}，effective：{rule.effective} 已过。",
            remedy_zh=f"请写 {today} 或以后：不得用后来的规则评判以前的联系。",
            field="effective",
        )


def _over(ends: date) -> UnfitOwnRule:
    return UnfitOwnRule(
        f"This rule was to end on {ends}, which has come.",
        remedy="Propose it again with days that are to come.",
        message_zh=f"该规则原定于 {ends} 结束，这一天已到。",
        remedy_zh="请按将来的日期重新提出。",
        field="ends",
    )


def _check_former(rule: Rule, former: list[OwnRule]) -> None:
    if any(row.verdict is None for row in former):
        raise OwnRuleDecided(
            f"A version of {rule.id} waits for a decision already.",
            remedy="Decide it or take it back first, or give this one an id of its own.",
            message_zh=f"{rule.id} 已有一个版本在等待决定。",
            remedy_zh="请先决定或撤回该版本，或为本规则另起编号。",
        )
    counted = [row.effective for row in former if row.verdict == Verdict.APPROVED]
    if counted and rule.effective <= max(counted):
        raise UnfitOwnRule(
            f"{PROPOSED}:{rule.place.line}, effective: a version of {rule.id} counts from "
            f"{max(counted)}; a newer one begins later.",
            remedy="Write a later day, or give this one an id of its own.",
            message_zh=f"{PROPOSED}:{rule.place.line}，effective：{rule.id} 已有自 {max(counted)} "
            "起的版本，新版本须更晚开始。",
            remedy_zh="请写更晚的日期，或另起编号。",
            field="effective",
        )
    if any(row.jurisdiction != rule.jurisdiction.value for row in former):
        raise UnfitOwnRule(
            f"{rule.id} belongs to another law.",
            remedy="Give this one an id of its own.",
            message_zh=f"{rule.id} 属于另一法域。",
            remedy_zh="请另起编号。",
            field="id",
        )


def _decided_already() -> OwnRuleDecided:
    return OwnRuleDecided(
        "This was decided already.",
        remedy="Look at the rule as it stands now.",
        message_zh="该事项已有决定。",
        remedy_zh="请查看规则当前的状态。",
    )


def _record(event: AuditEvent, row: OwnRule, actor: Principal, now: datetime) -> None:
    # A reason is free text and stays in its row.
    body: Body = {
        "rule": row.rule_id,
        "version": row.version,
        "sha256": row.sha256,
        "effective": row.effective.isoformat(),
        "ends": None if row.ends is None else row.ends.isoformat(),
    }
    record(event, actor=actor, subject=f"own_rule:{row.pk}", now=now, body=body)
