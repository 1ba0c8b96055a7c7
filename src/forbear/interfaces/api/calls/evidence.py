"""Documents for a reader outside: packs of evidence, certificates, receipts, and their checking."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field

from forbear.contexts.evidence.actions.make_document import (
    make_pack,
    make_receipt,
    make_settlement,
)
from forbear.contexts.evidence.made import TYPES, Form, Made
from forbear.contexts.evidence.verifier import verifier_text
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.call import File, Request, call
from forbear.interfaces.api.field import Ref, Sent
from forbear.values.code import Language

router = Router(tags=["evidence"])
_LOANS_MAX = 50
_FILES = tuple(TYPES.values())
_PROGRAM = "text/x-python"


class DocumentSent(Sent):
    """In which form a document is wanted, and its pages in which language.

    Names are masked: no key opens a personal value.
    """

    form: Form = Form.PDF
    language: Language = Language.ZH


class PackSent(DocumentSent):
    """About whose loans; ``loan_refs`` null: all of them."""

    debtor_ref: Ref
    loan_refs: Annotated[list[Ref], Field(min_length=1, max_length=_LOANS_MAX)] | None = None


class SettlementSent(DocumentSent):
    """Which loan is to be certified as settled."""

    loan_ref: Ref


class ReceiptWanted(DocumentSent):
    """Which payment of which loan."""

    loan_ref: Ref
    payment_ref: Ref


class Nothing(BaseModel):
    """The answer is a file."""


@call(
    router,
    "POST",
    "/evidence/packs",
    scope=Scope.EVIDENCE_MAKE,
    answer=Nothing,
    produces=_FILES,
)
def make_evidence_pack(request: Request, said: PackSent) -> object:
    """Make a sealed pack of evidence about a person's loans; it is kept nowhere."""
    return _file(
        make_pack(
            said.debtor_ref,
            loan_refs=said.loan_refs,
            form=said.form,
            language=said.language,
            actor=request.actor,
            today=request.today,
            now=request.now,
        )
    )


@call(
    router,
    "POST",
    "/evidence/settlements",
    scope=Scope.EVIDENCE_MAKE,
    answer=Nothing,
    produces=_FILES,
)
def make_settlement_certificate(request: Request, said: SettlementSent) -> object:
    """Make the certificate that a loan is settled; refused while anything is owed."""
    return _file(
        make_settlement(
            said.loan_ref,
            form=said.form,
            language=said.language,
            actor=request.actor,
            today=request.today,
            now=request.now,
        )
    )


@call(
    router,
    "POST",
    "/evidence/receipts",
    scope=Scope.EVIDENCE_MAKE,
    answer=Nothing,
    produces=_FILES,
)
def make_payment_receipt(request: Request, said: ReceiptWanted) -> object:
    """Make the receipt of one payment, with where it went."""
    return _file(
        make_receipt(
            said.loan_ref,
            said.payment_ref,
            form=said.form,
            language=said.language,
            actor=request.actor,
            today=request.today,
            now=request.now,
        )
    )


@call(
    router,
    "GET",
    "/evidence/verifier",
    scope=Scope.EVIDENCE_MAKE,
    answer=Nothing,
    produces=(_PROGRAM,),
)
def get_verifier(request: Request) -> object:
    """Hand out the program that checks documents offline: one file, Python alone."""
    del request
    return File(verifier_text().encode(), f"{_PROGRAM}; charset=utf-8", "verify_pack.py")


def _file(made: Made) -> File:
    return File(made.content, made.content_type, made.name)
