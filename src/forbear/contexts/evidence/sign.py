"""How are a document's pages signed, so that a program that shows PDF can tell a change?

The key of the pages is drawn from the record's signing key. A document names it, under its own
seal, so there is one key to believe; the certificate only carries it and vouches for nothing.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from io import BytesIO
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

_LASTS = timedelta(days=365 * 30)
_FIELD = "Seal"


class PagesSigner(Protocol):
    """Whoever holds the key of the pages. ``since``: when the key was made."""

    @property
    def origin(self) -> str:
        """Return the record's name."""

    @property
    def since(self) -> datetime:
        """Return since when the key is there."""

    @property
    def pages_key(self) -> EllipticCurvePrivateKey:
        """Return the key."""


def pages_key_sha256(signer: PagesSigner) -> str:
    """Return the hash of the public key with which pages are signed, in hexadecimal."""
    public = signer.pages_key.public_key()
    told = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(told).hexdigest()


def signed_pages(pages: bytes, signer: PagesSigner, *, lender: str, title: str) -> bytes:
    """Return pages with a signature over all of them; no change is allowed after it."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    private = signer.pages_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificate = _certificate(signer, lender).public_bytes(Encoding.DER)
    held = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )
    said = signers.PdfSignatureMetadata(
        field_name=_FIELD,
        reason=title,
        name=lender,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    out = BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pages)), said, signer=held, output=out)
    return out.getvalue()


def _certificate(signer: PagesSigner, lender: str) -> x509.Certificate:
    """Return a certificate that the key gives itself; its number follows from the key."""
    names = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, lender[:64]),
        x509.NameAttribute(NameOID.COMMON_NAME, signer.origin[:64]),
    ]
    key, name = signer.pages_key, x509.Name(names)
    public = key.public_key()
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(int(pages_key_sha256(signer)[:30], 16) | 1)
        .not_valid_before(signer.since)
        .not_valid_after(signer.since + _LASTS)
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, SHA256())
    )
