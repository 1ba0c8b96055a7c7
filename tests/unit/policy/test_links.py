"""A link that hides where it leads is found; the lender's own pages are not."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import open_shorteners, open_wordings, policy_texts
from forbear.policy.links import load_shorteners
from forbear.policy.reading import InvalidRule


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("请点 https://t.cn/A6x 还款", ("t.cn",)),
        ("see bit.ly/3x and BIT.LY/3y", ("bit.ly",)),
        ("ｄｗｚ.cn/abc", ("dwz.cn",)),
        ("w.url.cn/s/x", ("w.url.cn",)),
        ("go.bit.ly/x", ("go.bit.ly",)),
        ("https://pay.lender.example/t.cn", ()),
        ("notbit.ly.example/x 与 at.cnn", ()),
        ("1.5元", ()),
    ],
)
def test_a_host_that_hides_is_found(text, hosts):
    assert open_shorteners().found_in(text) == hosts


def test_no_approved_message_holds_one():
    for text in policy_texts("messages").values():
        assert open_shorteners().found_in(text) == ()
    assert open_wordings()


def test_a_slip_in_the_file_is_named():
    text = policy_texts("links")["shorteners.yaml"].replace("bit.ly", "https://bit.ly", 1)

    with pytest.raises(InvalidRule, match="no host"):
        load_shorteners("shorteners.yaml", text)
