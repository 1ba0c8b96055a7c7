"""A key ring that is not fit keeps Forbear from starting, and is told in one language at a time."""

from __future__ import annotations

import pytest

from forbear.interfaces.commands.ready import refuse_if_unready
from forbear.values.errors import ForbearError
from tests.support.morning import own_ring


def test_a_ring_that_others_may_read_is_told_in_either_language_apart(application, tmp_path):
    with own_ring(tmp_path):
        (tmp_path / "keyring.json").chmod(0o644)

        with pytest.raises(ForbearError, match="mode 0644") as caught:
            refuse_if_unready()

    assert caught.value.message.isascii()
    assert "权限" in str(caught.value.data["message_zh"])
