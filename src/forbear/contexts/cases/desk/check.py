"""May these words be written down or said about a person, and does the person need care?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from forbear.contexts.rulebook.library import open_content, open_scripts
from forbear.policy.content.check import check
from forbear.policy.content.form import Finding, Severity
from forbear.policy.kind import HoldScope
from forbear.policy.pack import Pack
from forbear.policy.script import Found
from forbear.policy.wording.form import Both
from forbear.values.code import HoldKind
from forbear.values.errors import InvalidInput
from forbear.values.wording import Act, Fact


class WordsRefused(InvalidInput):
    """The words commit an act that no fact excuses. ``found``: what was remarked.

    ``holds``: what signs of distress in them placed all the same.
    """

    code = "WORDS_REFUSED"
    found: tuple[Remark, ...] = ()
    holds: tuple[HoldKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """A forbidden act found in a text, and what can be written instead."""

    finding: Finding
    instead: Both

    @property
    def refuses(self) -> bool:
        """It may not be written; else a person decides, and the record shows it."""
        return self.finding.severity is Severity.REFUSE


def words_refused(found: tuple[Remark, ...]) -> WordsRefused:
    """Return the refusal of words in which something was found."""
    error = WordsRefused(
        "Some of the words may not be written down like this.",
        remedy="Change them, or confirm that you report what was said.",
        message_zh="部分内容不宜这样写。",
        remedy_zh="请修改；如为如实转述，请勾选确认。",
        acts=sorted({each.finding.act.value for each in found}),
    )
    error.found = found
    return error


def remarks_on(text: str, facts: frozenset[Fact]) -> tuple[Remark, ...]:
    """Return what is found in a text of either language, given what is known.

    Whoever writes down that somebody does not want to live is not held up because the words weigh
    like pressing that person: everywhere such a note pauses contact and calls a person to read it.
    """
    instead = open_scripts().instead
    found = check(text, locale="", facts=facts, pack=open_content()).findings
    if found and any(HoldKind.SELF_HARM in each.sign.kinds for each in signs_in(text)):
        found = tuple(_left_to_a_person(each) for each in found)
    return tuple(Remark(each, instead[each.act]) for each in found)


def _left_to_a_person(finding: Finding) -> Finding:
    if finding.act is Act.VULN_ABUSE and finding.weighed:
        return replace(finding, severity=Severity.REWORD)
    return finding


def signs_in(text: str) -> tuple[Found, ...]:
    """Return every sign of distress in a text."""
    return open_scripts().signs_in(text)


def hold_for(found: Found, pack: Pack) -> HoldKind | None:
    """Return the hold that a sign places: the first of its own that the rules know."""
    return hold_of(found.sign.kinds, pack)


def hold_of(kinds: Iterable[HoldKind], pack: Pack) -> HoldKind | None:
    """Return the first of some holds that the rules know; None: they know none."""
    scopes = [r.parameters for r in pack.rules if isinstance(r.parameters, HoldScope)]
    known = {kind for scope in scopes for kind in scope.kinds}
    return next((kind for kind in kinds if kind in known), None)
