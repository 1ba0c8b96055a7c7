"""What was said is kept once, sealed, as long as its recording; what lets fear for a life holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from forbear.contexts.contact.call.hearing import NoReasonGiven, say_why
from forbear.contexts.contact.call.keeping import (
    recordings_held,
    remove_recordings,
    remove_transcripts,
)
from forbear.contexts.contact.transcript import find, form, machine
from forbear.contexts.contact.transcript.decide import MomentDecided, OwnMoment, decide_moment
from forbear.contexts.contact.transcript.file import transcripts_in
from forbear.contexts.contact.transcript.form import UnusableTranscript
from forbear.contexts.contact.transcript.keep import OtherTranscript
from forbear.contexts.contact.transcript.machine import (
    AtIt,
    recordings_due,
    transcribe,
    transcribe_due,
)
from forbear.contexts.contact.transcript.reading import moments_of, read_transcript
from forbear.contexts.contact.transcript.table import Moment, Transcript, TranscriptPiece
from forbear.contexts.contact.transcript.whose import NoSuchCall
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import principal_of
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.portfolio.word import ParticularKind
from forbear.contexts.protection.person import ErasedPerson
from forbear.contexts.protection.reveal import RevealReason
from forbear.contexts.protection.store import destroy_key
from forbear.policy.wording.form import Both
from forbear.values.code import Channel, ConsentState, HoldKind, Language
from forbear.values.principal import NotPermitted
from tests.support.desk import new_shop
from tests.support.gate import person as new_debtor
from tests.support.particular import put_in_force
from tests.support.people import audited
from tests.support.portfolio import SETUP, clerk
from tests.support.recorded import recorded
from tests.support.spoken import CALM, DANGER, MOURNS, STOP, THREAT, Recites, person, taken, us

pytestmark = pytest.mark.usefixtures("portfolio")
NOW = datetime.now(UTC).replace(microsecond=0)
YEARS = timedelta(days=5 * 366 + 2)


@pytest.fixture
def who():
    return new_debtor()


@pytest.fixture
def call(who, tmp_path):
    return recorded(who.debtor_id, tmp_path, at=NOW - timedelta(minutes=5))


@pytest.fixture
def judge():
    """Somebody who listens, and has said why about every call that is asked for."""
    shop = new_shop()
    return principal_of(shop.staff(Role.COMPLIANCE, teams=(), name="Judge Invented"))


def _facts(who):
    with reading(SETUP):
        return facts_of_id(who.debtor_id)


def _found(call):
    return [(each.kind.value, each.code) for each in moments_of(call, actor=SETUP, now=NOW)]


def _moment(call):
    (only,) = moments_of(call, actor=SETUP, now=NOW)
    return only


def _why(call, judge):
    say_why(call, RevealReason.CHECK_OTHERS_WORK, actor=judge, now=NOW)


class TestHandedIn:
    def test_is_kept_whole_in_its_order_and_the_same_again_changes_nothing(self, call, judge):
        first = taken(call, person("好的。", 4), us(CALM, 1))
        again = taken(call, person("好的。", 4), us(CALM, 1))

        assert (first.new, again.new, again.sentences) == (True, False, 2)
        _why(call, judge)
        read = read_transcript(call, actor=judge, now=NOW)
        assert [each.text for each in read.sentences] == [CALM, "好的。"]
        assert (read.made_by, read.handed_in) == ("tester 1.0", True)
        assert len(audited("transcript.made")) == len(audited("transcript.read")) == 1

    def test_of_two_that_differ_the_first_stands(self, call):
        taken(call, us(CALM))
        with pytest.raises(OtherTranscript):
            taken(call, us("完全不同的话。"))

    def test_a_long_one_is_sealed_in_several_pieces(self, call, judge, monkeypatch):
        monkeypatch.setattr(form, "PIECE_BYTES_MAX", 300)
        many = [us(f"第{number}句话，讲的是分期。", number) for number in range(20)]
        taken(call, *many)

        with reading(SETUP):
            assert TranscriptPiece.objects.filter(permit_id=call).count() > 3
        _why(call, judge)
        assert list(read_transcript(call, actor=judge, now=NOW).sentences) == many

    @pytest.mark.parametrize(
        "sentence",
        [
            us("字" * 1001),
            form.Sentence(form.Side.US, 5, 4, "好"),
            us("a\x00b"),
            us("好", 7 * 3600),
        ],
        ids=["too long", "ends before it begins", "no text", "too late"],
    )
    def test_what_cannot_be_is_refused_without_repeating_it(self, call, sentence):
        with pytest.raises(UnusableTranscript) as refused:
            taken(call, us(CALM), sentence)
        assert "sentences[2]" in refused.value.message
        assert sentence.text[:20] not in refused.value.message
        with reading(SETUP):
            assert not Transcript.objects.exists()

    def test_a_call_that_is_nobodys_has_none(self, call):
        with pytest.raises(NoSuchCall):
            taken(uuid4(), us(CALM))
        with pytest.raises(NotPermitted):
            taken(call, us(CALM), actor=clerk("PERSON_SEE"))

    def test_a_file_holds_one_or_many_and_its_faults_are_told_by_their_place(self, call, tmp_path):
        rows = [{"side": "US", "from_ms": 0, "to_ms": 900, "text": CALM}]
        one = {"call": str(call), "made_by": "acme 1", "language": "ZH", "sentences": rows}
        path = tmp_path / "said.jsonl"
        path.write_text(json.dumps(one) + "\n" + json.dumps(one) + "\n")
        assert [each for each, _ in transcripts_in(path)] == [call, call]
        path.write_text(json.dumps(one, indent=1))
        assert len(list(transcripts_in(path))) == 1

        rows[0]["from_ms"] = "0"
        path.write_text(json.dumps(one))
        with pytest.raises(UnusableTranscript, match=r"sentences\[1\]") as refused:
            list(transcripts_in(path))
        assert CALM not in json.dumps(refused.value.as_dict(), ensure_ascii=False)


class TestMoments:
    def test_a_threat_of_ours_waits_for_somebody_and_does_nothing_by_itself(self, call, who):
        kept = taken(call, us(CALM, 1), us(THREAT, 8), person("好。", 12))

        assert (kept.moments, kept.held) == (1, False)
        moment = _moment(call)
        assert (moment.kind.value, moment.code, moment.at_ms) == ("ACT", "VIOLENCE", 8000)
        assert _facts(who).holds == ()

    def test_what_one_side_says_is_never_taken_for_the_others(self, call):
        taken(call, person(THREAT), us(DANGER, 5))
        assert {kind for kind, _ in _found(call)} == {"ACT"}
        with reading(SETUP):
            assert {each.side for each in Moment.objects.all()} == {"US"}

    def test_words_of_danger_hold_at_once_and_somebody_trained_is_called(self, call, who):
        kept = taken(call, us(CALM), person(DANGER, 5))

        assert kept.held
        assert _moment(call).held
        assert HoldKind.SELF_HARM in {each.kind for each in _facts(who).holds}
        assert len(audited("distress.signalled")) == 1

    def test_a_sentence_that_the_recogniser_cut_is_read_whole(self, call):
        assert taken(call, person("我真的想自", 1), person("杀", 3)).held

    def test_grief_and_a_wish_to_be_left_alone_wait_for_a_human(self, call, who):
        kept = taken(call, person(MOURNS, 2), person(STOP, 6))

        assert not kept.held
        assert sorted(_found(call)) == [("DISTRESS", "BEREAVEMENT"), ("STOP", "STOP")]
        facts = _facts(who)
        assert (facts.holds, facts.consents) == ((), ())

    def test_no_word_stands_beside_a_moment(self):
        names = {each.name for each in Moment._meta.get_fields()}
        assert not names & {"text", "words", "said"}

    def test_nothing_is_found_where_nothing_was_understood(self):
        silent = [us("", 1), person("", 2), person("停", 3)]
        assert find.moments_in(silent, frozenset()) == ()


class TestDecided:
    def test_takes_a_reason_and_a_colleague_and_the_first_word_stands(self, call, judge):
        taken(call, us(THREAT))
        moment = _moment(call)
        with pytest.raises(NoReasonGiven):
            decide_moment(call, moment.id, "SO", actor=judge, now=NOW)
        _why(call, judge)

        assert decide_moment(call, moment.id, "SO", actor=judge, now=NOW) is False
        assert decide_moment(call, moment.id, "SO", actor=judge, now=NOW) is False
        with pytest.raises(MomentDecided):
            decide_moment(call, moment.id, "NOT_SO", actor=judge, now=NOW)
        assert len(audited("moment.decided")) == 1

    def test_nobody_decides_about_a_call_of_their_own(self, who, tmp_path):
        shop = new_shop()
        staff = shop.staff(Role.COMPLIANCE, teams=(), name="Same Invented")
        own = recorded(who.debtor_id, tmp_path, at=NOW, staff_id=staff.pk)
        taken(own, us(THREAT))
        actor = principal_of(staff)
        _why(own, actor)
        with pytest.raises(OwnMoment):
            decide_moment(own, _moment(own).id, "SO", actor=actor, now=NOW)

    def test_a_wish_that_is_confirmed_ends_calls(self, call, who, judge):
        taken(call, person(STOP))
        _why(call, judge)

        assert decide_moment(call, _moment(call).id, "SO", actor=judge, now=NOW)
        (consent,) = _facts(who).consents
        assert (consent.state, consent.channel) == (ConsentState.WITHDRAWN, Channel.VOICE)

    def test_grief_that_is_confirmed_places_its_hold(self, call, who, judge):
        taken(call, person(MOURNS))
        _why(call, judge)

        assert decide_moment(call, _moment(call).id, "SO", actor=judge, now=NOW)
        assert len(_facts(who).holds) == 1
        assert _moment(call).held

    def test_what_was_misheard_does_nothing(self, call, who, judge):
        taken(call, person(STOP))
        _why(call, judge)

        assert not decide_moment(call, _moment(call).id, "NOT_SO", actor=judge, now=NOW)
        assert _facts(who).consents == ()


class TestKept:
    def test_goes_with_its_recording_and_not_before(self, call, tmp_path):
        taken(call, us(THREAT))
        began = NOW - timedelta(minutes=5)

        assert remove_transcripts(actor=SETUP, now=began + timedelta(days=4 * 365)) == 0
        assert remove_transcripts(actor=SETUP, now=began + YEARS) == 1
        assert remove_recordings(tmp_path, actor=SETUP, now=began + YEARS) == 1
        with reading(SETUP):
            for table in (Transcript, TranscriptPiece, Moment):
                assert not table.objects.exists()
        with pytest.raises(NoSuchCall):
            taken(call, us(THREAT), now=began + YEARS)

    def test_stays_as_long_as_the_lender_says_that_it_keeps_recordings(self, call):
        put_in_force(
            ParticularKind.KEEPING,
            Both("8", "8"),
            of="CN/CALL_RECORDING",
            at=NOW - timedelta(days=2),
        )
        began = NOW - timedelta(minutes=5)

        taken(call, us(THREAT), now=began + YEARS)
        assert remove_transcripts(actor=SETUP, now=began + YEARS) == 0
        assert remove_transcripts(actor=SETUP, now=began + timedelta(days=9 * 365)) == 1

    def test_counts_as_something_held_about_the_person(self, call, who):
        taken(call, us(CALM))
        with reading(SETUP):
            assert who.debtor_id in recordings_held([who.debtor_id])

    def test_an_erased_persons_words_are_gone_at_once_and_their_rows_the_next_night(
        self, call, who, judge
    ):
        taken(call, person(STOP))
        _why(call, judge)
        with acting(SETUP):
            destroy_key(TranscriptPiece.objects.get(permit_id=call).key_id, now=NOW)
        with pytest.raises(ErasedPerson):
            read_transcript(call, actor=judge, now=NOW)

        from forbear.contexts.portfolio.models import Debtor

        with acting(SETUP):
            Debtor.objects.filter(pk=who.debtor_id).update(erased_at=NOW)
        assert remove_transcripts(actor=SETUP, now=NOW) == 1


class TestMachine:
    def test_writes_each_recording_down_once(self, call, tmp_path, judge):
        hears = Recites(us(CALM, 1), person("好的。", 3))
        assert recordings_due(limit=9, actor=SETUP, now=NOW) == (call,)

        clock = {"actor": SETUP, "clock": lambda: NOW}
        assert transcribe_due(hears, tmp_path, limit=9, **clock) == (1, 0)
        assert transcribe_due(hears, tmp_path, limit=9, **clock) == (0, 0)
        assert hears.heard == [Language.ZH]
        _why(call, judge)
        read = read_transcript(call, actor=judge, now=NOW)
        assert (read.made_by, read.handed_in, len(read.sentences)) == ("reciter", False, 2)
        with pytest.raises(AtIt):
            transcribe(call, hears, tmp_path, **clock)

    def test_what_was_handed_in_meanwhile_stands(self, call, tmp_path):
        class Slow(Recites):
            def sides(self, pieces, language):
                taken(call, us(CALM))
                yield from super().sides(pieces, language)

        kept = transcribe(call, Slow(us("别的话。")), tmp_path, actor=SETUP, clock=lambda: NOW)
        assert not kept.new
        with reading(SETUP):
            assert Transcript.objects.get(pk=call).handed_in

    def test_a_fault_is_tried_again_a_few_times_and_its_words_reach_no_log(
        self, call, tmp_path, caplog
    ):
        broken = Recites(fault=RuntimeError(DANGER))
        clock = {"actor": SETUP, "clock": lambda: NOW}
        results = [transcribe_due(broken, tmp_path, limit=9, **clock) for _ in range(5)]

        assert results == [(0, 1)] * machine.TRIES_MAX + [(0, 0)] * 2
        assert "自杀" not in caplog.text
        with reading(SETUP):
            row = Transcript.objects.get(pk=call)
        assert (row.state, row.fault) == ("GIVEN_UP", "RuntimeError")
        assert transcribe(call, Recites(us(CALM)), tmp_path, again=True, **clock).new

    def test_whoever_died_over_one_is_followed_by_another(self, call, tmp_path):
        class Killed(BaseException):
            pass

        with pytest.raises(Killed):
            transcribe(call, Recites(fault=Killed()), tmp_path, actor=SETUP, clock=lambda: NOW)
        assert recordings_due(limit=9, actor=SETUP, now=NOW) == ()
        later = NOW + machine.LEASE + timedelta(minutes=1)
        assert recordings_due(limit=9, actor=SETUP, now=later) == (call,)
        kept = transcribe(call, Recites(us(CALM)), tmp_path, actor=SETUP, clock=lambda: later)
        assert kept.new
