"""What may be done with staff, teams and approvals: one function for each deed."""

from forbear.contexts.people.actions.approval import (
    Granted,
    ask_approval,
    grant,
    lapse_approvals,
    refuse,
    require_approval,
    withdraw,
)
from forbear.contexts.people.actions.password import (
    choose_password,
    reset_password,
    reset_second_factor,
)
from forbear.contexts.people.actions.session import (
    choose_language,
    end_other_sessions,
    end_session,
)
from forbear.contexts.people.actions.staff import (
    Added,
    add_staff,
    change_staff,
    deactivate_staff,
)
from forbear.contexts.people.actions.team import add_team, change_team, load_teams

__all__ = [
    "Added",
    "Granted",
    "add_staff",
    "add_team",
    "ask_approval",
    "change_staff",
    "change_team",
    "choose_language",
    "choose_password",
    "deactivate_staff",
    "end_other_sessions",
    "end_session",
    "grant",
    "lapse_approvals",
    "load_teams",
    "refuse",
    "require_approval",
    "reset_password",
    "reset_second_factor",
    "withdraw",
]
