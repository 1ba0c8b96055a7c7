"""In which ways can an agency's report and its permits disagree, and what is said of each?"""

from __future__ import annotations

from forbear.values.code import Code


class FindingKind(Code):
    """A disagreement; ``SAID`` has its words."""

    NO_PERMIT = "NO_PERMIT"
    UNKNOWN_PERMIT = "UNKNOWN_PERMIT"
    NOT_BEGUN = "NOT_BEGUN"
    UNKNOWN_PERSON = "UNKNOWN_PERSON"
    OTHER_PERSON = "OTHER_PERSON"
    OTHER_CHANNEL = "OTHER_CHANNEL"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    USED_TWICE = "USED_TWICE"
    OTHER_OUTCOME = "OTHER_OUTCOME"
    NOT_REPORTED = "NOT_REPORTED"


SAID: dict[FindingKind, tuple[str, str]] = {
    FindingKind.NO_PERMIT: (
        "A contact was made without a permit.",
        "未取得许可即进行了联系。",
    ),
    FindingKind.UNKNOWN_PERMIT: (
        "The permit that is named was never given to this agency.",
        "所称的许可从未发给该机构。",
    ),
    FindingKind.NOT_BEGUN: (
        "A contact was made on a permit that was never begun.",
        "许可未经开始确认即被用于联系。",
    ),
    FindingKind.UNKNOWN_PERSON: (
        "Nobody here goes by the ref that is named, so the contact counts for nobody.",
        "这里没有所称编号的债务人，该联系未计入任何人。",
    ),
    FindingKind.OTHER_PERSON: (
        "The permit was for another person.",
        "该许可针对另一债务人。",
    ),
    FindingKind.OTHER_CHANNEL: (
        "The permit was for another channel.",
        "该许可针对另一渠道。",
    ),
    FindingKind.OUTSIDE_WINDOW: (
        "The contact was made outside the time of its permit.",
        "联系发生在许可时间之外。",
    ),
    FindingKind.USED_TWICE: (
        "The permit was used for an earlier contact already.",
        "该许可已用于更早的一次联系。",
    ),
    FindingKind.OTHER_OUTCOME: (
        "Another outcome was reported at the time of the contact.",
        "与联系当时上报的结果不一致。",
    ),
    FindingKind.NOT_REPORTED: (
        "A permit was begun, and the agency reported no contact for it.",
        "许可已开始使用，但该机构未上报相应联系。",
    ),
}
"""English and Chinese."""
BREACHES = frozenset(FindingKind) - {FindingKind.OTHER_OUTCOME, FindingKind.NOT_REPORTED}
"""A contact that no permit covers: it counts from then on as an attempt of its own."""
