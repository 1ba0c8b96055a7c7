"""A pack says what the book says, a stranger can check it, and every change to it is found."""

from __future__ import annotations

import base64
import json
import random
from copy import deepcopy
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.models import Entry
from forbear.contexts.audit.verify_log import key_text
from forbear.contexts.database.transaction import reading
from forbear.contexts.evidence.actions.make_document import make_pack
from forbear.contexts.evidence.made import Form
from forbear.contexts.evidence.verify_pack import check, manifest_of, read_pack, sealed_text
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.people.role import Permission
from forbear.contexts.protection.models import Reveal
from forbear.contexts.protection.reveal import RevealReason
from forbear.contexts.protection.signing import signer_now
from forbear.values.principal import NotPermitted, Sight
from tests.support.api import caller
from tests.support.evidence import (
    TODAY,
    contacted,
    lent,
    read,
    sign_record,
    somebody,
    unzipped,
    verified,
)
from tests.support.portfolio import NOW, SETUP, clerk, new_person

NAME = "欧阳虚构"
GIVEN = {"form": Form.JSON, "today": TODAY, "now": NOW}
SEES = (Permission.EVIDENCE_MAKE, Permission.PERSON_SEE)
SEEDS = range(120)


@pytest.fixture
def pack(portfolio) -> dict[str, Any]:
    """The data of a pack about somebody who paid, was late, and was contacted."""
    who = somebody(NAME)
    contacted(who)
    sign_record()
    return read(make_pack(who.ref, actor=SETUP, **GIVEN).content)


def codes(altered: Any, **given: Any) -> set[str]:
    return {each.code for each in check(altered, **given).wrong}


def resealed(pack: dict[str, Any]) -> dict[str, Any]:
    """Seal an altered pack anew with a key of one's own, as a forger would."""
    key = Ed25519PrivateKey.generate()
    manifest = manifest_of(pack)
    seal = {
        "key": key_text(pack["seal"]["key"].split("+")[0], key.public_key().public_bytes_raw()),
        "manifest": manifest,
        "signature": base64.b64encode(key.sign(sealed_text(manifest))).decode(),
    }
    return {**pack, "seal": seal}


class TestAStranger:
    def test_checks_every_form_with_one_file_and_python_alone(self, api, tmp_path):
        who = somebody(NAME)
        contacted(who)
        sign_record()
        asked = {"debtor_ref": who.ref, "form": "ZIP"}

        made = api.post("/evidence/packs", asked)

        assert made.status_code == 200, made.content
        assert made["Content-Type"] == "application/zip"
        files = unzipped(made.content)
        key = files["key.txt"].decode().strip()
        for name in ("evidence.json", "evidence-zh.pdf", "evidence-en.pdf"):
            done = verified(files[name], tmp_path, "--key", key)
            assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "OK"), (name, done)
        program = api.get("/evidence/verifier")
        assert program.content == files["verify_pack.py"]
        assert program["Content-Type"].startswith("text/x-python")

    def test_is_told_where_one_digit_was_altered(self, pack, tmp_path):
        text = json.dumps(pack, ensure_ascii=False)
        loan = pack["loans"][0]
        paid = loan["postings"][0]
        was = f'"amount_minor": {paid["amount_minor"]}'

        done = verified(text.replace(was, '"amount_minor": 41101', 1).encode(), tmp_path)

        assert done.returncode == 1
        assert "/loans/1/" in done.stdout
        chinese = verified(text.replace(was, '"amount_minor": 41101', 1).encode(), tmp_path)
        assert chinese.returncode == 1

    def test_is_told_when_the_file_is_no_document(self, tmp_path):
        for content in (b"", b"[]", b"{}", b"%PDF-1.7 nothing", b"\xff"):
            assert verified(content, tmp_path).returncode in {1, 2}


class TestAPack:
    def test_says_what_the_book_says(self, pack):
        (loan,) = pack["loans"]

        assert check(pack).wrong == []
        assert loan["owed"]["payoff_minor"] > loan["owed"]["current_again_minor"] > 0
        assert {row["state"] for row in loan["postings"]} == {"COUNTS", "VOID"}
        assert all(row["entries"] for row in loan["postings"])
        assert any(row["made"] for row in pack["contacts"])
        assert any(not row["made"] for row in pack["contacts"])
        assert len(pack["proof"]["entries"]) > len(pack["contacts"])
        assert pack["rights"]["lines"]

    def test_names_nobody_in_full(self, pack):
        assert NAME not in json.dumps(pack, ensure_ascii=False)
        assert pack["person"]["name_is_masked"] is True

    def test_leaves_an_entry_with_its_hash_and_nothing_else(self, portfolio):
        made = make_pack(somebody(NAME).ref, actor=SETUP, **GIVEN)

        with reading(SETUP):
            entry = Entry.objects.get(event=AuditEvent.DOCUMENT_MADE.value)
        assert entry.subject == f"document:{made.id}"
        assert json.loads(bytes(entry.body))["sha256"] == made.sha256

    def test_says_which_entries_are_too_young_to_be_proved(self, portfolio):
        who = somebody(NAME, payments=1)
        sign_record()
        contacted(who, times=1)

        told = read(make_pack(who.ref, actor=SETUP, **GIVEN).content)

        assert told["proof"]["waiting"]
        assert check(told).wrong == []

    def test_of_a_loan_without_a_schedule_reckons_nothing(self, portfolio):
        person = new_person()
        lent(person, instalments=0)

        told = read(make_pack(person, actor=SETUP, **GIVEN).content)

        assert [loan["owed"] for loan in told["loans"]] == [None]
        assert check(told).wrong == []

    def test_covers_several_loans_or_those_that_are_named(self, portfolio):
        person = new_person()
        refs = [lent(person, instalments=3) for _ in range(3)]

        whole = read(make_pack(person, actor=SETUP, **GIVEN).content)
        one = read(make_pack(person, loan_refs=[refs[1]], actor=SETUP, **GIVEN).content)

        assert [loan["ref"] for loan in whole["loans"]] == refs
        assert [loan["ref"] for loan in one["loans"]] == [refs[1]]


class TestWhoMay:
    def test_needs_the_scope(self, api):
        who = somebody(NAME)
        other = caller(Scope.PERSONS_READ)

        refused = other.post("/evidence/packs", {"debtor_ref": who.ref})

        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_PERMITTED")

    def test_sees_a_name_in_full_for_a_reason_that_is_written_down(self, portfolio):
        who = somebody(NAME)
        asked = {"reason": RevealReason.PREPARE_DOCUMENT, **GIVEN}
        may = clerk(*SEES, Permission.VALUE_REVEAL)

        told = read(make_pack(who.ref, actor=may, **asked).content)

        assert told["person"]["name"] == NAME
        with reading(SETUP):
            looks = list(Reveal.objects.values_list("reason", flat=True))
        assert looks == [RevealReason.PREPARE_DOCUMENT.value]
        for lacking in (clerk(*SEES), SETUP):
            with pytest.raises(NotPermitted):
                make_pack(who.ref, actor=lacking, **asked)

    def test_is_told_of_nobody_outside_their_care(self, api):
        somebody(NAME)
        stranger = clerk(*SEES, sight=Sight.NOBODY)

        with pytest.raises(Exception, match="person"):
            make_pack("person-404", actor=stranger, **GIVEN)
        unknown = api.post("/evidence/packs", {"debtor_ref": "P-404"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "UNKNOWN_REF")
        other = api.post("/evidence/packs", {"debtor_ref": "person-404", "loan_refs": ["L-404"]})
        assert other.status_code == 404


class TestEveryAlteration:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_is_found_wherever_it_is(self, sealed_once, seed):
        dice = random.Random(seed)
        altered = mutated(deepcopy(sealed_once), dice)

        assert altered != sealed_once
        assert codes(altered) != set()

    def test_by_a_forger_who_seals_anew_is_found_by_the_key(self, sealed_once):
        forged = resealed(deepcopy(sealed_once))

        assert "KEY_OTHER" in codes(forged, key=sealed_once["seal"]["key"])

    @pytest.mark.parametrize(
        ("alter", "code"),
        [
            (lambda p: p["loans"][0]["owed"].update(payoff_minor=1), "SUM_OFF"),
            (lambda p: p["loans"][0]["postings"].pop(0), "SUM_OFF"),
            (lambda p: p["loans"][0]["postings"].reverse(), "SUM_OFF"),
            (lambda p: p["loans"][0]["terms"].update(penalty_rate_ppm=360_000), "SUM_OFF"),
            (lambda p: p["loans"][0]["pauses"].append({"start": "2026-10-01", "end": None}), None),
            (lambda p: p["loans"][0].update(principal_minor=1), "SUM_OFF"),
        ],
    )
    def test_of_a_figure_contradicts_the_lines_even_when_sealed_anew(
        self, sealed_once, alter, code
    ):
        altered = deepcopy(sealed_once)
        alter(altered)

        assert (code or "SUM_OFF") in codes(resealed(altered))

    def test_of_a_contact_contradicts_the_signed_record(self, ring_sealed):
        pack, seal_anew = ring_sealed
        for alter in (
            lambda row: row.update(channel="LETTER"),
            lambda row: row["decisions"][0].update(allowed=False),
            lambda row: row["decisions"][0].update(text="{}"),
            lambda row: row.update(entries=[10**9]),
        ):
            altered = deepcopy(pack)
            alter(next(row for row in altered["contacts"] if row["made"]))

            found = codes(seal_anew(altered))

            assert found & {"ENTRY_OTHER", "ENTRY_NOT_IN_RECORD"}, found


def mutated(pack: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Alter one thing: a figure, a word, a row dropped, doubled or moved, or the seal itself."""
    places = list(everywhere(pack))
    while True:
        holder, name = dice.choice(places)
        value = holder[name]
        if isinstance(value, bool):
            holder[name] = not value
        elif isinstance(value, int):
            holder[name] = value + dice.choice([1, -1, 10])
        elif isinstance(value, str) and value:
            at = dice.randrange(len(value))
            other = "7" if value[at] != "7" else "8"
            holder[name] = value[:at] + other + value[at + 1 :]
        elif isinstance(value, list) and value:
            at = dice.randrange(len(value))
            if dice.random() < 0.4:
                value.insert(at, deepcopy(value[at]))
            elif len(value) > 1 and value[at] != value[at - 1] and dice.random() < 0.5:
                value[at], value[at - 1] = value[at - 1], value[at]
            else:
                value.pop(at)
        elif value is None:
            holder[name] = 0
        else:
            continue
        return pack


def everywhere(value: Any):
    """Every place of a value that something stands at."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield value, name
            yield from everywhere(each)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield value, at
            yield from everywhere(each)


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    """What the first test of this module has sealed, for the others."""
    return {}


@pytest.fixture
def sealed_once(kept, request) -> dict[str, Any]:
    """One pack for many alterations; it is data, so no database is needed after the first."""
    if "pack" not in kept:
        kept["pack"] = request.getfixturevalue("pack")
    return kept["pack"]


@pytest.fixture
def ring_sealed(pack):
    """A pack, and a way to seal it anew with the ring's own key: what only an insider could do."""
    signer = signer_now()

    def seal_anew(altered: dict[str, Any]) -> dict[str, Any]:
        manifest = manifest_of(altered)
        signature = base64.b64encode(signer.sign(sealed_text(manifest))).decode()
        return {**altered, "seal": {**pack["seal"], "manifest": manifest, "signature": signature}}

    assert codes(seal_anew(deepcopy(pack))) == set()
    return pack, seal_anew


def test_a_name_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        read_pack(b'{"a":1,"a":2}')
