"""Which payment of a lender's file is one that a notice told already, or the other way round?

Nothing joins the two but the loan, the amount and about the day. Each payment of a file stands for
one notice at most and each notice for one payment of a file, so two equal payments count twice once
the file tells both.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef

from forbear.contexts.database.bulk import Stage, run
from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.models import Posting, PostingSource, SamePayment
from forbear.values.code import Purpose

# A lender's books may date a payment some days after the page on which it was made.
APART_DAYS_MAX = 5
_MONEY = [each.value for each in Purpose if each.is_money]
_WHOLE = "coalesce(p.part_of, p.ref)"
_AGREED = """
SELECT p.ref, p.loan_id, p.value_date, p.amount_minor FROM ledger_posting p
WHERE p.source = 'ARRANGEMENT' AND p.purpose = 'WAIVER' AND p.reverses_id IS NULL
AND NOT EXISTS (SELECT 1 FROM ledger_posting r WHERE r.reverses_id = p.id)
AND NOT EXISTS (SELECT 1 FROM ledger_samepayment m WHERE m.noticed_ref = p.ref)
"""
_NOTICED = f"""
SELECT {_WHOLE}, p.loan_id, min(p.value_date), sum(p.amount_minor) FROM ledger_posting p
WHERE p.source = 'PORTAL' AND p.reverses_id IS NULL
AND NOT EXISTS (SELECT 1 FROM ledger_posting r WHERE r.reverses_id = p.id)
AND NOT EXISTS (SELECT 1 FROM ledger_samepayment m WHERE m.noticed_ref = {_WHOLE})
GROUP BY 1, 2
"""
_TOLD = """
SELECT s.ref, l.id, s.value_date, s.amount_minor FROM {stage} s
JOIN portfolio_loan l ON l.ref = s.loan_ref
WHERE s.reverses_ref IS NULL AND l.id = ANY(%(loans)s) AND s.purpose = ANY(%(purposes)s)
AND NOT EXISTS (SELECT 1 FROM ledger_posting t WHERE t.ref = s.ref)
AND NOT EXISTS (SELECT 1 FROM ledger_samepayment m WHERE m.told_ref = s.ref)
"""
_Row = tuple[str, int, date, int]


def note_same(stage: Stage, *, now: datetime) -> int:
    """Note which payments of a file a notice told before; return how many are new.

    ``stage`` has the columns of a file's payments. Amounts must be equal; of several, the one that
    is nearest in time counts.
    """
    required()
    same = []
    for known, purposes, apart in (
        (_NOTICED, _MONEY, APART_DAYS_MAX),
        (_AGREED, [Purpose.WAIVER.value], None),
    ):
        noticed = _rows(known, {})
        if not noticed:
            continue
        loans = sorted({loan for _, loan, _, _ in noticed})
        told = _rows(_TOLD.format(stage=stage.name), {"loans": loans, "purposes": purposes})
        same += [
            SamePayment(loan_id=loan, told_ref=told_ref, noticed_ref=noticed_ref, recorded_at=now)
            for noticed_ref, told_ref, loan in pair(noticed, told, apart_days=apart)
        ]
    SamePayment.objects.bulk_create(same)
    return len(same)


def pair(
    noticed: list[_Row], told: list[_Row], *, apart_days: int | None = APART_DAYS_MAX
) -> list[tuple[str, str, int]]:
    """Pair what notices told with what a file tells, the nearest first, each once.

    A row: ref, loan, value date, amount in minor units. Returns both refs and the loan.
    ``apart_days`` None: however far apart; what was agreed is booked when a lender comes to it.
    """
    near = sorted(
        (abs(theirs[2] - ours[2]), ours[2], ours[0], theirs[0], ours[1])
        for ours in noticed
        for theirs in told
        if ours[1] == theirs[1]
        and ours[3] == theirs[3]
        and (apart_days is None or abs(theirs[2] - ours[2]) <= timedelta(apart_days))
    )
    pairs: list[tuple[str, str, int]] = []
    seen: set[tuple[str, str]] = set()
    for _, _, ours, theirs, loan in near:
        if not seen & {("noticed", ours), ("told", theirs)}:
            seen |= {("noticed", ours), ("told", theirs)}
            pairs.append((ours, theirs, loan))
    return pairs


def reverse_same(stage: Stage, *, now: datetime) -> int:
    """Void what a notice told where the file declares its own payment void; return how many rows.

    A payment of several parts is voided part by part; the first goes by the file's ref.
    """
    return run(
        f"INSERT INTO ledger_posting (ref, loan_id, value_date, posting_date, amount_minor, "
        f"purpose, reverses_id, source, recorded_at) "
        f"SELECT CASE WHEN n = 1 THEN ref ELSE left(ref, 60) || '/' || n END, loan_id, value_date, "
        f"posting_date, amount_minor, purpose, id, 'EXTRACT', %(now)s FROM ("
        f"SELECT s.ref, s.value_date, s.posting_date, p.loan_id, p.amount_minor, p.purpose, p.id, "
        f"row_number() OVER (PARTITION BY s.ref ORDER BY p.id) AS n FROM {stage.name} s "
        f"JOIN ledger_samepayment m ON m.told_ref = s.reverses_ref "
        f"JOIN ledger_posting p ON p.loan_id = m.loan_id AND {_WHOLE} = m.noticed_ref "
        f"AND p.reverses_id IS NULL AND p.source IN ('PORTAL', 'ARRANGEMENT') "
        f"WHERE NOT EXISTS (SELECT 1 FROM ledger_posting r WHERE r.reverses_id = p.id) "
        f"AND NOT EXISTS (SELECT 1 FROM ledger_posting t WHERE t.ref = s.ref)) parts",
        {"now": now},
    )


def told_before(
    noticed_ref: str, loan_id: int, *, amount_minor: int, value_date: date, now: datetime
) -> int | None:
    """Return how much of a payment a file told before its notice came, and note that they are one.

    None: no file did. Only a payment of the very day counts: a file of the day comes after it, a
    notice at once. A notice that is repeated finds what was noted first, whatever it says now. The
    person's row is held.
    """
    required()
    noted_before = SamePayment.objects.filter(noticed_ref=noticed_ref).first()
    if noted_before is not None:
        return Posting.objects.get(ref=noted_before.told_ref).amount_minor
    voids = Posting.objects.filter(reverses=OuterRef("pk"))
    noted = SamePayment.objects.filter(told_ref=OuterRef("ref"))
    found = (
        Posting.objects.filter(
            ~Exists(voids),
            ~Exists(noted),
            loan_id=loan_id,
            source=PostingSource.EXTRACT.value,
            reverses__isnull=True,
            amount_minor=amount_minor,
            value_date=value_date,
            purpose__in=_MONEY,
        )
        .order_by("id")
        .first()
    )
    if found is None:
        return None
    SamePayment.objects.create(
        loan_id=loan_id, told_ref=found.ref, noticed_ref=noticed_ref, recorded_at=now
    )
    return found.amount_minor


def waived_before(
    agreed_ref: str, loan_id: int, *, amount_minor: int, since: date, now: datetime
) -> bool:
    """Say whether a file told already that so much penalty is given up, and note that they are one.

    The person's row is held.
    """
    required()
    noted = SamePayment.objects.filter(told_ref=OuterRef("ref"))
    found = (
        Posting.objects.filter(
            ~Exists(Posting.objects.filter(reverses=OuterRef("pk"))),
            ~Exists(noted),
            loan_id=loan_id,
            source=PostingSource.EXTRACT.value,
            purpose=Purpose.WAIVER.value,
            reverses__isnull=True,
            amount_minor=amount_minor,
            value_date__gte=since,
        )
        .order_by("id")
        .first()
    )
    if found is None:
        return False
    SamePayment.objects.create(
        loan_id=loan_id, told_ref=found.ref, noticed_ref=agreed_ref, recorded_at=now
    )
    return True


def newest_of(named: str) -> Posting | None:
    """Return the newest posting whose ref begins so and that voids none; None: there is none."""
    required()
    found = Posting.objects.filter(ref__startswith=named, reverses__isnull=True)
    return found.order_by("id").last()


def stands(ref: str) -> bool:
    """Say whether there is a posting of a ref that nothing has declared void."""
    required()
    voids = Posting.objects.filter(reverses=OuterRef("pk"))
    return Posting.objects.filter(~Exists(voids), ref=ref).exists()


def _rows(statement: str, parameters: dict[str, object]) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [(ref, loan, day, int(amount)) for ref, loan, day, amount in cursor.fetchall()]
