"""forbear evidence, on a real database; and nothing personal is left lying about."""

from __future__ import annotations

import io
import json
import logging
import stat
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from forbear.contexts.evidence.actions.make_document import make_pack
from forbear.contexts.evidence.made import Form
from forbear.contexts.evidence.render import CannotRender
from forbear.contexts.evidence.verify_pack import read_pack
from forbear.contexts.people.role import Permission
from forbear.contexts.protection.reveal import RevealReason
from forbear.interfaces.commands.app import app
from tests.support.evidence import TODAY, contacted, sign_record, somebody
from tests.support.home import forbear
from tests.support.portfolio import NOW, clerk

NAME = "赫连金丝雀"


@pytest.fixture
def home(portfolio, ring, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", portfolio.urls["app"])
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "forbear.settings.test")
    monkeypatch.setenv("FORBEAR_KEYRING_FILE", str(ring.path))
    return tmp_path / "home"


class TestTheCommand:
    def test_makes_a_pack_and_checks_it(self, home, tmp_path):
        who = somebody(NAME, instalments=3, payments=1)
        sign_record()
        out = tmp_path / "pack.pdf"

        made = forbear("evidence", "pack", who.ref, str(out), "--home", str(home), "--json")

        assert made.returncode == 0, made.stderr
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        told = json.loads(made.stdout)
        checked = CliRunner().invoke(app, ["evidence", "verify", str(out), "--json"])
        assert (checked.exit_code, json.loads(checked.stdout)["ok"]) == (0, True)
        pack = read_pack(out.read_bytes())
        assert pack["id"] == told["id"]
        wrong = tmp_path / "wrong.json"
        pack["loans"][0]["owed"]["payoff_minor"] += 1
        wrong.write_text(json.dumps(pack))
        found = CliRunner().invoke(app, ["evidence", "verify", str(wrong), "--lang", "zh"])
        assert found.exit_code == 1
        assert "/loans/1/owed/payoff_minor" in found.stdout
        other = tmp_path / "settled.pdf"
        refused = forbear("evidence", "certificate", who.loan, str(other), "--home", str(home))
        assert refused.returncode != 0
        assert "is not settled" in refused.stderr
        assert not other.exists()


class TestAPersonalValue:
    def test_is_in_no_log_no_error_and_no_file(self, portfolio, monkeypatch, tmp_path):
        who = somebody(NAME, instalments=3, payments=1)
        contacted(who, times=1)
        here = tmp_path / "temporary"
        here.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(here))
        monkeypatch.setenv("TMPDIR", str(here))
        may = clerk(Permission.EVIDENCE_MAKE, Permission.PERSON_SEE, Permission.VALUE_REVEAL)
        given = {"reason": RevealReason.PREPARE_DOCUMENT, "today": TODAY, "now": NOW}
        written = io.StringIO()
        handler = logging.StreamHandler(written)
        logging.getLogger().addHandler(handler)
        try:
            made = make_pack(who.ref, form=Form.ZIP, actor=may, **given)
            monkeypatch.setattr(
                "forbear.contexts.evidence.render._sources", lambda: {"pack.typ": b"#panic()"}
            )
            with pytest.raises(CannotRender) as broken:
                make_pack(who.ref, form=Form.PDF, actor=may, **given)
        finally:
            logging.getLogger().removeHandler(handler)

        assert NAME.encode() not in made.content
        told = json.dumps(broken.value.as_dict(), ensure_ascii=False, default=str)
        assert NAME not in told + str(broken.value) + written.getvalue()
        left = [path for path in Path(here).rglob("*") if path.is_file()]
        assert left == []
