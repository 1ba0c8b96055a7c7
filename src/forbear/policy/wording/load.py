"""How does the text of a message file become approved wording?

A file holds one message with its dated versions in both languages; history is appended, never
edited. Every fault names the file, the field and the remedy. What may not be said to anybody is
refused here, before anybody can choose it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from forbear.policy.reading import Field, InvalidRule, read_file
from forbear.policy.wording.field import both, languages
from forbear.policy.wording.form import (
    Audience,
    Both,
    InvalidWording,
    NeutralWording,
    Step,
    Sum,
    Variable,
    VariableKind,
    Wording,
    Wordings,
    claims,
    placeholders,
    without_placeholders,
)
from forbear.policy.wording.holds import (
    Check,
    check_requirements,
    check_sample,
    check_words,
    proofs_of,
)
from forbear.policy.wording.terms import FOLDER, Terms, read_terms
from forbear.values.code import Channel, ContactPurpose, Jurisdiction
from forbear.values.wording import Fact, Tone

# The folder of why a person is on the agenda; the night reads it, and it is no message.
_OTHERS = "reasons/"
_FIELDS = (
    "id",
    "jurisdiction",
    "channel",
    "audience",
    "tone",
    "step",
    "contact",
    "purpose",
    "needs",
    "refuses",
    "variables",
    "sums",
    "parts",
    "versions",
    "withdrawn",
)
_VERSION_FIELDS = (
    "version",
    "effective",
    "approved_by",
    "approved_on",
    "subject",
    "zh",
    "en",
    "parts",
)
_SPOKEN = frozenset({Channel.VOICE, Channel.BOT})
_TITLED = frozenset({Channel.EMAIL, Channel.LETTER})
_NEUTRAL = frozenset({ContactPurpose.ACCESS, ContactPurpose.EDUCATION})
"""What is no contact about a debt, so that a stranger who reads it learns of none."""


def load_wordings(texts: Mapping[str, str], *, check: Check | None = None) -> Wordings:
    """Read message files, by names such as ``cn/sms/due_soon.yaml``, beside the shared ``terms/``.

    Every version is filled in with its invented examples and shown to ``check``.

    Raises:
        InvalidWording: a file does not keep its form, or its words may not be said.
    """
    found: list[Wording] = []
    try:
        terms = read_terms(texts)
        for file, text in texts.items():
            if not file.startswith((FOLDER, _OTHERS)):
                found += _message(read_file(file, text, what="a message"), terms, check)
    except InvalidRule as error:
        raise InvalidWording(error.message, remedy=error.remedy, **error.data) from None
    return Wordings(tuple(sorted(found, key=lambda each: (each.id, each.version))))


def _message(file: Field, terms: Terms, check: Check | None) -> list[Wording]:
    file.only(*_FIELDS)
    _check_name(file)
    versions = file.parts("versions")
    if not versions:
        raise file.fail("versions", "is empty", "Give at least one version.")
    declared = _declared(file, terms)
    wordings = [_version(file, each, declared, terms) for each in versions]
    _check_order(versions, wordings)
    ends: list[date | None] = [each.effective for each in wordings[1:]]
    ends.append(file.day("withdrawn", default=None))
    _check_used(file, declared, wordings)
    dated = [replace(each, until=end) for each, end in zip(wordings, ends, strict=True)]
    for field, wording in zip(versions, dated, strict=True):
        check_words(field, wording, terms)
        check_requirements(file, wording, terms)
        check_sample(field, wording, check)
    return dated


def _check_name(file: Field) -> None:
    """A message is found by its id: the id and the file's name say the same."""
    jurisdiction = file.word("jurisdiction", Jurisdiction)
    channel = file.word("channel", Channel)
    name = file.file.removesuffix(".yaml").rsplit("/", 1)[-1]
    wanted = f"{jurisdiction}.{channel}.{name}".lower()
    if file.get("id", str) != wanted or file.file != f"{wanted.replace('.', '/')}.yaml":
        raise file.fail(
            "id",
            f"'{file.get('id', str)}' does not name this file, law and channel",
            f"Write {wanted} and keep the file as {wanted.replace('.', '/')}.yaml.",
        )


def _declared(file: Field, terms: Terms) -> dict[str, Variable]:
    names = file.texts("variables")
    for name in names:
        if name not in terms.variables:
            raise file.fail(
                "variables",
                f"'{name}' is not among the shared variables",
                f"Use one of {FOLDER}variables.yaml, or add it there.",
            )
    return {name: terms.variables[name] for name in names}


def _version(file: Field, dated: Field, declared: Mapping[str, Variable], terms: Terms) -> Wording:
    dated.only(*_VERSION_FIELDS)
    channel = file.word("channel", Channel)
    audience = file.word("audience", Audience)
    body = languages(dated)
    subject = _subject(dated, channel)
    contact = file.word("contact", ContactPurpose)
    if contact in _NEUTRAL and audience is not Audience.ANYONE:
        raise file.fail("audience", "would tell of a debt", "Write it for ANYONE.")
    used = _used(dated, body, subject, declared)
    variables = tuple(each for name, each in declared.items() if name in used)
    needs, refuses = _facts(file, "needs"), _facts(file, "refuses")
    _check_facts(file, needs, refuses, terms)
    try:
        return (NeutralWording if audience.neutral else Wording)(
            id=file.get("id", str),
            version=dated.get("version", int),
            jurisdiction=file.word("jurisdiction", Jurisdiction),
            channel=channel,
            audience=audience,
            tone=file.word("tone", Tone),
            step=_step(file, channel),
            contact=contact,
            purpose=both(file, "purpose"),
            needs=claims(needs, terms.facts),
            refuses=claims(refuses, terms.facts),
            variables=variables,
            sums=_sums(file, variables),
            proofs=proofs_of(file, dated, body, subject, declared),
            subject=subject,
            body=body,
            effective=dated.get("effective", date),
            until=None,
            approved_by=both(dated, "approved_by"),
            approved_on=dated.get("approved_on", date),
        )
    except InvalidWording as error:
        raise file.fail("audience", error.message.rstrip("."), error.remedy) from None


def _step(file: Field, channel: Channel) -> Step | None:
    if (channel in _SPOKEN) != file.has("step"):
        raise file.fail(
            "step", f"does not go with {channel}", "Name the step of spoken words, and no other."
        )
    return file.word("step", Step) if file.has("step") else None


def _subject(dated: Field, channel: Channel) -> Both | None:
    if (channel in _TITLED) != dated.has("subject"):
        raise dated.fail(
            "subject", f"does not go with {channel}", "Head e-mails and letters, and no other."
        )
    return both(dated, "subject") if dated.has("subject") else None


def _used(
    dated: Field, body: Both, subject: Both | None, declared: Mapping[str, Variable]
) -> frozenset[str]:
    """Both languages say the same: each fills in the same variables."""
    title = subject or Both("", "")
    texts = {"zh": f"{title.zh}\n{body.zh}", "en": f"{title.en}\n{body.en}"}
    for name, text in texts.items():
        if set(without_placeholders(text)) & set("{}"):
            raise dated.fail(name, "holds a stray brace", "Write {name} for a variable.")
        for other in sorted(placeholders(text) - declared.keys()):
            raise dated.fail(name, f"uses {{{other}}}, not declared", f"Add {other} to variables.")
    zh, en = placeholders(texts["zh"]), placeholders(texts["en"])
    if zh != en:
        raise dated.fail(
            "zh" if en - zh else "en",
            f"does not use {', '.join(sorted(zh ^ en))}, as the other language does",
            "Say the same in both languages.",
        )
    return zh


def _facts(file: Field, name: str) -> frozenset[Fact]:
    return file.words(name, Fact, empty=True)


def _check_facts(
    file: Field, needs: frozenset[Fact], refuses: frozenset[Fact], terms: Terms
) -> None:
    for field, facts in (("needs", needs), ("refuses", refuses)):
        for fact in sorted(facts - terms.facts.keys()):
            raise file.fail(field, f"{fact} has no words", f"Add it to {FOLDER}facts.yaml.")
    if needs & refuses:
        both = ", ".join(sorted(needs & refuses))
        raise file.fail("refuses", f"{both} is needed too", "Name it once.")


def _sums(file: Field, variables: Sequence[Variable]) -> tuple[Sum, ...]:
    money = {each.name for each in variables if each.kind is VariableKind.MONEY}
    found = []
    for field in file.parts("sums") if file.has("sums") else []:
        field.only("total", "plus", "minus")
        identity = Sum(field.get("total", str), field.texts("plus"), field.texts("minus"))
        for name in (identity.total, *identity.plus, *identity.minus):
            if name not in money:
                raise field.fail(
                    "total", f"'{name}' is no amount of this message", "Add up its own amounts."
                )
        found.append(identity)
    return tuple(found)


def _check_order(versions: Sequence[Field], wordings: Sequence[Wording]) -> None:
    before: Wording | None = None
    for field, wording in zip(versions, wordings, strict=True):
        if wording.version != (before.version + 1 if before else 1):
            raise field.fail("version", "does not follow", "Number versions 1, 2, 3 in order.")
        if before and wording.effective <= before.effective:
            raise field.fail("effective", "is not after the version before", "Append versions.")
        if wording.approved_on > wording.effective:
            raise field.fail(
                "approved_on", "is after effective", "Nothing takes effect before its approval."
            )
        before = wording


def _check_used(file: Field, declared: Mapping[str, Variable], wordings: Sequence[Wording]) -> None:
    used = {variable.name for wording in wordings for variable in wording.variables}
    for name in sorted(declared.keys() - used):
        raise file.fail("variables", f"{name} is declared but not used", f"Remove {name}.")
    withdrawn = file.day("withdrawn", default=None)
    if withdrawn and withdrawn <= wordings[-1].effective:
        raise file.fail("withdrawn", "is not after the last version", "Withdraw it later.")
