"""The file of channels names what is wrong in it, holds no secret, and opens nothing."""

from __future__ import annotations

import pytest
from django.test import override_settings

from forbear.contexts.contact.channels.file import InvalidChannels, read_channels
from forbear.contexts.contact.channels.registry import (
    Setting,
    carrier_of,
    chosen,
    providers_named,
    refuse_unknown,
)
from forbear.contexts.contact.channels.secret import secret_in
from forbear.policy.reading import InvalidRule, read_file
from forbear.values.code import Channel
from forbear.values.errors import InvalidInput
from tests.support.gate import Hand

GOOD = """
channels:
  - name: first
    kind: simulated
    carries: [SMS, EMAIL]
    cost: {per_part_minor: 5, currency: CNY}
  - name: second
    kind: simulated
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "channels.yaml"
        path.write_text(text, encoding="utf-8")
        read_channels.cache_clear()
        return path

    return write


class TestTheFile:
    def test_says_what_each_channel_carries_and_costs(self, written):
        first, second = read_channels(written(GOOD))

        assert (first.name, first.kind, first.carries) == (
            "first",
            "simulated",
            {Channel.SMS, Channel.EMAIL},
        )
        assert (first.cost.per_part_minor, first.cost.currency) == (5, "CNY")
        assert (second.carries, second.cost) == (frozenset(Channel), None)

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            ("kind: simulated", "kind: pigeon", "channels[0].kind"),
            ("name: first", "name: Erste Wahl", "channels[0].name"),
            ("name: first", "name: desk", "channels[0].name"),
            ("name: second", "name: first", "channels[1].name"),
            ("[SMS, EMAIL]", "[SMOKE]", "channels[0].carries"),
            ("carries:", "caries:", "channels[0].caries"),
            ("per_part_minor: 5", "per_part_minor: -1", "channels[0].cost.per_part_minor"),
            ("currency: CNY", "currency: yuan", "channels[0].cost.currency"),
        ],
    )
    def test_names_the_field_that_is_wrong_and_the_remedy(self, written, old, new, field):
        path = written(GOOD.replace(old, new, 1))

        with pytest.raises(InvalidChannels) as refused:
            read_channels(path)

        assert refused.value.data["field"] == field
        assert str(path) in refused.value.message
        assert refused.value.remedy
        assert field in refused.value.message_zh

    @pytest.mark.parametrize("text", ["", "[", "channels: 3", "channels: [3]"])
    def test_is_refused_where_it_holds_no_list(self, written, text):
        with pytest.raises(InvalidChannels):
            read_channels(written(text))

    def test_is_refused_where_it_is_not_there(self, tmp_path):
        with pytest.raises(InvalidChannels, match="cannot be read"):
            read_channels(tmp_path / "none.yaml")


class TestASecret:
    @pytest.mark.parametrize("said", ["hunter2", "env:", "vault:x", ""])
    def test_never_stands_in_the_file_and_is_not_repeated(self, said):
        settings = read_file("channels.yaml", f'password: "{said}"')

        with pytest.raises(InvalidRule) as refused:
            secret_in(settings, "password")

        assert "hunter2" not in f"{refused.value.message}{refused.value.remedy}"

    def test_is_read_from_where_it_is(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SOME_SECRET", "of a variable")
        (tmp_path / "secret").write_text("of a file\n", encoding="utf-8")
        place = str(tmp_path / "channels.yaml")
        settings = read_file(place, "one: env:SOME_SECRET\ntwo: file:secret")

        assert secret_in(settings, "one").open() == "of a variable"
        assert secret_in(settings, "two").open() == "of a file"

    def test_that_is_not_there_is_said_when_it_is_needed(self):
        reference = secret_in(read_file("channels.yaml", "one: env:NOT_SET_ANYWHERE"), "one")

        with pytest.raises(InvalidInput, match="NOT_SET_ANYWHERE"):
            reference.open()


class TestTheRegistry:
    @pytest.fixture(autouse=True)
    def file(self, written):
        path = written(GOOD)
        with override_settings(FORBEAR_CHANNELS=path):
            yield path

    def test_knows_a_carrier_without_making_it_ready(self, tmp_path):
        assert carrier_of(Channel.SMS, []) == "first"
        assert carrier_of(Channel.LETTER, []) == "second"
        assert carrier_of(Channel.SMS, ["second"]) == "second"
        assert carrier_of(Channel.VOICE, ["first"]) is None
        assert carrier_of(Channel.VOICE, ["simulated"]) == "simulated"
        assert not list(tmp_path.glob("simulated"))

    def test_chooses_by_name_and_in_that_order(self, file):
        entries = read_channels(file)

        names = [entry.name for entry in chosen(["second", "simulated"], entries)]

        assert names == ["second", "simulated"]

    def test_refuses_a_name_that_the_file_does_not_have(self, file):
        with pytest.raises(InvalidInput, match="no provider third"):
            refuse_unknown(["third"], read_channels(file))

    def test_makes_channels_ready_under_their_own_names(self, tmp_path):
        made = providers_named([], Setting(tmp_path, Hand(), in_earnest=False))

        assert made.names == ("first", "second")
        assert made.named("first").traits.channels == {Channel.SMS, Channel.EMAIL}
        made.close()
