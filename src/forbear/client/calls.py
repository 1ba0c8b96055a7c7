"""Which calls are there? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from forbear.client.calls_book import Book
from forbear.client.calls_contacts import Contacts
from forbear.client.calls_evidence import Evidence
from forbear.client.calls_reporting import Reporting


class Forbear(Book, Contacts, Evidence, Reporting):
    """The API, one method a call."""
