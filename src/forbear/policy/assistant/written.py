"""To which messages that people write back may an approved short answer go, and which one?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.policy.assistant.intent import CARE, GUARDED, Intent
from forbear.policy.assistant.understand import Understood
from forbear.policy.reading import read_file
from forbear.policy.wording.field import both


@dataclass(frozen=True, slots=True)
class Written:
    """What the lender lets be answered. ``sends``: it was switched on.

    ``answers``: the end of the approved message's id, by meaning.
    """

    version: int
    sends: bool
    answers: Mapping[Intent, str]

    def answer_to(self, heard: Understood) -> str | None:
        """Return which answer goes to a message; None: a person reads it.

        Every matter in it must have the same answer, and nothing in it may let fear for somebody.
        """
        if not self.sends or heard.care or CARE & set(heard.meant):
            return None
        found = {self.answers.get(each) for each in heard.meant}
        return found.pop() if len(found) == 1 else None


def load_written(file: str, text: str) -> Written:
    """Read the lender's choice.

    Raises:
        InvalidRule: the file does not keep its form.
    """
    read = read_file(file, text, what="answers to messages").only(
        *("version", "effective", "approved_by", "approved_on", "sends", "answers")
    )
    both(read, "approved_by")
    if read.get("approved_on", date) > read.get("effective", date):
        raise read.fail("approved_on", "is after effective", "Approve it before it takes effect.")
    answers = read.part("answers").only(*(frozenset(Intent) - CARE - GUARDED))
    return Written(
        read.count("version"),
        read.flag("sends", default=False),
        {Intent(name): answers.get(name, str) for name in answers.value},
    )
