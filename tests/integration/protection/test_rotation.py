"""Rotation on a real PostgreSQL: what must be refused, told and left alone."""

from uuid import UUID

import psycopg
import pytest

from forbear.contexts.protection import rotation
from forbear.contexts.protection.keyring import KeyState, KeyUse, RingMismatch, new_ring, ring_text
from forbear.contexts.protection.person import ErasedPerson, Vault
from forbear.contexts.protection.ringfile import RingFile, RingKeeper
from forbear.contexts.protection.stock import sealed_tables
from forbear.values.errors import Conflict, NotFound
from tests.support import rotation as support
from tests.support.protection import NOW

PERSONS = 30


@pytest.fixture
def url(cluster):
    template = cluster.template("rotation", prepare=support.prepare)
    support.register()
    with cluster.database(template=template) as database:
        yield database.urls["owner"]
    support.unregister()


@pytest.fixture
def file(tmp_path, url):
    made = RingFile(tmp_path / "ring.json")
    made.create(new_ring(now=NOW))
    support.fill(url, made.load(), PERSONS)
    return made


@pytest.fixture
def stock(url):
    with sealed_tables(url) as tables:
        yield tables


def _rotate(file, stock, use=KeyUse.WRAP):
    return rotation.rotate(file, stock, use, now=NOW, size=support.SIZE)


def _change(url, statement, *given):
    with psycopg.connect(url) as connection:
        connection.execute(statement, given)


class TestRotate:
    def test_every_row_is_walked_once_and_progress_is_told(self, file, stock):
        told = []
        done = rotation.rotate(
            file,
            stock,
            KeyUse.WRAP,
            now=NOW,
            size=support.SIZE,
            progress=lambda *each: told.append(each),
        )

        assert done.rows == PERSONS
        assert done.unreadable == ()
        assert told[0] == ("person_key", support.SIZE, PERSONS)
        assert told[-1] == ("person_key", PERSONS, PERSONS)

    def test_each_rotation_makes_one_key(self, file, stock, url):
        first, second = _rotate(file, stock), _rotate(file, stock)

        assert first.key_id != second.key_id
        assert len(file.load().live(KeyUse.WRAP)) == 3
        assert len(support.numbers(url, file.load())) == PERSONS

    def test_a_prepared_key_is_the_new_one_and_writes_nothing_before(self, file, stock, url):
        pending = rotation.prepare(file, stock, KeyUse.WRAP, now=NOW).pending(KeyUse.WRAP)

        assert rotation.prepare(file, stock, KeyUse.WRAP, now=NOW).pending(KeyUse.WRAP) == pending
        assert stock.keys.under(pending) == 0
        assert _rotate(file, stock).key_id == pending.id

    def test_an_old_copy_of_the_ring_is_refused_and_changes_nothing(self, file, stock, tmp_path):
        before = RingFile(tmp_path / "before.json")
        before.create(file.load())
        done = _rotate(file, stock)

        with pytest.raises(RingMismatch, match=done.key_id):
            _rotate(before, stock)

        assert before.load().revision == 1

    def test_a_lost_ring_cannot_be_replaced_by_a_new_one(self, file, stock, tmp_path):
        other = RingFile(tmp_path / "other.json")
        other.create(new_ring(now=NOW))

        with pytest.raises(RingMismatch):
            _rotate(other, stock)

    def test_a_spoilt_key_is_told_left_and_blocks_the_retirement_alone(self, file, stock, url):
        old = file.load().active(KeyUse.WRAP)
        spoil = "UPDATE protection_personkey SET wrapped = set_byte(wrapped, 40, 0) WHERE id = %s"
        _change(url, spoil, UUID(int=9))

        done = _rotate(file, stock)

        assert done.unreadable == (str(UUID(int=9)),)
        assert stock.keys.under(old) == 1
        with pytest.raises(Conflict, match=": 1"):
            rotation.retire(file, stock, old.id, now=NOW)
        assert file.load().key(old.id).state is KeyState.DECRYPT_ONLY

    def test_erased_persons_stay_erased(self, file, stock, url):
        gone, old = UUID(int=3), file.load().active(KeyUse.WRAP)
        vault = Vault(RingKeeper(file))
        assert vault.shred(stock.keys, gone, now=NOW)

        _rotate(file, stock)
        rotation.retire(file, stock, old.id, now=NOW)

        with pytest.raises(ErasedPerson):
            vault.keys(stock.keys, now=NOW).of(gone)
        assert vault.keys(stock.keys, now=NOW).of(UUID(int=4))


class TestIndex:
    def test_both_keys_are_written_then_the_former_is_dropped(self, file, stock, url):
        former, old = file.load(), file.load().active(KeyUse.INDEX)
        _rotate(file, stock, KeyUse.INDEX)

        assert support.found(url, file.load(), 5) == support.found(url, former, 5) == ["D5"]
        rotation.retire(file, stock, old.id, now=NOW, size=support.SIZE)
        assert support.found(url, file.load(), 5) == ["D5"]
        assert support.found(url, former, 5) == []

    def test_a_second_rotation_waits_for_the_retirement(self, file, stock):
        _rotate(file, stock, KeyUse.INDEX)

        with pytest.raises(Conflict, match="Two index keys"):
            _rotate(file, stock, KeyUse.INDEX)

    def test_an_erased_person_is_found_no_more(self, file, stock, url):
        Vault(RingKeeper(file)).shred(stock.keys, UUID(int=6), now=NOW)

        assert _rotate(file, stock, KeyUse.INDEX).unreadable == ()
        assert support.found(url, file.load(), 5) == []

    def test_a_swapped_cell_is_told_and_its_row_left(self, file, stock, url):
        swap = f"UPDATE {support.TABLE} t SET phone = o.phone FROM {support.TABLE} o"
        _change(url, f"{swap} WHERE t.ref = 'D1' AND o.ref = 'D2'")

        assert len(_rotate(file, stock, KeyUse.INDEX).unreadable) == 1

    def test_a_column_that_nobody_makes_anew_is_refused_before_anything_changes(self, file, url):
        _change(url, "CREATE TABLE other (phone_index bytea)")

        with sealed_tables(url) as stock, pytest.raises(Conflict, match=r"other\.phone_index"):
            _rotate(file, stock, KeyUse.INDEX)
        assert file.load().revision == 1


class TestRetire:
    def test_the_secret_leaves_the_ring(self, file, stock):
        old = file.load().active(KeyUse.WRAP)
        secret = ring_text(file.load()).split('"secret": "')[1][:44]
        _rotate(file, stock)
        rotation.retire(file, stock, old.id, now=NOW)

        assert secret not in file.path.read_text()
        assert rotation.retire(file, stock, old.id, now=NOW) == file.load()

    def test_the_active_key_is_never_retired(self, file, stock):
        with pytest.raises(Conflict):
            rotation.retire(file, stock, file.load().active(KeyUse.WRAP).id, now=NOW)


class TestTables:
    def test_a_database_without_tables_is_told(self, empty_database):
        with pytest.raises(NotFound), sealed_tables(empty_database.urls["owner"]):
            pass

    @pytest.mark.parametrize("plain", ["张三".encode(), b"\1" * 40, b"\2" + b"0" * 92, b""])
    def test_the_database_itself_refuses_a_plain_text_in_a_sealed_column(self, url, plain):
        insert = "INSERT INTO sealed_holder (id, key_id, name) VALUES (%s, %s, %s)"

        with pytest.raises(psycopg.errors.CheckViolation):
            _change(url, insert, UUID(int=1), UUID(int=1), plain)

    def test_a_sealed_column_takes_cells_and_null(self, url):
        insert = "INSERT INTO sealed_holder (id, key_id, name, note) VALUES (%s, %s, %s, NULL)"

        _change(url, insert, UUID(int=1), UUID(int=1), b"\1" + b"0" * 92)
