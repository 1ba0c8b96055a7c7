"""Which roles are there, and what may each do? One table."""

from __future__ import annotations

from forbear.values.code import Code


class Permission(Code):
    """What somebody may do."""

    QUEUE_SEE = "QUEUE_SEE"
    """See one's own queue and today's plan of one's teams."""
    PERSON_SEE = "PERSON_SEE"
    """Open a person's page, masked."""
    PERSON_SEE_ALL = "PERSON_SEE_ALL"
    """Persons of every team."""
    PERSON_CHANGE = "PERSON_CHANGE"
    """Record contact points, consents, choices, holds, representatives."""
    VALUE_REVEAL = "VALUE_REVEAL"
    """See a personal value in full, giving a reason."""
    CASE_WORK = "CASE_WORK"
    """Claim, note, move and close cases."""
    CASE_ASSIGN = "CASE_ASSIGN"
    POSTING_RECORD = "POSTING_RECORD"
    HOLD_RELEASE = "HOLD_RELEASE"
    REPORT_SEE = "REPORT_SEE"
    """Figures of the whole book, without persons."""
    AUDIT_SEE = "AUDIT_SEE"
    REVEALS_SEE = "REVEALS_SEE"
    RULES_MANAGE = "RULES_MANAGE"
    APPROVE = "APPROVE"
    """Grant what somebody else asked for, beyond their own authority."""
    NIGHT_RUN = "NIGHT_RUN"
    STAFF_MANAGE = "STAFF_MANAGE"
    TOKENS_MANAGE = "TOKENS_MANAGE"
    RETENTION_MANAGE = "RETENTION_MANAGE"


class Role(Code):
    """What somebody works as."""

    COLLECTOR = "COLLECTOR"
    SUPERVISOR = "SUPERVISOR"
    COMPLIANCE = "COMPLIANCE"
    ANALYST = "ANALYST"
    ADMIN = "ADMIN"


_P = Permission
MAY: dict[Role, frozenset[Permission]] = {
    Role.COLLECTOR: frozenset(
        {_P.QUEUE_SEE, _P.PERSON_SEE, _P.PERSON_CHANGE, _P.VALUE_REVEAL, _P.CASE_WORK}
    ),
    Role.SUPERVISOR: frozenset(
        {
            _P.QUEUE_SEE,
            _P.PERSON_SEE,
            _P.PERSON_CHANGE,
            _P.VALUE_REVEAL,
            _P.CASE_WORK,
            _P.CASE_ASSIGN,
            _P.HOLD_RELEASE,
            _P.REPORT_SEE,
            _P.APPROVE,
        }
    ),
    Role.COMPLIANCE: frozenset(
        {
            _P.PERSON_SEE,
            _P.PERSON_SEE_ALL,
            _P.VALUE_REVEAL,
            _P.HOLD_RELEASE,
            _P.REPORT_SEE,
            _P.AUDIT_SEE,
            _P.REVEALS_SEE,
            _P.RULES_MANAGE,
            _P.APPROVE,
            _P.RETENTION_MANAGE,
        }
    ),
    Role.ANALYST: frozenset({_P.REPORT_SEE}),
    Role.ADMIN: frozenset(
        {_P.STAFF_MANAGE, _P.TOKENS_MANAGE, _P.NIGHT_RUN, _P.REPORT_SEE, _P.APPROVE}
    ),
}


def permissions_of(role: Role) -> frozenset[str]:
    """Return the codes of what a role may do."""
    return frozenset(permission.value for permission in MAY[role])
