"""The context as a Django app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime


class ArrangementsConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.arrangements"
    label = "arrangements"

    def ready(self) -> None:
        """Follow every late fact, tell what is held about persons, and keep what was agreed."""
        from forbear.contexts.arrangements.holding import arrangements_held
        from forbear.contexts.arrangements.kept import CONTEXT, keep_hold
        from forbear.contexts.arrangements.port import register_code_sender
        from forbear.contexts.arrangements.remind import agreed_truths, promised_truths
        from forbear.contexts.arrangements.send import by_the_gate
        from forbear.contexts.cases.campaign.more import register_more
        from forbear.contexts.cases.late import register_follower
        from forbear.contexts.portfolio.keeper import register_keeper
        from forbear.contexts.protection.holding import register_holding

        register_follower(CONTEXT, _follow)
        register_holding(CONTEXT, arrangements_held)
        register_keeper(CONTEXT, keep_hold)
        register_code_sender(by_the_gate)
        register_more(CONTEXT, promised_truths)
        register_more(f"{CONTEXT} instalments", agreed_truths, written=True)


def _follow(
    debtor_id: int, loan_ids: Collection[int], *, today: date, now: datetime, **_: Any
) -> None:
    from forbear.contexts.arrangements.keep import follow
    from forbear.contexts.arrangements.vow import follow_promises

    follow(debtor_id, loan_ids, today=today, now=now)
    follow_promises(debtor_id, loan_ids, today=today, now=now)
