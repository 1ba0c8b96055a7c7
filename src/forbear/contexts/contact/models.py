"""Contacts that were tried, in or out, by whatever system, and what the gate did about them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.contexts.contact.accounts import AccountEvent, AccountMessage, AccountToken
from forbear.contexts.contact.agency.word import FindingKind
from forbear.contexts.contact.call.models import Call, CallAsked, Headset, IncomingCall, Recording
from forbear.contexts.contact.call.ring_table import Ring
from forbear.contexts.contact.caller.word import Asked, Checked, Pretence
from forbear.contexts.contact.gate.word import Cause, DispatchState, Stage, StopScope, Way
from forbear.contexts.contact.inbound.table import InboundMessage
from forbear.contexts.contact.parts import SmsDelivery, SmsPart
from forbear.contexts.contact.transcript.table import Moment, Transcript, TranscriptPiece
from forbear.contexts.database.column import CodeField, one_of
from forbear.contexts.protection.field import SealedText
from forbear.values.code import Channel, Code, ContactPurpose, Direction, Outcome

ANSWER_LENGTH_MAX = 80
# Django looks for a context's tables here.
__all__ = [
    "AccountEvent",
    "AccountMessage",
    "AccountToken",
    "Call",
    "CallAsked",
    "Headset",
    "InboundMessage",
    "IncomingCall",
    "Moment",
    "Recording",
    "Ring",
    "SmsDelivery",
    "SmsPart",
    "Transcript",
    "TranscriptPiece",
]


class AttemptSource(Code):
    """By which way an attempt came in."""

    EXTRACT = "EXTRACT"
    """Told by the lender's files."""
    API = "API"
    """Told by a lender's or agency's own system."""
    STAFF = "STAFF"
    """Told by a collector, such as a visit or a call received."""
    GATE = "GATE"
    """Authorised here; its ref is the permit's id."""


class Attempt(models.Model):
    """One contact that was tried. ``outcome`` is the latest word on how it ended."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor_id = models.BigIntegerField()
    contact_point_id = models.BigIntegerField(null=True)
    loan_id = models.BigIntegerField(null=True)
    channel = CodeField(Channel)
    direction = CodeField(Direction)
    started_at = models.DateTimeField()
    outcome = CodeField(Outcome)
    team = models.CharField(max_length=60, null=True)  # noqa: DJ001  # null: none or not recorded
    source = CodeField(AttemptSource)
    recorded_at = models.DateTimeField()

    class Meta:
        """What the database checks. Foreign keys are laid in the migration, as plain columns."""

        indexes = (models.Index(fields=("debtor_id", "started_at"), name="contact_attempt_debtor"),)
        constraints = (
            one_of("channel", Channel, "contact_attempt"),
            one_of("direction", Direction, "contact_attempt"),
            one_of("outcome", Outcome, "contact_attempt"),
            one_of("source", AttemptSource, "contact_attempt"),
        )

    def __str__(self) -> str:
        return self.ref


class Dispatch(models.Model):
    """What the gate authorised: one row an attempt, from the debit of the caps to the answer.

    ``fence`` counts who took it, so that whoever comes back late can change nothing.
    ``intent_at``: from then on it may have left. ``asked_count``: how often the provider was asked
    what became of it.
    """

    attempt = models.OneToOneField(
        Attempt, models.PROTECT, primary_key=True, related_name="dispatch"
    )
    permit_id = models.UUIDField(unique=True)
    debtor_id = models.BigIntegerField()
    channel = CodeField(Channel)
    purpose = CodeField(ContactPurpose)
    way = CodeField(Way)
    provider = models.CharField(max_length=40)
    message_id = models.CharField(max_length=80, blank=True)
    message_version = models.IntegerField(null=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    pack_sha256 = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=120)
    state = CodeField(DispatchState)
    cause = CodeField(Cause, null=True)
    authorised_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_by = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.IntegerField(default=0)
    intent_at = models.DateTimeField(null=True)
    provider_ref = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=ANSWER_LENGTH_MAX, blank=True)
    answered_at = models.DateTimeField(null=True)
    asked_count = models.IntegerField(default=0)
    ask_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks, and how work is found."""

        indexes = (
            models.Index(
                fields=("not_before", "attempt"),
                condition=Q(state__in=["AUTHORISED", "CLAIMED"]),
                name="contact_dispatch_waiting",
            ),
            models.Index(
                fields=("intent_at",), condition=Q(state="INTENT"), name="contact_dispatch_intent"
            ),
            models.Index(
                fields=("ask_at",), condition=Q(state="UNKNOWN"), name="contact_dispatch_unknown"
            ),
            models.Index(
                fields=("debtor_id",),
                condition=Q(state__in=["AUTHORISED", "CLAIMED"]),
                name="contact_dispatch_of_person",
            ),
            models.Index(
                fields=("provider", "intent_at"),
                condition=Q(way="AGENCY"),
                name="contact_dispatch_agency",
            ),
        )
        constraints = (
            one_of("channel", Channel, "contact_dispatch"),
            one_of("purpose", ContactPurpose, "contact_dispatch"),
            one_of("way", Way, "contact_dispatch"),
            one_of("state", DispatchState, "contact_dispatch"),
            one_of("cause", Cause, "contact_dispatch"),
            models.CheckConstraint(
                condition=Q(state__in=["AUTHORISED", "WITHDRAWN"])
                | Q(claimed_by__isnull=False, lease_until__isnull=False),
                name="contact_dispatch_claimed_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["AUTHORISED", "CLAIMED", "WITHDRAWN"], intent_at__isnull=True
                )
                | Q(
                    state__in=["INTENT", "ACCEPTED", "REJECTED", "UNKNOWN"],
                    intent_at__isnull=False,
                ),
                name="contact_dispatch_intent_first",
            ),
            models.CheckConstraint(
                condition=~Q(state="UNKNOWN") | Q(ask_at__isnull=False),
                name="contact_dispatch_unknown_asked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.permit_id} {self.state.lower()}"


class WaitingWords(models.Model):
    """Words that hold a secret of the person's own, until the contact leaves or is taken back."""

    attempt = models.OneToOneField(Attempt, models.PROTECT, primary_key=True, related_name="+")
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    text = SealedText(person_key="debtor.key_id", row="attempt_id")
    subject = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"words of {self.attempt_id}"


class GateDecision(models.Model):
    """What the gate decided about one contact, whole: every rule asked and what it saw.

    ``permit_id`` is what was asked for, given or not; ``attempt_id`` null: refused at once, so
    there was none. ``body`` is canonical JSON of ids, codes, days and rules, without a personal
    value.
    """

    id = models.BigAutoField(primary_key=True)
    permit_id = models.UUIDField()
    attempt_id = models.BigIntegerField(null=True)
    debtor_id = models.BigIntegerField(null=True)
    contact_point_id = models.BigIntegerField(null=True)
    loan_id = models.BigIntegerField(null=True)
    channel = CodeField(Channel)
    purpose = CodeField(ContactPurpose)
    way = CodeField(Way)
    stage = CodeField(Stage)
    at = models.DateTimeField()
    allowed = models.BooleanField()
    cause = CodeField(Cause, null=True)
    rules = models.TextField(blank=True)
    turns_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=120)
    pack_sha256 = models.CharField(max_length=64, blank=True)
    body = models.BinaryField()
    body_sha256 = models.BinaryField()

    class Meta:
        """How decisions are found again."""

        indexes = (
            models.Index(fields=("debtor_id", "at"), name="contact_gatedecision_debtor"),
            models.Index(fields=("permit_id",), name="contact_gatedecision_permit"),
            models.Index(
                fields=("at",), condition=Q(allowed=False), name="contact_gatedecision_refused"
            ),
        )
        constraints = (
            one_of("channel", Channel, "contact_gatedecision"),
            one_of("purpose", ContactPurpose, "contact_gatedecision"),
            one_of("way", Way, "contact_gatedecision"),
            one_of("stage", Stage, "contact_gatedecision"),
            one_of("cause", Cause, "contact_gatedecision"),
        )

    def __str__(self) -> str:
        return f"{self.stage.lower()} {'allowed' if self.allowed else 'refused'}"


class ReceiptTaken(models.Model):
    """What a provider told of a contact, once for each of its events, in whatever order.

    ``attempt_id`` null: it names a contact that is not ours, or not yet seen.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=120)
    permit_id = models.UUIDField()
    attempt_id = models.BigIntegerField(null=True)
    debtor_id = models.BigIntegerField(null=True)
    outcome = CodeField(Outcome, null=True)
    at = models.DateTimeField()
    taken_at = models.DateTimeField()

    class Meta:
        """An event counts once."""

        indexes = (models.Index(fields=("attempt_id",), name="contact_receipt_attempt"),)
        constraints = (
            models.UniqueConstraint(fields=("provider", "event_id"), name="contact_receipt_once"),
            one_of("outcome", Outcome, "contact_receipt"),
        )

    def __str__(self) -> str:
        return f"{self.provider}:{self.event_id}"


class Stop(models.Model):
    """A kill switch that is, or was, on. ``subject``: a creditor's id, a channel, a person's id."""

    id = models.BigAutoField(primary_key=True)
    scope = CodeField(StopScope)
    subject = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=400)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=120)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=120, blank=True)

    class Meta:
        """One of a kind is on at most."""

        constraints = (
            models.UniqueConstraint(
                fields=("scope", "subject"),
                condition=Q(released_at__isnull=True),
                name="contact_stop_one_on",
            ),
            one_of("scope", StopScope, "contact_stop"),
        )

    def __str__(self) -> str:
        return f"{self.scope.lower()} {self.subject}"


class AgencyReport(models.Model):
    """One contact that an agency says it made; ``ref`` is the agency's own number for it.

    ``day`` is that of the agency's clock. ``permit_id`` null: it names none. ``debtor_id`` null:
    nobody goes by ``debtor_ref`` here.
    """

    id = models.BigAutoField(primary_key=True)
    team_id = models.BigIntegerField()
    ref = models.CharField(max_length=64)
    day = models.DateField()
    permit_id = models.UUIDField(null=True)
    debtor_ref = models.CharField(max_length=64)
    debtor_id = models.BigIntegerField(null=True)
    channel = CodeField(Channel)
    started_at = models.DateTimeField()
    outcome = CodeField(Outcome)
    reported_at = models.DateTimeField()
    reported_by = models.CharField(max_length=120)

    class Meta:
        """A number of the agency's is one contact."""

        indexes = (
            models.Index(fields=("permit_id",), name="contact_agencyreport_permit"),
            models.Index(fields=("team_id", "day"), name="contact_agencyreport_day"),
        )
        constraints = (
            models.UniqueConstraint(fields=("team_id", "ref"), name="contact_agencyreport_once"),
            one_of("channel", Channel, "contact_agencyreport"),
            one_of("outcome", Outcome, "contact_agencyreport"),
        )

    def __str__(self) -> str:
        return f"{self.ref} of team {self.team_id}"


class AgencyFinding(models.Model):
    """Where an agency's report and its permits do not agree.

    ``subject``: the agency's number of the contact, or the permit's id. ``attempt_id``: as which
    attempt an uncovered contact counts; null: it counts already, or concerns nobody here.
    ``resolved_at``: when a later report mended it; null: it stands.
    """

    id = models.BigAutoField(primary_key=True)
    team_id = models.BigIntegerField()
    day = models.DateField()
    kind = CodeField(FindingKind)
    subject = models.CharField(max_length=64)
    permit_id = models.UUIDField(null=True)
    debtor_id = models.BigIntegerField(null=True)
    attempt_id = models.BigIntegerField(null=True)
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """A disagreement is found once."""

        constraints = (
            models.UniqueConstraint(
                fields=("team_id", "day", "kind", "subject"), name="contact_agencyfinding_once"
            ),
            one_of("kind", FindingKind, "contact_agencyfinding"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class AgencyLook(models.Model):
    """Who of the staff looked at a disagreement, once, and what they say: no person's values."""

    id = models.BigAutoField(primary_key=True)
    team_id = models.BigIntegerField()
    finding_id = models.BigIntegerField(unique=True)
    staff_id = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"look at finding {self.finding_id}"


class AgencyDay(models.Model):
    """How far one day of an agency is reconciled.

    Counts are those of the last closing. ``closed_at`` null: not closed yet, or open again after a
    late report.
    """

    id = models.BigAutoField(primary_key=True)
    team_id = models.BigIntegerField()
    day = models.DateField()
    reported_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    begun_count = models.IntegerField(default=0)
    reported_count = models.IntegerField(default=0)
    finding_count = models.IntegerField(default=0)

    class Meta:
        """A day of an agency is one row."""

        constraints = (
            models.UniqueConstraint(fields=("team_id", "day"), name="contact_agencyday_once"),
        )

    def __str__(self) -> str:
        return f"team {self.team_id} on {self.day}"


class CallerLine(models.Model):
    """A number that an agency calls from, in the form +862100000001. All may be known to all."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=24)
    team_id = models.BigIntegerField()
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.CharField(max_length=120, blank=True)

    class Meta:
        """A number is one line's at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("number",),
                condition=Q(retired_at__isnull=True),
                name="contact_callerline_one_in_use",
            ),
        )

    def __str__(self) -> str:
        return f"line {self.pk}"


class CallerCheck(models.Model):
    """A question of somebody who is not known. ``source``: a keyed hash of the network address.

    ``attempt_id``: the contact that was confirmed; null: none was.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    source = models.BinaryField()
    asked = CodeField(Asked)
    answer = CodeField(Checked)
    attempt_id = models.BigIntegerField(null=True)

    class Meta:
        """A contact is confirmed once; questions are counted by address and by time."""

        indexes = (
            models.Index(fields=("source", "at"), name="contact_callercheck_source"),
            models.Index(fields=("at",), name="contact_callercheck_at"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("attempt_id",),
                condition=Q(attempt_id__isnull=False),
                name="contact_callercheck_once",
            ),
            one_of("asked", Asked, "contact_callercheck"),
            one_of("answer", Checked, "contact_callercheck"),
        )

    def __str__(self) -> str:
        return f"{self.asked} {self.answer}"


class ImpostorReport(models.Model):
    """Somebody says that somebody pretended to be us. Nobody who was contacted is named.

    ``number``: the one that was shown; null: none, or not known. ``registered``: it is one of ours.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True)
    pretence = CodeField(Pretence)
    channel = CodeField(Channel)
    number = models.CharField(max_length=24, null=True)  # noqa: DJ001  # null: not known
    registered = models.BooleanField()
    happened_at = models.DateTimeField()
    reported_at = models.DateTimeField()

    class Meta:
        """What the database checks."""

        constraints = (
            one_of("pretence", Pretence, "contact_impostorreport"),
            one_of("channel", Channel, "contact_impostorreport"),
        )

    def __str__(self) -> str:
        return str(self.ref)
