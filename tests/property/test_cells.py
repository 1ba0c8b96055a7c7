"""Whatever the value and wherever it belongs: it opens there as it was, and nowhere else."""

from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.contexts.protection.cell import (
    CELL_LENGTHS,
    DataKey,
    Place,
    UnreadableCell,
    UnsealableValue,
)
from forbear.contexts.protection.mask import MaskKind, masked
from forbear.contexts.protection.normal import NotIndexable, normal_name_last4, normal_phone

# Other work on the machine must not decide about a cell.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEYS = [DataKey(bytes([n]) * 32) for n in (1, 2)]
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
ids = st.uuids(allow_nil=True)
places = st.builds(
    Place, table=names, column=names, row=ids | names | st.integers(0), person_key_id=ids
)
texts = st.text(st.characters(codec="utf-8"), max_size=300)
jsons = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | names,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


def _opens(key, place, cell):
    try:
        key.open_text(place, cell)
    except UnreadableCell:
        return False
    return True


@UNHURRIED
@given(places, texts)
def test_a_text_comes_back_as_it_was_from_a_cell_of_a_bucket(place, text):
    cell = KEYS[0].seal_text(place, text)

    assert len(cell) in CELL_LENGTHS
    assert KEYS[0].open_text(place, cell) == text


@UNHURRIED
@given(places, jsons)
def test_a_json_value_comes_back_as_it_was(place, value):
    assert KEYS[0].open_json(place, KEYS[0].seal_json(place, value)) == value


@UNHURRIED
@given(places, places, texts)
def test_a_cell_opens_at_its_own_place_with_its_own_key_alone(place, other, text):
    cell = KEYS[0].seal_text(place, text)

    assert _opens(KEYS[0], other, cell) is (other == place)
    assert not _opens(KEYS[1], place, cell)


@UNHURRIED
@given(places, texts, st.data())
def test_no_changed_byte_is_overlooked(place, text, data):
    cell = bytearray(KEYS[0].seal_text(place, text))
    position = data.draw(st.integers(0, len(cell) - 1))
    cell[position] ^= data.draw(st.integers(1, 255))

    assert not _opens(KEYS[0], place, bytes(cell))


@UNHURRIED
@given(places, st.binary(max_size=300))
def test_noise_never_opens(place, noise):
    assert not _opens(KEYS[0], place, noise)


@UNHURRIED
@given(places, st.text(max_size=40))
def test_any_text_at_all_is_sealed_or_refused(place, text):
    try:
        cell = KEYS[0].seal_text(place, text)
    except UnsealableValue:
        return
    assert KEYS[0].open_text(place, cell) == text


@UNHURRIED
@given(st.sampled_from(MaskKind), texts | st.text("-· \u3000\u200d+", max_size=4))
def test_a_mask_hides_something_of_whatever_there_is(kind, text):
    shown = masked(kind, text)

    assert ("*" in shown) is bool(text.strip())


@UNHURRIED
@given(st.from_regex(r"\A\+?\d{1,20}\Z"))
def test_a_number_hides_four_digits_or_all_it_has(text):
    shown = masked(MaskKind.PHONE, text)

    assert shown.count("*") >= min(4, len(text.lstrip("+0")))


@UNHURRIED
@given(st.from_regex(r"\A[\d ().+-]{1,25}\Z"))
def test_the_form_of_a_number_is_its_own_form(text):
    try:
        once = normal_phone(text)
    except NotIndexable:
        return
    assert normal_phone(once) == once


@UNHURRIED
@given(st.text(max_size=20), st.from_regex(r"\A\d{3}[\dxX]\Z"))
def test_the_form_of_a_name_is_its_own_form(name, last4):
    try:
        once = normal_name_last4(name, last4)
    except NotIndexable:
        return
    assert normal_name_last4(*once.rsplit("|", 1)) == once


def test_places_that_run_together_are_kept_apart():
    one, other = (Place(t, c, UUID(int=1), UUID(int=2)) for t, c in (("ab", "c"), ("a", "bc")))

    assert one.bound != other.bound
