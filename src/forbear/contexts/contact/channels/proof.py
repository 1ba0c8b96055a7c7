"""Which outcomes can a contact of each channel have, what does each mean there, and what is kept?

The one list behind the reference page; what counts for which rule stands in the packs.
"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.values.code import Channel, Outcome


@dataclass(frozen=True, slots=True)
class Means:
    """What an outcome means on a channel, and by what that can be shown."""

    en: str
    zh: str
    proof_en: str
    proof_zh: str


_RECORD = ("the signed entry of the gate's answer", "签名记录中的门控应答")
_RECEIPT = ("the provider's receipt with its own number", "服务商回执及其编号")
_CALLED = (
    "the trunk's answer, the call's events, its recording where one is made; else by hand",
    "线路应答、通话事件及录音（如有）；未经本方线路的由人工登记",
)
_BY_HAND = ("the collector's report, with who and when", "催收员的登记（含人员与时间）")
_MACHINE = ("the call's events, and its recording where one is made", "通话事件及录音（如有）")


def _means(en: str, zh: str, proof: tuple[str, str]) -> Means:
    return Means(en, zh, *proof)


_ALWAYS = {
    Outcome.FAILED: _means(
        "definitely not taken by the provider, or taken back before it left; of the gate's own it "
        "counts for nothing, told by a file it counts as listed",
        "服务商明确未接收，或在发出前已撤回；本系统门控的不计次数，文件告知的按所列规则计入",
        _RECORD,
    ),
    Outcome.UNKNOWN: _means(
        "nobody knows yet whether it left; it counts as made, is asked about, never made again",
        "尚不知是否发出；按已联系计算，持续查询，绝不重发",
        _RECORD,
    ),
}
_MESSAGE = {
    **_ALWAYS,
    Outcome.SENT: _means("taken by the provider", "服务商已接收", _RECEIPT),
    Outcome.NOT_CONNECTED: _means(
        "it did not reach the address: no such number or mailbox, expired, or refused there",
        "未能送达：号码或邮箱不存在、超时或被拒收",
        _RECEIPT,
    ),
    Outcome.DELIVERED: _means(
        "it reached the device or mailbox; whether it was read is not known",
        "已送达设备或邮箱；是否阅读不可知",
        _RECEIPT,
    ),
    Outcome.REPLIED: _means(
        "somebody wrote back; the words are kept, sealed",
        "对方有回复；内容加密保存",
        ("the sealed message with the provider's number for it", "加密保存的来信及其编号"),
    ),
    Outcome.WRONG_PERSON: _means(
        "somebody else wrote that the address is theirs; it is suspended at once",
        "他人回复称号码并非本人；该联系方式立即停用",
        ("the sealed message, and the entry of the suspension", "加密保存的来信与停用记录"),
    ),
}
_LETTER = {
    **_ALWAYS,
    Outcome.SENT: _means(
        "in a batch that was handed to the post",
        "已随批次交寄",
        ("the batch's list with the hash of each page", "批次清单及每封信的哈希值"),
    ),
    Outcome.NOT_CONNECTED: _means(
        "it came back; the address is suspended",
        "被退回；该地址停用",
        ("who entered its return, and when", "退信登记人与时间"),
    ),
    Outcome.DELIVERED: _means("the post said so", "邮政确认送达", _BY_HAND),
}


def _spoken(proof: tuple[str, str], *, who: tuple[str, str] | None = None) -> dict[Outcome, Means]:
    """Return the outcomes of what is spoken; ``who``: by what it is shown who answered."""
    said = who or proof
    return {
        **_ALWAYS,
        Outcome.NOT_CONNECTED: _means(
            "busy, no such number, or out of service", "忙音、空号或停机", proof
        ),
        Outcome.RANG: _means("it rang and nobody answered", "振铃无人接听", proof),
        Outcome.VOICEMAIL: _means("a machine answered", "语音信箱接听", proof),
        Outcome.ANSWERED: _means(
            "somebody answered; who is not established", "有人接听，身份未确认", proof
        ),
        Outcome.WRONG_PERSON: _means(
            "somebody else answered and said so; the number is suspended at once",
            "他人接听并说明；该号码立即停用",
            said,
        ),
        Outcome.RIGHT_PARTY: _means(
            "the person answered; the debt was not talked about", "本人接听，未谈债务", said
        ),
        Outcome.CONVERSATION: _means(
            "the person answered and the debt was talked about", "本人接听并谈及债务", said
        ),
    }


OUTCOMES: dict[Channel, dict[Outcome, Means]] = {
    Channel.VOICE: _spoken(_CALLED, who=_BY_HAND),
    Channel.BOT: _spoken(_MACHINE),
    Channel.SMS: _MESSAGE,
    Channel.WECHAT: _MESSAGE,
    Channel.EMAIL: _MESSAGE,
    Channel.LETTER: _LETTER,
    Channel.VISIT: {
        outcome: means
        for outcome, means in _spoken(_BY_HAND).items()
        if outcome not in {Outcome.VOICEMAIL, Outcome.RANG}
    },
}
"""Every outcome that a contact of a channel can have."""
