"""What was said in the demonstration's calls? All of it is invented.

Each sentence is one side's; how long it takes is reckoned from its length.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from forbear.contexts.contact.transcript.form import Sentence
from forbear.contexts.contact.transcript.word import Side
from forbear.values.code import Language

_ZH_SIGN_MS, _EN_SIGN_MS, _PAUSE_MS = 210, 65, 900
US, PERSON = Side.US, Side.PERSON


@dataclass(frozen=True, slots=True)
class CallTold:
    """A call that somebody made to us. ``ago``: how long before the last of a day's work."""

    username: str
    language: Language
    ago: timedelta
    said: tuple[tuple[Side, str], ...]

    def sentences(self) -> tuple[Sentence, ...]:
        """Return what was said, one after the other."""
        sign_ms = _ZH_SIGN_MS if self.language is Language.ZH else _EN_SIGN_MS
        at_ms, found = _PAUSE_MS, []
        for side, text in self.said:
            ends_ms = at_ms + sign_ms * len(text)
            found.append(Sentence(side, at_ms, ends_ms, text))
            at_ms = ends_ms + _PAUSE_MS
        return tuple(found)


CALLS = (
    # Nothing to look at: most calls are like this one.
    CallTold(
        "lan",
        Language.ZH,
        timedelta(minutes=135),
        (
            (US, "您好，这里是示例贷款客服，工号A0017，本次通话有录音。"),
            (PERSON, "你好，我收到短信，说有一期没还上。"),
            (US, "请您先报一下身份证后四位，核对后我再说明。"),
            (PERSON, "好的，我报给你。"),
            (US, "核对好了，谢谢。您看什么时候方便还这一期？"),
            (PERSON, "周五发工资，周五晚上就还。"),
            (US, "好，我给您记下周五。需要改期您随时告诉我们。"),
            (PERSON, "行，谢谢你。"),
        ),
    ),
    # What a colleague may not say, and a wish that the person repeats.
    CallTold(
        "meng",
        Language.ZH,
        timedelta(minutes=95),
        (
            (US, "您好，这里是示例贷款客服，本次通话有录音。"),
            (PERSON, "我说过现在手头紧，下个月再说。"),
            (US, "您再不还，我们只好联系您单位的领导了。"),
            (PERSON, "你们不能这样，请不要再给我打电话了。"),
            (US, "对不起，我刚才的话不对。您可以选择只收短信或信件。"),
            (PERSON, "那就发短信吧。"),
        ),
    ),
    # What stops contact before anybody has looked.
    CallTold(
        "lan",
        Language.EN,
        timedelta(minutes=50),
        (
            (US, "Good afternoon, this is the example lender. This call is recorded."),
            (PERSON, "I lost my work in spring, and now the flat. I do not want to live any more."),
            (US, "Thank you for telling me. The money can wait. Is somebody with you now?"),
            (PERSON, "My sister is in the next room."),
            (US, "I am glad she is. I will stay on the line while you go to her."),
            (US, "Nobody will call you about the loan. May a colleague who can help call you?"),
            (PERSON, "Yes. That would be good."),
        ),
    ),
)
