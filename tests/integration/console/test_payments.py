"""Whoever watches over payments sees what waits, books it, and is told what cannot be."""

from __future__ import annotations

import pytest

from forbear.contexts.people.role import Role
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.paying import NOW, in_use, open_notices, owing, said, told
from tests.support.portfolio import portfolio, ring

__all__ = ["in_use", "portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio", "in_use")


def test_what_waits_is_seen_and_booked():
    who = owing()
    told(said(reference="A <b>slip</b>", at=NOW))
    client = at_work(new_colleague(Role.COMPLIANCE, secret=new_secret("payments"), language="en"))

    page = client.get("/payments/").content.decode()
    assert "It names no loan" in page
    assert "A &lt;b&gt;slip" in page
    sent = {"notice": "1", "version": "1", "settled": "MATCHED", "loan": "nobody's"}
    found = dict(sent, notice=page.partition('name="notice" value="')[2].partition('"')[0])
    refused = client.post("/payments/", found)
    assert refused.status_code == 422
    assert "There is no loan" in refused.content.decode()

    done = client.post("/payments/", {**found, "loan": who.loan}, follow=True)
    assert "Nothing waits" in done.content.decode()
    assert (open_notices(), len(who.postings)) == ([], 1)
