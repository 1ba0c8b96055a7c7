"""Models in the console: cards for whoever works with figures, decisions by two who may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings

from forbear.contexts.nightly.insight.registry import Registry
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people.queries import usernames_who
from forbear.contexts.people.role import Permission, Role
from forbear.values.code import Channel
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.insight import NOW, complain, gain, miss, reach
from tests.support.people import audited
from tests.support.portfolio import SETUP, portfolio, ring

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")
CARD = {
    "trained_at": "2026-11-20T05:00:00+00:00", "by": "ann", "book_date": "2026-11-19",
    "chosen": "scorecard", "share": 0.08, "rows": {"judging": 4_000},
    "missed": ["auc", "province=51: calibration"],
    "limits_en": "It may not press anybody.", "limits_zh": "不得用于施压。",
    "figures": {"scorecard": {"auc": 0.7123}, "forest": {"auc": 0.7119}},
    "bands": [{"rows": 2_000, "said": 0.02, "came": 0.03}, {"rows": 2_000, "said": 0.2,
                                                            "came": 0.13}],
    "groups": {"province": [{"group": "51", "rows": 900, "hits": 80, "said": 0.09, "came": 0.08,
                             "auc": 0.7, "chosen": 0.11}]},
}  # fmt: skip
HOURS = {
    "weight": 0.62, "found": 0.9, "error": 0.3,
    "by_hour": [{"hour": 9, "rows": 410, "said": 0.17, "came": 0.16, "low": 0.128, "high": 0.198},
                {"hour": 19, "rows": 380, "said": 0.24, "came": 0.25, "low": 0.209, "high": 0.296}],
}  # fmt: skip

COMPLAINTS = {
    "VOICE": {"contacts": 40_000, "complaints": 210, "share": 0.00525, "low": 0.004589,
              "high": 0.006006, "times": 1.84},
    "SMS": {"contacts": 50_000, "complaints": 75, "share": 0.0015, "low": 0.001197,
            "high": 0.00188, "times": 0.51},
}  # fmt: skip


@pytest.fixture
def home(tmp_path):
    before = settings.FORBEAR_HOME
    settings.FORBEAR_HOME = tmp_path
    registry = Registry(Workspace(tmp_path))
    for version in (1, 2):
        registry.keep(replace(miss(version), card=CARD), by="ann", now=NOW)
    registry.keep(gain(Channel.SMS, added=0.1), by="ann", now=NOW)
    registry.keep(replace(reach(Channel.VOICE), card={**CARD, "hours": HOURS}), by="ann", now=NOW)
    card = {**CARD, "channels": COMPLAINTS}
    registry.keep(replace(complain(), card=card), by="ann", now=NOW)
    yield tmp_path
    settings.FORBEAR_HOME = before


def _staff(role: Role):
    return new_colleague(role, secret=new_secret(role.value), language="en")


def _words(answer) -> str:
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def _decide(client, version: int = 1, do: str = "count"):
    told = {"name": "miss", "version": str(version), "do": do}
    return client.post("/models/decide/", told, follow=True)


class TestModels:
    def test_show_their_cards_to_whoever_works_with_figures(self, home):
        client = at_work(_staff(Role.ANALYST))

        assert "the tables count" in _words(client.get("/models/"))
        page = _words(client.get("/models/card/?name=miss&version=2"))
        for told in ("0.7123", "× 1.62", "It may not press anybody.", "ranks rightly", "900",
                     "11.0 %", "Sichuan: said beside came, on average",
                     "No night with models has looked yet.", "neither age nor sex"):  # fmt: skip
            assert told in page, told
        answered = _words(client.get("/models/card/?name=reach_voice&version=1"))
        for told in ("When they answer", "counts for 62.0 %", "19:00", "20.9 % – 29.6 %"):
            assert told in answered, told
        feared = _words(client.get("/models/card/?name=complain&version=1"))
        for told in ("What is complained of", "5.25", "4.59 – 6.01", "× 1.84", "× 0.51"):
            assert told in feared, told
        assert "gain_sms" in _words(client.get("/models/card/?name=gain_sms&version=1"))

    @pytest.mark.parametrize("asked", ["", "?name=../x&version=1", "?name=miss&version=9",
                                       "?name=miss&version=x"])  # fmt: skip
    def test_are_not_there_under_another_name(self, home, asked):
        assert at_work(_staff(Role.ANALYST)).get(f"/models/card/{asked}").status_code == 404

    def test_count_when_two_who_may_have_said_so(self, home):
        ann, ben = at_work(_staff(Role.ANALYST)), at_work(_staff(Role.COMPLIANCE))

        assert "when a second person has agreed" in _words(_decide(ann))
        assert "has said so already" in _words(_decide(ann))
        assert Registry(Workspace(home)).active() == {}
        assert "It counts from the next night on." in _words(_decide(ben))
        assert "version 1 counts" in _words(ann.get("/models/"))
        assert "which counts" in _words(ann.get("/models/card/?name=miss&version=2"))
        assert len(audited("model.agreed")) == 2
        assert "Taken back." in _words(_decide(ben, do="back"))
        assert Registry(Workspace(home)).active() == {}
        assert len(audited("model.withdrawn")) == 1
        page = _words(ann.get("/models/card/?name=miss&version=1"))
        assert "second agreement: it counts" in page

    def test_are_decided_by_nobody_else(self, home):
        for role in (Role.SUPERVISOR, Role.ADMIN, Role.COLLECTOR):
            client = at_work(_staff(role))
            assert _decide(client).status_code == 403, role
            page = client.get("/models/card/?name=miss&version=1")
            assert b"it shall count" not in page.content
        assert len(Registry(Workspace(home)).events()) == 5

    def test_are_decided_at_a_terminal_by_the_names_of_those_who_may(self, home):
        staff = {role: _staff(role) for role in Role}
        gone = _staff(Role.ANALYST)
        gone.is_active = False
        gone.save()

        known = usernames_who(Permission.MODELS_DECIDE, actor=SETUP)

        may = {staff[role].username for role in (Role.ANALYST, Role.COMPLIANCE)}
        assert may <= known
        assert not known & {gone.username, staff[Role.ADMIN].username}


def test_a_file_that_was_harmed_is_told_of_on_the_list(home):
    (kept,) = (home / "models" / "miss").glob("*2*.json")
    kept.write_text(kept.read_text().replace("0.08", "0.80", 1))

    answer = at_work(_staff(Role.ANALYST)).get("/models/card/?name=miss&version=2", follow=True)

    assert [place for place, _code in answer.redirect_chain] == ["/models/"]
    assert "note-error" in _words(answer)
