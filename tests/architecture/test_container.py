"""What the container is made from exists, and what it runs is a command of ours."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest
import typer
import yaml

from forbear.interfaces.commands.app import app

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
SERVICE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["forbear"]


def _said(word: str) -> list[str]:
    return [line.removeprefix(word).strip() for line in LINES if line.startswith(f"{word} ")]


def _one(word: str) -> list[str]:
    (found,) = _said(word)
    return json.loads(found)


class TestDockerfile:
    @pytest.mark.parametrize("line", [each for each in _said("COPY") if "--from" not in each])
    def test_copies_what_is_there(self, line):
        *sources, _target = line.split()

        assert sources
        assert [each for each in sources if not (ROOT / each).exists()] == []

    def test_builds_with_everything_that_the_package_names(self):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        copied = " ".join(_said("COPY")).split()

        assert {project["readme"], *project["license-files"]} <= set(copied)

    def test_runs_as_an_ordinary_user(self):
        assert _said("USER") == ["forbear"]
        assert re.search(r"--uid [1-9]\d+ ", " ".join(_said("RUN")))

    def test_starts_a_command_that_there_is_with_options_that_it_takes(self):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        assert _one("ENTRYPOINT")[0] in project["scripts"]
        name, *options = _one("CMD")
        command = typer.main.get_command(app).commands[name]

        command.make_parser(_context(command)).parse_args(options)

    def test_asks_for_health_where_it_is(self):
        (line,) = _said("HEALTHCHECK")
        program, flag, code = json.loads(line[line.index("[") :])
        assert (program, flag) == ("python", "-c")
        ast.parse(code)

        _, _, port = re.search(r"//(\S+?)(:)(\d+)/health/live'", code).groups()
        assert port in _one("CMD")
        assert _said("EXPOSE") == [port]

    def test_keeps_what_must_last_in_volumes(self):
        told = dict(re.findall(r"(\w+)=(\S+)", _said("ENV")[0]))

        assert told["FORBEAR_HOME"] in _one("VOLUME")
        assert str(Path(told["FORBEAR_KEYRING_FILE"]).parent) in _one("VOLUME")
        assert told["DJANGO_SETTINGS_MODULE"] == "forbear.settings.prod"


class TestCompose:
    def test_may_write_only_to_volumes_and_memory(self):
        assert SERVICE["read_only"] is True
        mounted = {each.split(":")[1] for each in SERVICE["volumes"]}
        assert mounted == set(_one("VOLUME"))

    def test_listens_on_its_own_machine_alone(self):
        assert all(each.startswith("127.0.0.1:") for each in SERVICE["ports"])

    def test_holds_no_secret(self):
        assert all(value.startswith("${") for value in SERVICE["environment"].values()), (
            "values come from whoever starts it"
        )


def _context(command):
    return typer.Context(command)
