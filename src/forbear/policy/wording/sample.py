"""What does a message look like, filled in with its invented examples?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from forbear.policy.wording.form import Variable, VariableKind, Wording
from forbear.policy.wording.render import Rendered, render
from forbear.policy.wording.value import Amount, Value
from forbear.values.code import Jurisdiction, Language
from forbear.values.money import Currency

CURRENCIES: Mapping[Jurisdiction, Currency] = {
    Jurisdiction.CN: Currency.CNY,
    Jurisdiction.US: Currency.USD,
    Jurisdiction.UK: Currency.GBP,
}


def sample_values(wording: Wording, language: Language) -> dict[str, Value]:
    """Return the invented example of every variable of a message."""
    return {each.name: _example(each, language, wording.jurisdiction) for each in wording.variables}


def sample(wording: Wording, language: Language) -> Rendered:
    """Fill a message in with its examples, as if exactly its own facts held on its first day."""
    return render(
        wording,
        language=language,
        facts=wording.facts,
        values=sample_values(wording, language),
        as_of=wording.effective,
    )


def _example(variable: Variable, language: Language, jurisdiction: Jurisdiction) -> Value:
    found: str | int | date = variable.example[language]
    if variable.kind is VariableKind.MONEY:
        assert isinstance(found, int), "the loader takes no other example of money"
        return Amount(found, CURRENCIES[jurisdiction])
    return found
