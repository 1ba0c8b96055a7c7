"""The page of outcomes: what each means on each channel, which rules count it, what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forbear.contexts.contact.call.word import ENDS, INCOMING_ENDS
from forbear.contexts.contact.channels.proof import OUTCOMES
from forbear.contexts.contact.channels.wechat.answer import ANSWERS, BEFORE, Effect
from forbear.policy.kind import CoolOff, Counted, FrequencyCap, UnreachableTest
from forbear.policy.rule import Rule
from forbear.values.code import Channel, Direction, Jurisdiction, Outcome


def page(rules: Sequence[Rule]) -> str:
    """Return the page."""
    return "\n".join(_page(rules)).rstrip() + "\n"


def _page(rules: Sequence[Rule]) -> Iterator[str]:
    yield "# Outcomes of contacts, by channel\n"
    yield "Made from the program and the packs; never edited by hand. A rule stands where it counts"
    yield "an outbound contact with that outcome towards a cap or a pause; every rule has a page of"
    yield "its own under [rules](rules.md).\n"
    yield "本页由程序与规则包生成，不手工编辑。"
    yield "规则列出在计入次数上限或间隔的结果处；每条规则另有说明页。\n"
    latest = {rule.id: rule for rule in rules}
    for channel, outcomes in OUTCOMES.items():
        yield f"\n## {channel.value}\n"
        laws = list(Jurisdiction)
        yield f"| outcome | means | 含义 | {' | '.join(laws)} | kept as proof | 留存凭据 |"
        yield f"|---|---|---|{'---|' * len(laws)}---|---|"
        for outcome, means in outcomes.items():
            counted = [
                ", ".join(_counting(latest.values(), law, channel, outcome)) or "-" for law in laws
            ]
            yield (
                f"| `{outcome.value}` | {means.en} | {means.zh} | {' | '.join(counted)} | "
                f"{means.proof_en} | {means.proof_zh} |"
            )
    yield from _ends()
    yield from _incoming()
    yield from _answers()


def _ends() -> Iterator[str]:
    yield "\n## How a call ends\n"
    yield "What our own switchboard says of a call, by what the trunk answers. An end without an"
    yield "outcome left nothing, or counts by what was seen before.\n"
    yield "本方话务程序记录的通话结局，以及线路的应答代码。"
    yield "没有结果的结局：未拨出，或按此前所见计。\n"
    yield "| end | trunk | means | 含义 | outcome | may have reached the person 可能已到达对方 |"
    yield "|---|---|---|---|---|---|"
    for end, means in ENDS.items():
        outcome = "-" if means.outcome is None else f"`{means.outcome.value}`"
        left = "yes 是" if means.left else "no 否"
        sip = means.sip or "-"
        yield f"| `{end.value}` | {sip} | {means.en} | {means.zh} | {outcome} | {left} |"


def _incoming() -> Iterator[str]:
    yield "\n## How a call to us ends\n"
    yield "It counts as a contact that the person began, where the number is one person's own.\n"
    yield "号码属于某一人本人的，计为本人主动联系。\n"
    yield "| end | means | 含义 | outcome |"
    yield "|---|---|---|---|"
    for end, (en, zh, outcome) in INCOMING_ENDS.items():
        counted = "-" if outcome is None else f"`{outcome.value}`"
        yield f"| `{end.value}` | {en} | {zh} | {counted} |"


_EFFECTS = {
    Effect.NONE: "-",
    Effect.TOKEN_SPENT: "another token is fetched 重新获取凭据",
    Effect.ADDRESS_INVALID: "nothing goes there again 该标识停用",
    Effect.CLOSED: "WeChat is closed to the person 不再用微信联系",
}


def _answers() -> Iterator[str]:
    yield "\n## What WeChat answers to a message\n"
    yield "Every code but 0 is a refusal that gives the caps back, unless it says nothing. So is"
    yield "one that is not listed. Silence is not known, and counts as sent.\n"
    yield "除 0 以外的应答均为明确拒绝，退回次数；未说明结果的除外。未列出的代码同样视为拒绝。"
    yield "没有应答视为未知，按已发送计。\n"
    yield "| answer | means | 含义 | outcome | follows 后果 |"
    yield "|---|---|---|---|---|"
    for word, (en, zh) in BEFORE.items():
        yield f"| `{word}` | {en} | {zh} | `{Outcome.FAILED.value}` | nothing left 未发出 |"
    for code, means in ANSWERS.items():
        outcome = Outcome.FAILED if means.known else Outcome.UNKNOWN
        effect = _EFFECTS[means.effect]
        yield f"| `{code}` | {means.en} | {means.zh} | `{outcome.value}` | {effect} |"


def _counting(
    rules: Sequence[Rule], law: Jurisdiction, channel: Channel, outcome: Outcome
) -> Iterator[str]:
    for rule in sorted(rules, key=lambda each: each.id):
        if rule.jurisdiction is law and any(
            channel in each.channels
            and outcome in each.outcomes
            and Direction.OUTBOUND in each.directions
            for each in _counts(rule)
        ):
            yield f"`{rule.id}`"


def _counts(rule: Rule) -> tuple[Counted, ...]:
    own = rule.parameters
    if isinstance(own, FrequencyCap | CoolOff):
        return (own.counts,)
    return (own.tries, own.reaches) if isinstance(own, UnreachableTest) else ()
