"""A ring file is whole, its owner's alone, and never overwritten."""

import fcntl
import os
import threading
from datetime import timedelta

import pytest

from forbear.contexts.protection.keyring import (
    KeyUse,
    RingMismatch,
    RingUnusable,
    new_ring,
    ring_text,
)
from forbear.contexts.protection.ringfile import (
    CONTENT_VARIABLE,
    FILE_VARIABLE,
    RingExists,
    RingExposed,
    RingFile,
    RingKeeper,
    RingMissing,
    ring_source,
)
from forbear.values.errors import InvalidInput, Transient
from tests.support.protection import NOW, chain

LATER = NOW + timedelta(days=1)


@pytest.fixture
def file(tmp_path):
    made = RingFile(tmp_path / "ring.json")
    made.create(new_ring(now=NOW))
    return made


def _grown(ring):
    return ring.add(KeyUse.WRAP, now=LATER)


class TestCreate:
    def test_only_the_owner_may_read_it_whatever_the_umask(self, tmp_path):
        file, before = RingFile(tmp_path / "ring.json"), os.umask(0)
        try:
            file.create(new_ring(now=NOW))
        finally:
            os.umask(before)

        assert file.path.stat().st_mode & 0o777 == 0o600
        assert [each.name for each in tmp_path.iterdir()] == ["ring.json"]

    def test_an_existing_ring_is_never_overwritten(self, file):
        before = file.path.read_bytes()

        with pytest.raises(RingExists):
            file.create(new_ring(now=NOW))

        assert file.path.read_bytes() == before
        assert [each.name for each in file.path.parent.iterdir()] == ["ring.json"]

    def test_not_even_through_a_link_to_nowhere(self, tmp_path):
        (tmp_path / "ring.json").symlink_to(tmp_path / "elsewhere")

        with pytest.raises(RingExists):
            RingFile(tmp_path / "ring.json").create(new_ring(now=NOW))

    def test_a_missing_folder_is_told(self, tmp_path):
        with pytest.raises(InvalidInput, match="no folder"):
            RingFile(tmp_path / "none" / "ring.json").create(new_ring(now=NOW))

    def test_what_a_killed_writer_left_is_cleared(self, file):
        left = file.path.with_name(".ring.json.0011.part")
        left.write_text("secret")

        file.update(_grown)

        assert not left.exists()


class TestLoad:
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o601, 0o440])
    def test_a_ring_that_others_reach_is_refused_with_the_remedy(self, file, mode):
        file.path.chmod(mode)

        with pytest.raises(RingExposed) as caught:
            file.load()

        assert f"chmod 600 {file.path}" in caught.value.remedy
        assert f"{mode:04o}" in caught.value.data["message_zh"]

    @pytest.mark.parametrize("mode", [0o600, 0o400])
    def test_the_owner_alone_may(self, file, mode):
        file.path.chmod(mode)

        assert file.load().revision == 1

    def test_a_lost_ring_is_told_with_a_warning_not_to_make_another(self, tmp_path):
        with pytest.raises(RingMissing) as caught:
            RingFile(tmp_path / "ring.json").load()

        assert "Restore" in caught.value.remedy
        assert "恢复" in caught.value.data["remedy_zh"]

    def test_no_ring_folder_pipe_or_noise_is_taken_for_one(self, tmp_path):
        pipe, noise = tmp_path / "pipe", tmp_path / "noise"
        os.mkfifo(pipe, 0o600)
        noise.touch(0o600)
        noise.write_bytes(b"\xff\xfe")

        for path in (pipe, noise, tmp_path):
            with pytest.raises(RingUnusable):
                RingFile(path).load()

    def test_a_mounted_secret_behind_a_link_is_read(self, file, tmp_path):
        (tmp_path / "mounted").symlink_to(file.path)

        assert RingFile(tmp_path / "mounted").load() == file.load()


class TestUpdate:
    def test_the_change_is_kept_and_the_mode_too(self, file):
        after = file.update(_grown)

        assert file.load() == after
        assert file.path.stat().st_mode & 0o777 == 0o600

    def test_a_failing_change_leaves_the_ring_as_it_was(self, file):
        before = file.path.read_bytes()

        with pytest.raises(ZeroDivisionError):
            file.update(lambda _ring: 1 // 0)

        assert file.path.read_bytes() == before
        assert [each.name for each in file.path.parent.iterdir()] == ["ring.json"]

    def test_a_second_writer_is_told_to_wait(self, file):
        held = os.open(file.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            with pytest.raises(Transient):
                file.update(_grown)
        finally:
            os.close(held)

    def test_writers_at_the_same_time_lose_no_key(self, file):
        done = []

        def add():
            while True:
                try:
                    done.append(file.update(_grown))
                except Transient:
                    continue
                return

        threads = [threading.Thread(target=add) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert len(file.load().keys) == len(KeyUse) + 8


class TestKeeper:
    def test_a_rotation_is_known_without_a_restart(self, file):
        keeper = RingKeeper(file)
        first = keeper.ring

        assert keeper.ring is first
        after = file.update(_grown)
        assert keeper.ring == after

    def test_a_lost_ring_stops_the_process(self, file):
        keeper = RingKeeper(file)
        file.path.unlink()

        with pytest.raises(RingMissing):
            _ = keeper.ring

    def test_another_ring_in_its_place_is_refused(self, file):
        keeper = RingKeeper(file)
        file.path.unlink()
        file.create(new_ring(now=NOW))

        with pytest.raises(RingMismatch):
            _ = keeper.ring

    def test_a_ring_that_became_readable_to_others_is_refused(self, file):
        keeper = RingKeeper(file)
        file.path.chmod(0o644)

        with pytest.raises(RingExposed):
            _ = keeper.ring


class TestSource:
    def test_the_path_given_goes_before_the_environment(self, file, tmp_path):
        named = ring_source({FILE_VARIABLE: str(tmp_path / "other")}, file.path)

        assert named.path == file.path

    def test_the_environment_names_a_file_or_holds_the_ring(self, file):
        held = ring_source({CONTENT_VARIABLE: file.path.read_text()})

        assert ring_source({FILE_VARIABLE: str(file.path)}).load() == held
        assert RingKeeper(held).ring == held

    def test_two_names_are_one_too_many(self):
        with pytest.raises(InvalidInput):
            ring_source({FILE_VARIABLE: "a", CONTENT_VARIABLE: "b"})

    def test_a_place_is_agreed_on_for_where_nothing_is_named(self, file):
        assert ring_source({}, otherwise=file.path).path == file.path

    def test_no_name_is_told(self):
        with pytest.raises(RingMissing, match="No key ring is named"):
            ring_source({})

    def test_a_spoilt_variable_is_not_quoted(self):
        text = ring_text(new_ring(now=NOW))[:-9]

        with pytest.raises(RingUnusable) as caught:
            ring_source({CONTENT_VARIABLE: text})

        assert text[200:240] not in chain(caught.value)
