"""Persons who owe, how they may be reached, what they agreed to, and their contracts.

Sealed columns hold ciphertext; ``index`` columns hold keyed hashes for looking up a value that
one already has; ``personal_print`` is a keyed hash of a row's sealed values together with its
ref, so that a nightly load seals anew only what changed. ``absent_since``: since when the lender's
extract no longer tells of the row; it is kept, but no night reckons with it. ``said_by_day``: what
was changed here since a file told of the row; a file leaves these fields alone until it says the
same. ``number_…``: what the first digits of a number were read to tell, and when; nobody said it,
so it never stands in ``Debtor.region``, and null ``number_read_at`` means that it was never read.
Everything else is pseudonymous.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from forbear.contexts.database.column import CodeField, amount, never_negative, one_of
from forbear.contexts.portfolio.number import NumberType
from forbear.contexts.portfolio.word import (
    ParticularKind,
    RepresentativeKind,
    Source,
    VulnerabilityKind,
)
from forbear.contexts.protection.field import SealedText
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    Dialect,
    HoldKind,
    Jurisdiction,
    Language,
    LoanState,
    Origin,
    PointKind,
    PointQuality,
    RegionSource,
    Relation,
)
from forbear.values.money import Currency


def _said_by_day() -> ArrayField:
    """Return the column that names the fields of a row that were changed by day."""
    return ArrayField(models.CharField(max_length=30), default=list, db_default=[])


class Creditor(models.Model):
    """Who lent the money, or owns the debt now.

    ``extract_date``: as of which day its newest extract was; null: it hands over none.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=64, unique=True)
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200)
    extract_date = models.DateField(null=True)

    def __str__(self) -> str:
        return self.code


class Debtor(models.Model):
    """A person who owes. ``ref`` is the lender's pseudonymous id."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    key = models.OneToOneField("protection.PersonKey", models.PROTECT, related_name="+")
    name = SealedText(person_key="key_id", row="ref", null=True)
    national_id = SealedText(person_key="key_id", row="ref", null=True)
    national_id_index = models.BinaryField(null=True)
    personal_print = models.BinaryField(null=True)
    jurisdiction = CodeField(Jurisdiction)
    region = models.CharField(max_length=12, null=True)  # noqa: DJ001  # null: not known
    region_source = CodeField(RegionSource, null=True)
    time_zones = ArrayField(models.CharField(max_length=60), default=list)
    language = CodeField(Language, null=True)
    dialect = CodeField(Dialect, null=True)
    officer_ref = models.CharField(max_length=60, null=True)  # noqa: DJ001
    officer_team = models.CharField(max_length=60, null=True)  # noqa: DJ001
    team = models.ForeignKey("people.Team", models.PROTECT, null=True, related_name="+")
    vulnerable = models.BooleanField(default=False)
    said_by_day = _said_by_day()
    source = CodeField(Source)
    recorded_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks, and how a person is found."""

        indexes = (
            models.Index(fields=("team", "id"), name="portfolio_debtor_team"),
            models.Index(
                fields=("national_id_index",),
                condition=Q(national_id_index__isnull=False),
                name="portfolio_debtor_national_id",
            ),
        )
        constraints = (
            one_of("jurisdiction", Jurisdiction, "portfolio_debtor"),
            one_of("region_source", RegionSource, "portfolio_debtor"),
            one_of("language", Language, "portfolio_debtor"),
            one_of("dialect", Dialect, "portfolio_debtor"),
            one_of("source", Source, "portfolio_debtor"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(
                    name__isnull=True,
                    national_id__isnull=True,
                    national_id_index__isnull=True,
                    personal_print__isnull=True,
                ),
                name="portfolio_debtor_erased_is_empty",
            ),
        )

    def __str__(self) -> str:
        return self.ref


class RegionBelief(models.Model):
    """Where one source says that a person lives, and how sure that is.

    The person's own ``region`` is the belief that is surest, or the lender's word.
    """

    id = models.BigAutoField(primary_key=True)
    debtor = models.ForeignKey(Debtor, models.PROTECT, related_name="region_beliefs")
    source = CodeField(RegionSource)
    region = models.CharField(max_length=12)
    confidence_percent = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        """What the database checks: a source says one thing at a time."""

        constraints = (
            one_of("source", RegionSource, "portfolio_regionbelief"),
            models.UniqueConstraint(
                fields=("debtor", "source"), name="portfolio_regionbelief_one_a_source"
            ),
            models.CheckConstraint(
                condition=Q(confidence_percent__gte=1, confidence_percent__lte=100),
                name="portfolio_regionbelief_confidence",
            ),
        )

    def __str__(self) -> str:
        return f"{self.debtor_id} {self.source} {self.region}"


class ContactPoint(models.Model):
    """A number or address by which somebody may be reached."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey(Debtor, models.PROTECT, related_name="contact_points")
    kind = CodeField(PointKind)
    relation = CodeField(Relation)
    origin = CodeField(Origin)
    quality = CodeField(PointQuality, default=PointQuality.UNTRIED.value)
    address = SealedText(person_key="debtor.key_id", row="ref", null=True)
    address_index = models.BinaryField(null=True)
    personal_print = models.BinaryField(null=True)
    number_zones = ArrayField(models.CharField(max_length=60), default=list)
    workplace = models.BooleanField(default=False, db_default=False)
    number_type = CodeField(NumberType, null=True)
    number_region = models.CharField(max_length=12, null=True)  # noqa: DJ001
    number_confidence_percent = models.PositiveSmallIntegerField(null=True)
    number_read_at = models.DateTimeField(null=True)
    said_by_day = _said_by_day()
    source = CodeField(Source)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    absent_since = models.DateTimeField(null=True)

    class Meta:
        """What the database checks, and how an incoming number is found."""

        indexes = (
            models.Index(
                fields=("address_index",),
                condition=Q(address_index__isnull=False),
                name="portfolio_point_address",
            ),
        )
        constraints = (
            one_of("kind", PointKind, "portfolio_contactpoint"),
            one_of("relation", Relation, "portfolio_contactpoint"),
            one_of("origin", Origin, "portfolio_contactpoint"),
            one_of("quality", PointQuality, "portfolio_contactpoint"),
            one_of("source", Source, "portfolio_contactpoint"),
            one_of("number_type", NumberType, "portfolio_contactpoint"),
            models.CheckConstraint(
                condition=Q(number_region__isnull=True, number_confidence_percent__isnull=True)
                | Q(
                    number_region__isnull=False,
                    number_confidence_percent__gte=1,
                    number_confidence_percent__lte=100,
                    number_read_at__isnull=False,
                ),
                name="portfolio_contactpoint_number_told",
            ),
        )

    def __str__(self) -> str:
        return self.ref


class Loan(models.Model):
    """One credit contract; for revolving credit, one account.

    ``state_date`` is the day since which it stands in its state; null: not known.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey(Debtor, models.PROTECT, related_name="loans")
    creditor = models.ForeignKey(Creditor, models.PROTECT, related_name="+")
    product = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    contract_date = models.DateField()
    disbursed_date = models.DateField()
    principal_minor = amount()
    annual_rate_bp = models.PositiveIntegerField()
    state = CodeField(LoanState)
    state_date = models.DateField(null=True)
    said_by_day = _said_by_day()
    source = CodeField(Source)
    recorded_at = models.DateTimeField()
    absent_since = models.DateTimeField(null=True)

    class Meta:
        """What the database checks."""

        constraints = (
            one_of("state", LoanState, "portfolio_loan"),
            one_of("source", Source, "portfolio_loan"),
            never_negative("portfolio_loan", "principal_minor"),
            models.CheckConstraint(
                condition=Q(currency__in=[each.value for each in Currency]),
                name="portfolio_loan_currency_known",
            ),
        )

    def __str__(self) -> str:
        return self.ref


class Instalment(models.Model):
    """An amount that falls due. A change adds a row and ends the one before; nothing is lost."""

    id = models.BigAutoField(primary_key=True)
    loan = models.ForeignKey(Loan, models.PROTECT, db_constraint=False, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    due_date = models.DateField()
    principal_minor = amount()
    interest_minor = amount()
    fee_minor = amount()
    source = CodeField(Source)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks: one instalment of a number counts at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("loan", "number"),
                condition=Q(superseded_at__isnull=True),
                name="portfolio_instalment_one_counts",
            ),
            never_negative(
                "portfolio_instalment", "principal_minor", "interest_minor", "fee_minor"
            ),
        )

    def __str__(self) -> str:
        return f"{self.loan_id}/{self.number}"


class Hold(models.Model):
    """A typed reason why contact or the clock stands still."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey(Debtor, models.PROTECT, related_name="holds")
    loan = models.ForeignKey(Loan, models.PROTECT, null=True, related_name="+")
    channel = CodeField(Channel, null=True)
    kind = CodeField(HoldKind)
    start_date = models.DateField()
    end_date = models.DateField(null=True)
    source = CodeField(Source)
    owner = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    absent_since = models.DateTimeField(null=True)
    release_evidence = models.CharField(max_length=200, blank=True)

    class Meta:
        """What the database checks."""

        indexes = (models.Index(fields=("debtor", "end_date"), name="portfolio_hold_debtor"),)
        constraints = (
            one_of("channel", Channel, "portfolio_hold"),
            one_of("kind", HoldKind, "portfolio_hold"),
            one_of("source", Source, "portfolio_hold"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="portfolio_hold_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return self.ref


class Consent(models.Model):
    """A statement of agreement or its withdrawal. Rows are never changed; the latest counts."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey(Debtor, models.PROTECT, related_name="consents")
    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, null=True, related_name="+")
    channel = CodeField(Channel, null=True)
    kind = CodeField(ConsentKind)
    state = CodeField(ConsentState)
    source = CodeField(Source)
    recorded_at = models.DateTimeField()

    class Meta:
        """What the database checks."""

        constraints = (
            one_of("channel", Channel, "portfolio_consent"),
            one_of("kind", ConsentKind, "portfolio_consent"),
            one_of("state", ConsentState, "portfolio_consent"),
            one_of("source", Source, "portfolio_consent"),
        )

    def __str__(self) -> str:
        return self.ref


class StatedLimit(models.Model):
    """Times at which a person said not to be contacted, by a channel and point or by all."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey(Debtor, models.PROTECT, related_name="stated_limits")
    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, null=True, related_name="+")
    channel = CodeField(Channel, null=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    opens_minute = models.PositiveSmallIntegerField()
    closes_minute = models.PositiveSmallIntegerField()
    source = CodeField(Source)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks."""

        constraints = (
            one_of("channel", Channel, "portfolio_statedlimit"),
            one_of("source", Source, "portfolio_statedlimit"),
            models.CheckConstraint(
                condition=Q(opens_minute__lt=F("closes_minute"), closes_minute__lte=1440),
                name="portfolio_statedlimit_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.debtor_id} {self.weekdays} {self.opens_minute}-{self.closes_minute}"


class Vulnerability(models.Model):
    """Something that makes a person need more care, told or noticed."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey(Debtor, models.PROTECT, related_name="vulnerabilities")
    kind = CodeField(VulnerabilityKind)
    severity = models.PositiveSmallIntegerField()
    note = SealedText(person_key="debtor.key_id", row="ref", null=True)
    consented = models.BooleanField()
    source = CodeField(Source)
    recorded_at = models.DateTimeField()
    review_date = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks."""

        constraints = (
            one_of("kind", VulnerabilityKind, "portfolio_vulnerability"),
            one_of("source", Source, "portfolio_vulnerability"),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=5),
                name="portfolio_vulnerability_severity",
            ),
        )

    def __str__(self) -> str:
        return f"{self.debtor_id} {self.kind}"


class Representative(models.Model):
    """Somebody with authority to act for a person, from a day to a day."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    debtor = models.ForeignKey(Debtor, models.PROTECT, related_name="representatives")
    kind = CodeField(RepresentativeKind)
    name = SealedText(person_key="debtor.key_id", row="ref", null=True)
    address = SealedText(person_key="debtor.key_id", row="ref", null=True)
    authority_checked_at = models.DateTimeField(null=True)
    from_date = models.DateField()
    until_date = models.DateField(null=True)
    source = CodeField(Source)
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks."""

        constraints = (
            one_of("kind", RepresentativeKind, "portfolio_representative"),
            one_of("source", Source, "portfolio_representative"),
            models.CheckConstraint(
                condition=Q(until_date__isnull=True) | Q(until_date__gte=F("from_date")),
                name="portfolio_representative_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.debtor_id} {self.kind}"


class Particular(models.Model):
    """What the lender says of itself from a day on. Never written over.

    ``subject``: of what it says it; empty where there is only one. ``approval_id``: what the second
    person granted. ``adopted_at`` null: it does not count (yet).
    """

    id = models.BigAutoField(primary_key=True)
    kind = CodeField(ParticularKind)
    subject = models.CharField(max_length=120, blank=True)
    en = models.CharField(max_length=400, blank=True)
    zh = models.CharField(max_length=400, blank=True)
    since = models.DateField()
    asked_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approval_id = models.BigIntegerField()
    adopted_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks, and how what counts on a day is found."""

        indexes = (
            models.Index(
                fields=("kind", "subject", "since", "id"),
                condition=Q(adopted_at__isnull=False),
                name="portfolio_particular_counts",
            ),
        )
        constraints = (
            one_of("kind", ParticularKind, "portfolio_particular"),
            models.CheckConstraint(
                condition=Q(adopted_by__isnull=True, adopted_at__isnull=True)
                | Q(adopted_by__isnull=False, adopted_at__isnull=False),
                name="portfolio_particular_adopted_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind=ParticularKind.OWN_NUMBER.value) | ~(Q(en="") | Q(zh="")),
                name="portfolio_particular_says_something",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} since {self.since}"
