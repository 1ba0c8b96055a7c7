"""forbear keys: what it does, says in both languages, refuses, and never shows."""

import json
import os

import pytest

from forbear.contexts.protection.keyring import KeyUse
from forbear.contexts.protection.ringfile import CONTENT_VARIABLE, FILE_VARIABLE, RingFile
from forbear.interfaces.commands.main import run
from tests.support import rotation as support


@pytest.fixture(autouse=True)
def _environment(tmp_path, monkeypatch):
    for name in (CONTENT_VARIABLE, FILE_VARIABLE, "DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FORBEAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def file(tmp_path):
    assert run(["keys", "create"]) == 0
    return RingFile(tmp_path / "home" / "keyring.json")


@pytest.fixture
def filled(cluster, file, monkeypatch):
    template = cluster.template("rotation", prepare=support.prepare)
    support.register()
    with cluster.database(template=template) as database:
        support.fill(database.urls["owner"], file.load(), 20)
        monkeypatch.setenv("DATABASE_URL", database.urls["owner"])
        yield file
    support.unregister()


def _secrets(file):
    read = json.loads(file.path.read_text())
    return [key["secret"] for key in read["keys"] if key["secret"]]


def _answer(capsys, *arguments):
    capsys.readouterr()
    code = run(["keys", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


class TestCreate:
    def test_a_ring_is_made_for_its_owner_alone_and_not_shown(self, capsys, tmp_path):
        file = RingFile(tmp_path / "made.json")
        assert run(["keys", "create", str(file.path)]) == 0
        told = "".join(capsys.readouterr())

        assert file.path.stat().st_mode & 0o777 == 0o600
        assert file.load().id in told
        assert not any(secret in told for secret in _secrets(file))

    def test_an_existing_one_is_kept(self, file, capsys):
        before = file.path.read_bytes()
        code, told = _answer(capsys, "create")

        assert code == 4
        assert told["error"]["code"] == "KEY_RING_EXISTS"
        assert file.path.read_bytes() == before

    def test_a_ring_in_a_variable_is_not_changed_by_a_command(self, file, capsys, monkeypatch):
        monkeypatch.setenv(CONTENT_VARIABLE, file.path.read_text())
        code, told = _answer(capsys, "rotate")

        assert code == 4
        assert not any(secret in json.dumps(told) for secret in _secrets(file))


class TestShow:
    @pytest.mark.parametrize(("lang", "words"), [("en", "persons' keys"), ("zh", "个人密钥")])
    def test_ids_states_and_ages_and_never_a_key(self, file, capsys, lang, words):
        capsys.readouterr()
        assert run(["keys", "show", "--lang", lang]) == 0
        told = capsys.readouterr().out

        assert words in told
        assert all(key.id in told for key in file.load().keys)
        assert not any(secret in told for secret in _secrets(file))

    def test_as_json(self, file, capsys):
        code, told = _answer(capsys, "show")

        assert code == 0
        assert [key["state"] for key in told["keys"]] == ["ACTIVE"] * len(KeyUse)
        assert not any(secret in json.dumps(told) for secret in _secrets(file))

    def test_a_missing_ring_is_told_with_the_remedy(self, capsys):
        code, told = _answer(capsys, "show")

        assert code == 3
        assert told["error"]["code"] == "KEY_RING_MISSING"
        assert told["error"]["remedy_zh"]


class TestCheck:
    def test_without_a_database_it_says_what_it_did_not_see(self, file, capsys):
        code, told = _answer(capsys, "check")

        assert code == 0
        assert told["database"] is False

    def test_with_one_it_counts_persons_by_key(self, filled, capsys):
        code, told = _answer(capsys, "check")

        assert code == 0
        assert told["persons_by_key"] == {filled.load().active(KeyUse.WRAP).id: 20}

    def test_another_ring_is_told(self, filled, capsys, tmp_path):
        assert run(["keys", "create", str(tmp_path / "other.json")]) == 0
        code, told = _answer(capsys, "check", "--ring", str(tmp_path / "other.json"))

        assert code == 4
        assert told["error"]["code"] == "KEY_RING_MISMATCH"

    def test_a_ring_that_others_may_read_is_refused(self, file, capsys):
        file.path.chmod(0o644)
        capsys.readouterr()

        assert run(["keys", "check", "--lang", "zh"]) == 5
        assert "chmod 600" in capsys.readouterr().err


class TestRotate:
    @pytest.mark.parametrize("use", list(KeyUse))
    def test_rotate_then_retire(self, filled, capsys, use):
        old = filled.load().active(use)
        code, told = _answer(capsys, "rotate", "--use", use.lower())

        # No row stands under a key that signs.
        rows = 0 if use is KeyUse.SIGN else 20
        assert (code, told["rows"], told["unreadable"]) == (0, rows, [])
        assert told["key"] == filled.load().active(use).id != old.id
        code, told = _answer(capsys, "retire", old.id)
        assert code == 0
        assert filled.load().key(old.id).secret is None
        assert len(support.numbers(os.environ["DATABASE_URL"], filled.load())) == 20

    def test_a_key_may_be_prepared_first(self, filled, capsys):
        _code, prepared = _answer(capsys, "rotate", "--prepare")
        _code, done = _answer(capsys, "rotate")

        assert prepared["key"] == done["key"]

    def test_without_a_database_nothing_is_changed(self, file, capsys):
        code, told = _answer(capsys, "rotate")

        assert code == 3
        assert "DATABASE_URL" in told["error"]["remedy"]
        assert file.load().revision == 1

    def test_an_unknown_use_is_told(self, file, capsys):
        assert _answer(capsys, "rotate", "--use", "other")[0] == 2

    def test_the_sentences_name_what_comes_next(self, filled, capsys):
        for lang, words in (("en", "older backups"), ("zh", "旧备份")):
            capsys.readouterr()
            assert run(["keys", "rotate", "--lang", lang]) == 0
            assert words in capsys.readouterr().out
