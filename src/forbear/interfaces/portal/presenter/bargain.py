"""How is a talk about an arrangement shown: what is offered, and what can be said by a button?"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.interfaces.console.presenter.word import money
from forbear.interfaces.portal.context import Says
from forbear.interfaces.portal.presenter.plan import kind_word, offer_shown
from forbear.policy.assistant.bargain import Move, Where
from forbear.policy.assistant.bargain_shown import Stood

RESUMES, READS = "RESUMES", "READ"
"""Buttons beside the moves: the talk is taken up again; what was chosen is read."""
_BUTTONS = {
    Move.CANNOT: gettext_lazy("I can pay nothing now"),
    Move.WANTS_LESS_A_MONTH: gettext_lazy("Less each month, for longer"),
    Move.LEAVES: gettext_lazy("Leave it for now"),
}


def amounts_of(stood: Stood) -> dict[str, str]:
    """Return the amounts that lines name."""
    found = {"monthly": stood.monthly_minor, "granted": stood.granted_minor}
    if stood.needed_minor is not None:
        found["needed"] = stood.needed_minor
    return {name: money(minor, stood.currency) for name, minor in found.items()}


def pressed_word(stood: Stood) -> str:
    """Return what the person did by a button, as they would say it; "": they wrote."""
    match stood.pressed:
        case None:
            return ""
        case Move.TELLS:
            return _("%(amount)s each month") % {"amount": amounts_of(stood)["monthly"]}
        case Move.CHOOSES if stood.chosen is not None:
            return kind_word(stood.chosen)
    return str(_BUTTONS.get(stood.pressed, ""))


def bargain_shown(stood: Stood) -> dict[str, Any] | None:
    """Return a talk as it stands under the newest reply; null: it has ended, and nothing is shown.

    Of what was chosen only that is shown.
    """
    if stood.where not in {Where.ASKING, Where.OFFERING, Where.CHOSEN}:
        return None
    chosen = stood.where is Where.CHOSEN
    shown = [each for each in stood.offers if not chosen or each.kind is stood.chosen]
    moves = {
        Where.ASKING: (Move.CANNOT, Move.LEAVES),
        Where.OFFERING: (Move.WANTS_LESS_A_MONTH, Move.LEAVES),
        Where.CHOSEN: (),
    }[stood.where]
    return {
        "ref": stood.ref,
        "turn": stood.turn,
        "asks": stood.where is Where.ASKING,
        "chosen": chosen,
        "offers": [offer_shown(each, stood.currency) for each in shown],
        "moves": [{"code": move.value, "label": _BUTTONS[move]} for move in moves],
    }


def again_shown(stood: Stood) -> dict[str, Any]:
    """Return the question whether to go on with a talk after a break; no offer is shown yet."""
    name = "ask_plan_again" if stood.monthly_minor else "ask_plan_again_asked"
    return {
        "ref": stood.ref,
        "turn": stood.turn,
        "again": Says().filled(name, **amounts_of(stood)),
        "offers": [],
        "moves": [
            {"code": RESUMES, "label": _("Go on from there")},
            {"code": Move.LEAVES.value, "label": _BUTTONS[Move.LEAVES]},
        ],
    }
