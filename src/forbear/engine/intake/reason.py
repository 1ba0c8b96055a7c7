"""Why can a row not enter the book, and what mends it?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """The closed list of what can be wrong with a row."""

    EMPTY = "EMPTY"
    CONTROL = "CONTROL"
    FORMULA = "FORMULA"
    TOO_LONG = "TOO_LONG"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    SCIENTIFIC = "SCIENTIFIC"
    TOO_PRECISE = "TOO_PRECISE"
    NEGATIVE = "NEGATIVE"
    TOO_SMALL = "TOO_SMALL"
    TOO_LARGE = "TOO_LARGE"
    BAD_DATE = "BAD_DATE"
    IMPOSSIBLE_DATE = "IMPOSSIBLE_DATE"
    BAD_INSTANT = "BAD_INSTANT"
    NO_OFFSET = "NO_OFFSET"
    UNKNOWN_WORD = "UNKNOWN_WORD"
    UNKNOWN_ZONE = "UNKNOWN_ZONE"
    NOT_A_FLAG = "NOT_A_FLAG"
    FIELD_COUNT = "FIELD_COUNT"
    BAD_QUOTES = "BAD_QUOTES"
    DUPLICATE = "DUPLICATE"
    CONFLICTING = "CONFLICTING"
    ORPHAN = "ORPHAN"
    DEBTOR_REJECTED = "DEBTOR_REJECTED"
    LOAN_REJECTED = "LOAN_REJECTED"
    INSTALMENT_REJECTED = "INSTALMENT_REJECTED"
    NO_SCHEDULE = "NO_SCHEDULE"
    SCHEDULE_GAP = "SCHEDULE_GAP"
    SCHEDULE_ORDER = "SCHEDULE_ORDER"
    SCHEDULE_SUM = "SCHEDULE_SUM"
    NOTHING_DUE = "NOTHING_DUE"
    REVERSAL = "REVERSAL"
    END_BEFORE_START = "END_BEFORE_START"
    WRONG_OWNER = "WRONG_OWNER"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a reason says, in both languages, and the kind of value that stood there."""

    value_class: str
    en: str
    zh: str


WORDS: dict[Reason, Wording] = {
    Reason.EMPTY: Wording(
        "EMPTY", "It is empty but must be filled. Fill it in.", "此处为空，但必须填写。请补充。"
    ),
    Reason.CONTROL: Wording(
        "CONTROL",
        "It holds a NUL or another control character. Export the file again as text.",
        "含有 NUL 或其他控制字符。请重新以文本方式导出。",
    ),
    Reason.FORMULA: Wording(
        "FORMULA",
        "It begins like a spreadsheet formula (= + - @). Export values, not formulas.",
        "以表格公式符号（= + - @）开头。请导出数值而不是公式。",
    ),
    Reason.TOO_LONG: Wording(
        "TEXT", "It is longer than 64 characters. Shorten it.", "超过 64 个字符。请缩短。"
    ),
    Reason.NOT_A_NUMBER: Wording(
        "TEXT",
        "It is not a number. Write digits with at most one decimal point.",
        "不是数字。请只写数字，最多一个小数点。",
    ),
    Reason.SCIENTIFIC: Wording(
        "NUMBER",
        "It is written in scientific notation or is infinite or not a number. "
        "Write the amount in full.",
        "使用了科学计数法，或为无穷、非数。请写出完整金额。",
    ),
    Reason.TOO_PRECISE: Wording(
        "NUMBER",
        "It has more decimals than the currency. Round it at the source.",
        "小数位数超过货币单位。请在源系统中取整。",
    ),
    Reason.NEGATIVE: Wording(
        "NEGATIVE",
        "It is negative. Amounts are positive; a reversal names the payment it undoes.",
        "为负数。金额必须为正；冲正应注明所冲销的还款。",
    ),
    Reason.TOO_SMALL: Wording(
        "NUMBER", "It is smaller than allowed. Correct it.", "小于允许的最小值。请更正。"
    ),
    Reason.TOO_LARGE: Wording(
        "TOO_LARGE",
        "It is larger than allowed (an amount may not exceed 10 million). Correct it.",
        "超过允许的最大值（单笔金额不得超过一千万）。请更正。",
    ),
    Reason.BAD_DATE: Wording(
        "TEXT",
        "It is not a date of the form 2026-11-24. Rewrite it.",
        "日期格式应为 2026-11-24。请改写。",
    ),
    Reason.IMPOSSIBLE_DATE: Wording(
        "DATE",
        "There is no such day in the calendar, or it lies outside 1970–2199. Correct it.",
        "日历上没有这一天，或不在 1970–2199 年之间。请更正。",
    ),
    Reason.BAD_INSTANT: Wording(
        "TEXT",
        "It is not a time of the form 2026-11-24T09:30:00+08:00. Rewrite it.",
        "时间格式应为 2026-11-24T09:30:00+08:00。请改写。",
    ),
    Reason.NO_OFFSET: Wording(
        "DATE",
        "The time does not say its offset from UTC. Add Z or +08:00.",
        "时间没有注明与 UTC 的时差。请加上 Z 或 +08:00。",
    ),
    Reason.UNKNOWN_WORD: Wording(
        "TEXT",
        "The word is not on the list for this column. The reference lists the words.",
        "该词不在本列允许的词表中。词表见参考手册。",
    ),
    Reason.UNKNOWN_ZONE: Wording(
        "TEXT",
        "It is not an IANA time zone such as Asia/Shanghai. Correct it or leave it empty.",
        "不是 IANA 时区名（如 Asia/Shanghai）。请更正或留空。",
    ),
    Reason.NOT_A_FLAG: Wording(
        "TEXT",
        "It is neither true nor false. Write true or false.",
        "既不是 true 也不是 false。请填写 true 或 false。",
    ),
    Reason.FIELD_COUNT: Wording(
        "TEXT",
        "The line has another number of fields than the header. Quote fields that hold "
        "commas or line breaks.",
        "该行字段数与表头不同。含逗号或换行的字段请加引号。",
    ),
    Reason.BAD_QUOTES: Wording(
        "TEXT",
        "The quotes of this line do not pair. Quote a whole field, and write a quote "
        "inside it twice.",
        "该行引号不成对。请给整个字段加引号，字段内的引号写两遍。",
    ),
    Reason.DUPLICATE: Wording(
        "TEXT",
        "The same row stands earlier in the file; the first is kept. Remove the repeat.",
        "文件中前面已有相同的一行，保留第一行。请删除重复行。",
    ),
    Reason.CONFLICTING: Wording(
        "TEXT",
        "Several rows share this key but differ; none is kept. Keep the right one.",
        "多行主键相同而内容不同，均未采用。请只保留正确的一行。",
    ),
    Reason.ORPHAN: Wording(
        "TEXT",
        "It refers to a row that is not in the extract. Send that row too, or leave this one out.",
        "所引用的行不在本次数据中。请一并提供那一行，或不要列入本行。",
    ),
    Reason.DEBTOR_REJECTED: Wording(
        "TEXT",
        "Its debtor was rejected, so this row is kept out too. Mend the debtor's own fault.",
        "所属债务人已被拒绝，本行随之不采用。请修正债务人本身的问题。",
    ),
    Reason.LOAN_REJECTED: Wording(
        "TEXT",
        "Its loan was rejected, so this row is kept out too. Mend the loan's own fault.",
        "所属借款已被拒绝，本行随之不采用。请修正借款本身的问题。",
    ),
    Reason.INSTALMENT_REJECTED: Wording(
        "TEXT",
        "One of the loan's instalments was rejected, and a schedule that is not whole must "
        "not produce an amount. Mend that instalment.",
        "该借款有一期分期被拒绝；不完整的还款计划不得产生金额。请修正那一期。",
    ),
    Reason.NO_SCHEDULE: Wording(
        "EMPTY",
        "The loan has no usable instalment. Send its whole schedule.",
        "该借款没有可用的分期。请提供完整的还款计划。",
    ),
    Reason.SCHEDULE_GAP: Wording(
        "NUMBER",
        "The instalment numbers are not 1, 2, 3 … without a gap (one is "
        "missing). Send the whole schedule.",
        "分期序号不是连续的 1、2、3……（有缺失）。请提供完整的还款计划。",
    ),
    Reason.SCHEDULE_ORDER: Wording(
        "DATE",
        "The due dates do not strictly rise from the day of disbursement on. Mend the schedule.",
        "到期日没有自放款日起逐期递增。请修正还款计划。",
    ),
    Reason.SCHEDULE_SUM: Wording(
        "NUMBER",
        "The instalments' principal does not add up to what was lent. Mend the schedule "
        "or the principal.",
        "各期本金之和不等于借款本金。请修正还款计划或本金。",
    ),
    Reason.NOTHING_DUE: Wording(
        "NUMBER",
        "The loan has an instalment of nothing. Leave that one out and number the rest.",
        "该借款有一期金额为零。请去掉那一期并重新编号。",
    ),
    Reason.REVERSAL: Wording(
        "TEXT",
        "The reversal does not match a payment of the same loan and amount posted no "
        "later, or that payment is reversed twice. Correct it.",
        "冲正与同一借款、同一金额且不晚于其入账的还款不符，或该还款被重复冲正。请更正。",
    ),
    Reason.END_BEFORE_START: Wording(
        "DATE", "It ends before it starts. Correct the days.", "结束日早于开始日。请更正日期。"
    ),
    Reason.WRONG_OWNER: Wording(
        "TEXT",
        "The loan or contact point belongs to another person than the row names. "
        "Correct one of them.",
        "借款或联系方式不属于本行所指的人。请更正其中之一。",
    ),
}

# These follow from another row's fault, which the book's manifest names beside them.
CASCADES = frozenset({Reason.DEBTOR_REJECTED, Reason.LOAN_REJECTED, Reason.INSTALMENT_REJECTED})
