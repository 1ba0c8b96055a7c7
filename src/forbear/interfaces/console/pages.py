"""Which addresses do those have who watch over the work?"""

from __future__ import annotations

from django.urls import URLPattern

from forbear.contexts.people.role import Permission
from forbear.interfaces.console.view import contact, filing, record, refusals, rules
from forbear.interfaces.web.access import page

_P = Permission

WATCH: tuple[URLPattern, ...] = (
    # What was let through and what was not, and why.
    page("contacts/<uuid:permit>/", contact.contact, name="contact", whom=_P.PERSON_SEE),
    page(
        "contacts/<uuid:permit>/words/",
        contact.contact_words,
        name="contact_words",
        whom=_P.VALUE_REVEAL,
    ),
    page(
        "contacts/<uuid:permit>/proof/",
        contact.contact_proof,
        name="contact_proof",
        whom=_P.AUDIT_SEE,
    ),
    page("refusals/", refusals.refused, name="refusals", whom=_P.PERSON_SEE),
    # What people put before the lender.
    page("filings/", filing.filings, name="filings", whom=_P.FILINGS_WORK),
    page("filings/<int:filing>/", filing.filing, name="filing", whom=_P.PERSON_SEE),
    page(
        "filings/<int:filing>/open/", filing.filing_open, name="filing_open", whom=_P.VALUE_REVEAL
    ),
    page(
        "filings/<int:filing>/step/", filing.filing_step, name="filing_step", whom=_P.FILINGS_TAKE
    ),
    page(
        "filings/<int:filing>/files/",
        filing.filing_attach,
        name="filing_attach",
        whom=_P.FILINGS_TAKE,
    ),
    page(
        "filings/files/<uuid:file>/", filing.filing_file, name="filing_file", whom=_P.VALUE_REVEAL
    ),
    page(
        "filings/<int:filing>/export/",
        filing.filing_export,
        name="filing_export",
        whom=_P.FILINGS_WORK,
    ),
    # The rules, and the record of what was done.
    page("rules/", rules.rules, name="rules", whom=_P.RULES_MANAGE),
    page("record/", record.record, name="record", whom=_P.AUDIT_SEE),
    page("record/check/", record.record_check, name="record_check", whom=_P.AUDIT_SEE),
    page("record/looks/", record.looks, name="looks", whom=_P.REVEALS_SEE),
)
