"""A person is found by any way of writing a number, and an index tells nothing but equality."""

import pytest

from forbear.contexts.protection.index import VALUE_BYTES, BlindIndex, IndexPurpose
from forbear.contexts.protection.keyring import KeyUse, new_ring
from forbear.contexts.protection.normal import (
    NotIndexable,
    normal_email,
    normal_name_last4,
    normal_national_id,
    normal_phone,
)
from forbear.contexts.protection.ringfile import RingKeeper
from tests.support.protection import NOW, chain

PHONE, ID, EMAIL, NAME, _WECHAT = IndexPurpose


@pytest.fixture
def ring():
    return new_ring(now=NOW)


@pytest.fixture
def index(ring):
    return BlindIndex(RingKeeper(ring))


class TestPhone:
    @pytest.mark.parametrize(
        "written",
        [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "+8613800138000",
            "+86 138 0013 8000",
            "008613800138000",
            "8613800138000",
            "(+86)13800138000",
            "１３８００１３８０００",
            " 13800138000\n",
        ],
    )
    def test_every_way_of_writing_a_mobile_number(self, written):
        assert normal_phone(written) == "+8613800138000"

    @pytest.mark.parametrize(
        "written",
        [
            "010-12345678",
            "01012345678",
            "+86 10 12345678",
            "+86 (0)10 1234 5678",
            "010-12345678转8001",
        ],
    )
    def test_every_way_of_writing_a_landline(self, written):
        assert normal_phone(written) == "+861012345678"

    @pytest.mark.parametrize(
        ("written", "code", "normal"),
        [
            ("(202) 555-0123", "1", "+12025550123"),
            ("1-202-555-0123", "1", "+12025550123"),
            ("202-555-0123 ext. 17", "1", "+12025550123"),
            ("07700 900123", "44", "+447700900123"),
            ("+44 (0)7700 900123", "86", "+447700900123"),
        ],
    )
    def test_other_countries(self, written, code, normal):
        assert normal_phone(written, calling_code=code) == normal

    @pytest.mark.parametrize(
        "written", ["", "none", "123", "+", "微信zhang", "1" * 20, "+0123456789"]
    )
    def test_what_is_no_number_is_not_indexed(self, written):
        with pytest.raises(NotIndexable):
            normal_phone(written)


class TestOtherForms:
    def test_an_old_identity_number_meets_its_new_form(self):
        assert normal_national_id("110105491231002") == "CN:11010519491231002X"
        assert normal_national_id("11010519491231002x") == "CN:11010519491231002X"
        assert normal_national_id("1101 0519 4912 3100 2X") == "CN:11010519491231002X"

    def test_countries_are_kept_apart(self):
        assert normal_national_id("123-45-6789", country="US") == "US:123456789"

    @pytest.mark.parametrize("written", ["", "1234567", "张三张三张三张三", "1234567@"])
    def test_what_could_be_guessed_is_not_indexed(self, written):
        with pytest.raises(NotIndexable):
            normal_national_id(written)

    def test_names_are_compared_without_regard_to_writing(self):
        one = normal_name_last4("阿卜杜 • 热合曼", "002x")

        assert one == normal_name_last4("阿卜杜·热合曼", "002X")
        assert normal_name_last4(" Jane   ROE ", "１２３４") == "jane roe|1234"

    @pytest.mark.parametrize(
        ("name", "last4"),
        [("张三", ""), ("", "1234"), ("张三", "123"), ("张三", "12345"), ("a|", "")],
    )
    def test_neither_half_is_indexed_alone(self, name, last4):
        with pytest.raises(NotIndexable):
            normal_name_last4(name, last4)

    def test_addresses(self):
        assert normal_email(" A.B@Example.TEST ") == "a.b@example.test"
        for wrong in ("", "a", "a@", "a b@c", "a@b@c"):
            with pytest.raises(NotIndexable):
                normal_email(wrong)

    def test_no_error_tells_the_value(self):
        with pytest.raises(NotIndexable) as caught:
            normal_phone("金丝雀")

        assert "金丝雀" not in chain(caught.value)


class TestValues:
    def test_equal_numbers_are_found_and_others_are_not(self, index):
        (one,) = index.values(PHONE, "138 0013 8000")

        assert index.values(PHONE, "+8613800138000") == (one,)
        assert index.values(PHONE, "13800138001") != (one,)
        assert len(one) == VALUE_BYTES

    def test_purposes_and_scopes_do_not_show_equality(self, index):
        values = {
            index.values(purpose, *parts, scope=scope)[0][8:]
            for purpose, parts in ((PHONE, ["13800138000"]), (ID, ["13800138000"]))
            for scope in ("", "north", "south")
        }

        assert len(values) == 6

    def test_rings_do_not_share_values(self, index):
        other = BlindIndex(RingKeeper(new_ring(now=NOW)))

        assert (
            other.values(PHONE, "13800138000")[0][8:] != index.values(PHONE, "13800138000")[0][8:]
        )

    def test_the_value_is_the_documented_one(self, ring, index):
        import hashlib
        import hmac

        key = ring.active(KeyUse.INDEX)
        subkey = hmac.new(
            key.secret.reveal(), b"forbear.index.1|PHONE|north\x01", hashlib.sha256
        ).digest()
        mac = hmac.new(subkey, b"+8613800138000", hashlib.sha256).digest()[:16]

        assert index.values(PHONE, "13800138000", scope="north") == (bytes.fromhex(key.id) + mac,)

    def test_a_row_print_changes_with_every_value_and_row(self, index):
        prints = {
            index.row_prints(*row)
            for row in (
                ("a", "张三", None),
                ("a", "张三", ""),
                ("a", None, "张三"),
                ("a", "李四", None),
                ("b", "张三", None),
                ("a", "张三"),
            )
        }

        assert len(prints) == 6
        assert index.row_prints("a", "张三") == index.row_prints("a", "张三")

    def test_two_generations_are_written_and_searched_while_a_rotation_lasts(self, ring):
        (before,) = BlindIndex(RingKeeper(ring)).values(PHONE, "13800138000")
        old = ring.active(KeyUse.INDEX).id
        ring = ring.add(KeyUse.INDEX, now=NOW)
        known = BlindIndex(RingKeeper(ring)).values(PHONE, "13800138000")
        ring = ring.activate(ring.pending(KeyUse.INDEX).id, now=NOW)
        both = BlindIndex(RingKeeper(ring)).values(PHONE, "13800138000")
        after = BlindIndex(RingKeeper(ring.retire(old, now=NOW))).values(PHONE, "13800138000")

        assert known[0] == before == both[1]
        assert known[1] == both[0]
        assert after == both[:1]
