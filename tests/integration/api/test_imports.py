"""A zip of an extract becomes a whole folder in the inbox, or nothing does."""

from __future__ import annotations

import io
import json
import stat
import zipfile

import pytest
from django.conf import settings

from forbear.contexts.nightly.bridge.schedule import newest_extract

MANIFEST = json.dumps({"book_date": "2026-11-25", "lender": "example"})


@pytest.fixture
def home(tmp_path):
    before = settings.FORBEAR_HOME
    settings.FORBEAR_HOME = tmp_path
    yield tmp_path
    settings.FORBEAR_HOME = before


def zipped(**files: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return packed.getvalue()


def odd(name: str, *, mode: int = 0) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("manifest.json", MANIFEST)
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, "x")
    return packed.getvalue()


def hand_over(api, body: bytes):
    return api.client.post(
        "/api/v1/imports",
        body,
        content_type="application/zip",
        headers={"Authorization": f"Bearer {api.token}"},
    )


def test_a_zip_becomes_an_extract_once(api, home):
    body = zipped(manifest__json=MANIFEST, person__csv="person_id\nP-1\n")

    first, again = hand_over(api, body), hand_over(api, body)

    assert (first.status_code, first.json()["new"]) == (202, True), first.content
    assert again.json() == {**first.json(), "new": False}
    assert newest_extract(home) == home / "inbox" / first.json()["id"]
    assert (newest_extract(home) / "person.csv").read_text() == "person_id\nP-1\n"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no zip",
        zipped(manifest__json=MANIFEST)[:-30],
        zipped(person__csv="x"),
        zipped(manifest__json="{}"),
        zipped(manifest__json="[" * 100_000),
        zipped(manifest__json=MANIFEST, loan__csv=b"0" * (40 << 20)),
        odd("../person.csv"),
        odd("/etc/person.csv"),
        odd("folder/person.csv"),
        odd("person.exe"),
        odd("MANIFEST.json"),
        odd("person.csv", mode=stat.S_IFLNK | 0o777),
        odd("con\\person.csv"),
    ],
    ids=lambda body: f"{len(body)} bytes",
)
def test_what_is_no_extract_leaves_nothing_behind(api, home, body):
    refused = hand_over(api, body)

    assert (refused.status_code, refused.json()["code"]) == (422, "UNFIT_ZIP")
    assert not (home / "inbox").exists()
    assert list((home / "incoming").iterdir()) == []


def test_a_zip_that_is_too_large_is_refused(api, home):
    before, settings.FORBEAR_API_UPLOAD_BYTES_MAX = settings.FORBEAR_API_UPLOAD_BYTES_MAX, 100
    try:
        refused = hand_over(api, zipped(manifest__json=MANIFEST, person__csv="x"))
    finally:
        settings.FORBEAR_API_UPLOAD_BYTES_MAX = before

    assert (refused.status_code, refused.json()["code"]) == (413, "REQUEST_TOO_LARGE")
