"""What does one loan owe on a day, as known on a day, line by line?"""

from forbear.policy.debt.account import account
from forbear.policy.debt.facts import Instalment, InvalidFacts, LoanFacts, Pause, Posting
from forbear.policy.debt.line import Account
from forbear.policy.debt.projection import PlannedPayment, Projected, projection
from forbear.policy.debt.standing import Standing, standing

__all__ = [
    "Account",
    "Instalment",
    "InvalidFacts",
    "LoanFacts",
    "Pause",
    "PlannedPayment",
    "Posting",
    "Projected",
    "Standing",
    "account",
    "projection",
    "standing",
]
