"""What may a key of a lender's system be used for, and what does that permit? One table.

No scope shows a personal value in full: that takes somebody who works here.
"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.contexts.people.role import Permission
from forbear.values.code import Code


class Scope(Code):
    """What a key may be used for. ``SCOPES`` says it in words."""

    PERSONS_READ = "persons:read"
    PERSONS_WRITE = "persons:write"
    HOLDS_RELEASE = "holds:release"
    LOANS_READ = "loans:read"
    LOANS_WRITE = "loans:write"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"
    ATTEMPTS_WRITE = "attempts:write"
    TRANSCRIPTS_WRITE = "transcripts:write"
    CASES_READ = "cases:read"
    CASES_WORK = "cases:work"
    CASES_ASSIGN = "cases:assign"
    AGENDA_READ = "agenda:read"
    NIGHTS_READ = "nights:read"
    DECISIONS_ASK = "decisions:ask"
    IMPORTS_WRITE = "imports:write"
    WEBHOOKS_MANAGE = "webhooks:manage"
    CONTACTS_READ = "contacts:read"
    AGENCY_CONTACT = "agency:contact"
    ARRANGEMENTS_READ = "arrangements:read"
    ARRANGEMENTS_WRITE = "arrangements:write"
    BUREAU_READ = "bureau:read"
    BUREAU_CORRECT = "bureau:correct"
    EVIDENCE_MAKE = "evidence:make"
    FILINGS_READ = "filings:read"
    FILINGS_TAKE = "filings:take"
    FILINGS_WORK = "filings:work"
    FILINGS_DECIDE = "filings:decide"
    DATA_RIGHTS_ANSWER = "data_rights:answer"
    COMPLAINTS_COUNT = "complaints:count"
    CALLER_CONFIRM = "caller:confirm"
    CALLER_MANAGE = "caller:manage"
    PAYMENTS_ASK = "payments:ask"
    PAYMENTS_MATCH = "payments:match"
    PORTAL_LINKS_MANAGE = "portal_links:manage"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one scope allows, in words, and the permissions that a call under it holds."""

    en: str
    zh: str
    permissions: frozenset[str]


def _allowed(en: str, zh: str, *permissions: Permission) -> Allowed:
    return Allowed(en, zh, frozenset(permission.value for permission in permissions))


_P = Permission

SCOPES: dict[Scope, Allowed] = {
    Scope.PERSONS_READ: _allowed(
        "see persons and their contact points, masked",
        "查看债务人及联系方式（脱敏）",
        _P.PERSON_SEE,
    ),
    Scope.PERSONS_WRITE: _allowed(
        "record persons, contact points, consents and holds",
        "登记债务人、联系方式、同意与暂停",
        _P.BOOK_CHANGE,
        _P.PERSON_CHANGE,
    ),
    Scope.HOLDS_RELEASE: _allowed("release a hold on contact", "解除暂停", _P.HOLD_RELEASE),
    Scope.LOANS_READ: _allowed(
        "see contracts and what they stand at", "查看合同及其现状", _P.PERSON_SEE
    ),
    Scope.LOANS_WRITE: _allowed(
        "record contracts, schedules and states", "登记合同、还款计划与状态", _P.BOOK_CHANGE
    ),
    Scope.PAYMENTS_READ: _allowed("see payments", "查看还款", _P.PERSON_SEE),
    Scope.PAYMENTS_WRITE: _allowed(
        "record payments and reversals", "登记还款与冲正", _P.POSTING_RECORD
    ),
    Scope.ATTEMPTS_WRITE: _allowed(
        "report contacts that other systems made", "上报其他系统进行的联系", _P.BOOK_CHANGE
    ),
    Scope.TRANSCRIPTS_WRITE: _allowed(
        "hand in what a recogniser wrote down of calls",
        "提交通话的语音识别文字记录",
        _P.BOOK_CHANGE,
    ),
    Scope.CASES_READ: _allowed("see cases", "查看案件", _P.PERSON_SEE),
    Scope.CASES_WORK: _allowed("move cases on", "推进案件", _P.CASE_WORK),
    Scope.CASES_ASSIGN: _allowed("give cases to teams and collectors", "分派案件", _P.CASE_ASSIGN),
    Scope.AGENDA_READ: _allowed("see the plans of a day", "查看每日计划", _P.QUEUE_SEE),
    Scope.NIGHTS_READ: _allowed("see which nights were run", "查看夜间处理", _P.REPORT_SEE),
    Scope.DECISIONS_ASK: _allowed(
        "ask whether a contact would be allowed", "询问某次联系是否被允许", _P.PERSON_SEE
    ),
    Scope.IMPORTS_WRITE: _allowed("hand over extracts", "提交数据文件", _P.BOOK_CHANGE),
    Scope.WEBHOOKS_MANAGE: _allowed(
        "say where events are told to, and by which secrets providers are known",
        "管理事件通知地址与服务商密钥",
        _P.TOKENS_MANAGE,
    ),
    Scope.CONTACTS_READ: _allowed(
        "see permits, and how agencies' reports agree with them",
        "查看联系许可及外包机构报告的核对结果",
        _P.PERSON_SEE,
        _P.CONTACTS_SEE,
    ),
    Scope.AGENCY_CONTACT: _allowed(
        "contact persons in the care of the agency that the key is bound to, and report it",
        "联系密钥所属机构负责的人员并上报",
        _P.PERSON_SEE,
        _P.CONTACT_MAKE,
    ),
    Scope.ARRANGEMENTS_READ: _allowed(
        "see arrangements and promises, and work out what could be offered",
        "查看还款安排与承诺，并试算可提供的方案",
        _P.PERSON_SEE,
    ),
    Scope.ARRANGEMENTS_WRITE: _allowed(
        "propose, sign, pause and end arrangements, and record promises",
        "提出、签订、暂停和结束还款安排，登记还款承诺",
        _P.PERSON_SEE,
        _P.ARRANGEMENT_MAKE,
    ),
    Scope.BUREAU_READ: _allowed(
        "see what is reported to credit bureaus, without personal values",
        "查看征信报送内容（不含个人信息）",
        _P.BUREAU_SEE,
    ),
    Scope.BUREAU_CORRECT: _allowed(
        "mark reported lines as disputed, and correct them",
        "标注征信异议并更正已报送记录",
        _P.BUREAU_CORRECT,
    ),
    Scope.EVIDENCE_MAKE: _allowed(
        "make packs of evidence, certificates and receipts, with masked names",
        "制作证据包、证明与收据（姓名脱敏）",
        _P.PERSON_SEE,
        _P.EVIDENCE_MAKE,
    ),
    Scope.FILINGS_READ: _allowed(
        "see disputes, complaints, hardship and requests, and who helps, without their texts",
        "查看异议、投诉、经济困难与请求及求助渠道（不含文字内容）",
        _P.PERSON_SEE,
    ),
    Scope.FILINGS_TAKE: _allowed(
        "hand in disputes, complaints, hardship and requests for a person",
        "代本人提交异议、投诉、经济困难申报与请求",
        _P.FILINGS_TAKE,
    ),
    Scope.FILINGS_WORK: _allowed(
        "look into what was handed in: owner, questions, extensions",
        "核查已提交事项：负责人、询问与延期",
        _P.FILINGS_WORK,
    ),
    Scope.FILINGS_DECIDE: _allowed(
        "decide what was handed in, and book what follows",
        "对已提交事项作出决定并登记后续更正",
        _P.FILINGS_DECIDE,
        _P.POSTING_RECORD,
        _P.BOOK_CHANGE,
    ),
    Scope.DATA_RIGHTS_ANSWER: _allowed(
        "answer requests about a person's own data, and see what is held",
        "答复个人信息请求并查看所持有的信息（脱敏）",
        _P.DATA_RIGHTS_ANSWER,
        _P.PERSON_SEE,
    ),
    Scope.COMPLAINTS_COUNT: _allowed(
        "see figures of complaints, without persons", "查看投诉统计（不含个人）", _P.REPORT_SEE
    ),
    Scope.CALLER_CONFIRM: _allowed(
        "tell somebody who holds a number whether it was contacted",
        "向号码本人确认该号码是否被联系过",
        _P.CALLER_CONFIRM,
    ),
    Scope.CALLER_MANAGE: _allowed(
        "register numbers that agencies call from, and see reports of impostors",
        "登记外包机构的外呼号码并查看冒充举报",
        _P.CALLER_MANAGE,
    ),
    Scope.PAYMENTS_ASK: _allowed(
        "give a person a way to pay, and see whether they did",
        "向本人提供付款方式并查看是否已付",
        _P.PERSON_SEE,
        _P.PAYMENT_ASK,
    ),
    Scope.PAYMENTS_MATCH: _allowed(
        "look into payments that could not be booked, or were more than was owed",
        "核对无法入账或多付的款项",
        _P.PAYMENTS_MATCH,
    ),
    Scope.PORTAL_LINKS_MANAGE: _allowed(
        "make links to a person's own pages, list those that open, and take them back",
        "生成本人服务页面的链接，查看有效链接并撤销",
        _P.PERSON_SEE,
        _P.PERSON_CHANGE,
    ),
}

FOR_AGENCIES = frozenset(
    {
        Scope.AGENCY_CONTACT,
        Scope.CONTACTS_READ,
        Scope.DECISIONS_ASK,
        Scope.FILINGS_TAKE,
        Scope.PERSONS_READ,
    }
)
"""What an agency's key may be made for; it sees persons in that agency's care alone."""
OF_AGENCIES = frozenset({Scope.AGENCY_CONTACT})
"""What a key may be made for only if it is bound to an agency."""
