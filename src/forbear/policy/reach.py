"""How well does a number reach the person, by how contacts there ended, and when is it too old?

The score is a share: what contacts tell for a number, against all that they tell, the newer the
more, from an even beginning. It says nothing of the person. Every figure is the lender's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forbear.policy.reading import Field, read_file
from forbear.values.code import Outcome

_WEIGHT_MAX = 10


@dataclass(frozen=True, slots=True)
class ReachTerms:
    """A lender's terms.

    ``tells``: how much an outcome speaks for a number, and how much against it. After
    ``half_life_days`` an outcome tells half as much. A confirmed number at which nobody was surely
    reached for ``silent_days`` is doubtful: numbers change hands.
    """

    half_life_days: int
    silent_days: int
    tells: Mapping[Outcome, tuple[int, int]]

    def score(self, ends: Iterable[tuple[Outcome, float]]) -> int:
        """Return how well a number reaches, in percent; ``ends``: outcomes and days since.

        >>> terms = ReachTerms(90, 365, {Outcome.RANG: (0, 1)})
        >>> terms.score([]), terms.score([(Outcome.RANG, 0.0)]), terms.score([(Outcome.RANG, 90.0)])
        (50, 33, 40)
        """
        good, bad = 1.0, 1.0
        for outcome, days in ends:
            says, against = self.tells.get(outcome, (0, 0))
            weight = 0.5 ** (max(days, 0.0) / self.half_life_days)
            good += says * weight
            bad += against * weight
        return round(100 * good / (good + bad))


def load_reach(file: str, text: str) -> ReachTerms:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="how numbers are judged")
    read.only("half_life_days", "silent_days", "tells")
    tells = read.part("tells").only(*Outcome)
    return ReachTerms(
        read.count("half_life_days"),
        read.count("silent_days", low=30),
        {Outcome(word): _pair(tells, word) for word in tells.value},
    )


def _pair(tells: Field, word: str) -> tuple[int, int]:
    found = tells.part(word).only("good", "bad")
    good, bad = found.count("good", low=0), found.count("bad", low=0)
    if max(good, bad) > _WEIGHT_MAX:
        raise found.fail("good", "is too heavy", f"Write numbers from 0 to {_WEIGHT_MAX}.")
    return good, bad
