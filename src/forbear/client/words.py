"""Which closed lists of words are there? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import Literal, TypeAlias

AgendaOutcome: TypeAlias = Literal[
    "PLANNED",
    "EXPLORED",
    "HELD_OUT",
    "NOTHING_DUE",
    "REFUSED",
    "NO_POINT",
    "NO_TEAM",
    "PRICED_OUT",
    "NOT_WORTH_IT",
]
ArrangementState: TypeAlias = Literal[
    "PROPOSED",
    "OFFERED",
    "ACTIVE",
    "LATE",
    "PAUSED",
    "BROKEN",
    "COMPLETED",
    "RENEGOTIATED",
    "WITHDRAWN",
    "LAPSED",
]
CaseEnd: TypeAlias = Literal[
    "CURED", "SETTLED", "WRONG_PERSON", "WRITTEN_OFF", "TIME_BARRED", "SOLD", "DECEASED"
]
CaseState: TypeAlias = Literal[
    "NEW", "WORKING", "WAITING", "ON_HOLD", "ARRANGED", "LEGAL", "CLOSED"
]
Channel: TypeAlias = Literal["VOICE", "BOT", "SMS", "WECHAT", "EMAIL", "LETTER", "VISIT"]
Checked: TypeAlias = Literal[
    "GENUINE",
    "USED",
    "NOT_OURS",
    "REGISTERED",
    "NOT_REGISTERED",
    "BY_CODE",
    "CONTACTED",
    "NOT_CONTACTED",
    "REPORTED",
]
ConsentKind: TypeAlias = Literal[
    "CHANNEL",
    "NIGHT",
    "AUTODIAL",
    "MORE_CALLS",
    "APPROACH",
    "PRIVATE_DEVICE",
    "WEIGHING",
    "LESSONS",
]
ConsentState: TypeAlias = Literal["GIVEN", "WITHDRAWN"]
ContactPurpose: TypeAlias = Literal[
    "COLLECT",
    "REPLY",
    "OPT_OUT_CONFIRMATION",
    "CLOSING_NOTICE",
    "REQUIRED_NOTICE",
    "LOCATE",
    "RELAY",
    "REMINDER",
    "ACCESS",
    "EDUCATION",
]
CorrectionKind: TypeAlias = Literal["CREDIT", "SETTLED", "BUREAU_LINE"]
Currency: TypeAlias = Literal["CNY", "USD", "GBP"]
DataRight: TypeAlias = Literal["SEE", "CORRECT", "DELETE", "EXPLAIN", "HUMAN", "OBJECT", "RESTRICT"]
Dialect: TypeAlias = Literal[
    "MANDARIN",
    "CANTONESE",
    "WU",
    "MIN",
    "HAKKA",
    "XIANG",
    "GAN",
    "SICHUANESE",
    "TIBETAN",
    "UYGHUR",
    "MONGOLIAN",
    "ENGLISH",
]
Direction: TypeAlias = Literal["OUTBOUND", "INBOUND"]
DispatchState: TypeAlias = Literal[
    "AUTHORISED", "CLAIMED", "INTENT", "ACCEPTED", "REJECTED", "UNKNOWN", "WITHDRAWN"
]
DisputeReason: TypeAlias = Literal[
    "NOT_MINE",
    "PAID",
    "WRONG_AMOUNT",
    "IDENTITY_THEFT",
    "TIME_BARRED",
    "AGREED_OTHERWISE",
    "WRONG_PERSON",
    "OTHER",
]
EndReason: TypeAlias = Literal["PERSON_ASKED", "NOT_KEPT"]
Every: TypeAlias = Literal["MONTH", "FORTNIGHT", "WEEK"]
FilingKind: TypeAlias = Literal["DISPUTE", "COMPLAINT", "HARDSHIP", "DATA_REQUEST"]
FilingState: TypeAlias = Literal[
    "FILED",
    "ACKNOWLEDGED",
    "WORKING",
    "ASKED",
    "DECIDED",
    "ESCALATED",
    "GRANTED",
    "ENDED",
    "WITHDRAWN",
]
Finding: TypeAlias = Literal["UPHELD", "PARTLY", "REJECTED"]
FindingKind: TypeAlias = Literal[
    "NO_PERMIT",
    "UNKNOWN_PERMIT",
    "NOT_BEGUN",
    "UNKNOWN_PERSON",
    "OTHER_PERSON",
    "OTHER_CHANNEL",
    "OUTSIDE_WINDOW",
    "USED_TWICE",
    "OTHER_OUTCOME",
    "NOT_REPORTED",
]
Form: TypeAlias = Literal["JSON", "PDF", "ZIP"]
HardshipCategory: TypeAlias = Literal[
    "ILLNESS",
    "MENTAL_HEALTH",
    "JOB_LOSS",
    "LOW_INCOME",
    "DISASTER",
    "CARE",
    "BEREAVEMENT",
    "STUDENT",
    "VIOLENCE_AT_HOME",
    "DISTRESS",
    "OTHER",
]
HelpKind: TypeAlias = Literal[
    "DEBT_ADVICE", "LEGAL_AID", "MEDIATION", "CRISIS", "EMERGENCY", "REGULATOR"
]
HelpSure: TypeAlias = Literal["S", "G"]
HoldKind: TypeAlias = Literal[
    "DISPUTE",
    "COMPLAINT",
    "HARDSHIP",
    "BEREAVEMENT",
    "INCAPACITY",
    "REPRESENTATION",
    "BREATHING_SPACE",
    "DISASTER",
    "PAYMENT_IN_TRANSIT",
    "SELF_HARM",
    "WRONG_PERSON",
    "OPT_OUT",
    "CEASE",
    "ARRANGEMENT",
    "PAUSE",
    "DECEASED",
    "DEBT_ADVICE",
    "CRISIS",
    "TIME_BARRED",
    "HISTORY_INCOMPLETE",
    "PROMISE",
]
IncomeKind: TypeAlias = Literal[
    "WAGE", "SELF_EMPLOYED", "PENSION", "BENEFIT", "FAMILY", "RENT", "OTHER"
]
Intake: TypeAlias = Literal[
    "PORTAL",
    "PHONE",
    "LETTER",
    "EMAIL",
    "MESSAGE",
    "BRANCH",
    "VISIT",
    "AGENCY",
    "REGULATOR",
    "BUREAU",
    "STAFF",
]
IntentState: TypeAlias = Literal["OPEN", "FAILED", "PAID", "RETURNED"]
Jurisdiction: TypeAlias = Literal["CN", "US", "UK"]
Language: TypeAlias = Literal["ZH", "EN"]
LeftOut: TypeAlias = Literal[
    "NOTHING_OWED",
    "BELOW_MINIMUM",
    "BELOW_REGULAR",
    "TOO_LONG",
    "NOT_FROZEN",
    "SAME",
    "BEYOND_MEANS",
]
LineCause: TypeAlias = Literal["MONTH", "LATE_FACT", "MARK", "RULING"]
LoanState: TypeAlias = Literal["OPEN", "SETTLED", "WRITTEN_OFF"]
Mark: TypeAlias = Literal["DISPUTED", "RESOLVED", "DISAGREES"]
NoticeKind: TypeAlias = Literal["SUCCEEDED", "FAILED", "RETURNED"]
NoticeState: TypeAlias = Literal["BOOKED", "NOTED", "KEPT"]
NumberType: TypeAlias = Literal[
    "MOBILE", "FIXED", "FIXED_OR_MOBILE", "SERVICE", "TOLL_FREE", "PREMIUM", "OTHER"
]
Origin: TypeAlias = Literal[
    "CONTRACT",
    "LEFT_BY_DEBTOR",
    "AUTHORISED_BY_DEBTOR",
    "PUBLIC_SOURCE",
    "TOLD_BY_CONTACT",
    "CREDIT_BUREAU",
]
Outcome: TypeAlias = Literal[
    "NOT_CONNECTED",
    "RANG",
    "VOICEMAIL",
    "ANSWERED",
    "WRONG_PERSON",
    "RIGHT_PARTY",
    "CONVERSATION",
    "SENT",
    "DELIVERED",
    "REPLIED",
    "FAILED",
    "UNKNOWN",
]
OutgoingKind: TypeAlias = Literal[
    "HOUSING",
    "FOOD",
    "UTILITIES",
    "CLOTHING",
    "TRANSPORT",
    "COMMUNICATION",
    "HEALTH",
    "CARE",
    "EDUCATION",
    "INSURANCE",
    "TAX",
    "MAINTENANCE",
    "OTHER",
]
PauseKind: TypeAlias = Literal["BREATHING_SPACE", "CRISIS", "DEBT_ADVICE"]
PlanKind: TypeAlias = Literal["EQUAL", "STEPPED", "PAUSE_FIRST"]
PointKind: TypeAlias = Literal["MOBILE", "LANDLINE", "WECHAT", "EMAIL", "POSTAL"]
PointQuality: TypeAlias = Literal["UNTRIED", "CONFIRMED", "DOUBTFUL", "INVALID", "WRONG_PERSON"]
Pretence: TypeAlias = Literal[
    "CLAIMED_TO_BE_US",
    "ASKED_FOR_PAYMENT",
    "ASKED_FOR_SECRETS",
    "THREATENED",
    "GAVE_A_FALSE_CODE",
    "OFFERED_PAID_HELP",
]
PromiseState: TypeAlias = Literal["OPEN", "KEPT", "PARTLY_KEPT", "BROKEN", "WITHDRAWN"]
Purpose: TypeAlias = Literal["SCHEDULE", "PENALTY", "WAIVER", "AGREED"]
ReasonSet: TypeAlias = Literal["OWN", "CN_OFFICIAL", "CFPB"]
Redress: TypeAlias = Literal["NONE", "APOLOGY", "CORRECTION", "CONDUCT", "MONEY"]
ReferralState: TypeAlias = Literal["OFFERED", "HANDED_OVER", "DECLINED", "ENDED"]
RegionSource: TypeAlias = Literal["ADDRESS", "ID_PREFIX", "NUMBER_PREFIX"]
Relation: TypeAlias = Literal["OWN", "GUARANTOR", "CONTACT_PERSON"]
RepresentativeKind: TypeAlias = Literal["LAWYER", "GUARDIAN", "EXECUTOR", "DEBT_ADVISER", "HELPER"]
Settled: TypeAlias = Literal["MATCHED", "SENT_BACK", "LOOKED_AT", "BY_ITSELF"]
Side: TypeAlias = Literal["US", "PERSON"]
Solution: TypeAlias = Literal["PAUSE", "FREEZE", "PLAN", "WRITE_OFF", "NONE"]
Special: TypeAlias = Literal["PAUSED"]
Target: TypeAlias = Literal["ARREARS", "PAYOFF"]
Told: TypeAlias = Literal["PERSON", "CREDITOR", "OTHER"]
Why: TypeAlias = Literal[
    "UNKNOWN_REFERENCE",
    "OTHER_CURRENCY",
    "OTHER_CONTENT",
    "PAYMENT_NOT_KNOWN",
    "RETURN_TOO_LARGE",
    "NOT_BOOKABLE",
    "OTHER_AMOUNT",
    "OVERPAID",
    "LOAN_SETTLED",
]
