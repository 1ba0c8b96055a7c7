"""How is a policy file read so that every fault names file, line, field and remedy?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from forbear.values.errors import InvalidInput

_E = TypeVar("_E", bound=StrEnum)
_MINUTES_AN_HOUR = 60
_MINUTES_A_DAY = 24 * _MINUTES_AN_HOUR


class InvalidRule(InvalidInput):
    """A rule file does not keep its form."""

    code = "INVALID_RULE"


class _Lined(dict[str, Any]):
    """A mapping that knows on which line it and each of its keys stand."""

    line: int
    lines: dict[str, int]


# libyaml's parser reads the shipped rules eight times as fast; not every build of PyYAML has it.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]  # chosen above
    """Builds mappings with lines; refuses a key written twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[_Lined]:
    found = _Lined()
    found.line = node.start_mark.line + 1
    found.lines = {}
    yield found
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        line = key_node.start_mark.line + 1
        if key in found:
            raise yaml.constructor.ConstructorError(
                None, None, f"'{key}' is written twice", key_node.start_mark
            )
        found[key] = loader.construct_object(value_node, deep=True)
        found.lines[key] = line


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@dataclass(frozen=True, slots=True)
class Field:
    """A mapping of a policy file that knows where it stands."""

    file: str
    path: str
    value: Mapping[str, Any]
    line: int

    def fail(
        self, name: str, wrong: str, remedy: str, *, zh: str = "", remedy_zh: str = ""
    ) -> InvalidRule:
        """Return the error to raise about a field; ``zh`` says what is wrong in Chinese."""
        place = f"{self.path}.{name}".strip(".")
        line = self.line_of(name)
        return InvalidRule(
            f"{self.file}:{line}, {place}: {wrong}.",
            remedy=remedy,
            **({"message_zh": f"{self.file}:{line}，{place}：{zh}。"} if zh else {}),
            **({"remedy_zh": remedy_zh} if remedy_zh else {}),
            file=self.file,
            line=line,
            field=place,
        )

    def line_of(self, name: str) -> int:
        """Return the line of a field, or of the mapping where the field is missing."""
        lines = getattr(self.value, "lines", {})
        return int(lines.get(name, self.line))

    def only(self, *names: str) -> Field:
        """Refuse keys of other names; a slip of the pen must not silently change a rule."""
        for key in self.value:
            if key not in names:
                near = get_close_matches(key, names, n=1)
                remedy = f"Did you mean {near[0]}?" if near else f"Use: {', '.join(names)}."
                zh = f"是否想写 {near[0]}？" if near else f"可用：{'、'.join(names)}。"
                raise self.fail(
                    key, "is not a field of this", remedy, zh="此处没有这个字段", remedy_zh=zh
                )
        return self

    def has(self, name: str) -> bool:
        """Whether a field is given."""
        return self.value.get(name) is not None

    def get(self, name: str, kind: type, *, default: Any = ...) -> Any:
        """Return a field of a type; without a default it must be there."""
        if not self.has(name):
            if default is not ...:
                return default
            raise self.fail(
                name, "is missing", f"Add {name}.", zh="缺少此项", remedy_zh=f"补上 {name}。"
            )
        found = self.value[name]
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise self.fail(
                name,
                f"is {_type_name(found)}, not {_word(kind)}",
                _REMEDIES.get(kind, f"Write {name} as {_word(kind)}."),
                zh=f"类型不对，应为{_WORDS_ZH.get(kind, kind.__name__)}",
                remedy_zh=_REMEDIES_ZH.get(kind, f"将 {name} 写成{_WORDS_ZH.get(kind, '')}。"),
            )
        if isinstance(found, str) and not found.strip():
            raise self.fail(
                name,
                "is empty",
                f"Write something under {name}.",
                zh="内容为空",
                remedy_zh=f"在 {name} 下填写内容。",
            )
        return found

    def part(self, name: str) -> Field:
        """Return a mapping below this one."""
        found = self.get(name, dict)
        return Field(self.file, f"{self.path}.{name}".strip("."), found, self._line(found, name))

    def parts(self, name: str) -> list[Field]:
        """Return a list of mappings below this one."""
        found = self.get(name, list)
        parts = []
        for index, each in enumerate(found):
            if not isinstance(each, dict):
                raise self.fail(
                    f"{name}[{index}]",
                    f"is {_type_name(each)}, not a mapping",
                    "Name its fields.",
                    zh="没有写明字段",
                    remedy_zh="请按“字段: 取值”书写。",
                )
            path = f"{self.path}.{name}[{index}]".strip(".")
            parts.append(Field(self.file, path, each, self._line(each, name)))
        return parts

    def _line(self, found: Any, name: str) -> int:
        return int(getattr(found, "line", self.line_of(name)))

    def word(self, name: str, words: type[_E], *, default: _E | None = None) -> _E:
        """Return a word of a closed list."""
        found = self.get(name, str, default=default)
        try:
            return words(found)
        except ValueError:
            raise self._unknown(name, found, words) from None

    def _unknown(self, name: str, found: str, words: type[_E]) -> InvalidRule:
        near = get_close_matches(found, [each.value for each in words], n=1)
        choices = f"可用：{'、'.join(words)}。"
        return self.fail(
            name,
            f"'{found}' is not known",
            _choices(found, words),
            zh=f"不认识“{found}”",
            remedy_zh=f"是否想写 {near[0]}？{choices}" if near else choices,
        )

    def words(
        self,
        name: str,
        words: type[_E],
        *,
        every: bool = False,
        empty: bool = False,
        but: Collection[_E] = (),
    ) -> frozenset[_E]:
        """Return a list of words; absent means all ``but`` some where ``every`` says so."""
        if every and name not in self.value:
            return frozenset(words).difference(but)
        if empty and name not in self.value:
            return frozenset()
        found = self.get(name, list)
        if not found and not empty:
            raise self.fail(
                name,
                "is empty",
                "Name at least one, or leave the field out.",
                zh="内容为空",
                remedy_zh="至少写一项，或去掉该字段。",
            )
        for each in found:
            if not isinstance(each, str) or each not in set(words):
                raise self._unknown(name, str(each), words)
        if len(set(found)) < len(found):
            raise self.fail(
                name,
                "names something twice",
                "Name each once.",
                zh="有重复项",
                remedy_zh="每项只写一次。",
            )
        return frozenset(words(each) for each in found)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of free words; absent means none."""
        found = self.get(name, list, default=[])
        if not all(isinstance(each, str) and each for each in found):
            raise self.fail(
                name,
                "is not a list of words",
                "Write words, in quotes where needed.",
                zh="不是词语列表",
                remedy_zh="写成词语列表，必要时加引号。",
            )
        return tuple(found)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        return bool(self.get(name, bool, default=default))

    def count(self, name: str, *, low: int = 1) -> int:
        """Return a whole number from ``low``."""
        found: int = self.get(name, int)
        if found < low:
            raise self.fail(
                name,
                f"is below {low}",
                f"Write a whole number from {low}.",
                zh=f"小于 {low}",
                remedy_zh=f"写不小于 {low} 的整数。",
            )
        return found

    def minute(self, name: str) -> int:
        """Return a time of day such as "08:00" in minutes; "24:00" ends the day."""
        text = self.get(name, str)
        hours, _, minutes = text.partition(":")
        good = hours.isdigit() and minutes.isdigit() and len(hours) == len(minutes) == len("00")
        found = int(hours) * _MINUTES_AN_HOUR + int(minutes) if good else -1
        if not good or int(minutes) >= _MINUTES_AN_HOUR or found > _MINUTES_A_DAY:
            raise self.fail(
                name,
                f"'{text}' is not a time of day",
                'Write it as "08:00".',
                zh=f"“{text}”不是时刻",
                remedy_zh='写成 "08:00"。',
            )
        return found

    def day(self, name: str, *, default: Any = ...) -> date | None:
        """Return a date."""
        found = self.value.get(name)
        if isinstance(found, str):
            raise self.fail(
                name,
                f"'{found}' is not a date",
                _REMEDIES[date],
                zh=f"“{found}”不是日期",
                remedy_zh=_REMEDIES_ZH[date],
            )
        return self.get(name, date, default=default)  # type: ignore[no-any-return]


_WORDS: dict[type, str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
    date: "a date",
    float: "a number with a point",
}
_WORDS_ZH: dict[type, str] = {
    str: "文字",
    int: "整数",
    bool: " true 或 false",
    list: "列表",
    dict: "若干字段",
    date: "日期",
    float: "小数",
}
_REMEDIES_ZH: dict[type, str] = {
    date: "写存在的日期，如 2026-01-30。",
    list: "写成列表：[一, 二]。",
    bool: "写 true 或 false。",
}
_REMEDIES: dict[type, str] = {
    date: "Write a day that exists, as 2026-01-30.",
    list: "Write it as a list: [one, two].",
    bool: "Write true or false.",
}


def _word(kind: type) -> str:
    return _WORDS.get(kind, kind.__name__)


def _type_name(found: object) -> str:
    return "nothing" if found is None else _word(dict if isinstance(found, dict) else type(found))


def _choices(found: str, words: type[_E]) -> str:
    near = get_close_matches(found, [each.value for each in words], n=1)
    return f"{f'Did you mean {near[0]}? ' if near else ''}Use one of: {', '.join(words)}."


def parse(text: str) -> Any:
    """Return what a YAML text holds, as plain values.

    Raises: yaml.YAMLError.
    """
    return yaml.load(text, _Safe)  # noqa: S506  # a safe loader


def read_file(file: str, text: str, *, what: str = "a rule") -> Field:
    """Read a YAML file that holds one mapping.

    Raises:
        InvalidRule: it is not YAML, or not one mapping.
    """
    try:
        content = yaml.load(text, _Loader)  # noqa: S506  # a safe loader, with lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise InvalidRule(
            f"{file}:{line} is not YAML: {error.problem}.",
            remedy="Mend the line: mind indents, quotes and brackets.",
            message_zh=f"{file}:{line} 不是有效的 YAML：{error.problem}。",
            remedy_zh="修正该行：注意缩进、引号与括号。",
            file=file,
            line=line,
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        # A date such as 2026-02-30 has the form of a date and is none.
        line = next((n for n, each in enumerate(text.splitlines(), 1) if _impossible_date(each)), 1)
        raise InvalidRule(
            f"{file}:{line} cannot be read: {error}.",
            remedy="Write days that exist, as 2026-01-30.",
            message_zh=f"{file}:{line} 无法读取，日期不存在：{error}。",
            remedy_zh=_REMEDIES_ZH[date],
            file=file,
            line=line,
        ) from None
    if not isinstance(content, dict):
        raise InvalidRule(
            f"{file}:1 does not hold {what}.",
            remedy=f"Describe {what} in it.",
            message_zh=f"{file}:1 没有写明规定的内容。",
            remedy_zh="请按“字段: 取值”逐行书写。",
            file=file,
            line=1,
        )
    return Field(file, "", content, 1)


def _impossible_date(line: str) -> bool:
    for word in line.replace(",", " ").replace("}", " ").replace("]", " ").split():
        parts = word.split("-")
        if len(parts) == len(("y", "m", "d")) and all(part.isdigit() for part in parts):
            try:
                date(*(int(part) for part in parts))
            except ValueError:
                return True
    return False


Reader = Callable[[Field], Any]
