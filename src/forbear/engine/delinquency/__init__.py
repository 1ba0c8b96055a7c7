"""How late is every loan, and what does it owe, as of any day?"""


from forbear.engine.delinquency.loan import delinquency
from forbear.engine.delinquency.roll import roll


__all__ = ["delinquency", "roll"]
