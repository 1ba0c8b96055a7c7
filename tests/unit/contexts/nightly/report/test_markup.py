"""Can any text break out of its place in the page?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.contexts.nightly.report.markup import Html, Pair, embed_json, render, tag

SPITEFUL = ["</script><script>alert(1)</script>", "<!--", "a & b", "\u2028", "]]>", '"quoted"']


class TestText:
    @pytest.mark.parametrize("text", ["<b>", "a & b", "</style>", "<img src=x onerror=alert(1)>"])
    def test_is_escaped(self, text):
        written = render(text)

        assert "<" not in written
        assert "& " not in written

    def test_is_escaped_in_both_languages(self):
        written = render(Pair("<i>", "<u>"))

        assert written == '<span lang="en">&lt;i&gt;</span><span lang="zh-Hans">&lt;u&gt;</span>'

    def test_stands_once_when_both_languages_say_the_same(self):
        assert render(Pair("M1", "M1")) == "M1"

    def test_that_is_already_markup_is_left_alone(self):
        assert tag("p", Html("<b>x</b>")) == "<p><b>x</b></p>"


class TestAttributes:
    def test_cannot_be_ended_by_their_value(self):
        assert tag("p", title='"><script>') == '<p title="&quot;&gt;&lt;script&gt;"></p>'

    def test_that_are_false_or_missing_are_left_out(self):
        assert tag("details", open=False, id=None) == "<details></details>"

    def test_that_are_true_stand_alone(self):
        assert tag("input", checked=True, type="radio") == '<input checked type="radio">'


class TestEmbeddedJson:
    @pytest.mark.parametrize("text", SPITEFUL)
    def test_holds_no_character_that_ends_a_script(self, text):
        written = embed_json({"text": text})

        assert not set("<>&\u2028\u2029") & set(written)

    @given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
    def test_reads_back_as_it_was(self, value):
        assert json.loads(embed_json(value)) == value
