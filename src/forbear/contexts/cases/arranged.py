"""What happened to a person's arrangements and promises, as the record tells it?

The contexts that keep them stand above this one; the record, which all write, stands below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.queries import Done
from forbear.contexts.cases.transition import Said
from forbear.values.money import format_minor

_E = AuditEvent
STEPS: dict[AuditEvent, Said] = {
    _E.ARRANGEMENT_PROPOSED: Said("Arrangement proposed", "拟定还款安排"),
    _E.ARRANGEMENT_SHOWN: Said("Agreement shown to the person", "已向本人出示协议"),
    _E.ARRANGEMENT_CODE_REFUSED: Said(
        "A signature was not taken: code or name did not fit", "签署未成功：验证码或姓名不符"
    ),
    _E.ARRANGEMENT_SIGNED: Said("Arrangement signed; collection stops", "还款安排已签订，停止催收"),
    _E.ARRANGEMENT_KEPT_UP: Said("Arrangement is being kept again", "还款安排恢复履行"),
    _E.ARRANGEMENT_LATE: Said("An instalment of the arrangement is late", "还款安排有一期逾期"),
    _E.ARRANGEMENT_PAUSED: Said("Arrangement paused", "还款安排暂停"),
    _E.ARRANGEMENT_BROKEN: Said("Arrangement ended, not kept", "还款安排未能履行，已终止"),
    _E.ARRANGEMENT_COMPLETED: Said("Arrangement kept to its end", "还款安排履行完毕"),
    _E.ARRANGEMENT_REPLACED: Said("Arrangement replaced by another one", "还款安排由新安排替代"),
    _E.ARRANGEMENT_WITHDRAWN: Said("Arrangement withdrawn", "还款安排已撤回"),
    _E.ARRANGEMENT_LAPSED: Said("Proposal lapsed", "方案已失效"),
    _E.ARRANGEMENT_REMINDER: Said(
        "Whether to remind before instalments was changed", "分期提醒设置已更改"
    ),
    _E.PROMISE_MADE: Said("Promise to pay", "承诺还款"),
    _E.PROMISE_KEPT: Said("Promise kept", "承诺已履行"),
    _E.PROMISE_PARTLY_KEPT: Said("Promise partly kept", "承诺部分履行"),
    _E.PROMISE_BROKEN: Said("Promise not kept", "承诺未履行"),
    _E.PROMISE_WITHDRAWN: Said("Promise withdrawn", "承诺已撤回"),
    _E.PROMISE_REOPENED: Said("Promise open again", "承诺恢复待履行"),
}
"""What is told of the record, in both languages."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """A step of an arrangement or a promise. Null amount or day: the step names none."""

    id: int
    at: datetime
    by: str
    subject: str
    event: AuditEvent
    amount_minor: int | None
    currency: str
    due_date: date | None

    @classmethod
    def of(cls, done: Done) -> Arranged:
        """Return an entry of the record as an entry."""
        body = done.body
        amount = body.get("amount_minor", body.get("total_minor"))
        return cls(
            done.id,
            done.at,
            done.by,
            done.subject,
            done.event,
            amount if isinstance(amount, int) else None,
            str(body.get("currency") or ""),
            _day(body.get("due_date")),
        )

    @property
    def words(self) -> Said:
        """Return it in both languages."""
        said = STEPS[self.event]
        if self.amount_minor is None:
            return said
        amount = format_minor(self.amount_minor, self.currency)
        until = (f", by {self.due_date}", f"，{self.due_date} 前") if self.due_date else ("", "")
        return Said(f"{said.en}: {amount}{until[0]}", f"{said.zh}：{amount}{until[1]}")


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
