"""How is a document about somebody's debt made for a reader outside, and written down as made?

A document is sealed in the transaction that writes its making down; what is written is its number
and its hash. The document itself is handed over and kept nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from uuid import uuid4

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.evidence.gather import About, gathered
from forbear.contexts.evidence.loan import instant
from forbear.contexts.evidence.made import TYPES, Form, Made, Sealed, content_of, seal
from forbear.contexts.evidence.settled import receipt_of, settlement_of
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import loan_by_ref
from forbear.contexts.portfolio.queries.listing import refs_by_id
from forbear.contexts.portfolio.queries.shown import PersonShown
from forbear.contexts.protection.reveal import RevealReason
from forbear.contexts.protection.signing import RingSigner, signer_now
from forbear.policy.debt.steps import Row
from forbear.values.code import Language
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

FORMAT, VERSION = "forbear.evidence", 1


class NoSuchDebt(NotFound):
    """There is no such loan or person, or it may not be seen."""

    code = "NO_SUCH_DEBT"


def make_pack(
    debtor_ref: str,
    *,
    loan_refs: Collection[str] | None = None,
    form: Form,
    language: Language = Language.ZH,
    reason: RevealReason | None = None,
    actor: Principal,
    today: date,
    now: datetime,
) -> Made:
    """Make a pack of evidence about a person's loans; ``loan_refs`` null: about all of them.

    ``reason``: why the name must be in it in full, which takes VALUE_REVEAL; null: it is masked.

    Raises:
        NotPermitted: EVIDENCE_MAKE, PERSON_SEE or VALUE_REVEAL is missing.
        UnknownRef, NoSuchDebt: there is no such person or loan for this reader.
        SigningKeyMissing: nothing can be sealed.
    """
    may(actor, Permission.EVIDENCE_MAKE)
    signer = signer_now()
    about = About(debtor_ref, today, actor, now, reason)
    with acting(actor):
        person, told = gathered(about, loan_refs, document="document.pack", contacts=True)
        _refuse_missing(told, loan_refs)
        sealed = _sealed("PACK", told, signer, about)
        _write_down(sealed, person, form, about)
    return _made(sealed, form, language, now)


def make_settlement(
    loan_ref: str,
    *,
    form: Form,
    language: Language = Language.ZH,
    reason: RevealReason | None = None,
    actor: Principal,
    today: date,
    now: datetime,
) -> Made:
    """Make the certificate that a loan is settled.

    Raises:
        StillOwed: something is owed, and the words say what; nothing was made.
        NotPermitted, NoSuchDebt, SigningKeyMissing: as above.
    """
    may(actor, Permission.EVIDENCE_MAKE)
    signer = signer_now()
    with acting(actor):
        about = About(_debtor_of(loan_ref), today, actor, now, reason)
        person, told = gathered(about, [loan_ref], document="document.settlement", contacts=False)
        told["settlement"] = settlement_of(told["loans"][0])
        sealed = _sealed("SETTLEMENT", told, signer, about)
        _write_down(sealed, person, form, about)
    return _made(sealed, form, language, now)


def make_receipt(
    loan_ref: str,
    payment_ref: str,
    *,
    form: Form,
    language: Language = Language.ZH,
    reason: RevealReason | None = None,
    actor: Principal,
    today: date,
    now: datetime,
) -> Made:
    """Make the receipt of one payment on a loan.

    Raises:
        NoStandingPayment: there is none of that ref, or it was reversed; nothing was made.
        NotPermitted, NoSuchDebt, SigningKeyMissing: as above.
    """
    may(actor, Permission.EVIDENCE_MAKE)
    signer = signer_now()
    with acting(actor):
        about = About(_debtor_of(loan_ref), today, actor, now, reason)
        person, told = gathered(about, [loan_ref], document="document.receipt", contacts=False)
        told["receipt"] = receipt_of(told["loans"][0], payment_ref)
        sealed = _sealed("RECEIPT", told, signer, about)
        _write_down(sealed, person, form, about)
    return _made(sealed, form, language, now)


def _debtor_of(loan_ref: str) -> str:
    found = loan_by_ref(loan_ref)
    ref = None if found is None else refs_by_id([found[1]]).get(found[1])
    if ref is None:
        raise _no_such(loan_ref)
    return ref


def _refuse_missing(told: Row, loan_refs: Collection[str] | None) -> None:
    missing = set(loan_refs or ()) - {row["ref"] for row in told["loans"]}
    if missing:
        raise _no_such(min(missing))


def _no_such(loan_ref: str) -> NoSuchDebt:
    return NoSuchDebt(
        f"There is no loan {loan_ref} here.",
        remedy="Check the loan's id; it may be another person's, or in the care of another team.",
        message_zh=f"这里没有借款 {loan_ref}。",
        remedy_zh="请核对借款编号；也可能属于他人，或由其他团队负责。",
    )


def _sealed(kind: str, told: Row, signer: RingSigner, about: About) -> Sealed:
    head = {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind,
        "id": str(uuid4()),
        "made_at": instant(about.now),
    }
    return seal({**told, **head}, signer)


def _write_down(sealed: Sealed, person: PersonShown, form: Form, about: About) -> None:
    told = sealed.told
    record(
        AuditEvent.DOCUMENT_MADE,
        actor=about.actor,
        subject=f"document:{told['id']}",
        now=about.now,
        debtor_id=person.id,
        body={
            "kind": told["kind"],
            "form": form.value,
            "loans": [row["ref"] for row in told["loans"]],
            "as_of": told["as_of"],
            "named": about.reason is not None,
            "sha256": hashlib.sha256(sealed.document).hexdigest(),
        },
    )


def _made(sealed: Sealed, form: Form, language: Language, now: datetime) -> Made:
    told = sealed.told
    content = content_of(sealed, form, language, now=now)
    name = f"{told['kind'].lower()}-{told['id']}.{form.value.lower()}"
    digest = hashlib.sha256(sealed.document).hexdigest()
    return Made(told["id"], told["kind"], content, TYPES[form], name, digest)
