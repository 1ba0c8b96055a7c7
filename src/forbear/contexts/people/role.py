"""Which roles are there, and what may each do? One table."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.values.code import Code
from forbear.values.principal import Sight


class Permission(Code):
    """What somebody may do. ``GRANTS`` says it in words, and which roles have it."""

    QUEUE_SEE = "QUEUE_SEE"
    PERSON_SEE = "PERSON_SEE"
    PERSON_SEE_ALL = "PERSON_SEE_ALL"
    PERSON_CHANGE = "PERSON_CHANGE"
    VALUE_REVEAL = "VALUE_REVEAL"
    CASE_WORK = "CASE_WORK"
    CASE_ASSIGN = "CASE_ASSIGN"
    BOOK_CHANGE = "BOOK_CHANGE"
    POSTING_RECORD = "POSTING_RECORD"
    HOLD_RELEASE = "HOLD_RELEASE"
    REPORT_SEE = "REPORT_SEE"
    AUDIT_SEE = "AUDIT_SEE"
    REVEALS_SEE = "REVEALS_SEE"
    RULES_MANAGE = "RULES_MANAGE"
    APPROVE = "APPROVE"
    NIGHT_RUN = "NIGHT_RUN"
    STAFF_MANAGE = "STAFF_MANAGE"
    TOKENS_MANAGE = "TOKENS_MANAGE"
    RETENTION_MANAGE = "RETENTION_MANAGE"
    SENDING_RELEASE = "SENDING_RELEASE"
    SENDING_STOP = "SENDING_STOP"
    CONTACT_MAKE = "CONTACT_MAKE"
    CONTACTS_SEE = "CONTACTS_SEE"
    AGENCIES_LOOK = "AGENCIES_LOOK"
    ARRANGEMENT_MAKE = "ARRANGEMENT_MAKE"
    BUREAU_SEE = "BUREAU_SEE"
    BUREAU_REPORT = "BUREAU_REPORT"
    BUREAU_CORRECT = "BUREAU_CORRECT"
    BUREAU_EXPORT = "BUREAU_EXPORT"
    EVIDENCE_MAKE = "EVIDENCE_MAKE"
    FILINGS_TAKE = "FILINGS_TAKE"
    FILINGS_WORK = "FILINGS_WORK"
    FILINGS_DECIDE = "FILINGS_DECIDE"
    DATA_RIGHTS_ANSWER = "DATA_RIGHTS_ANSWER"
    CALLER_CONFIRM = "CALLER_CONFIRM"
    CALLER_MANAGE = "CALLER_MANAGE"
    PAYMENT_ASK = "PAYMENT_ASK"
    PAYMENTS_MATCH = "PAYMENTS_MATCH"
    QUALITY_SCORE = "QUALITY_SCORE"
    MODELS_DECIDE = "MODELS_DECIDE"
    TEAMS_PLAN = "TEAMS_PLAN"
    OUTING_MAKE = "OUTING_MAKE"
    PARTICULARS_CHANGE = "PARTICULARS_CHANGE"


class Role(Code):
    """What somebody works as."""

    COLLECTOR = "COLLECTOR"
    """Speaks with persons in debt, within one or more teams."""
    SUPERVISOR = "SUPERVISOR"
    """Leads teams of collectors."""
    COMPLIANCE = "COMPLIANCE"
    """Watches that the rules are kept; sees everybody, contacts nobody."""
    ANALYST = "ANALYST"
    """Works with figures, without persons."""
    ADMIN = "ADMIN"
    """Runs the system and its accounts, without persons."""


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages; English in lower case, to stand inside a sentence."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What one permission allows, in words, and the roles that have it."""

    en: str
    zh: str
    roles: frozenset[Role]


ROLES: dict[Role, Words] = {
    Role.COLLECTOR: Words("collector", "催收员"),
    Role.SUPERVISOR: Words("supervisor", "主管"),
    Role.COMPLIANCE: Words("compliance officer", "合规人员"),
    Role.ANALYST: Words("analyst", "分析师"),
    Role.ADMIN: Words("administrator", "管理员"),
}

_P = Permission
_COLL, _SUP, _COMP, _ANA, _ADM = Role


def _grant(en: str, zh: str, *roles: Role) -> Grant:
    return Grant(en, zh, frozenset(roles))


GRANTS: dict[Permission, Grant] = {
    _P.QUEUE_SEE: _grant("see the plan of a team's day", "查看团队的当日计划", _COLL, _SUP),
    _P.PERSON_SEE: _grant(
        "open a person's page, masked", "打开个人页面（脱敏）", _COLL, _SUP, _COMP
    ),
    _P.PERSON_SEE_ALL: _grant("see persons of every team", "查看所有团队的人员", _COMP),
    _P.PERSON_CHANGE: _grant(
        "record contact points, consents, choices, holds and representatives",
        "登记联系方式、同意、个人选择、暂停与代理人",
        _COLL,
        _SUP,
    ),
    _P.VALUE_REVEAL: _grant(
        "see a personal value in full, giving a reason",
        "说明理由后查看完整的个人信息",
        _COLL,
        _SUP,
        _COMP,
    ),
    _P.CASE_WORK: _grant(
        "claim, note, move and close cases", "认领、备注、推进和结束案件", _COLL, _SUP
    ),
    _P.CASE_ASSIGN: _grant("give cases to others", "分派案件", _SUP),
    _P.BOOK_CHANGE: _grant(
        "record persons, contracts and schedules; lenders' systems do it",
        "登记债务人、合同与还款计划；通常由放款方系统完成",
    ),
    _P.POSTING_RECORD: _grant(
        "record payments by hand; lenders' systems do it", "手工记账；通常由放款方系统完成"
    ),
    _P.HOLD_RELEASE: _grant("release a hold on contact", "解除暂停", _SUP, _COMP),
    _P.REPORT_SEE: _grant(
        "see figures of the whole book, without persons",
        "查看全部资产的汇总数字（不含个人）",
        _SUP,
        _COMP,
        _ANA,
        _ADM,
    ),
    _P.AUDIT_SEE: _grant("read the record of what was done", "查阅操作记录", _COMP),
    _P.REVEALS_SEE: _grant("see who looked at personal values", "查看谁看过完整的个人信息", _COMP),
    _P.RULES_MANAGE: _grant("manage the lender's own rules", "管理机构自有规则", _COMP),
    _P.APPROVE: _grant(
        "grant what somebody else asked for", "批准他人提出的申请", _SUP, _COMP, _ADM
    ),
    _P.NIGHT_RUN: _grant("start and stop nights", "启动和停止夜间运行", _ADM),
    _P.STAFF_MANAGE: _grant("manage staff and teams", "管理员工与团队", _ADM),
    _P.TOKENS_MANAGE: _grant(
        "manage the keys of lenders' systems", "管理放款方系统的访问密钥", _ADM
    ),
    _P.RETENTION_MANAGE: _grant("manage how long data are kept", "管理数据保留期限", _COMP),
    _P.SENDING_RELEASE: _grant(
        "let sending go on after a stop or a restored backup",
        "停止指令或恢复备份后恢复发送",
        _COMP,
    ),
    _P.SENDING_STOP: _grant("stop sending at once", "立即停止发送", _SUP, _COMP, _ADM),
    _P.CONTACT_MAKE: _grant("contact a person", "联系债务人", _COLL, _SUP),
    _P.CONTACTS_SEE: _grant(
        "see how sending goes, without persons", "查看发送情况（不含个人）", _SUP, _COMP, _ANA, _ADM
    ),
    _P.AGENCIES_LOOK: _grant(
        "say what they found where an agency's report and its permits do not agree",
        "就外包机构上报与许可的不符填写查看结果",
        _SUP,
        _COMP,
    ),
    _P.ARRANGEMENT_MAKE: _grant(
        "propose, sign, pause and end arrangements, and take promises to pay",
        "提出、签订、暂停和结束还款安排，登记还款承诺",
        _COLL,
        _SUP,
    ),
    _P.BUREAU_SEE: _grant(
        "see what is reported to credit bureaus", "查看征信报送内容", _COLL, _SUP, _COMP
    ),
    _P.BUREAU_REPORT: _grant(
        "make a month's lines for the credit bureaus, and ask for notices",
        "生成当月征信记录并发起报送前告知",
        _COMP,
    ),
    _P.BUREAU_CORRECT: _grant(
        "mark lines as disputed and correct them after a decision",
        "标注征信异议，并按处理结论更正",
        _SUP,
        _COMP,
    ),
    _P.BUREAU_EXPORT: _grant(
        "write a credit bureau's file, personal values included",
        "生成征信报送文件（含个人信息）",
        _COMP,
    ),
    _P.EVIDENCE_MAKE: _grant(
        "make packs of evidence, certificates and receipts",
        "制作证据包、证明与收据",
        _COLL,
        _SUP,
        _COMP,
    ),
    _P.FILINGS_TAKE: _grant(
        "take in disputes, complaints, hardship and requests about data",
        "受理异议、投诉、经济困难申报与个人信息请求",
        _COLL,
        _SUP,
        _COMP,
    ),
    _P.FILINGS_WORK: _grant(
        "look into disputes, complaints, hardship and requests",
        "核查异议、投诉、经济困难申报与请求",
        _SUP,
        _COMP,
    ),
    _P.FILINGS_DECIDE: _grant(
        "decide disputes, complaints and hardship", "对异议、投诉与经济困难作出决定", _SUP, _COMP
    ),
    _P.DATA_RIGHTS_ANSWER: _grant(
        "answer requests about a person's own data", "答复个人信息请求", _COMP
    ),
    _P.CALLER_CONFIRM: _grant(
        "tell somebody who holds a number whether it was contacted",
        "向号码本人确认该号码是否被联系过",
        _SUP,
        _COMP,
    ),
    _P.CALLER_MANAGE: _grant(
        "register numbers that agencies call from, and see reports of impostors",
        "登记外包机构的外呼号码并查看冒充举报",
        _COMP,
    ),
    _P.PAYMENT_ASK: _grant(
        "give a person a way to pay: a reference, or the payment page",
        "向本人提供付款方式：转账附言编号或付款页面",
        _COLL,
        _SUP,
    ),
    _P.PAYMENTS_MATCH: _grant(
        "look into payments that could not be booked, or were more than was owed",
        "核对无法入账或多付的款项",
        _COMP,
    ),
    _P.MODELS_DECIDE: _grant(
        "let a measured model count, together with a second person, or take it back",
        "与另一人共同启用模型，或将其撤回",
        _COMP,
        _ANA,
    ),
    _P.QUALITY_SCORE: _grant(
        "draw calls by lot, listen to them and tell colleagues how they were",
        "抽取通话进行质检并反馈给同事",
        _SUP,
        _COMP,
    ),
    _P.TEAMS_PLAN: _grant(
        "plan local teams: territories, seats, calendars, licences",
        "规划本地团队：服务地区、席位、日历与许可",
        _SUP,
        _ADM,
    ),
    _P.OUTING_MAKE: _grant(
        "prepare and start messages to a chosen set of persons",
        "准备并启动面向选定人群的消息",
        _SUP,
    ),
    _P.PARTICULARS_CHANGE: _grant(
        "change what the lender says of itself, together with a second person",
        "与另一人共同变更机构自述信息",
        _COMP,
        _ADM,
    ),
}

MAY: dict[Role, frozenset[Permission]] = {
    role: frozenset(permission for permission, grant in GRANTS.items() if role in grant.roles)
    for role in Role
}


def permissions_of(role: Role) -> frozenset[str]:
    """Return the codes of what a role may do."""
    return frozenset(permission.value for permission in MAY[role])


def sight_of(role: Role) -> Sight:
    """Return whose persons a role sees."""
    if Permission.PERSON_SEE_ALL in MAY[role]:
        return Sight.ALL
    return Sight.TEAMS if Permission.PERSON_SEE in MAY[role] else Sight.NOBODY
