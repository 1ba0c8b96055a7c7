"""One owner at a time, named to the second."""

from __future__ import annotations

import os

import pytest

from forbear.contexts.database.embedded.lock import Held, OwnerLock


class TestOwnerLock:
    def test_the_second_is_told_who_holds_it(self, tmp_path):
        first, second = (OwnerLock(tmp_path / "lock") for _ in range(2))
        first.take()

        with pytest.raises(Held) as caught:
            second.take()
        first.release()
        second.take()
        second.release()

        assert caught.value.data["pid"] == os.getpid()
        assert str(os.getpid()) in caught.value.message
        assert str(os.getpid()) in caught.value.data["message_zh"]

    def test_a_folder_shared_by_two_homes_has_one_owner(self, tmp_path):
        homes = [OwnerLock(tmp_path / name) for name in ("one", "two")]
        for lock in homes:
            lock.take()
        homes[0].take_folder(tmp_path)

        with pytest.raises(Held):
            homes[1].take_folder(tmp_path)
        for lock in homes:
            lock.release()
