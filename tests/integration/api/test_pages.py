"""Pages show every row once, also while rows are added."""

from __future__ import annotations

from tests.support.portfolio import new_person


def refs_of(api, *, limit: int, meanwhile) -> list[str]:
    found, cursor = [], None
    while True:
        query = {"limit": limit} if cursor is None else {"limit": limit, "cursor": cursor}
        answer = api.get("/debtors", **query).json()
        found += [row["ref"] for row in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            return found
        meanwhile()


def test_pages_show_each_row_once_while_rows_are_added(api):
    before = [new_person() for _ in range(7)]
    added = []

    found = refs_of(
        api, limit=3, meanwhile=lambda: added.append(new_person()) if len(added) < 4 else None
    )

    assert found[:7] == before
    assert len(found) == len(set(found))
    assert set(found) == {*before, *added}


def test_a_page_has_its_bounds(api):
    for limit in (0, 201, "many"):
        assert api.get("/debtors", limit=limit).status_code == 422
    for cursor in ("x", "MTo=", "MTotMQ==", "MTo5OTk5OTk5OTk5OTk5OTk5OTk5OTk="):
        assert api.get("/debtors", cursor=cursor).json()["field"] == "cursor"
