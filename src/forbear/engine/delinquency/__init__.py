"""How late is every loan, and what does it owe, as of any day?"""

from forbear.engine.delinquency.known import as_known
from forbear.engine.delinquency.loan import delinquency
from forbear.engine.delinquency.roll import roll
from forbear.engine.delinquency.vintage import vintage

__all__ = ["as_known", "delinquency", "roll", "vintage"]
