"""Local teams as data: what was put in force counts the next night, and its effect is foretold."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forbear.contexts.database.transaction import reading
from forbear.contexts.nightly.local.preview import Why, preview
from forbear.contexts.nightly.local.teams import teams_of_day
from forbear.contexts.nightly.local.trial import compared, persons_of
from forbear.contexts.nightly.models import Night, TrialPerson
from forbear.contexts.nightly.run import NightSettings, run_night
from forbear.contexts.nightly.workspace import TableFolder, Workspace
from forbear.contexts.people.actions import grant, load_teams
from forbear.contexts.people.actions.approval import ApprovalMissing
from forbear.contexts.people.actions.terms import (
    TermsTooLate,
    UnfitTerms,
    adopt_terms,
    propose_terms,
)
from forbear.contexts.people.role import Role
from forbear.contexts.people.terms import Licence, Terms, proposals, teams_on
from forbear.contexts.people.terms_now import standings
from forbear.interfaces.console.kept import keep_figures
from forbear.values.code import TrialArm
from forbear.values.principal import NotPermitted
from tests.support.application import on_database
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.database import Cluster
from tests.support.morning import ACTOR, NOW, TODAY, begin, extract_of, own_ring
from tests.support.people import audited, new_principal
from tests.support.today import lenders_day

TOMORROW = TODAY + timedelta(days=1)
LOANS = 900


@dataclass(frozen=True)
class House:
    """A lender whose day has begun, with its teams by code."""

    workspace: Workspace
    night: Night
    teams: dict[str, int]


@pytest.fixture(scope="module")
def house(
    cluster: Cluster, application_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("local")
    with (
        cluster.database(template=application_template) as made,
        on_database(made),
        own_ring(folder),
    ):
        teams = load_teams(actor=ACTOR, now=NOW)
        night = begin(folder / "home", extract_of(folder / "extract", loans=LOANS))
        yield House(Workspace(folder / "home"), night, teams)


def _terms(code: str, day: date = TOMORROW) -> Terms:
    (found,) = (team.terms for team in teams_on(day, actor=ACTOR) if team.code == code)
    assert found is not None
    return found


def _on_agenda(night: TableFolder) -> pl.DataFrame:
    return night.scan("agenda").select("debtor_no", "team").collect()


def test_the_lot_of_the_trial_is_written_down_once_for_each_person(house):
    night = house.workspace.night(house.night.id)
    drawn = night.scan("reason").filter(pl.col("arm").is_not_null()).collect()

    with reading(ACTOR):
        kept = list(TrialPerson.objects.values_list("arm", flat=True))
    found = compared(actor=ACTOR)

    assert len(kept) == drawn.height > 0
    assert (found.local.persons, found.away.persons) == (kept.count("LOCAL"), kept.count("AWAY"))
    assert found.local.since == TODAY
    assert not found.enough
    assert found.difference("reached") is None
    everybody = persons_of(TrialArm.LOCAL, "all", rows=10_000, actor=ACTOR)
    assert len(everybody) == found.local.persons


class TestTerms:
    def test_count_from_their_day_once_a_second_person_has_granted_them(self, house):
        asker, second = new_principal(Role.SUPERVISOR), new_principal(Role.ADMIN)
        wanted = replace(_terms("hangzhou"), seats=(3, 2, 1), quiet_days=(date(2026, 12, 31),))
        team, asked = house.teams["hangzhou"], {"today": TODAY, "actor": asker, "now": NOW}

        terms = propose_terms(team, wanted, since=TOMORROW, **asked)
        with pytest.raises(ApprovalMissing):
            adopt_terms(terms, **asked)
        (row,) = proposals(team, actor=asker)
        grant(row.approval_id, actor=second, now=NOW)
        adopt_terms(terms, **asked)

        assert _terms("hangzhou") == wanted
        assert _terms("hangzhou", TODAY) != wanted
        assert teams_of_day(TODAY, actor=ACTOR) is None
        (planned,) = (t for t in teams_of_day(TOMORROW, actor=ACTOR) if t.name == "hangzhou")
        assert planned.seats == (3, 2, 1)
        (quiet,) = (
            t for t in teams_of_day(date(2026, 12, 31), actor=ACTOR) if t.name == "hangzhou"
        )
        assert quiet.seats == (0, 0, 0)
        assert ("staff:" + asker.id, f"team:{team}") in audited("team.terms_adopted")
        with pytest.raises(TermsTooLate):
            adopt_terms(terms, **asked)

    def test_are_refused_where_they_cannot_be(self, house):
        asker, team = new_principal(Role.SUPERVISOR), house.teams["xian"]
        good = _terms("xian")

        for wrong in (
            replace(good, regions=("99",)),
            replace(good, seats=(1, 2)),
            replace(good, languages=()),
            replace(good, weekdays=(8,)),
            replace(good, licences=(Licence("61", " ", None),)),
        ):
            with pytest.raises(UnfitTerms):
                propose_terms(team, wrong, since=TOMORROW, today=TODAY, actor=asker, now=NOW)
        with pytest.raises(UnfitTerms):
            propose_terms(team, good, since=TODAY, today=TODAY, actor=asker, now=NOW)
        with pytest.raises(NotPermitted):
            propose_terms(
                team,
                good,
                since=TOMORROW,
                today=TODAY,
                actor=new_principal(Role.COLLECTOR),
                now=NOW,
            )
        assert proposals(team, actor=asker) == ()

    def test_whose_licence_or_mandate_ends_leave_the_region_and_the_night(self, house):
        terms = replace(_terms("guangzhou"), licences=(Licence("44", "GD-1", TODAY),))

        assert "44" in terms.on_day(TODAY).regions
        assert terms.barred_on(TOMORROW) == ("44",)
        assert terms.on_day(TOMORROW).regions == ("45", "46")
        assert not replace(terms, mandate_until=TODAY).mandated_on(TOMORROW)

    def test_refuse_a_contact_by_day_once_the_licence_or_the_mandate_has_ended(self, house):
        asker, second = new_principal(Role.SUPERVISOR), new_principal(Role.ADMIN)
        given = {"today": TODAY, "actor": asker, "now": NOW}
        ended = {
            "nanchang": {"licences": (Licence("36", "JX-1", TODAY),)},
            "kunming": {"mandate_until": TODAY},
        }
        for code, changed in ended.items():
            wanted = replace(_terms(code), **changed)
            terms = propose_terms(house.teams[code], wanted, since=TOMORROW, **given)
            grant(proposals(house.teams[code], actor=asker)[0].approval_id, actor=second, now=NOW)
            adopt_terms(terms, **given)
        later = NOW + timedelta(days=1)

        with reading(ACTOR):
            for code in ended:
                assert code not in standings([code], now=NOW)
                assert standings([code], now=later)[code].bar("360100") is not None
            assert standings(["nanchang"], now=later)["nanchang"].bar("440100") is None


class TestThePreview:
    def test_foretells_what_the_night_itself_does_with_the_teams(self, house):
        wanted = replace(_terms("chengdu", TODAY), seats=(0, 0, 0))

        told = preview("chengdu", wanted, day=TODAY, workspace=house.workspace, actor=ACTOR)

        teams = tuple(
            replace(team, seats=(0, 0, 0)) if team.name == "chengdu" else team
            for team in teams_of_day(TODAY, actor=ACTOR) or _file_teams()
        )
        night = run_night(
            workspace=house.workspace, settings=NightSettings(as_of=TODAY, teams=teams)
        ).night
        before = house.workspace.night(house.night.id)
        assert told.planned_before == _on_agenda(before).height
        assert told.planned_after == _on_agenda(night).height
        (chengdu,) = (row for row in told.loads if row.team == "chengdu")
        assert (chengdu.offered_after_s, chengdu.used_after_s) == (0, 0)
        assert chengdu.used_before_s > 0
        assert told.people == told.asked
        assert 0 < told.changed == sum(told.why.values()) == sum(m.people for m in told.moved)
        assert sum(told.by_source.values()) == told.changed
        assert [team["seats"] for team in night.manifest["teams"] if team["name"] == "chengdu"] == [
            [0, 0, 0]
        ]

    def test_says_that_a_territory_that_is_given_up_moves_its_people(self, house):
        wanted = replace(_terms("chengdu", TODAY), regions=())

        told = preview("chengdu", wanted, day=TODAY, workspace=house.workspace, actor=ACTOR)

        assert told.why[Why.TERRITORY] > 0
        assert {move.before for move in told.moved if move.people > 3} >= {"chengdu"}

    def test_says_that_nothing_changes_where_nothing_does(self, house):
        told = preview(
            "chengdu", _terms("chengdu", TODAY), day=TODAY, workspace=house.workspace, actor=ACTOR
        )

        assert (told.changed, told.moved, told.loads) == (0, (), ())


def _file_teams():
    from forbear.contexts.nightly.local.teams import house_settings

    return house_settings().teams


@pytest.fixture
def home(house):
    before, settings.FORBEAR_HOME = settings.FORBEAR_HOME, house.workspace.root
    cache.clear()
    yield house
    settings.FORBEAR_HOME = before
    cache.clear()


def _client(role: Role, **given: object):
    secret = new_secret(f"{role} {given}")
    return at_work(new_colleague(role, secret=secret, language="en", **given))


def _words(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.content
    return answer.content.decode()


class TestThePages:
    def test_try_a_change_ask_for_a_second_person_and_put_it_in_force(self, home):
        supervisor, other = _client(Role.SUPERVISOR), _client(Role.ADMIN)
        address = f"/teams/{home.teams['wuhan']}/"
        day = (lenders_day(datetime.now(UTC)) + timedelta(days=1)).isoformat()
        told = {
            "since": day,
            "regions": ["41"],
            "languages": ["ZH"],
            "weekdays": ["1", "2", "3", "4", "5", "6", "7"],
            "seats_0": "0",
            "seats_1": "0",
            "seats_2": "0",
            "licences": "41 HB-1 2027-12-31",
        }

        tried = _words(supervisor.post(address, {**told, "deed": "preview"}))
        assert "would be planned otherwise" in tried
        assert "nothing is changed yet" in tried
        wrong = supervisor.post(address, {**told, "deed": "preview", "licences": "41"})
        assert "A licence is a line" in _words(wrong, 422)
        assert supervisor.post(address, {**told, "deed": "ask"}).status_code == 302
        assert "waits for a second person" in _words(supervisor.get("/teams/"))
        (row,) = proposals(home.teams["wuhan"], actor=ACTOR)
        assert "Change a local team" in _words(other.get("/approvals/"))
        early = supervisor.post(address, {"deed": "adopt", "terms": row.id})
        assert early.status_code == 403
        other.post(f"/approvals/{row.approval_id}/", {"deed": "grant"})
        assert supervisor.post(address, {"deed": "adopt", "terms": row.id}).status_code == 302

        assert _terms("wuhan", date.fromisoformat(day)).regions == ("41",)
        assert f"changes on {day}" in _words(supervisor.get("/teams/"))

    def test_are_read_by_the_analyst_who_changes_nothing(self, home):
        analyst, address = _client(Role.ANALYST), f"/teams/{home.teams['xian']}/"

        assert "Show what it would do" not in _words(analyst.get(address))
        assert analyst.post(address, {"deed": "preview", "since": "2027-01-31"}).status_code in {
            403,
            422,
        }
        assert analyst.get("/teams/999999/").status_code == 404

    def test_show_the_trial_and_hand_it_out_as_a_table(self, home):
        officer, analyst = _client(Role.COMPLIANCE), _client(Role.ANALYST)

        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = _words(officer.get("/teams/effect/"))
        assert "Too few yet" in page
        assert len(asked) <= 12
        assert "arm=LOCAL" in page
        assert "arm=LOCAL" not in _words(analyst.get("/teams/effect/"))
        assert analyst.get("/teams/effect/persons/?arm=LOCAL").status_code == 403
        listed = _words(officer.get("/teams/effect/persons/?arm=AWAY"))
        assert listed.count('<a href="/persons/') == compared(actor=ACTOR).away.persons
        rows = list(csv.DictReader(io.StringIO(_words(analyst.get("/teams/effect/table/")))))
        assert {row["arm"] for row in rows} == {"LOCAL", "AWAY"}
        assert {row["count"] for row in rows if row["measure"] == "complained"} == {"0"}

    def test_cost_as_many_questions_for_all_teams_as_for_one(self, home):
        admin = _client(Role.ADMIN)

        with CaptureQueriesContext(connection) as asked:
            _words(admin.get("/teams/"))

        assert len(asked) <= 12


def test_figures_are_kept_once_a_day_and_a_week_and_handed_out(home, tmp_path):
    opens, analyst = settings.FORBEAR_MORNING, _client(Role.ANALYST)
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    told = {"opens": opens, "actor": ACTOR, "now": now}

    assert keep_figures(tmp_path, **told) == ()
    assert keep_figures(home.workspace.root, **told) == ("2026-11-24", "2026-W47")
    assert keep_figures(home.workspace.root, **told) == ()

    assert "2026-W47" in _words(analyst.get("/figures/kept/"))
    rows = list(
        csv.DictReader(
            io.StringIO(_words(analyst.get("/figures/kept/file/?period=2026-11-24&part=funnel")))
        )
    )
    assert sum(int(row["people"]) for row in rows) > 0
    assert analyst.get("/figures/kept/file/?period=2026-11-24&part=persons").status_code == 404
    assert analyst.get("/figures/kept/file/?period=keyring&part=funnel").status_code == 404
    folder = home.workspace.root / "figures" / "2026-W47"
    sums = (folder / "SHA256SUMS").read_text().splitlines()
    assert {line.split("  ")[1] for line in sums} == {each.name for each in folder.glob("*.*")}
    for language in ("en", "zh"):
        sheet = analyst.get(f"/figures/kept/file/?period=2026-W47&part=sheet-{language}")
        assert sheet.headers["Content-Type"] == "application/pdf"
        assert sheet.content.startswith(b"%PDF-")
        assert f"{hashlib.sha256(sheet.content).hexdigest()}  sheet-{language}.pdf" in sums
    (folder / "sheet-zh.pdf").write_bytes(b"%PDF-1.7 another")
    altered = analyst.get("/figures/kept/file/?period=2026-W47&part=sheet-zh")
    assert altered.status_code == 409
    later = {**told, "now": now + timedelta(days=500)}
    keep_figures(home.workspace.root, **later)
    assert "2026-11-24" not in _words(analyst.get("/figures/kept/"))
