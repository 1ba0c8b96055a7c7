"""How long does a pack take to make and to check: 36 instalments, 300 contacts?

    python tests/bench/evidence.py [CONTACTS]

Everything runs in one process on a real PostgreSQL, the record signed. Each form is made several
times; the median is reported, with the size of what is made and the peak of memory.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.support.application import on_database  # noqa: E402  # sets Django up

REPEATS = 5
BOUND_S = 3.0

from forbear.contexts.contact.gate import condition  # noqa: E402
from forbear.contexts.evidence.actions.make_document import make_pack  # noqa: E402
from forbear.contexts.evidence.made import Form  # noqa: E402
from forbear.contexts.evidence.verify_pack import check, read_pack  # noqa: E402
from forbear.contexts.portfolio.actions.creditor import record_creditor  # noqa: E402
from forbear.contexts.portfolio.said import CreditorSaid  # noqa: E402
from forbear.values.code import Channel  # noqa: E402
from tests.support.bench import own_server  # noqa: E402
from tests.support.evidence import TODAY, sign_record, somebody  # noqa: E402
from tests.support.gate import NOON, Desk  # noqa: E402
from tests.support.portfolio import CREDITOR, NOW, SETUP  # noqa: E402


def main() -> None:
    contacts = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    condition._CONDITIONS.pop("night")
    with own_server() as own, on_database(own.database):
        measure(contacts)


def measure(contacts: int) -> None:
    record_creditor(CreditorSaid(CREDITOR, "Example Lender", "示例放款方"), actor=SETUP, now=NOW)
    who = somebody(instalments=36, payments=30)
    desk = Desk()
    desk.hand.at = NOON - timedelta(days=contacts)
    for number in range(contacts):
        desk.ask(who.at_gate, Channel.SMS if number % 2 else Channel.VOICE)
        desk.sender().carry()
        desk.hand.on(days=1)
    sign_record()
    print(f"{contacts} contacts, 36 instalments, {os.cpu_count()} processors")
    for form in Form:
        took, worked, made = [], [], b""
        for _ in range(REPEATS):
            began, cpu = time.perf_counter(), time.process_time()
            made = make_pack(who.ref, form=form, actor=SETUP, today=TODAY, now=NOW).content
            took.append(time.perf_counter() - began)
            worked.append(time.process_time() - cpu)
        wall, own = statistics.median(took), statistics.median(worked)
        print(
            f"{form.value:5} {wall:6.2f} s, {own:.2f} s of this processor  "
            f"{len(made) / 1024:8.0f} KiB  bound {BOUND_S} s"
        )
        if form is Form.PDF:
            began = time.perf_counter()
            assert check(read_pack(made)).wrong == []
            print(f"check {time.perf_counter() - began:6.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
