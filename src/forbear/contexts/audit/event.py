"""Which things done are worth an entry?

Names are subject.verb_past. A name is never reused for another meaning.
"""

from __future__ import annotations

from forbear.values.code import Code


class AuditEvent(Code):
    """The closed list of things done."""

    STAFF_ADDED = "staff.added"
    STAFF_CHANGED = "staff.changed"
    STAFF_DEACTIVATED = "staff.deactivated"
    STAFF_SIGNED_IN = "staff.signed_in"
    STAFF_SIGN_IN_REFUSED = "staff.sign_in_refused"
    STAFF_SIGNED_OUT = "staff.signed_out"
    STAFF_PASSWORD_GIVEN = "staff.password_given"  # noqa: S105  # a word, not a secret
    STAFF_PASSWORD_CHANGED = "staff.password_changed"  # noqa: S105  # a word, not a secret
    STAFF_SECOND_FACTOR_ADDED = "staff.second_factor_added"
    STAFF_SECOND_FACTOR_REMOVED = "staff.second_factor_removed"
    STAFF_SECOND_FACTOR_RESET = "staff.second_factor_reset"
    SESSION_ENDED = "session.ended"
    TEAM_ADDED = "team.added"
    TEAM_CHANGED = "team.changed"
    APPROVAL_ASKED = "approval.asked"
    APPROVAL_GRANTED = "approval.granted"
    APPROVAL_REFUSED = "approval.refused"
    APPROVAL_WITHDRAWN = "approval.withdrawn"
    APPROVAL_LAPSED = "approval.lapsed"
    APPROVAL_USED = "approval.used"
    PORTFOLIO_LOADED = "portfolio.loaded"
    DEBTOR_ADDED = "debtor.added"
    DEBTOR_CHANGED = "debtor.changed"
    DEBTOR_ERASED = "debtor.erased"
    REGION_BELIEVED = "region.believed"
    CONTACT_POINT_ADDED = "contact_point.added"
    CONTACT_POINT_CHANGED = "contact_point.changed"
    CONSENT_RECORDED = "consent.recorded"
    PREFERENCE_RECORDED = "preference.recorded"
    PREFERENCE_WITHDRAWN = "preference.withdrawn"
    HOLD_PLACED = "hold.placed"
    HOLD_RELEASED = "hold.released"
    VULNERABILITY_RECORDED = "vulnerability.recorded"
    VULNERABILITY_ENDED = "vulnerability.ended"
    REPRESENTATIVE_RECORDED = "representative.recorded"
    REPRESENTATIVE_CHECKED = "representative.checked"
    REPRESENTATIVE_ENDED = "representative.ended"
    CREDITOR_RECORDED = "creditor.recorded"
    LOAN_ADDED = "loan.added"
    LOAN_CHANGED = "loan.changed"
    SCHEDULE_CHANGED = "schedule.changed"
    POSTING_RECORDED = "posting.recorded"
    ATTEMPT_RECORDED = "attempt.recorded"
    STANDING_CORRECTED = "standing.corrected"
    CASE_OPENED = "case.opened"
    CASE_MOVED = "case.moved"
    CASE_ASSIGNED = "case.assigned"
    CASE_CLOSED = "case.closed"
    NOTE_ADDED = "note.added"
    PLAN_CANCELLED = "plan.cancelled"
    EXTRACT_RECEIVED = "extract.received"
    NIGHT_STARTED = "night.started"
    NIGHT_LOADED = "night.loaded"
    NIGHT_FAILED = "night.failed"
    VALUE_REVEALED = "value.revealed"
    RETENTION_APPLIED = "retention.applied"
    KEYS_ROTATED = "keys.rotated"
    TOKEN_MADE = "token.made"  # noqa: S105  # a word, not a secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105  # a word, not a secret
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_CHANGED = "webhook.changed"
    SENDING_HELD = "sending.held"
    SENDING_RELEASED = "sending.released"
