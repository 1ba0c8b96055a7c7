"""A port that somebody else listens on is refused in words."""

from __future__ import annotations

import socket

import pytest

from forbear.interfaces.commands.ready import PortTaken, refuse_if_taken


def test_a_port_that_is_taken_is_refused_with_a_remedy():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTaken, match=f"Port {port} on 127.0.0.1 cannot be used") as refused:
            refuse_if_taken("127.0.0.1", port)

    assert "--port" in refused.value.remedy
    assert str(port) in str(refused.value.data["message_zh"])


def test_a_port_that_is_free_is_let_through():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]

    refuse_if_taken("127.0.0.1", port)


def test_an_address_that_is_not_of_this_machine_is_refused_in_words():
    with pytest.raises(PortTaken):
        refuse_if_taken("192.0.2.1", 8000)


def test_a_name_that_is_no_address_is_refused_in_words():
    with pytest.raises(PortTaken):
        refuse_if_taken("no.such.host.invalid", 8000)
