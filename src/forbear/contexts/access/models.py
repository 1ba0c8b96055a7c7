"""Ways in, tries to enter, and visits. Tokens and codes are kept as keyed hashes alone."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from forbear.contexts.access.word import Known, Left, Tried
from forbear.contexts.database.column import CodeField, one_of


class Link(models.Model):
    """A way in for one person, or for somebody who acts for them.

    ``representative`` null: it is the person's own. ``code_digest``: the code that the person gave
    to whoever acts for them; null: a code is sent each time.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.UUIDField(unique=True)
    digest = models.BinaryField(unique=True)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    contact_point = models.ForeignKey(
        "portfolio.ContactPoint", models.PROTECT, null=True, related_name="+"
    )
    representative = models.ForeignKey(
        "portfolio.Representative", models.PROTECT, null=True, related_name="+"
    )
    code_digest = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """What the database checks."""

        indexes = (models.Index(fields=("debtor", "id"), name="access_link_debtor"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="access_link_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(code_digest__isnull=True, contact_point__isnull=False)
                | Q(code_digest__isnull=False, representative__isnull=False),
                name="access_link_has_a_code_or_a_point",
            ),
        )

    def __str__(self) -> str:
        return str(self.ref)


class Entry(models.Model):
    """One try to enter. It is made alike for whom we know and for whom we do not.

    ``given``: the keyed hash of what was given, a link's token or a number. ``debtor`` null: nobody
    is known by it. ``code_digest`` null: no code was made yet; it is made, and sent, outside the
    question, so that the question takes equally long for all.
    """

    id = models.BigAutoField(primary_key=True)
    digest = models.BinaryField(unique=True)
    source = models.BinaryField()
    given = models.BinaryField()
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="+")
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, null=True, related_name="+")
    contact_point = models.ForeignKey(
        "portfolio.ContactPoint", models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    code_digest = models.BinaryField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries_left = models.PositiveSmallIntegerField()
    passed_at = models.DateTimeField(null=True)

    class Meta:
        """How tries are counted."""

        indexes = (
            models.Index(fields=("debtor", "asked_at"), name="access_entry_debtor"),
            models.Index(fields=("source", "asked_at"), name="access_entry_source"),
            models.Index(fields=("given", "asked_at"), name="access_entry_given"),
            models.Index(fields=("asked_at",), name="access_entry_asked"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Guess(models.Model):
    """What somebody typed, as far as whether it fitted. Rows are the count of tries."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    source = models.BinaryField()
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, null=True, related_name="+")
    contact_point = models.ForeignKey(
        "portfolio.ContactPoint", models.PROTECT, null=True, related_name="+"
    )
    tried = CodeField(Tried)

    class Meta:
        """What the database checks, and how tries are counted."""

        indexes = (
            models.Index(fields=("debtor", "at"), name="access_guess_debtor"),
            models.Index(fields=("source", "at"), name="access_guess_source"),
            models.Index(fields=("at",), name="access_guess_at"),
        )
        constraints = (one_of("tried", Tried, "access_guess"),)

    def __str__(self) -> str:
        return f"{self.at} {self.tried}"


class Question(models.Model):
    """That somebody who is not in asked the assistant; of what they asked nothing is kept."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    source = models.BinaryField()

    class Meta:
        """How questions are counted."""

        indexes = (
            models.Index(fields=("source", "at"), name="access_question_source"),
            models.Index(fields=("at",), name="access_question_at"),
        )

    def __str__(self) -> str:
        return str(self.at)


class Visit(models.Model):
    """One time that somebody is in. ``representative`` null: the person."""

    id = models.BigAutoField(primary_key=True)
    digest = models.BinaryField(unique=True)
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    representative = models.ForeignKey(
        "portfolio.Representative", models.PROTECT, null=True, related_name="+"
    )
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_as = CodeField(Left, null=True)

    class Meta:
        """What the database checks."""

        indexes = (models.Index(fields=("debtor", "id"), name="access_visit_debtor"),)
        constraints = (
            one_of("ended_as", Left, "access_visit"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_as__isnull=True)
                | Q(ended_at__isnull=False, ended_as__isnull=False),
                name="access_visit_ends_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Reopening(models.Model):
    """That somebody who works here opened a way again. Older guesses do not count any more.

    ``contact_point`` null: the way was shut by tries, not by one number. ``last_guess_id``: the
    newest guess about the person then. ``approval_id`` null: it took no second person.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    debtor = models.ForeignKey("portfolio.Debtor", models.PROTECT, related_name="+")
    contact_point = models.ForeignKey(
        "portfolio.ContactPoint", models.PROTECT, null=True, related_name="+"
    )
    known_by = CodeField(Known)
    last_guess_id = models.BigIntegerField()
    by = models.CharField(max_length=80)
    approval_id = models.BigIntegerField(null=True)

    class Meta:
        """What the database checks."""

        indexes = (models.Index(fields=("debtor", "id"), name="access_reopening_debtor"),)
        constraints = (
            one_of("known_by", Known, "access_reopening"),
            models.CheckConstraint(
                condition=Q(contact_point__isnull=True) | Q(approval_id__isnull=False),
                name="access_reopening_of_a_number_takes_two",
            ),
        )

    def __str__(self) -> str:
        return f"{self.debtor_id} {self.at}"
