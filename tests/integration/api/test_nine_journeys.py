"""What a person in debt is entitled to, one journey each, on the invented lender's own book.

Every step is a call of the public API by the lender's or an agency's system; amounts, states, holds
and entries of the record are asserted. The journeys share one begun day and take a person each.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from forbear.contexts.audit.models import Entry
from forbear.contexts.bureau.actions.export_file import export_file
from forbear.contexts.bureau.actions.make_lines import make_lines
from forbear.contexts.database.transaction import reading
from forbear.contexts.evidence.verify_pack import read_pack
from forbear.contexts.ledger.models import Standing
from forbear.contexts.nightly.bridge.morning import Morning, begin_day
from forbear.contexts.nightly.bridge.sealing import RowSealer
from forbear.contexts.nightly.sample import SampleSettings, write_sample
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import ContactPoint, Debtor, Loan
from forbear.policy.bureau.month import before, month_of, written
from tests.support.agency import House
from tests.support.api import Caller, caller
from tests.support.application import on_database
from tests.support.arrangement import Inbox, answered, inbox, refused
from tests.support.database import Cluster
from tests.support.evidence import sign_record, unzipped, verified
from tests.support.gate import Hand
from tests.support.gate import Person as AtGate
from tests.support.morning import own_ring
from tests.support.people import new_staff
from tests.support.portfolio import SETUP
from tests.support.today import lenders_day

__all__ = ["inbox"]
LOANS = 800


@dataclass(frozen=True)
class Sample:
    """The lender's system on the sample's book, and a person for each journey."""

    api: Caller
    persons: list[One]

    def one(self, journey: int) -> One:
        """Return the person of a journey, the same in whatever order they run."""
        return self.persons[journey - 1]


@dataclass(frozen=True)
class One:
    """Somebody of the sample with one loan, which is late, and a number of their own."""

    api: Caller
    ref: str
    loan: str
    point: str
    name: str

    @property
    def standing(self) -> Any:
        """What the loan stands at."""
        return answered(self.api.get(f"/loans/{self.loan}"))["standing"]

    @property
    def state(self) -> str:
        """Where the loan stands with its lender."""
        return answered(self.api.get(f"/loans/{self.loan}"))["loan"]["state"]

    @property
    def holds(self) -> list[str]:
        """The kinds of the holds in force, in order."""
        told = answered(self.api.get(f"/debtors/{self.ref}"))
        return sorted(each["kind"] for each in told["holds"])

    @property
    def case(self) -> str:
        """The state of the newest case."""
        return answered(self.api.get("/cases", debtor_ref=self.ref))["items"][-1]["state"]

    def pay(self, ref: str, amount: int, *, on: date | None = None, **more: str) -> None:
        """Record a payment."""
        said = {"ref": f"{self.loan}-{ref}", "loan_ref": self.loan, "amount_minor": amount}
        said |= {"value_date": str(on or lenders_day()), **more}
        answered(self.api.post("/payments", said), 201)

    def about(self, **given: object) -> dict[str, object]:
        """Return what is said of the person and the loan."""
        return {"debtor_ref": self.ref, "loan_ref": self.loan, **given}

    def filing(self, ref: str, **given: object) -> dict[str, object]:
        """Return what every filing says, received today by telephone."""
        day = str(lenders_day())
        told = {"ref": f"{self.ref}-{ref}", "debtor_ref": self.ref, "intake": "PHONE"}
        return {**told, "received_date": day, **given}

    def step(self, path: str, ref: str, **said: object) -> Any:
        """Take one step with a filing at the version that it has."""
        version = answered(self.api.get(f"/filings/{ref}"))["filing"]["version"]
        return answered(self.api.post(path, {"version": version, **said}))

    def filed(self, ref: str) -> Any:
        """Return a filing as it is shown."""
        return answered(self.api.get(f"/filings/{ref}"))

    def may_be_asked(self) -> bool:
        """Say whether a text message about the loan would be refused by no hold."""
        told = answered(
            self.api.post("/decisions", self.about(contact_point_ref=self.point, channel="SMS"))
        )
        return not any(
            "hold" in each["kind"].lower() for each in told["findings"] if not each["allows"]
        )

    def events(self, *names: str) -> list[str]:
        """Return which of some events the record has about the person, the oldest first."""
        with reading(SETUP):
            number = Debtor.objects.get(ref=self.ref).pk
            found = Entry.objects.filter(debtor_id=number, event__in=names).order_by("id")
            return list(found.values_list("event", flat=True))


@pytest.fixture(scope="module")
def sample(
    cluster: Cluster, application_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sample]:
    """The sample's book, its day begun today."""
    folder, today = tmp_path_factory.mktemp("nine"), lenders_day()
    limit = settings.FORBEAR_API_CALLS_PER_MINUTE_MAX
    with (
        cluster.database(template=application_template) as made,
        on_database(made),
        own_ring(folder),
    ):
        write_sample(folder / "extract", settings=SampleSettings(LOANS, seed=7, book_date=today))
        begin_day(
            Morning(
                workspace=Workspace(folder / "home"),
                as_of=today,
                extract=folder / "extract",
                sealer=RowSealer(timezone.now),
                actor=SETUP,
                clock=timezone.now,
                extract_age_days_max=1,
            )
        )
        settings.FORBEAR_API_CALLS_PER_MINUTE_MAX = 1_000_000
        api = caller()
        yield Sample(api, _late_ones(api, folder / "extract" / "debtor.csv"))
        settings.FORBEAR_API_CALLS_PER_MINUTE_MAX = limit


def _late_ones(api: Caller, file: Path) -> list[One]:
    """Return nine persons in China with one loan that is some weeks late and no hold.

    Who is late the longest was so at the end of last month too, of which a bureau is told.
    """
    with file.open(encoding="utf-8", newline="") as rows:
        names = {row["debtor_id"]: row["name"] for row in csv.DictReader(rows)}
    with reading(SETUP):
        # Midday there is no time to call whose number may lie on another continent as well.
        here = {"number_zones__contained_by": ["Asia/Shanghai"]}
        points = ContactPoint.objects.filter(kind="MOBILE", relation="OWN", retired_at=None, **here)
        mobile = dict(points.values_list("debtor_id", "ref"))
        owing = Counter(Loan.objects.values_list("debtor_id", flat=True))
        late = Standing.objects.filter(
            days_past_due__range=(5, 120),
            payoff_minor__lt=10_000_000,
            loan__product="instalment_loan",
            loan__state="OPEN",
            loan__debtor__jurisdiction="CN",
        ).order_by("-days_past_due", "loan__ref")
        told = list(late.values_list("debtor_id", "loan__debtor__ref", "loan__ref"))
    found: list[One] = []
    for number, ref, loan in told:
        if number in mobile and owing[number] == 1:
            one = One(api, ref, loan, mobile[number], names[ref])
            found += [one] if not one.holds else []
        if len(found) == 9:
            return [*found[1:8], found[0], found[8]]
    raise AssertionError(f"the sample has only {len(found)} such persons")


def test_1_an_arrangement(sample: Sample, inbox: Inbox) -> None:
    one = sample.one(1)
    owed = one.standing
    budget = {
        "currency": "CNY",
        "incomes": [{"kind": "WAGE", "amount_minor": 900_000}],
        "outgoings": [{"kind": "HOUSING", "amount_minor": 150_000}],
        "can_pay_month_minor": owed["payoff_minor"] // 6,
    }
    loans = {"debtor_ref": one.ref, "loan_refs": [one.loan]}
    asked = {**loans, "budget": budget, "target": "PAYOFF"}
    most = answered(one.api.post("/affordability", {**loans, "budget": budget}))["monthly_minor"]
    offered = answered(one.api.post("/proposals", asked))["proposals"]
    assert {each["kind"] for each in offered} >= {"EQUAL"}
    for each in offered:
        amounts = [row["amount_minor"] for row in each["instalments"]]
        assert sum(amounts) == each["total_minor"]
        assert each["total_minor"] == owed["payoff_minor"] - each["waived_minor"]
        assert max(amounts) <= most
    name = f"{one.ref}-A"
    made = answered(one.api.post("/arrangements", {**asked, "ref": name, "kind": "EQUAL"}), 201)
    assert (made["state"], one.holds) == ("PROPOSED", [])
    text = answered(one.api.post(f"/arrangements/{name}/agreement"))
    answered(one.api.post(f"/arrangements/{name}/code"))
    said = {"typed_name": one.name, "code": inbox.latest, "text_sha256": text["sha256"]}
    signed = answered(one.api.post(f"/arrangements/{name}/signature", {**said, "language": "ZH"}))
    assert (signed["state"], one.case) == ("ACTIVE", "ARRANGED")
    assert one.holds == ["ARRANGEMENT", "PAUSE"]

    one.pay("Y-1", signed["total_minor"])

    done = answered(one.api.get(f"/arrangements/{name}"))
    assert (done["state"], done["settle_minor"]) == ("COMPLETED", 0)
    assert (one.state, one.standing["payoff_minor"], one.case) == ("SETTLED", 0, "CLOSED")
    steps = [f"arrangement.{each}" for each in ("proposed", "shown", "code_made", "signed")]
    steps.append("arrangement.completed")
    assert one.events(*steps) == steps


def test_2_a_promise(sample: Sample) -> None:
    one = sample.one(2)
    amount = min(30_000, one.standing["overdue_minor"])
    due = str(lenders_day() + timedelta(days=5))
    said = one.about(ref=f"{one.ref}-V", amount_minor=amount, due_date=due, reminder=True)

    answered(one.api.post("/promises", said), 201)

    assert (one.holds, one.case) == (["PROMISE"], "WAITING")
    one.pay("Y-1", amount - 1)
    (row,) = answered(one.api.get("/promises", debtor_ref=one.ref))["items"]
    assert (row["state"], row["paid_minor"]) == ("OPEN", amount - 1)
    one.pay("Y-2", 1)
    (row,) = answered(one.api.get("/promises", debtor_ref=one.ref))["items"]
    assert (row["state"], row["paid_minor"], one.holds) == ("KEPT", amount, [])
    assert one.case != "WAITING"
    assert one.events("promise.made", "promise.kept") == ["promise.made", "promise.kept"]


def test_3_hardship_and_help(sample: Sample) -> None:
    one = sample.one(3)
    until = str(lenders_day() + timedelta(days=20))
    told = one.filing("H", category="JOB_LOSS", severity=3)
    ref = answered(one.api.post("/hardships", told), 201)["ref"]
    assert one.holds == ["HARDSHIP"]

    one.step(
        f"/hardships/{ref}/solution", ref, solution="FREEZE", reasons="停计。", until_date=until
    )
    assert (one.filed(ref)["filing"]["state"], one.holds) == ("GRANTED", ["HARDSHIP", "PAUSE"])
    helper = answered(one.api.get("/help", jurisdiction="CN", kind="LEGAL_AID"))[0]
    assert helper["checked"]
    one.step(f"/hardships/{ref}/end", ref, text="已恢复还款。")
    assert (one.filed(ref)["filing"]["state"], one.holds) == ("ENDED", [])

    signal = answered(one.api.post("/distress", one.filing("D")), 201)

    assert one.holds == ["SELF_HARM"]
    assert {each["phone"] for each in signal["helpers"]} >= {"12356"}
    steps = ["filing.filed", "filing.granted", "filing.ended", "distress.signalled"]
    assert [each for each in one.events(*steps) if each in steps][:3] == steps[:3]
    assert "distress.signalled" in one.events(*steps)


def test_4_a_dispute(sample: Sample) -> None:
    one = sample.one(4)
    owed = one.standing["payoff_minor"]
    told = one.filing("D", reason="PAID", loan_ref=one.loan, text="我已还过一期。")
    ref = answered(one.api.post("/disputes", told), 201)["ref"]
    assert one.holds == ["DISPUTE"]
    assert not one.filed(ref)["filing"]["late"]
    one.step(f"/filings/{ref}/work", ref)
    credit = {"kind": "CREDIT", "loan_ref": one.loan, "amount_minor": 10_000}
    credit["since_date"] = str(lenders_day() - timedelta(days=1))

    one.step(
        f"/disputes/{ref}/decision",
        ref,
        finding="PARTLY",
        reasons="查到一笔未入账的还款。",
        corrections=[credit],
    )

    shown = one.filed(ref)
    assert (shown["filing"]["state"], one.holds) == ("DECIDED", [])
    assert shown["corrections"][0]["done_as"].startswith("posting:")
    assert owed - one.standing["payoff_minor"] >= 10_000
    steps = ["filing.filed", "filing.taken_up", "filing.decided", "correction.done"]
    assert set(one.events(*steps)) == set(steps)
    one.step(f"/filings/{ref}/reopening", ref, text="还有一笔。")
    assert one.holds == ["DISPUTE"]


def test_5_a_complaint(sample: Sample) -> None:
    one, owner = sample.one(5), new_staff(Role.SUPERVISOR, now=timezone.now()).id
    told = one.filing("C", reason="FREQUENT", intake="REGULATOR", text="电话太多。")
    done = answered(one.api.post("/complaints", told), 201)
    ref = done["ref"]
    assert (one.holds, done["due_on"]) == (["COMPLAINT"], str(lenders_day() + timedelta(days=15)))
    one.step(f"/complaints/{ref}/acknowledgement", ref)
    one.step(f"/filings/{ref}/work", ref)
    one.step(f"/filings/{ref}/owner", ref, owner_id=owner)
    answer = {"finding": "UPHELD", "substantiated": "FREQUENT", "reasons": "属实。"}
    money = {"redress": "MONEY", "redress_minor": 5_000, "currency": "CNY"}

    one.step(f"/complaints/{ref}/decision", ref, **answer, **money)

    assert (one.filed(ref)["filing"]["state"], one.holds) == ("DECIDED", [])
    one.step(f"/complaints/{ref}/escalation", ref, authority="CN_NFRA", authority_ref="N-1")
    assert (one.filed(ref)["filing"]["state"], one.holds) == ("ESCALATED", ["COMPLAINT"])
    whole = json.loads(answered(one.api.post(f"/complaints/{ref}/export"))["document"])
    assert (whole["alleged"], whole["redress_minor"]) == ("FREQUENT", 5_000)
    steps = ["filing.filed", "filing.acknowledged", "filing.owner_changed", "filing.decided"]
    steps += ["filing.escalated", "filing.exported"]
    assert set(one.events(*steps)) == set(steps)


def test_6_evidence(sample: Sample, tmp_path: Path) -> None:
    one = sample.one(6)
    sign_record(timezone.now())
    made = one.api.post("/evidence/packs", {"debtor_ref": one.ref, "form": "ZIP"})
    files = unzipped(made.content)
    key = files["key.txt"].decode().strip()
    for name in ("evidence.json", "evidence-zh.pdf"):
        assert verified(files[name], tmp_path, "--key", key).returncode == 0
    owed = read_pack(files["evidence.json"])["loans"][0]["owed"]
    assert owed["payoff_minor"] == one.standing["payoff_minor"]
    altered = _one_digit_other(files["evidence.json"], "payoff_minor")
    assert verified(altered, tmp_path, "--key", key).returncode == 1
    settlement = {"loan_ref": one.loan, "form": "JSON"}
    assert refused(one.api.post("/evidence/settlements", settlement), 409) == "STILL_OWED"

    one.pay("Y-1", owed["payoff_minor"] - owed["penalty_minor"])
    if penalty := one.standing["penalty_minor"]:
        one.pay("Y-2", penalty, purpose="PENALTY")
    answered(
        one.api.send(
            "put",
            f"/loans/{one.loan}/state",
            {"state": "SETTLED", "since": str(lenders_day())},
        )
    )
    certificate = one.api.post("/evidence/settlements", settlement)
    asked = {"loan_ref": one.loan, "payment_ref": f"{one.loan}-Y-1", "form": "JSON"}
    receipt = one.api.post("/evidence/receipts", asked)

    for document in (certificate, receipt):
        assert document.status_code == 200, document.content
        assert verified(document.content, tmp_path, "--key", key).returncode == 0
        altered = _one_digit_other(document.content, "amount_minor")
        assert verified(altered, tmp_path, "--key", key).returncode == 1
    assert (one.state, one.standing["payoff_minor"]) == ("SETTLED", 0)
    assert one.events("document.made") == ["document.made"] * 3


def _one_digit_other(document: bytes, name: str) -> bytes:
    """Return a document in which the last digit of one amount is another."""
    found = re.search(rb'"%s":\d*?(\d)(?=[,}])' % name.encode(), document)
    assert found is not None
    other = b"%d" % ((int(found[1]) + 1) % 10)
    return document[: found.start(1)] + other + document[found.end(1) :]


def test_7_was_it_us(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    one = sample.one(7)
    house = _at_midday(sample, monkeypatch)
    agency = house.agency()
    with reading(SETUP):
        ids = (
            Debtor.objects.get(ref=one.ref).pk,
            ContactPoint.objects.get(ref=one.point).pk,
            Loan.objects.get(ref=one.loan).pk,
        )
    permit = agency.ask(agency.care_for(AtGate(*ids, one.ref)))

    def asked() -> Any:
        return answered(
            one.api.client.post(
                "/api/v1/caller/code",
                {"code": permit["check_code"]},
                content_type="application/json",
                REMOTE_ADDR="192.0.2.1",
            )
        )

    assert asked()["answer"] == "NOT_OURS", "nobody is called yet"
    begun = answered(agency.begin(permit))
    assert begun["begun_at"]
    first, second = asked(), asked()

    assert [first["answer"], second["answer"]] == ["GENUINE", "USED"]
    assert one.ref not in str(first)
    assert str(one.standing["payoff_minor"]) not in str(first)
    assert one.events("contact.authorised", "contact.intended")[0] == "contact.authorised"
    impostor = {"number": "19900009999", "channel": "VOICE"}
    listed = answered(one.api.get("/caller/lines"))
    assert impostor["number"] not in str(listed)


def _at_midday(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return the same lender at midday of its day, at whatever hour the tests run."""
    from tests.support import agency

    noon = datetime.combine(lenders_day(), time(12), ZoneInfo("Asia/Shanghai"))
    hand = Hand(noon)
    agency.one_clock(hand, monkeypatch)
    return House(hand, sample.api)


def test_8_what_a_bureau_is_told(sample: Sample, tmp_path: Path) -> None:
    one, today = sample.one(8), lenders_day()
    latest = before(month_of(today))
    make_lines("CN_CREDIT", latest, actor=SETUP, today=today, now=timezone.now())
    path = f"/loans/{one.loan}"
    (line,) = answered(one.api.get(f"{path}/bureau-lines"))["lines"]
    told = answered(one.api.post(f"{path}/bureau-what-if", {"months": 2}))
    assert told["months"][0]["is_negative"] is True
    since = str(today)

    marked = answered(
        one.api.post(f"{path}/bureau-disputes", {"ref": "D-1", "received_date": since})
    )
    assert marked["due_date"] == str(today + timedelta(days=20))
    right = {"codes": {written(latest): "N"}, "because": "dispute:D-1"}
    assert answered(one.api.post(f"{path}/bureau-corrections", right)) == {"lines": 1}
    ended = {"ref": "D-1", "closing_mark": "RESOLVED"}
    assert answered(one.api.post(f"{path}/bureau-dispute-ends", ended))["is_open"] is False

    lines = answered(one.api.get(f"{path}/bureau-lines"))["lines"]
    assert [(row["code"], row["counts"]) for row in lines][-1] == (line["code"], False)
    assert (lines[0]["code"], lines[0]["counts"]) == ("N", True)
    export_file("CN_CREDIT", latest, tmp_path / "f", actor=SETUP, today=today, now=timezone.now())
    (file,) = answered(one.api.get("/bureau/files"))["items"]
    held = answered(one.api.get(f"/bureau/CN_CREDIT/{written(latest)}/withheld"))
    assert file["withheld"] == held["count"]
    steps = ["bureau.dispute_marked", "bureau.lines_ruled", "bureau.dispute_closed"]
    assert one.events(*steps) == steps


def test_9_rights_about_data(sample: Sample) -> None:
    one = sample.one(9)
    see = answered(one.api.post("/data-requests", one.filing("S", right="SEE")), 201)["ref"]
    assert one.filed(see)["filing"]["due_on"] == str(lenders_day() + timedelta(days=15))
    held = answered(one.api.get(f"/debtors/{one.ref}/data"))
    assert {row["place"] for row in held["held"]} >= {"portfolio", "ledger", "audit"}
    why = answered(one.api.get(f"/debtors/{one.ref}/explanation"))
    assert why["plans"][0]["reason_en"]
    assert why["plans"][0]["reason_zh"]

    gone = answered(one.api.post("/data-requests", one.filing("X", right="DELETE")), 201)["ref"]
    version = {"version": one.filed(gone)["filing"]["version"]}
    said = {"finding": "UPHELD", "reasons": "已删除。"}
    path = f"/data-requests/{gone}/answer"
    assert refused(one.api.post(path, {**version, **said}), 403) == "MUST_STAY"
    done = one.step(path, gone, finding="REJECTED", reasons="借款未结清，须保留。")
    assert (done["erased"], bool(done["stays"])) == (False, True)

    stop = answered(one.api.post("/data-requests", one.filing("O", right="OBJECT")), 201)["ref"]
    assert one.holds == ["OPT_OUT"]
    one.step(f"/data-requests/{stop}/answer", stop, finding="UPHELD", reasons="同意。")
    assert one.holds == ["OPT_OUT"]
    assert one.events("filing.filed") == ["filing.filed"] * 3
    assert one.events("filing.decided") == ["filing.decided"] * 2
    assert one.events("data.shown") == ["data.shown"]
