"""By which way does a one-time code reach the person who is to sign?

The code is handed over here and is kept nowhere else: not in an answer, a log or the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from forbear.values.errors import Conflict


class NoCodeSender(Conflict):
    """Nothing is set up by which a code could reach the person."""

    code = "NO_CODE_SENDER"


@dataclass(frozen=True, slots=True)
class CodeToSend:
    """A code on its way. It never shows in a representation."""

    debtor_id: int
    arrangement_ref: str
    code: str = field(repr=False)
    expires_at: datetime


CodeSender = Callable[[CodeToSend], None]
_SENDERS: list[CodeSender] = []


def register_code_sender(send: CodeSender | None) -> None:
    """Let codes go by this way from now on; None: by none."""
    _SENDERS[:] = [] if send is None else [send]


def send_code(code: CodeToSend) -> None:
    """Hand a code over, inside the transaction that keeps its hash.

    Raises:
        NoCodeSender: there is no way.
    """
    if not _SENDERS:
        raise NoCodeSender(
            "No way is set up by which a code could reach the person.",
            remedy="Ask whoever runs Forbear to set up how codes are sent.",
            message_zh="尚未设置向本人发送验证码的方式。",
            remedy_zh="请联系运行维护人员设置验证码发送方式。",
        )
    _SENDERS[0](code)
