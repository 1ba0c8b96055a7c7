"""Which calls are there? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from forbear.client.calls_arrangements import Arrangements
from forbear.client.calls_book import Book
from forbear.client.calls_contacts import Contacts
from forbear.client.calls_days import Days
from forbear.client.calls_evidence import Evidence
from forbear.client.calls_help import Help
from forbear.client.calls_reporting import Reporting
from forbear.client.calls_rights import Rights


class Forbear(Book, Contacts, Evidence, Reporting, Arrangements, Rights, Help, Days):
    """The API, one method a call."""
