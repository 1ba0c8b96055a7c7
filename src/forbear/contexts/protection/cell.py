"""How is one value of one column sealed, so that it opens only where it was put?

A cell is ``version (1 byte) | nonce (12) | AES-256-GCM of the frame, with its tag (16)``. The frame
is ``kind (1) | length (4) | value | zeros``, filled up to a bucket of 64, 128, 256 … bytes. The
version, table, column, row and person key are bound as associated data: a cell that was changed,
cut, moved to another place, made with another key, or never sealed raises ``UnreadableCell``.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NoReturn, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forbear.values.errors import BrokenInvariant, InvalidInput

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
# 64 bytes hold the longest usual name of every people: a smaller bucket would show who has a long,
# transliterated one.
BUCKET_MIN_BYTES = 64
BUCKET_MAX_BYTES = 1 << 16
_HEAD_BYTES = 5
VALUE_BYTES_MAX = BUCKET_MAX_BYTES - _HEAD_BYTES
CELL_LENGTHS = tuple(1 + NONCE_BYTES + (1 << n) + TAG_BYTES for n in range(6, 17))
_TEXT, _JSON = 1, 2
MASK = "•••"
RowName = str | int | UUID


class UnreadableCell(BrokenInvariant):
    """A sealed value was changed, moved or made with another key."""

    code = "UNREADABLE_CELL"


class UnsealableValue(InvalidInput):
    """A value cannot be sealed."""

    code = "UNSEALABLE_VALUE"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell belongs: it opens nowhere else.

    ``row`` is what the row is known by before it is stored and for ever after: its reference, or
    an id that was chosen for it.
    """

    table: str
    column: str
    row: RowName
    person_key_id: UUID

    def __post_init__(self) -> None:
        # A row without its own id would bind every such cell to the same place.
        if not (self.table and self.column):
            raise TypeError("a place names its table and its column")
        if type(self.row) not in {str, int, UUID} or self.row == "":
            raise TypeError("a place names its row by a text, a number or a UUID")
        if not isinstance(self.person_key_id, UUID):
            raise TypeError("a place names its person key by UUID")

    @property
    def bound(self) -> bytes:
        """Return the bytes that are bound into the cell."""
        row = f"{type(self.row).__name__}:{self.row}".encode()
        return _column(self.table, self.column) + self.person_key_id.bytes + row


@lru_cache(maxsize=1024)
def _column(table: str, column: str) -> bytes:
    names = [name.encode() for name in (table, column)]
    lengths = [len(name).to_bytes(2, "big") + name for name in names]
    return b"".join((b"forbear.cell", bytes([VERSION]), *lengths))


class DataKey:
    """The key of one person's values. It shows nothing and cannot be copied out."""

    __slots__ = ("_aead",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_BYTES:
            raise ValueError(f"a data key has {KEY_BYTES} bytes")
        self._aead = AESGCM(raw)

    def __repr__(self) -> str:
        return "<DataKey>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a data key is neither copied nor pickled")

    def seal_text(self, place: Place, text: str) -> bytes:
        """Return the cell of a text; an empty text has a cell as any other.

        Raises:
            UnsealableValue: longer than 65,531 bytes of UTF-8, or not encodable.
        """
        if not isinstance(text, str):
            raise TypeError(f"text is sealed, not {type(text).__name__}")
        return self._seal(place, _TEXT, _encoded(place, text))

    def seal_json(self, place: Place, value: Any) -> bytes:
        """Return the cell of a JSON value; JSON's null has a cell too.

        Raises:
            UnsealableValue: not plain JSON, or too long.
        """
        return self._seal(place, _JSON, _encoded(place, _dumped(place, value)))

    def open_text(self, place: Place, cell: bytes) -> str:
        """Return the text of a cell.

        Raises:
            UnreadableCell: it is not, in every bit, what was sealed as text at this place.
        """
        return self._open(place, _TEXT, cell).decode()

    def open_json(self, place: Place, cell: bytes) -> Any:
        """Return the JSON value of a cell.

        Raises:
            UnreadableCell: it is not, in every bit, what was sealed as JSON at this place.
        """
        return json.loads(self._open(place, _JSON, cell))

    def _seal(self, place: Place, kind: int, value: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        head = bytes([kind]) + len(value).to_bytes(4, "big")
        frame = (head + value).ljust(bucket_bytes(len(value)), b"\0")
        return bytes([VERSION]) + nonce + self._aead.encrypt(nonce, frame, place.bound)

    def _open(self, place: Place, kind: int, cell: bytes) -> bytes:
        frame = self._frame(place, cell)
        if frame is not None and frame[0] == kind:
            length = int.from_bytes(frame[1:_HEAD_BYTES], "big")
            if len(frame) == bucket_bytes(length):
                return frame[_HEAD_BYTES : _HEAD_BYTES + length]
        raise _unreadable(place)

    def _frame(self, place: Place, cell: bytes) -> bytes | None:
        if not isinstance(cell, bytes) or len(cell) not in CELL_LENGTHS or cell[0] != VERSION:
            return None
        nonce, rest = cell[1 : 1 + NONCE_BYTES], cell[1 + NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, rest, place.bound)
        except InvalidTag:
            return None


def bucket_bytes(length: int) -> int:
    """Return how many bytes the frame of a value of so many bytes is filled up to."""
    return max(BUCKET_MIN_BYTES, 1 << (length + _HEAD_BYTES - 1).bit_length())


def _dumped(place: Place, value: Any) -> str:
    with_fault = False
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        with_fault = True
    if with_fault:
        raise _unsealable(place, "is not plain JSON", "不是普通 JSON")
    return text


def _encoded(place: Place, text: str) -> bytes:
    try:
        value = text.encode()
    except UnicodeEncodeError:
        value = None
    # Raised outside the handler: the encoder's error carries the whole text along.
    if value is None:
        raise _unsealable(place, "holds half a character", "含有不完整的字符")
    if len(value) > VALUE_BYTES_MAX:
        raise _unsealable(
            place,
            f"has {len(value):,} bytes; the most is {VALUE_BYTES_MAX:,}",
            f"有 {len(value):,} 字节，最多 {VALUE_BYTES_MAX:,} 字节",
        )
    return value


def _unsealable(place: Place, fault: str, fault_zh: str) -> UnsealableValue:
    return UnsealableValue(
        f"The value for {place.table}.{place.column} {fault}.",
        remedy="Shorten or mend the value.",
        message_zh=f"{place.table}.{place.column} 的值{fault_zh}。",
        remedy_zh="请缩短或更正该值。",
    )


def _unreadable(place: Place) -> UnreadableCell:
    """Return the error that names a cell's place and nothing of its content."""
    return UnreadableCell(
        f"{place.table}.{place.column} of row {place.row} cannot be read: it was changed, moved, "
        "or sealed with another key.",
        remedy="Restore the row from a backup and look for who wrote to the database.",
        message_zh=f"无法读取 {place.table}.{place.column}（行 {place.row}）："
        "内容被改动、移位，或由其他密钥加密。",
        remedy_zh="请从备份恢复该行，并查明是谁写入了数据库。",
        table=place.table,
        column=place.column,
        row=str(place.row),
    )


class KeyHolder(Protocol):
    """Whoever can fetch a person's data key; ``person.Keys`` does."""

    def of(self, person_key_id: UUID) -> DataKey:
        """Return the person's key."""


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """A value that is still sealed, as models and queries hand it on.

    It shows a mask wherever it is printed. ``row`` and ``person_key_id`` are null where the
    place is not known, as after ``values()``; ``at`` adds them.
    """

    cell: bytes
    table: str
    column: str
    row: RowName | None = None
    person_key_id: UUID | None = None

    @classmethod
    def text(cls, text: str, *, place: Place, keys: KeyHolder) -> Sealed:
        """Seal a text for a place.

        Raises:
            UnsealableValue: too long or not encodable.
        """
        return cls._of(keys.of(place.person_key_id).seal_text(place, text), place)

    @classmethod
    def json(cls, value: Any, *, place: Place, keys: KeyHolder) -> Sealed:
        """Seal a JSON value for a place.

        Raises:
            UnsealableValue: too long or not plain JSON.
        """
        return cls._of(keys.of(place.person_key_id).seal_json(place, value), place)

    @classmethod
    def _of(cls, cell: bytes, place: Place) -> Sealed:
        return cls(cell, place.table, place.column, place.row, place.person_key_id)

    @property
    def place(self) -> Place:
        """Return where the value belongs.

        Raises:
            TypeError: the row or the person key is not known yet; say ``at`` first.
        """
        if self.row is None or self.person_key_id is None:
            raise TypeError("the place of this sealed value is not known; say at() first")
        return Place(self.table, self.column, self.row, self.person_key_id)

    def at(self, *, row: RowName, person_key_id: UUID) -> Sealed:
        """Return the value with its place made known."""
        return replace(self, row=row, person_key_id=person_key_id)

    def open(self, keys: KeyHolder) -> str:
        """Return the text.

        Raises:
            UnreadableCell: it is not what was sealed as text at this place.
            ErasedPerson: the person's key was destroyed.
        """
        place = self.place
        return keys.of(place.person_key_id).open_text(place, self.cell)

    def open_json(self, keys: KeyHolder) -> Any:
        """Return the JSON value.

        Raises:
            UnreadableCell: it is not what was sealed as JSON at this place.
            ErasedPerson: the person's key was destroyed.
        """
        place = self.place
        return keys.of(place.person_key_id).open_json(place, self.cell)

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __repr__(self) -> str:
        return f"<Sealed {self.table}.{self.column} {self.row}>"
