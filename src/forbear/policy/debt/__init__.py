"""What does one loan owe on a day, as known on a day, line by line?"""

from forbear.policy.debt.facts import Instalment, InvalidFacts, LoanFacts, Pause, Posting
from forbear.policy.debt.standing import Standing, standing

__all__ = [
    "Instalment",
    "InvalidFacts",
    "LoanFacts",
    "Pause",
    "Posting",
    "Standing",
    "standing",
]
