"""Somebody who is in binds their own WeChat, and nobody else can; they take it back as easily."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import override_settings
from django.utils import timezone

from forbear.contexts.contact.channels.file import read_channels
from forbear.contexts.contact.gate import condition
from forbear.contexts.contact.gate.ask import Wish, judge
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.queries.address import address_of
from forbear.contexts.rights.actions.bind import bind_wechat
from forbear.contexts.rights.actions.choose import choose_channel
from forbear.values.code import Channel, PointKind
from forbear.values.principal import NotPermitted
from tests.support.gate import NOON, person
from tests.support.portal import inside
from tests.support.portfolio import SETUP, clerk, portfolio, ring
from tests.support.wechat import file_text, platform, set_secrets

__all__ = ["portfolio", "ring"]
MINE, OTHERS = "oMine_0123456789-abcdefghijk", "oOther_0123456789-abcdefghij"
IN_WECHAT = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0.50"}
PAGE, GO, BACK = "/p/set/wechat/", "/p/set/wechat/go/", "/p/set/wechat/back/"


@pytest.fixture
def account(portfolio, tmp_path, monkeypatch):
    monkeypatch.delitem(condition._CONDITIONS, "night")
    set_secrets(monkeypatch)
    with platform() as (taken, url):
        path = tmp_path / "channels.yaml"
        path.write_text(file_text(url), encoding="utf-8")
        read_channels.cache_clear()
        with override_settings(FORBEAR_CHANNELS=path):
            yield taken


def points(who):
    with reading(SETUP):
        rows = ContactPoint.objects.filter(debtor_id=who.debtor_id, kind=PointKind.WECHAT.value)
        return [
            (row.pk, row.retired_at is None, address_of(row.pk, now=NOON))
            for row in rows.order_by("id")
        ]


def allowed(who, point_id):
    tomorrow = (timezone.now() + timedelta(days=1)).replace(hour=4)
    with acting(SETUP):
        wish = Wish(who.debtor_id, point_id, Channel.WECHAT, who.loan_id)
        return judge(wish, now=tomorrow).allowed


def state_from(client):
    """Go to WeChat's page, and return the word that it is given to bring back."""
    away = client.get(GO).headers["Location"]
    asked = {name: each[0] for name, each in parse_qs(urlsplit(away).query).items()}
    assert away.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    assert away.endswith("#wechat_redirect")
    assert (asked["scope"], asked["response_type"]) == ("snsapi_base", "code")
    assert asked["redirect_uri"] == "http://testserver" + BACK
    return asked["state"]


def come_back(client, word, state):
    return client.get(f"{BACK}?{urlencode({'code': word, 'state': state})}", follow=True)


def test_the_id_that_wechat_tells_is_bound_and_taken_back(account):
    who = person()
    client = inside(who.debtor_id)
    assert "MicroMessenger" not in client.get(PAGE).content.decode()
    page = client.get(PAGE, headers=IN_WECHAT).content.decode()
    assert GO in page
    account.words = {"word-1": MINE, "word-2": MINE}
    before = timezone.now() - timedelta(minutes=1)
    choose_channel(who.ref, Channel.WECHAT, wanted=False, actor=_self(who), now=before)

    state = state_from(client)
    assert "已绑定" in come_back(client, "word-1", state).content.decode()

    ((point, in_use, address),) = points(who)
    assert (in_use, address) == (True, MINE)
    assert allowed(who, point), "binding it is the agreement, also after an earlier refusal"

    # The same again takes the place of the first.
    come_back(client, "word-2", state_from(client))
    assert [each[1] for each in points(who)] == [False, True]
    latest = points(who)[-1][0]

    client.post(PAGE, {"do": "end"})
    assert [each[1] for each in points(who)] == [False, False]
    assert not allowed(who, latest)


def test_nobody_binds_for_another(account):
    mine, other = person(), person()
    own, others = inside(mine.debtor_id), inside(other.debtor_id)
    account.words = {"word": OTHERS}

    # What another visit began, a spent word, and no word at all.
    for word, state in (
        ("word", state_from(others)),
        ("spent", state_from(own)),
        ("word", "forged"),
        ("word", ""),
    ):
        assert "没有绑定成功" in come_back(own, word, state).content.decode()
    assert points(mine) == points(other) == []
    for actor in (clerk(), SETUP):
        with pytest.raises(NotPermitted):
            bind_wechat(mine.ref, OTHERS, actor=actor, now=NOON)


def test_without_an_account_there_is_no_such_page(portfolio):
    client = inside(person().debtor_id)
    assert [client.get(each).status_code for each in (PAGE, GO, BACK)] == [404] * 3


def _self(who):
    from forbear.contexts.access.principal import person as themself

    return themself(who.debtor_id)
