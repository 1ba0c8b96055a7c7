"""Which language does a command choose?"""

from __future__ import annotations

import pytest

from forbear.interfaces.commands.lang import language_among, language_of


class TestLanguage:
    @pytest.mark.parametrize(
        ("environment", "lang"),
        [
            ({}, "en"),
            ({"LANG": "zh_CN.UTF-8"}, "zh"),
            ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
            ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_HK"}, "zh"),
            ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ],
    )
    def test_comes_from_the_environment_in_its_order(self, environment, lang):
        assert language_of(environment) == lang

    @pytest.mark.parametrize(
        ("arguments", "lang"),
        [
            (["night"], "zh"),
            (["night", "--lang", "en"], "en"),
            (["night", "--lang=en"], "en"),
            (["night", "--lang", "fr"], "zh"),
            (["night", "--lang"], "zh"),
        ],
    )
    def test_of_a_failed_command_is_the_one_that_was_asked_for(self, arguments, lang, monkeypatch):
        monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

        assert language_among(arguments) == lang
