"""Write the manual page of the check of content.

Called by tools/reference.py; the page is generated and never edited by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from forbear.policy.content.form import ActForm, Claim, ContentPack
from forbear.values.code import Language
from forbear.values.wording import Act

_INTRODUCTION = """\
# Content check 措辞检查

Drafts, turns of transcripts, notes and generated text are read for the acts below. Three look at
them. *Claims* are patterns that say something; a fact may make it true, and then it is lawful. The
*tally* weighs words, kinds of words and their pairs; its finding names the words that weighed most.
The *reader of meaning* is a small language model on the lender's own machine; it hears what is
meant where no word says it. Its finding, cue `reader`, stands at the clause without which it would
hear least of it. A fact clears calm words; no fact excuses a threat. Disguised spellings are undone
first. Without the reader's file the other two decide, and `forbear doctor` says so. Why it is built
so: [ADR 14](../adr/0014-content-claims-and-a-tally.md),
[ADR 71](../adr/0071-a-reader-of-meaning-stands-beside-claims-and-tally.md).

On 2,560 sentences of hands that taught nothing it finds 96 of 100 forbidden ones (Chinese 97,
English 96) and raises a false alarm on 2 of 100 lawful ones (1 and 2).

起草、通话转写、备注和生成的文字都要经过检查。“断言”是句式，事实可使其合法；
“统计”对词语、词类及其组合加权，结果列出权重最大的词；
“语义阅读”是运行在本机的小型语言模型，听出字面之外的意思，
其结果（线索为 `reader`）标在去掉之后语义最弱的那一分句。
事实只能使平和的措辞合法，不能为威胁开脱。变形写法会先还原。
缺少语义阅读文件时由前两者判断，`forbear doctor` 会提示。
在未参与训练的作者所写的2560句上，能发现违规句的96%（中文97%，英文96%），
对合法句的误报为2%（中文1%，英文2%）。

A finding is a cue for people and a stop for machines; it is no judgment of a person.
检查结果供人判断、令机器停止，并不是对人的裁断。

Try it 试用: `forbear rules wording check "…" --fact SUIT_FILED`

Measure it 测量: `python tests/bench/content.py`. Train it 训练: `python tools/content_tally.py`,
`python tools/content_reader.py`.
"""


def page(pack: ContentPack) -> str:
    """Return the page as Markdown."""
    return "\n".join([_INTRODUCTION, *_index(pack), *_acts(pack)]).rstrip() + "\n"


def _index(pack: ContentPack) -> Iterator[str]:
    yield "| act | name | 名称 | what for | lawful when known 已知时合法 |"
    yield "|---|---|---|---|---|"
    for act, form in pack.acts.items():
        facts = ", ".join(f"`{fact}`" for fact in sorted(form.lawful_when)) or "—"
        yield (
            f"| [`{act}`](#{act.lower()}) | {form.name_en} | {form.name_zh} | "
            f"{form.severity} | {facts} |"
        )
    yield ""


def _acts(pack: ContentPack) -> Iterator[str]:
    for act, form in pack.acts.items():
        yield f"## {act}\n"
        yield f"{form.why_en}\n\n{form.why_zh}\n"
        yield f"Basis 依据: {'; '.join(form.basis)}.\n"
        yield from _conditions(form)
        claims = [
            (language, claim)
            for language, tongue in pack.tongues.items()
            for claim in tongue.claims
            if claim.act is act
        ]
        if claims:
            yield "| claim 断言 | | patterns 句式 | lawful when 合法条件 | example 例 |"
            yield "|---|---|---|---|---|"
            for language, claim in claims:
                yield _claim(language, claim)
            yield ""
        yield from _heaviest(pack, act)


def _conditions(form: ActForm) -> Iterator[str]:
    if form.only_when:
        needed = ", ".join(f"`{fact}`" for fact in sorted(form.only_when))
        yield f"Only when known 仅在已知时: {needed}.\n"
    for fact, to in form.turns.items():
        yield f"When `{fact}` is known, the words are [`{to}`](#{to.lower()}).\n"


def _claim(language: Language, claim: Claim) -> str:
    facts = ", ".join(f"`{fact}`" for fact in sorted(claim.lawful_when)) or "—"
    return (
        f"| `{claim.id}` | {language.lower()} | {len(claim.say)} | {facts} | "
        f"{' / '.join(claim.examples) or 'only beside another finding 仅与其他问题并列'} |"
    )


def _heaviest(pack: ContentPack, act: Act) -> Iterator[str]:
    """Show words that weigh most, so that a reader sees what the tally looks for."""
    for language, tongue in pack.tongues.items():
        tally = tongue.tally
        column = tally.acts.index(act)
        marks = ("w:",) if tongue.lexicon.spaced else ("g:",)
        ordered = sorted(
            (
                (-float(tally.weights[row, column] * tally.rarity[row]), name)
                for name, row in tally.row.items()
                if name.startswith(marks) and (tongue.lexicon.spaced or len(name) > 3)
            ),
        )
        words = ", ".join(name[2:] for _, name in ordered[:12])
        yield f"Heaviest words 权重最大的词 ({language.lower()}): {words}.\n"
