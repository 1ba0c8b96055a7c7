"""What does a file say that the lender has named in a setting, and what is wrong with it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from forbear.policy.reading import Field, InvalidRule, read_file
from forbear.values.errors import InvalidInput

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class NamedFile:
    """What kind of file it is. ``file`` and ``file_zh`` name it in a sentence, ``holds`` its text.

    ``setting`` is where the lender names it, ``wrong`` the error that is raised for it.
    """

    file: str
    file_zh: str
    holds: str
    setting: str
    wrong: type[InvalidInput]

    def read(self, path: Path, make: Callable[[Field], _Made]) -> _Made:
        """Return what ``make`` makes of the file's one mapping.

        Raises:
            InvalidInput: as ``wrong``: the file cannot be read, or something in it is not as it
                must be; with its file, line and field.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise self.wrong(
                f"The file of {self.file} {path} cannot be read: {why}.",
                remedy=f"Mend the path in {self.setting}, or the file's rights.",
                message_zh=f"{self.file_zh}文件 {path} 无法读取：{why}。",
                remedy_zh=f"请修正 {self.setting} 中的路径，或文件的权限。",
            ) from None
        try:
            return make(read_file(str(path), text, what=self.holds))
        except InvalidRule as wrong:
            raise self.wrong(
                wrong.message, remedy=wrong.remedy, **self._in_chinese(wrong)
            ) from None

    def _in_chinese(self, wrong: InvalidRule) -> dict[str, object]:
        said = wrong.data
        where = f"{said.get('file')}:{said.get('line')}，字段 {said.get('field', '')}"
        usual = {
            "message_zh": f"{self.file_zh}文件有误（{where}）。",
            "remedy_zh": f"请按提示修改：{wrong.remedy}",
        }
        return {**usual, **said}
