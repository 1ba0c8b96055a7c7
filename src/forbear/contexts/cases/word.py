"""What are the words of closed lists called where a case's story is told?"""

from __future__ import annotations

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.transition import Said
from forbear.contexts.protection.reveal import RevealReason
from forbear.values.code import (
    AgendaOutcome,
    Channel,
    ConsentKind,
    ConsentState,
    HoldKind,
    Outcome,
    Purpose,
)

CHANNELS = {
    Channel.VOICE: Said("telephone", "电话"),
    Channel.BOT: Said("voice bot", "语音机器人"),
    Channel.SMS: Said("SMS", "短信"),
    Channel.WECHAT: Said("WeChat", "微信"),
    Channel.EMAIL: Said("e-mail", "电子邮件"),
    Channel.LETTER: Said("letter", "信函"),
    Channel.VISIT: Said("visit", "上门"),
}
OUTCOMES = {
    Outcome.NOT_CONNECTED: Said("not connected", "未接通"),
    Outcome.RANG: Said("rang, not answered", "振铃未接"),
    Outcome.VOICEMAIL: Said("voicemail", "语音信箱"),
    Outcome.ANSWERED: Said("answered, by whom is not known", "已接听，身份未核实"),
    Outcome.WRONG_PERSON: Said("somebody else answered", "非本人接听"),
    Outcome.RIGHT_PARTY: Said("the person answered", "本人接听"),
    Outcome.CONVERSATION: Said("spoken about the debt", "与本人谈及欠款"),
    Outcome.SENT: Said("sent", "已发送"),
    Outcome.DELIVERED: Said("delivered", "已送达"),
    Outcome.REPLIED: Said("replied", "已回复"),
    Outcome.FAILED: Said("not accepted", "发送失败"),
    Outcome.UNKNOWN: Said("fate not known", "结果不明"),
}
HOLDS = {
    HoldKind.DISPUTE: Said("dispute", "异议"),
    HoldKind.COMPLAINT: Said("complaint", "投诉"),
    HoldKind.HARDSHIP: Said("hardship", "经济困难"),
    HoldKind.BEREAVEMENT: Said("bereavement", "丧亲"),
    HoldKind.INCAPACITY: Said("incapacity", "行为能力受限"),
    HoldKind.REPRESENTATION: Said("represented by another", "委托代理"),
    HoldKind.BREATHING_SPACE: Said("breathing space", "喘息期"),
    HoldKind.DISASTER: Said("disaster", "灾害"),
    HoldKind.PAYMENT_IN_TRANSIT: Said("payment on its way", "款项在途"),
    HoldKind.SELF_HARM: Said("sign of self-harm", "自伤信号"),
    HoldKind.WRONG_PERSON: Said("wrong person", "非本人"),
    HoldKind.OPT_OUT: Said("opt-out", "退订"),
    HoldKind.CEASE: Said("request to cease", "要求停止联系"),
    HoldKind.ARRANGEMENT: Said("arrangement", "还款安排"),
    HoldKind.PAUSE: Said("pause", "暂停计期"),
    HoldKind.DECEASED: Said("deceased", "已故"),
    HoldKind.DEBT_ADVICE: Said("debt advice", "债务咨询"),
    HoldKind.CRISIS: Said("mental-health crisis", "心理健康危机"),
    HoldKind.TIME_BARRED: Said("time for suing has run out", "诉讼时效已过"),
    HoldKind.HISTORY_INCOMPLETE: Said("earlier contacts not fully known", "既往联系记录不完整"),
    HoldKind.PROMISE: Said("promise to pay", "还款承诺"),
}
CONSENTS = {
    ConsentKind.CHANNEL: Said("contact by a channel", "以该渠道联系"),
    ConsentKind.NIGHT: Said("contact at night", "夜间联系"),
    ConsentKind.AUTODIAL: Said("automated calls and texts", "自动呼叫与短信"),
    ConsentKind.MORE_CALLS: Said("more calls than usual", "增加呼叫次数"),
    ConsentKind.APPROACH: Said("being asked at all", "被询问"),
    ConsentKind.PRIVATE_DEVICE: Said("contact from a private device", "以私人设备联系"),
    ConsentKind.LESSONS: Said("short lessons about money", "接收理财小课"),
    ConsentKind.WEIGHING: Said("being weighed by models", "由模型评估"),
}
CONSENT_STATES = {
    ConsentState.GIVEN: Said("agreed to", "同意"),
    ConsentState.WITHDRAWN: Said("no longer agrees to", "撤回同意"),
}
PURPOSES = {
    Purpose.SCHEDULE: Said("instalments", "分期款"),
    Purpose.PENALTY: Said("penalty", "罚息"),
    Purpose.WAIVER: Said("penalty given up", "罚息减免"),
    Purpose.AGREED: Said("agreed beyond the contract, no credit", "协议约定的合同外款项，不作留存"),
}
PLANS = {
    AgendaOutcome.PLANNED: Said("contact planned", "计划联系"),
    AgendaOutcome.EXPLORED: Said("contact planned, the way drawn by lot", "计划联系，方式抽签决定"),
    AgendaOutcome.HELD_OUT: Said("left alone by lot", "抽签不联系"),
    AgendaOutcome.NOTHING_DUE: Said("nothing due", "无到期款项"),
    AgendaOutcome.REFUSED: Said("every way refused by a rule", "所有方式均被规则拒绝"),
    AgendaOutcome.NO_POINT: Said("no contact point of their own", "没有本人的联系方式"),
    AgendaOutcome.NO_TEAM: Said("no team serves them", "没有团队可服务"),
    AgendaOutcome.PRICED_OUT: Said("others gain more from the scarce seats", "稀缺席位用于他人"),
    AgendaOutcome.NOT_WORTH_IT: Said("little good against cost and harm", "预期收益不及成本与打扰"),
}
LOOKS = {
    RevealReason.CONTACT_THE_PERSON: Said("to contact the person", "联系本人"),
    RevealReason.VERIFY_IDENTITY: Said("to verify identity", "核实身份"),
    RevealReason.CORRECT_DATA: Said("to correct data", "更正信息"),
    RevealReason.HANDLE_COMPLAINT: Said("to handle a complaint", "处理投诉"),
    RevealReason.PREPARE_DOCUMENT: Said("to prepare a document", "准备文件"),
    RevealReason.CHECK_OTHERS_WORK: Said("to check others' work", "检查他人工作"),
}
WORK = {
    AuditEvent.CASE_TAKEN_OVER: Said("Case taken over", "接管案件"),
    AuditEvent.CASE_WRAPPED_UP: Said("Call wrapped up", "通话已登记"),
    AuditEvent.IDENTITY_VERIFIED: Said("Identity verified in a call", "通话中已核实身份"),
    AuditEvent.DISTRESS_FOUND: Said("Signs of distress found in a note", "备注中发现求助信号"),
    AuditEvent.CALLBACK_SET: Said("A call back was promised", "已约定回电"),
}
FILINGS = {
    "DISPUTE": Said("Dispute", "异议"),
    "COMPLAINT": Said("Complaint", "投诉"),
    "HARDSHIP": Said("Hardship", "经济困难申报"),
    "DATA_REQUEST": Said("Request about data", "个人信息请求"),
}
FILING_STEPS = {
    AuditEvent.FILING_FILED: Said("filed", "已提交"),
    AuditEvent.FILING_ACKNOWLEDGED: Said("acknowledged", "已告知受理"),
    AuditEvent.FILING_TAKEN_UP: Said("being looked into", "处理中"),
    AuditEvent.FILING_ASKED: Said("the person was asked something", "已向本人询问"),
    AuditEvent.FILING_DECIDED: Said("decided", "已答复"),
    AuditEvent.FILING_ESCALATED: Said("went to an authority", "已转监管机构"),
    AuditEvent.FILING_GRANTED: Said("help granted", "已给予帮助"),
    AuditEvent.FILING_ENDED: Said("help ended", "帮助已结束"),
    AuditEvent.FILING_WITHDRAWN: Said("taken back", "已撤回"),
    AuditEvent.FILING_REOPENED: Said("reopened", "已重新受理"),
    AuditEvent.CLOCK_EXTENDED: Said("given more time", "已延期"),
    AuditEvent.CLOCK_MISSED: Said("not answered in time", "逾期未答复"),
    AuditEvent.REVIEW_DUE: Said("somebody is to look again", "应予复核"),
    AuditEvent.CORRECTION_DONE: Said("something was put right", "已完成更正"),
    AuditEvent.DISTRESS_SIGNALLED: Said(
        "a sign of distress; contact stopped", "出现困扰信号，已停止联系"
    ),
}
