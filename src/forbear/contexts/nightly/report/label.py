"""What are the codes of a night called in English and in Chinese?"""

from __future__ import annotations

from forbear.contexts.nightly.report.markup import Pair, same

OUTCOMES = {
    "PLANNED": Pair("Contacted as planned", "按计划联系"),
    "EXPLORED": Pair("Contacted in a way drawn by lot", "按抽签方式联系"),
    "REFUSED": Pair("Every way is refused by a rule", "所有方式均被规则拒绝"),
    "NO_POINT": Pair("No contact point of their own", "没有本人的联系方式"),
    "NO_TEAM": Pair("Allowed, but no team serves them", "规则允许，但没有团队可服务"),
    "NOT_WORTH_IT": Pair("Little good against cost and burden", "预期收益不及成本与打扰"),
    "PRICED_OUT": Pair("Others gain more from the scarce seats", "稀缺席位用于收益更大的人"),
    "HELD_OUT": Pair("Left alone by lot, to measure the effect", "按抽签不联系，用以衡量效果"),
    "NOTHING_DUE": Pair("Nothing overdue or due soon", "没有逾期，也没有即将到期"),
}
STATES = {
    "OVERDUE": Pair("Overdue", "已逾期"),
    "DUE_SOON": Pair("Due soon", "即将到期"),
    "NOTHING_DUE": Pair("Nothing due", "无到期款项"),
}
CHANNELS = {
    "VOICE": Pair("Telephone", "电话"),
    "BOT": Pair("Voice bot", "语音机器人"),
    "SMS": Pair("SMS", "短信"),
    "WECHAT": Pair("WeChat", "微信"),
    "EMAIL": Pair("E-mail", "电子邮件"),
    "LETTER": Pair("Letter", "信函"),
    "VISIT": Pair("Visit", "上门"),
}
PARTS = {
    "PRINCIPAL": Pair("Principal", "本金"),
    "INTEREST": Pair("Interest", "利息"),
    "FEE": Pair("Fees", "费用"),
    "PENALTY": Pair("Late-payment penalty", "罚息"),
}
HOLDS = {
    "DISPUTE": Pair("Dispute", "异议"),
    "COMPLAINT": Pair("Complaint", "投诉"),
    "HARDSHIP": Pair("Hardship", "经济困难"),
    "BEREAVEMENT": Pair("Bereavement", "亲属离世"),
    "INCAPACITY": Pair("Incapacity", "无行为能力"),
    "REPRESENTATION": Pair("Represented by another", "已委托代理人"),
    "BREATHING_SPACE": Pair("Breathing space", "喘息期"),
    "DISASTER": Pair("Disaster", "灾害"),
    "PAYMENT_IN_TRANSIT": Pair("Payment in transit", "付款在途"),
    "SELF_HARM": Pair("Signal of self-harm", "自伤风险信号"),
    "WRONG_PERSON": Pair("Wrong person", "非本人"),
    "OPT_OUT": Pair("Asked not to be contacted", "要求停止联系"),
    "CEASE": Pair("Demand to cease", "书面停止要求"),
    "ARRANGEMENT": Pair("Arrangement being kept", "还款安排履行中"),
    "PAUSE": Pair("Payment pause", "暂停计期"),
    "DECEASED": Pair("Has died", "已去世"),
    "DEBT_ADVICE": Pair("With a debt adviser", "正接受债务咨询"),
    "CRISIS": Pair("Mental-health crisis", "精神健康危机"),
    "TIME_BARRED": Pair("Time for suing has run out", "诉讼时效已过"),
    "HISTORY_INCOMPLETE": Pair("Earlier contacts not fully known", "既往联系记录不完整"),
    "PROMISE": Pair("Promise to pay", "还款承诺"),
}
BASES = {
    "P": Pair("read in the original text", "据原文"),
    "S": Pair("from a secondary source", "据二手资料"),
    "UNVERIFIED": Pair("not yet verified", "尚未核实"),
    "HOUSE": Pair("the lender's own rule", "机构自定规则"),
}
FACTORS = {
    "reach_ppm": Pair("State of the contact point", "联系方式状态"),
    "kind_ppm": Pair("Kind of contact point", "联系方式类型"),
    "slot_ppm": Pair("Time of day", "时段"),
    "speech_ppm": Pair("Speech shared with the person", "与本人共通的语言"),
    "territory_ppm": Pair("Team and the person’s region", "团队与本人所在地"),
    "region_sure_percent": Pair("How sure a region must be to count", "地区多确定才算数"),
    "known_officer_ppm": Pair("The collector whom the person knows", "本人熟悉的专员"),
}
FACTOR_VALUES = {
    "UNTRIED": Pair("not tried yet", "尚未尝试"),
    "CONFIRMED": Pair("confirmed", "已确认"),
    "DOUBTFUL": Pair("doubtful", "存疑"),
    "INVALID": Pair("dead", "已失效"),
    "WRONG_PERSON": Pair("somebody else’s", "他人所有"),
    "MOBILE": Pair("mobile", "手机"),
    "LANDLINE": Pair("landline", "固定电话"),
    "WECHAT": Pair("WeChat", "微信"),
    "EMAIL": Pair("e-mail", "电子邮件"),
    "POSTAL": Pair("postal address", "通信地址"),
    "dialect": Pair("the same dialect", "方言相同"),
    "language": Pair("the same language", "语言相同"),
    "local": Pair("local", "本地"),
    "away": Pair("from elsewhere", "异地"),
}
COUNTRIES = {
    "CN": Pair("Mainland China", "中国大陆"),
    "US": Pair("United States", "美国"),
    "UK": Pair("United Kingdom", "英国"),
}
# ISO 3166-2 letters, for tiles too small for a name.
PROVINCE_LETTERS = {
    "11": "BJ",
    "12": "TJ",
    "13": "HE",
    "14": "SX",
    "15": "NM",
    "21": "LN",
    "22": "JL",
    "23": "HL",
    "31": "SH",
    "32": "JS",
    "33": "ZJ",
    "34": "AH",
    "35": "FJ",
    "36": "JX",
    "37": "SD",
    "41": "HA",
    "42": "HB",
    "43": "HN",
    "44": "GD",
    "45": "GX",
    "46": "HI",
    "50": "CQ",
    "51": "SC",
    "52": "GZ",
    "53": "YN",
    "54": "XZ",
    "61": "SN",
    "62": "GS",
    "63": "QH",
    "64": "NX",
    "65": "XJ",
}


def word(labels: dict[str, Pair], code: str) -> Pair:
    """Return a code's words, or the code itself when it is new here."""
    return labels.get(code) or same(code)
