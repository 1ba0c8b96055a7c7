"""How does a reader look through all that may be said?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from forbear.policy.wording.form import Claim, Sum, Variable, Wording, Wordings
from forbear.policy.wording.sample import sample, sample_values
from forbear.policy.wording.sms import sms_length
from forbear.policy.wording.value import Amount, money
from forbear.values.code import Channel, Jurisdiction, Language

_COUNTRIES: Final[Mapping[Jurisdiction, str]] = {
    Jurisdiction.CN: "China",
    Jurisdiction.US: "United States",
    Jurisdiction.UK: "United Kingdom",
}
_NAMES: Final[Mapping[str, str]] = {
    "SMS": "SMS",
    "WECHAT": "WeChat",
    "EMAIL": "e-mail",
    "URL": "link",
}
_INTRODUCTION = """\
# Messages

What may be said to people, word for word, as shipped. Each message stands in both languages with
the facts that must hold for its words to be true; while one is missing, or a forbidding one holds,
nothing is said. `{name}` is filled in; the table at the end says with what. Approvers are invented:
a lender puts its own compliance desk there.
"""


def pages(wordings: Wordings) -> str:
    """Return the catalogue of messages as Markdown; the newest version of each in full."""
    newest = {each.id: each for each in wordings}
    latest = sorted(newest.values(), key=_place)
    blocks = [_INTRODUCTION, _contents(latest)]
    for (jurisdiction, channel), group in groupby(latest, key=_chapter):
        blocks.append(f"## {_COUNTRIES[jurisdiction]}, {_words(channel)}\n")
        blocks += [_entry(each, wordings) for each in group]
    blocks.append(_variables(latest))
    return "\n".join(blocks)


def _chapter(wording: Wording) -> tuple[Jurisdiction, Channel]:
    return wording.jurisdiction, wording.channel


def _place(wording: Wording) -> tuple[int, int, int, str]:
    step = wording.step.number if wording.step else 0
    return wording.jurisdiction.number, wording.channel.number, step, wording.id


def _contents(latest: Sequence[Wording]) -> str:
    rows = ["| country | channel | messages |", "|---|---|---|"]
    for (jurisdiction, channel), group in groupby(latest, key=_chapter):
        names = ", ".join(f"`{each.id}`" for each in group)
        rows.append(f"| {_COUNTRIES[jurisdiction]} | {_words(channel)} | {names} |")
    return "\n".join([*rows, ""])


def _entry(wording: Wording, wordings: Wordings) -> str:
    facts = [
        ("Speaks to", _words(wording.audience)),
        ("Tone", _words(wording.tone)),
        ("Contact", _words(wording.contact)),
        ("Step", _words(wording.step) if wording.step else ""),
        ("True only while", _claims(wording.needs)),
        ("Never while", _claims(wording.refuses)),
        ("Contains", ", ".join(_words(proof.part) for proof in wording.proofs)),
        ("Adds up", "; ".join(_sum(each) for each in wording.sums)),
        ("Length", _length(wording)),
        ("Version", _version(wording, wordings)),
    ]
    lines = [
        f"### `{wording.id}`\n",
        f"{wording.purpose.en} {wording.purpose.zh}\n",
        *[f"- {name}: {said}" for name, said in facts if said],
        "",
        _quoted(wording.template(Language.ZH)),
        "",
        _quoted(wording.template(Language.EN)),
        "",
    ]
    return "\n".join(lines)


def _version(wording: Wording, wordings: Wordings) -> str:
    said = (
        f"{wording.version}, in force from {wording.effective}"
        f"{f' until {wording.until}' if wording.until else ''}, approved on {wording.approved_on} "
        f"by {wording.approved_by.en} / {wording.approved_by.zh}"
    )
    earlier = [
        f"{each.version} from {each.effective}"
        for each in wordings
        if each.id == wording.id and each.version < wording.version
    ]
    return f"{said}; earlier: {', '.join(earlier)}" if earlier else said


def _length(wording: Wording) -> str:
    """Say how many parts a text message takes with its examples."""
    if wording.channel is not Channel.SMS:
        return ""
    zh, en = (
        sms_length(sample(wording, language).text).parts for language in (Language.ZH, Language.EN)
    )
    return f"with its examples, {zh} parts in Chinese and {en} in English"


def _variables(latest: Iterable[Wording]) -> str:
    used: dict[str, tuple[Variable, Wording]] = {}
    for wording in latest:
        for variable in wording.variables:
            used.setdefault(variable.name, (variable, wording))
    rows = [
        "## What is filled in\n",
        "Personal values are masked in logs; values that tell of a debt stand in no message that",
        "others may hear or see. Every example is invented.\n",
        "| variable | kind | personal | tells of a debt | meaning | example |",
        "|---|---|---|---|---|---|",
    ]
    for name, (variable, wording) in sorted(used.items()):
        cells = (
            f"`{name}`",
            _words(variable.kind),
            "yes" if variable.personal else "",
            "yes" if variable.debt else "",
            f"{variable.meaning.en} / {variable.meaning.zh}",
            " / ".join(dict.fromkeys(_shown(wording, name, each) for each in Language)),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join([*rows, ""])


def _shown(wording: Wording, name: str, language: Language) -> str:
    value = sample_values(wording, language)[name]
    return money(value, language=language) if isinstance(value, Amount) else str(value)


def _claims(claims: Iterable[Claim]) -> str:
    return "; ".join(f"{claim.text.en} (`{claim.fact}`)" for claim in claims)


def _sum(identity: Sum) -> str:
    minus = "".join(f" − {name}" for name in identity.minus)
    return f"{identity.total} = {' + '.join(identity.plus)}{minus}"


def _quoted(text: str) -> str:
    return f"```text\n{text}\n```"


def _words(code: str) -> str:
    return _NAMES.get(code, code.lower().replace("_", " "))
