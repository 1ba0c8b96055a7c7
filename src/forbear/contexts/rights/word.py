"""Which closed lists of words do objections, hardship and data rights use, and how are they called?

A filing is what a person, or somebody for them, puts before the lender and is owed an answer to.
"""

from __future__ import annotations

from forbear.contexts.cases.transition import Said
from forbear.contexts.portfolio.word import VulnerabilityKind
from forbear.values.code import Code, HoldKind


class FilingKind(Code):
    """What a person puts before the lender."""

    DISPUTE = "DISPUTE"
    """The debt, or part of it, is not as it is said to be."""
    COMPLAINT = "COMPLAINT"
    """Somebody behaved as they should not."""
    HARDSHIP = "HARDSHIP"
    """The person cannot pay as agreed."""
    DATA_REQUEST = "DATA_REQUEST"
    """The person uses a right over their own data."""


class Intake(Code):
    """How a filing reached the lender."""

    PORTAL = "PORTAL"
    PHONE = "PHONE"
    LETTER = "LETTER"
    EMAIL = "EMAIL"
    MESSAGE = "MESSAGE"
    """A chat or text message."""
    BRANCH = "BRANCH"
    VISIT = "VISIT"
    AGENCY = "AGENCY"
    """Told to an outside agency, which passed it on."""
    REGULATOR = "REGULATOR"
    """Passed on by an authority or an ombudsman."""
    BUREAU = "BUREAU"
    """Passed on by a credit bureau."""
    STAFF = "STAFF"
    """Noticed by somebody who works here."""


class DisputeReason(Code):
    """Why a debt is disputed."""

    NOT_MINE = "NOT_MINE"
    PAID = "PAID"
    WRONG_AMOUNT = "WRONG_AMOUNT"
    IDENTITY_THEFT = "IDENTITY_THEFT"
    TIME_BARRED = "TIME_BARRED"
    AGREED_OTHERWISE = "AGREED_OTHERWISE"
    WRONG_PERSON = "WRONG_PERSON"
    """Whoever is called is not the person who owes."""
    OTHER = "OTHER"


class Finding(Code):
    """What a decision finds."""

    UPHELD = "UPHELD"
    PARTLY = "PARTLY"
    REJECTED = "REJECTED"


class CorrectionKind(Code):
    """What is put right after a decision."""

    CREDIT = "CREDIT"
    """An amount is credited to the loan, by a posting of its own."""
    SETTLED = "SETTLED"
    """The loan counts as settled since a day."""
    BUREAU_LINE = "BUREAU_LINE"
    """Lines that went to the credit bureau are corrected there."""


class Redress(Code):
    """What a complaint brings the person beside the answer."""

    NONE = "NONE"
    APOLOGY = "APOLOGY"
    CORRECTION = "CORRECTION"
    CONDUCT = "CONDUCT"
    """Somebody is trained, warned or taken off the case."""
    MONEY = "MONEY"


class HardshipCategory(Code):
    """Why somebody cannot pay as agreed."""

    ILLNESS = "ILLNESS"
    MENTAL_HEALTH = "MENTAL_HEALTH"
    JOB_LOSS = "JOB_LOSS"
    LOW_INCOME = "LOW_INCOME"
    DISASTER = "DISASTER"
    CARE = "CARE"
    """Somebody else depends on the person's care."""
    BEREAVEMENT = "BEREAVEMENT"
    STUDENT = "STUDENT"
    VIOLENCE_AT_HOME = "VIOLENCE_AT_HOME"
    DISTRESS = "DISTRESS"
    """Words that let fear for the person's life; contact stops at once."""
    OTHER = "OTHER"


class Solution(Code):
    """What is done for somebody in hardship."""

    PAUSE = "PAUSE"
    """Nobody asks for payment until a day."""
    FREEZE = "FREEZE"
    """Neither days past due nor penalty run until a day, and nobody asks for payment."""
    PLAN = "PLAN"
    """An arrangement is proposed."""
    WRITE_OFF = "WRITE_OFF"
    """The claim is written off; takes a second person."""
    NONE = "NONE"


class PauseKind(Code):
    """A pause whose length a law or house rule sets."""

    BREATHING_SPACE = "BREATHING_SPACE"
    CRISIS = "CRISIS"
    DEBT_ADVICE = "DEBT_ADVICE"


class DataRight(Code):
    """Which right over their own data a person uses."""

    SEE = "SEE"
    CORRECT = "CORRECT"
    DELETE = "DELETE"
    EXPLAIN = "EXPLAIN"
    """Why a machine decided as it did."""
    HUMAN = "HUMAN"
    """That a human decides instead of a machine."""
    OBJECT = "OBJECT"
    """That data are not used to contact the person."""
    RESTRICT = "RESTRICT"
    """That data are kept but not used until the request is answered."""


class Side(Code):
    """Who says something in a filing."""

    PERSON = "PERSON"
    LENDER = "LENDER"


class StatementKind(Code):
    """What something said in a filing is."""

    FILED = "FILED"
    QUESTION = "QUESTION"
    ANSWER = "ANSWER"
    EVIDENCE = "EVIDENCE"
    """What a piece of evidence shows."""
    REASONS = "REASONS"
    """Why it was decided as it was."""
    REOPENED = "REOPENED"
    ROOT_CAUSE = "ROOT_CAUSE"


KINDS = {
    FilingKind.DISPUTE: Said("dispute", "异议"),
    FilingKind.COMPLAINT: Said("complaint", "投诉"),
    FilingKind.HARDSHIP: Said("hardship", "经济困难"),
    FilingKind.DATA_REQUEST: Said("data request", "个人信息请求"),
}
DISPUTE_REASONS = {
    DisputeReason.NOT_MINE: Said("this debt is not mine", "不是我的债务"),
    DisputeReason.PAID: Said("I have paid", "我已还清"),
    DisputeReason.WRONG_AMOUNT: Said("the amount is wrong", "金额有误"),
    DisputeReason.IDENTITY_THEFT: Said("somebody used my identity", "我的身份被冒用"),
    DisputeReason.TIME_BARRED: Said("the claim is out of time", "已过诉讼时效"),
    DisputeReason.AGREED_OTHERWISE: Said("we agreed something else", "双方另有约定"),
    DisputeReason.WRONG_PERSON: Said("I am not the person you look for", "我不是您要找的人"),
    DisputeReason.OTHER: Said("something else", "其他"),
}
FINDINGS = {
    Finding.UPHELD: Said("upheld", "成立"),
    Finding.PARTLY: Said("upheld in part", "部分成立"),
    Finding.REJECTED: Said("not upheld", "不成立"),
}
HARDSHIPS = {
    HardshipCategory.ILLNESS: Said("illness", "疾病"),
    HardshipCategory.MENTAL_HEALTH: Said("mental health", "心理健康"),
    HardshipCategory.JOB_LOSS: Said("loss of work", "失业"),
    HardshipCategory.LOW_INCOME: Said("low income", "收入过低"),
    HardshipCategory.DISASTER: Said("disaster", "灾害"),
    HardshipCategory.CARE: Said("caring for somebody", "照护他人"),
    HardshipCategory.BEREAVEMENT: Said("bereavement", "亲人去世"),
    HardshipCategory.STUDENT: Said("student", "在读学生"),
    HardshipCategory.VIOLENCE_AT_HOME: Said("violence at home", "家庭暴力"),
    HardshipCategory.DISTRESS: Said("acute distress", "严重困扰"),
    HardshipCategory.OTHER: Said("something else", "其他"),
}
SOLUTIONS = {
    Solution.PAUSE: Said("payment is not asked for until a day", "在约定日前不催收"),
    Solution.FREEZE: Said("days and penalty stand still until a day", "在约定日前停计逾期与罚息"),
    Solution.PLAN: Said("an arrangement is proposed", "提出还款安排"),
    Solution.WRITE_OFF: Said("the claim is written off", "核销债权"),
    Solution.NONE: Said("nothing is changed", "不作变更"),
}
DATA_RIGHTS = {
    DataRight.SEE: Said("see what is held", "查阅、复制"),
    DataRight.CORRECT: Said("correct it", "更正、补充"),
    DataRight.DELETE: Said("delete what may go", "删除"),
    DataRight.EXPLAIN: Said("have a machine's decision explained", "要求解释自动化决策"),
    DataRight.HUMAN: Said("have a human decide", "要求人工处理"),
    DataRight.OBJECT: Said("object to being contacted", "拒绝联系"),
    DataRight.RESTRICT: Said("let it be kept and not used", "限制处理"),
}
REASON_CODES: dict[FilingKind, type[Code] | None] = {
    FilingKind.DISPUTE: DisputeReason,
    FilingKind.COMPLAINT: None,
    FilingKind.HARDSHIP: HardshipCategory,
    FilingKind.DATA_REQUEST: DataRight,
}
"""Where reasons come from; a complaint's come from the taxonomy, which is data."""
MARKS_THE_POINT = frozenset({DisputeReason.WRONG_PERSON, DisputeReason.NOT_MINE})
"""Reasons for which nobody is to be called again where the person was reached."""
LASTING = {
    DisputeReason.NOT_MINE: HoldKind.WRONG_PERSON,
    DisputeReason.IDENTITY_THEFT: HoldKind.WRONG_PERSON,
    DisputeReason.TIME_BARRED: HoldKind.TIME_BARRED,
}
"""What goes on stopping contact once such a dispute is upheld; rules say what it stops."""
CARE = {
    HardshipCategory.ILLNESS: VulnerabilityKind.HEALTH,
    HardshipCategory.MENTAL_HEALTH: VulnerabilityKind.MENTAL_HEALTH,
    HardshipCategory.JOB_LOSS: VulnerabilityKind.LOW_INCOME,
    HardshipCategory.LOW_INCOME: VulnerabilityKind.LOW_INCOME,
    HardshipCategory.CARE: VulnerabilityKind.CARER,
    HardshipCategory.BEREAVEMENT: VulnerabilityKind.BEREAVEMENT,
    HardshipCategory.VIOLENCE_AT_HOME: VulnerabilityKind.VIOLENCE_AT_HOME,
    HardshipCategory.DISTRESS: VulnerabilityKind.SELF_HARM_RISK,
}
"""What care a hardship asks for; others ask for none beside a solution."""
ABOUT_HEALTH = frozenset(
    {HardshipCategory.ILLNESS, HardshipCategory.MENTAL_HEALTH, HardshipCategory.DISTRESS}
)
"""Categories whose words are about somebody's health."""
PAUSES = {
    PauseKind.BREATHING_SPACE: HoldKind.BREATHING_SPACE,
    PauseKind.CRISIS: HoldKind.CRISIS,
    PauseKind.DEBT_ADVICE: HoldKind.DEBT_ADVICE,
}
HARDSHIP_HOLDS = {
    HardshipCategory.DISTRESS: HoldKind.SELF_HARM,
    HardshipCategory.DISASTER: HoldKind.DISASTER,
    HardshipCategory.BEREAVEMENT: HoldKind.BEREAVEMENT,
}
"""Which hold a hardship places; HARDSHIP where none is named."""
DATA_HOLDS = {
    DataRight.OBJECT: HoldKind.OPT_OUT,
    DataRight.RESTRICT: HoldKind.CEASE,
}
"""Rights whose use stops contact at once; the answer says what stays stopped."""
