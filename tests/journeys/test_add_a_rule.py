"""Whoever follows the page on adding a rule, word by word, has added one."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

import forbear
from forbear.interfaces.commands.main import run

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
POLICIES = Path(forbear.__file__).parent / "policies"
_BLOCK = re.compile(r"```(yaml)?\n(.*?)```", re.DOTALL)


def _follow(page: str, root: Path) -> list[list[str]]:
    """Do what a page says in a folder; return the commands of ours that it names."""
    commands: list[list[str]] = []
    made: Path | None = None
    for kind, text in _BLOCK.findall(page):
        if kind:
            assert made is not None
            made.write_text(text, encoding="utf-8")
            continue
        for line in text.replace("\\\n", " ").splitlines():
            words = shlex.split(line)
            if words[0] == "cp":
                made = root / words[2]
                shutil.copyfile(root / words[1], made)
            else:
                assert words[0] == "forbear"
                commands.append(words[1:])
    return commands


class TestPage:
    @pytest.mark.parametrize("name", ["add-a-rule.md", "add-a-rule.zh.md"])
    def test_its_steps_work_as_they_stand(self, name, tmp_path, capsys):
        folder = tmp_path / "src" / "forbear" / "policies"
        shutil.copytree(POLICIES, folder)

        commands = _follow((PAGES / name).read_text(encoding="utf-8"), tmp_path)

        said = {}
        for command in commands:
            of_ours = [word.replace("shipped", str(folder)) for word in command]
            if command[1] == "check":
                of_ours += [str(folder), "--as-of", "2026-12-01"]
            if command[1] == "show":
                of_ours += ["--in", str(folder)]
            if command[1] == "replay":
                continue  # needs a book; its own test has one
            assert run(of_ours) == 0
            said[command[1]] = " ".join(capsys.readouterr().out.split())
        assert list(said) == ["check", "show", "diff", "can?"]
        zh = name.endswith(".zh.md")
        assert ("，0 个错误，" if zh else " 0 errors,") in said["check"]
        assert "calls_on_one_day.yaml" not in said["check"]
        assert "house.cn.calls_on_one_day" in said["diff"]
        assert "VOICE 2026-12-01" in said["can?"]
        assert "OUTBOUND BOT" in said["can?"]
