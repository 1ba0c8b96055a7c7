"""What is a range of lateness called?"""

from __future__ import annotations

from forbear.contexts.nightly.report.bucket import bucket_name
from forbear.contexts.portfolio.word import ParticularKind
from forbear.interfaces.console.presenter.word import either
from forbear.interfaces.web.house import said_now


def bucket_word(code: str) -> str:
    """Return a bucket in the reader's language: as the lender names it, or by its days."""
    said, plain = said_now().said(ParticularKind.BUCKET_NAME, code), bucket_name(code)
    return either(plain.en, plain.zh) if said is None else either(said.en, said.zh)
