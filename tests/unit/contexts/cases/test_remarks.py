"""What may be written down of a person in danger, and what still may not?"""

from __future__ import annotations

import pytest

from forbear.contexts.cases.desk.check import remarks_on, signs_in
from forbear.values.code import HoldKind
from forbear.values.wording import Act

NOBODY_KNOWS = frozenset()
WISHES_TO_DIE = (
    "他说活着没意思，不想活了。",
    "对方说不想活了，很激动。",
    "He says he wants to end it all.",
)


def refused(text: str) -> set[Act]:
    return {each.finding.act for each in remarks_on(text, NOBODY_KNOWS) if each.refuses}


class TestRemarks:
    @pytest.mark.parametrize("text", WISHES_TO_DIE)
    def test_of_what_somebody_in_danger_said_hold_nobody_up(self, text):
        assert any(HoldKind.SELF_HARM in sign.sign.kinds for sign in signs_in(text))
        assert refused(text) == set()

    def test_of_it_are_still_shown(self):
        (remark,) = remarks_on(WISHES_TO_DIE[0], NOBODY_KNOWS)

        assert remark.finding.act is Act.VULN_ABUSE
        assert remark.finding.weighed

    @pytest.mark.parametrize(
        ("text", "act"),
        [
            ("他说活着没意思，不想活了，我说不还钱就等着坐牢。", Act.FALSE_CRIME),
            ("He says he wants to end it all. I said the police will arrest him.", Act.FALSE_CRIME),
        ],
    )
    def test_of_our_own_threat_beside_it_refuse_as_ever(self, text, act):
        assert act in refused(text)

    def test_of_pressing_the_ill_refuse_where_nobody_is_in_danger(self):
        assert refused("刚做完化疗也得先把钱还了，别拿病当借口。") == {Act.VULN_ABUSE}
