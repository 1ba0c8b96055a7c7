"""Calls to us, as they ring in the browsers of staff."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forbear.contexts.contact.call.word import CallWish, RingState
from forbear.contexts.database.column import CodeField, one_of


class Ring(models.Model):
    """A call that somebody made to us, as it rings in the browser of one member of staff.

    It holds nobody's id, so that whoever it rings at may see it whoever calls: ``shown`` is the
    number as it may be shown, "" where none came. ``wish`` null: nothing is wished of the call
    that has not been done.
    """

    id = models.BigAutoField(primary_key=True)
    call_id = models.UUIDField()
    staff_id = models.BigIntegerField()
    shown = models.CharField(max_length=40, blank=True)
    state = CodeField(RingState)
    wish = CodeField(CallWish, null=True)
    muted = models.BooleanField(default=False)
    rung_at = models.DateTimeField()

    class Meta:
        """What the database checks, and how what rings is found."""

        indexes = (
            models.Index(
                fields=("staff_id",),
                condition=Q(state__in=["RINGING", "TAKEN", "TALKING"]),
                name="contact_ring_going",
            ),
        )
        constraints = (
            one_of("state", RingState, "contact_ring"),
            one_of("wish", CallWish, "contact_ring"),
            models.UniqueConstraint(fields=("call_id", "staff_id"), name="contact_ring_once"),
            models.UniqueConstraint(
                fields=("call_id",),
                condition=Q(state__in=["TAKEN", "TALKING"]),
                name="contact_ring_taken_by_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.call_id} at staff {self.staff_id} {self.state.lower()}"
