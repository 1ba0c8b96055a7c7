"""Errors as pages: the right status, the reader's language, and nothing of a defect."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.utils import translation

from forbear.interfaces.web import error as pages
from forbear.values.errors import (
    BrokenInvariant,
    Conflict,
    Denied,
    ForbearError,
    InvalidInput,
    NotFound,
    Transient,
)

FAMILIES = {Denied: 403, NotFound: 404, Conflict: 409, InvalidInput: 422, Transient: 503}


def _every(family):
    return [family, *[leaf for each in family.__subclasses__() for leaf in _every(each)]]


class TestTold:
    @pytest.mark.parametrize(("family", "status"), FAMILIES.items())
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_says_what_and_what_next(self, family, status, language):
        fault = family("No.", remedy="Ask.", message_zh="不行。", remedy_zh="请询问。")
        with translation.override(language):
            page = pages.told(fault)

        text = page.content.decode()
        assert page.status_code == status
        assert ("No." in text, "Ask." in text) == (language == "en",) * 2
        assert ("不行。" in text, "请询问。" in text) == (language != "en",) * 2

    @pytest.mark.parametrize(("language", "words"), [("en", "Too much."), ("zh-hans", "太多。")])
    def test_leaves_the_name_of_a_field_to_systems(self, language, words):
        fault = InvalidInput(
            "amount_minor: too much.", message_zh="amount_minor：太多。", field="amount_minor"
        )
        with translation.override(language):
            assert pages.said(fault)[0] == words

    @pytest.mark.parametrize("family", [BrokenInvariant, ForbearError])
    def test_keeps_the_details_of_a_defect_to_itself(self, family):
        page = pages.told(family("row 4711 of people_staff", remedy="look at line 12"))

        assert page.status_code == 500
        assert "4711" not in page.content.decode()
        assert "line 12" not in page.content.decode()

    def test_every_leaf_has_a_status(self):
        for leaf in _every(ForbearError):
            status = pages.status_of(leaf("x"))
            families = [FAMILIES[each] for each in FAMILIES if issubclass(leaf, each)]
            assert status == (families or [500])[0]

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    @pytest.mark.parametrize(
        ("answer", "status"),
        [
            (pages.malformed, 400),
            (pages.forbidden, 403),
            (pages.missing, 404),
            (pages.too_many, 429),
            (pages.csrf_failed, 403),
            (pages.broken, 500),
        ],
    )
    def test_pages_for_numbers_need_nothing_but_the_address(self, answer, status, language):
        with translation.override(language):
            page = answer(HttpRequest())

        assert page.status_code == status
        assert (f'lang="{"en" if language == "en" else "zh-Hans"}"') in page.content.decode()
