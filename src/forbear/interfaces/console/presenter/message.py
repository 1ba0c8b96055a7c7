"""How are approved messages shown: the words as they would go, with what nobody can change?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from forbear.contexts.cases.desk.message import Offer
from forbear.interfaces.console.presenter.word import either
from forbear.policy.wording.form import Both
from forbear.values.code import Language
from forbear.values.wording import MessagePart, Tone

TONES = {
    Tone.FRIENDLY: gettext_lazy("friendly"),
    Tone.FACTUAL: gettext_lazy("factual"),
    Tone.EMPATHETIC: gettext_lazy("kind"),
    Tone.FIRM: gettext_lazy("firm"),
    Tone.LEGAL: gettext_lazy("legal"),
}
_PARTS = {
    MessagePart.SIGNATURE: gettext_lazy("who signs"),
    MessagePart.CREDITOR_NAME: gettext_lazy("the creditor"),
    MessagePart.CALLBACK_NUMBER: gettext_lazy("number to call back"),
    MessagePart.COLLECTOR_NAME: gettext_lazy("who collects"),
    MessagePart.PERSON_NAME: gettext_lazy("whom to ask for"),
    MessagePart.AMOUNT: gettext_lazy("the amount"),
    MessagePart.DUE_DATE: gettext_lazy("the due date"),
    MessagePart.HELP: gettext_lazy("help"),
    MessagePart.DISPUTE_WAY: gettext_lazy("how to dispute"),
    MessagePart.VERIFY_WAY: gettext_lazy("how to check us"),
    MessagePart.OPT_OUT: gettext_lazy("how to opt out"),
    MessagePart.LEGAL_BASIS: gettext_lazy("the article"),
    MessagePart.NEXT_STEP: gettext_lazy("the next step"),
}


def offers_shown(offers: Sequence[Offer]) -> dict[str, list[dict[str, Any]]]:
    """Return the messages that may be sent, and those that may not with every reason."""
    shown = [_offer(each) for each in offers]
    return {
        "may": [each for each in shown if each["text"]],
        "may_not": [each for each in shown if not each["text"]],
    }


def _offer(offer: Offer) -> dict[str, Any]:
    refused, text = offer.refused, "".join(piece.text for piece in offer.pieces)
    return {
        "id": offer.id,
        "version": offer.version,
        "tone": TONES.get(offer.tone, offer.tone.value),
        "purpose": _mine(offer.purpose),
        "subject": None if refused else offer.subject,
        "text": [] if refused else _marked(text, offer),
        "lang": "zh-Hans" if offer.language is Language.ZH else "en",
        "signs": len(text),
        "why": "" if refused is None else either(refused.message, refused.message_zh),
    }


def _marked(text: str, offer: Offer) -> list[dict[str, str]]:
    """Return the text in pieces, with what the law or the house demands named."""
    places: list[tuple[int, int, str]] = []
    for part, words in offer.parts:
        start = text.find(words)
        end = start + len(words)
        if start >= 0 and all(end <= low or high <= start for low, high, _ in places):
            label = str(_PARTS.get(part, part.value.lower().replace("_", " ")))
            places.append((start, end, label))
    pieces, at = [], 0
    for start, end, label in sorted(places):
        pieces.append({"text": text[at:start], "part": ""})
        pieces.append({"text": text[start:end], "part": label})
        at = end
    pieces.append({"text": text[at:], "part": ""})
    return [piece for piece in pieces if piece["text"]]


def _mine(said: Both) -> str:
    return either(said.en, said.zh)
