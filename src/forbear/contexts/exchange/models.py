"""Tokens of a lender's systems, requests already answered, webhooks, and who tells of receipts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from forbear.contexts.database.column import CodeField, one_of
from forbear.values.code import Code


class Token(models.Model):
    """A key of a lender's or an agency's system. Only its hash is kept."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    sha256 = models.BinaryField(unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    # Null: a system of the lender's own.
    agency = models.ForeignKey("people.Team", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.prefix}…"


class TokenUse(models.Model):
    """How often a key called in the minute of its latest call, counted since 1970."""

    token = models.OneToOneField(Token, models.PROTECT, primary_key=True, related_name="+")
    minute = models.BigIntegerField()
    calls = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.token_id} in {self.minute}"


class Answered(models.Model):
    """A request that carried an idempotency key, and what was answered."""

    id = models.BigAutoField(primary_key=True)
    token = models.ForeignKey(Token, models.PROTECT, related_name="+")
    key = models.CharField(max_length=255)
    request_sha256 = models.BinaryField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    content_type = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        """One answer for a key."""

        constraints = (
            models.UniqueConstraint(fields=("token", "key"), name="exchange_answered_once"),
        )

    def __str__(self) -> str:
        return self.key


class Endpoint(models.Model):
    """Where a lender's system wants to be told. Its secret is sealed under a key of its own."""

    id = models.BigAutoField(primary_key=True)
    key_id = models.UUIDField(null=True, unique=True)
    url = models.URLField(max_length=500)
    secret = models.BinaryField()
    events = ArrayField(models.CharField(max_length=60))
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"endpoint {self.id}"


class DeliveryState(Code):
    """How far telling has come."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    GIVEN_UP = "GIVEN_UP"


class Delivery(models.Model):
    """One event to be told to one endpoint."""

    id = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField()
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="+")
    event = models.CharField(max_length=60)
    body = models.BinaryField()
    state = CodeField(DeliveryState)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    made_at = models.DateTimeField()
    answered_status = models.PositiveSmallIntegerField(null=True)

    class Meta:
        """What the database checks, and how due ones are found."""

        indexes = (
            models.Index(
                fields=("next_at",),
                condition=models.Q(state="WAITING"),
                name="exchange_delivery_due",
            ),
        )
        constraints = (
            one_of("state", DeliveryState, "exchange_delivery"),
            models.UniqueConstraint(
                fields=("message_id", "endpoint"), name="exchange_delivery_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} to endpoint {self.endpoint_id}"


class ReceiptSource(models.Model):
    """By which secret a provider signs what it tells; two of one provider while one is changed."""

    id = models.BigAutoField(primary_key=True)
    key_id = models.UUIDField(unique=True)
    provider = models.CharField(max_length=40)
    secret = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """How a provider's secrets are found."""

        indexes = (
            models.Index(
                fields=("provider",),
                condition=models.Q(retired_at__isnull=True),
                name="exchange_receiptsource_of",
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.id}"
