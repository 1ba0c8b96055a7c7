"""A typed Python client of the API.

    with Forbear("https://forbear.example", token) as forbear:
        forbear.record_payment({"ref": "Y-1", "loan_ref": "L-1", …})
        for person in forbear.every_list_debtors():
            …

All but ``transport`` and ``webhook`` is written by tools/client.py from the description.
"""

from forbear.client.calls import Forbear
from forbear.client.transport import Problem
from forbear.client.webhook import NotGenuine, Receiver

__all__ = ["Forbear", "NotGenuine", "Problem", "Receiver"]
