"""How does the code for signing leave? By the gate, to a way that the person is known to have."""

from __future__ import annotations

from forbear.contexts.arrangements.port import CodeNotSent, CodeToSend
from forbear.contexts.contact.code import CodeToGo, send_code


def by_the_gate(code: CodeToSend) -> None:
    """Ask the gate to let a code out, inside the transaction that keeps its hash.

    Raises:
        CodeNotSent: the gate refuses, or the person has no way by which a code may come.
    """
    valid = code.expires_at - code.made_at
    gone = send_code(CodeToGo(code.debtor_id, code.code, valid), actor=code.asked_by)
    if gone.permit_id is not None:
        return
    en = " ".join(dict.fromkeys(reason.en for reason in gone.reasons))
    zh = "".join(dict.fromkeys(reason.zh for reason in gone.reasons))
    raise CodeNotSent(
        f"No code can be sent now. {en or 'No telephone or mail of the person can be used.'}",
        remedy="Check the person's contact points, or sign on paper.",
        message_zh=f"现在无法发送验证码。{zh or '没有可用的本人手机号或电子邮箱。'}",
        remedy_zh="请核对本人的联系方式，或改用书面签署。",
    )
