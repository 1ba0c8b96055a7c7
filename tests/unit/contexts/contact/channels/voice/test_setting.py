"""A trunk's settings: what may stand there, and which number is shown to whom."""

from __future__ import annotations

import pytest

from forbear.contexts.contact.channels.voice.setting import Pool, Srtp, VoiceSettings, read_settings
from forbear.policy.reading import InvalidRule, read_file
from forbear.values.code import Jurisdiction

GOOD = """
domain: sip.carrier.example:5061
transport: tls
user: forbear
password: "env:TRUNK_PASSWORD"
srtp: required
desk: {dial: "sip:{extension}@pbx.example", queue: "600"}
lines:
  - {law: CN, regions: ["31"], numbers: ["021-0000-0001"]}
  - {law: CN, numbers: ["400-000-0000"]}
"""


def test_says_how_to_reach_the_trunk_and_never_the_password():
    found = read_settings(read_file("channels.yaml", GOOD, what="x"))

    assert (found.register, found.srtp, found.desk_queue) == (True, Srtp.REQUIRED, "600")
    assert found.password is not None
    assert found.password.where == "TRUNK_PASSWORD"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("domain: 'sip:host with room'", "domain"),
        ("transport: smoke", "transport"),
        ("password: hunter2", "password"),
        ("dial: 'sip:alice@host'", "dial"),
        ("dial: 'sip:{digits}@{other}'", "dial"),
        ("ring_s: 400", "ring_s"),
        ("codecs: [MP3]", "codecs"),
        ("headers: {'X A': b}", "headers"),
        ("lines: [{law: CN, numbers: []}]", "numbers"),
    ],
)
def test_names_the_field_that_is_wrong(line, field):
    name = line.partition(":")[0]
    lines = "" if name == "lines" else "lines: [{law: CN, numbers: ['1']}]\n"
    domain = "" if name == "domain" else "domain: host\n"
    with pytest.raises(InvalidRule) as wrong:
        read_settings(read_file("channels.yaml", f"{domain}{lines}{line}\n", what="x"))
    assert str(wrong.value.data["field"]).endswith(field)


def test_the_first_pool_that_fits_serves_and_nobody_else_is_shown_a_number():
    pools = (
        Pool(Jurisdiction.CN, ("31", "33"), ("021-0000-0001",)),
        Pool(Jurisdiction.CN, (), ("400-000-0000",)),
    )
    trunk = VoiceSettings("host", pools=pools)
    assert trunk.numbers_for(Jurisdiction.CN, "330100") == ("021-0000-0001",)
    assert trunk.numbers_for(Jurisdiction.CN, None) == ("400-000-0000",)
    assert trunk.numbers_for(Jurisdiction.US, "US-NY") == ()
