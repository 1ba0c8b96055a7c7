"""What does the lender say of itself now, on a page?"""

from __future__ import annotations

from django.utils import timezone

from forbear.contexts.portfolio.particular import Particulars, particulars_even_now


def said_now() -> Particulars:
    """Return what counts today; where the database does not answer, what the files say."""
    return particulars_even_now(timezone.now())
