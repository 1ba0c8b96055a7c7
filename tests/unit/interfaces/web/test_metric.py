"""Who gets the figures: this machine itself, or whoever brings the token."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import RequestFactory

from forbear.interfaces.web.metric import TOKEN, _forget_dead, may_watch

HERE, ELSEWHERE = "127.0.0.1", "192.0.2.7"


def _request(address: str, **headers: str):
    return RequestFactory(REMOTE_ADDR=address).get("/metrics", headers=headers)


@pytest.fixture(autouse=True)
def _no_token(monkeypatch):
    monkeypatch.delenv(TOKEN, raising=False)


@pytest.mark.parametrize("address", [HERE, "127.8.8.8", "::1"])
def test_this_machine_itself_may(address):
    assert may_watch(_request(address))


@pytest.mark.parametrize("address", [ELSEWHERE, "", "10.0.0.1", "::ffff:192.0.2.7"])
def test_others_may_not(address):
    assert not may_watch(_request(address))


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via"]
)
def test_whoever_comes_through_a_proxy_on_this_machine_may_not(header):
    assert not may_watch(_request(HERE, **{header: "127.0.0.1"}))


def test_the_token_opens_from_anywhere_and_only_the_token(monkeypatch):
    monkeypatch.setenv(TOKEN, "five-blue-herons")

    assert may_watch(_request(ELSEWHERE, Authorization="Bearer five-blue-herons"))
    for wrong in ("Bearer five-blue-heron", "five-blue-herons", "Bearer ", "Bearer 中文"):
        assert not may_watch(_request(ELSEWHERE, Authorization=wrong))


def test_an_empty_token_opens_nothing(monkeypatch):
    monkeypatch.setenv(TOKEN, "")

    assert not may_watch(_request(ELSEWHERE, Authorization="Bearer "))


def test_present_figures_of_ended_processes_are_dropped_and_their_counts_kept(tmp_path):
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
    ended.wait()
    gone = tmp_path / f"gauge_livesum_{ended.pid}.db"
    kept = [
        tmp_path / f"gauge_livesum_{os.getpid()}.db",
        tmp_path / f"histogram_{ended.pid}.db",
    ]
    for file in (gone, *kept):
        file.touch()

    _forget_dead(tmp_path)

    assert sorted(tmp_path.iterdir()) == sorted(kept)
