"""What does each answer of WeChat's to a message mean for the contact?

One closed table, from the platform's published codes; the reference page of outcomes is made from
it. A code that it does not name is a refusal, since WeChat gives a code other than 0 only for what
it did not do; silence, or an answer without a code, is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forbear.contexts.contact.channels.port import Accepted, NotAccepted, NotKnown
from forbear.values.code import Code

Answer = Accepted | NotAccepted | NotKnown


class Effect(Code):
    """What an answer changes beside the contact itself."""

    NONE = "NONE"
    TOKEN_SPENT = "TOKEN_SPENT"  # noqa: S105  # a word
    """The access token is worth nothing any more; the next contact fetches another."""
    ADDRESS_INVALID = "ADDRESS_INVALID"
    """The account knows no such person: nothing goes there any more."""
    CLOSED = "CLOSED"
    """The person does not follow the account, or blocks it: WeChat is closed to them."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a code means. ``known`` False: whether the message left is not said."""

    en: str
    zh: str
    effect: Effect = Effect.NONE
    known: bool = True


_SPENT, _CLOSED = Effect.TOKEN_SPENT, Effect.CLOSED
ANSWERS: dict[int, Means] = {
    -1: Means("the platform was busy and says no more", "系统繁忙，未说明结果", known=False),
    40001: Means("the access token or secret is wrong", "凭据或密钥无效", _SPENT),
    40014: Means("the access token is wrong", "凭据无效", _SPENT),
    42001: Means("the access token ran out", "凭据已过期", _SPENT),
    40003: Means("no such person for this account", "openid 无效", Effect.ADDRESS_INVALID),
    40013: Means("the app id is wrong", "AppID 无效"),
    40037: Means("no such template", "模板 ID 无效"),
    40164: Means("this machine's address is not on the account's list", "IP 不在白名单"),
    41030: Means("the page of the mini program is wrong", "小程序页面路径无效"),
    43004: Means("the person does not follow the account", "用户未关注", _CLOSED),
    43101: Means("the person did not ask for this kind of message", "用户未订阅该通知"),
    43116: Means("the template was banned by the platform", "模板已被平台封禁"),
    45009: Means("the account's number of calls for today is used up", "接口调用次数已用尽"),
    45015: Means("more than 48 hours since the person wrote", "超过 48 小时会话窗口"),
    45047: Means("too many messages since the person wrote", "会话窗口内条数已满"),
    47003: Means("a field of the template does not fit", "模板字段不符合要求"),
    48001: Means("the account may not use this interface", "账号无此接口权限"),
    48004: Means("the interface was taken from the account", "接口被封禁"),
    50002: Means("the account or person is limited", "用户受限"),
    61451: Means("a parameter is wrong", "参数错误"),
}

BEFORE: dict[str, tuple[str, str]] = {
    "OUTSIDE_48_HOURS": (
        "no template was named, and the person did not write within 48 hours",
        "未指定模板，且本人 48 小时内未发来消息",
    ),
    "WORDS_DO_NOT_FIT": ("the words are not the template's", "用语与模板不一致"),
    "FIELD_TOO_LONG": ("WeChat would cut a field", "字段超长会被截断"),
    "TOO_LONG": ("free words of more than 2,048 bytes", "自由文字超过 2,048 字节"),
    "OTHER_PLATFORM": (
        "the id is WeCom's, or the official account's, and not this one's",
        "该标识属于另一平台（公众号或企业微信）",
    ),
    "NO_REGISTERED_ACCOUNT": (
        "WeCom: whoever asked has no registered account, or no person asked",
        "企业微信：发起人没有登记的账号，或并非人工发起",
    ),
    "NOT_CONFIRMED": (
        "WeCom: the member of staff did not confirm, and the task was taken back",
        "企业微信：员工未确认，任务已撤回",
    ),
    "NOT_A_CONTACT": (
        "WeCom: the customer is no contact of that member of staff",
        "企业微信：对方不是该员工的客户",
    ),
    "LIMIT_OF_THE_PLATFORM": (
        "WeCom: the customer had as many messages as the platform allows",
        "企业微信：对方已达到平台允许的条数",
    ),
    "NO_TOKEN": ("no access token was to be had", "未能取得凭据"),
}
"""For what a message did not leave, by words of our own; in both languages."""


def understood(status: int, said: Any, ref_at: str) -> tuple[Answer, Effect]:
    """Return what an answer means. ``said``: its JSON, null where there is none.

    ``ref_at``: where the platform's own number for the message stands; "": it gives none.
    """
    code = said.get("errcode") if isinstance(said, dict) else None
    if not isinstance(code, int) or isinstance(code, bool) or status >= 500:
        return NotKnown(f"HTTP_{status}"), Effect.NONE
    if code == 0:
        ref = str(said.get(ref_at, ""))[:120] if ref_at else "TAKEN"
        return (Accepted(ref) if ref else NotKnown("NO_NUMBER_GIVEN")), Effect.NONE
    means = ANSWERS.get(code, Means("", ""))
    word = f"WECHAT_{code}"
    return (NotAccepted(word) if means.known else NotKnown(word)), means.effect
