"""How fast do entries enter the tree, and how fast is a long record checked?

    python tests/bench/audit_log.py [entries] [checkpoints]

Appends in memory (canonical form, leaf, nodes), checks the same record by the offline verifier in a
process of its own from files, whole and with one entry changed, and, where DATABASE_URL names an
empty database that may be filled (its owner's address), sequences the entries in PostgreSQL in
batches and looks for new ones once they all have their place. All times but the database's are
processor time, so that a busy machine does not count.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings.test")
os.environ.setdefault("FORBEAR_HOME", tempfile.mkdtemp())

import django  # noqa: E402  # path set above

django.setup()

from forbear.contexts.audit.leaf import entry_line  # noqa: E402
from forbear.contexts.audit.verify_log import Tree, key_text, leaf_hash  # noqa: E402
from tests.support.record import ORIGIN, SIGNER, VERIFIER, row, signed_at  # noqa: E402

CHECK_S_MAX = 30.0


def written(folder: Path, entries: int, checkpoints: int) -> float:
    """Write an export; return the seconds that form and tree took, without making the rows."""
    tree, every, spent_s = Tree(), max(1, entries // checkpoints), 0.0
    notes = []
    with (
        (folder / "entries.jsonl").open("wb") as lines,
        (folder / "leaves.txt").open("w") as leaves,
    ):
        for start in range(0, entries, every):
            rows = [row(number + 1) for number in range(start, min(start + every, entries))]
            began = time.process_time()
            made = [entry_line(start + offset, each) for offset, each in enumerate(rows)]
            hashes = [leaf_hash(line) for line in made]
            for leaf in hashes:
                tree.append(leaf)
            spent_s += time.process_time() - began
            lines.writelines(line + b"\n" for line in made)
            for offset, leaf in enumerate(hashes):
                leaves.write(f"{start + offset} {start + offset + 1} {leaf.hex()}\n")
            notes.append(json.dumps({"note": signed_at(tree, tree.size).note()}))
    (folder / "checkpoints.jsonl").write_text("\n".join(notes) + "\n")
    (folder / "keys.txt").write_text(key_text(ORIGIN, SIGNER.public_key) + "\n")
    return spent_s


def checked(folder: Path) -> tuple[float, float, str]:
    """Return processor seconds, peak memory in MiB and the last line of the offline verifier."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    watched = (
        "import resource, runpy, sys; sys.argv = sys.argv[1:]\n"
        "try:\n    runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "finally:\n    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", watched, str(VERIFIER), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    spent_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    return spent_s, int(done.stderr) / 1024, done.stdout.splitlines()[-1]


def in_database(entries: int) -> None:
    """Fill a database, sequence it, and look again."""
    from django.core.management import call_command
    from django.db import connection

    from forbear.contexts.audit.check import check_record
    from forbear.contexts.audit.checkpoint import sign_if_due
    from forbear.contexts.audit.sequencer import SEQUENCER, Sequencer

    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (at, event, actor_kind, actor_id, subject, body, body_sha256) "
            "SELECT now(), 'attempt.recorded', 'SYSTEM', 'bench', 'attempt:' || n, '{}', "
            "sha256('{}') FROM generate_series(1, %s) n",
            [entries],
        )
    sequencer = Sequencer()
    began = time.perf_counter()
    added = sequencer.round().added
    spent_s = time.perf_counter() - began
    print(
        f"sequenced in PostgreSQL  {added:>10,} entries {spent_s:8.1f} s  {added / spent_s:,.0f}/s"
    )
    sequencer.round()
    sign_if_due(SIGNER, settled=sequencer.settled, now=datetime.now(UTC))
    began = time.perf_counter()
    found = check_record((), lambda _: [(ORIGIN, SIGNER.public_key)], actor=SEQUENCER).findings
    spent_s = time.perf_counter() - began
    print(f"checked in PostgreSQL    {added:>10,} entries {spent_s:8.1f} s  {len(found)} findings")
    began = time.perf_counter()
    for _ in range(20):
        sequencer.round()
    print(f"a look without new ones  {(time.perf_counter() - began) / 20 * 1000:19.1f} ms")


def main() -> int:
    """Measure everything; 1: a million entries take longer to check than they may."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    checkpoints = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spent_s = written(folder, entries, checkpoints)
        print(
            f"appended in memory       {entries:>10,} entries {spent_s:8.1f} s  "
            f"{entries / spent_s:,.0f}/s"
        )
        whole_s, mib, said = checked(folder)
        print(
            f"checked offline          {entries:>10,} entries {whole_s:8.1f} s  {mib:,.0f} MiB  "
            f"{checkpoints:,} signatures: {said}"
        )
        changed(folder / "entries.jsonl", entries // 2)
        odd_s, mib, said = checked(folder)
        head = f"the same, one changed    {entries:>10,} entries"
        print(f"{head} {odd_s:8.1f} s  {mib:,.0f} MiB  {said}")
    if os.environ.get("DATABASE_URL"):
        in_database(entries)
    return int(whole_s * 1_000_000 / entries > CHECK_S_MAX)


def changed(path: Path, number: int) -> None:
    """Change one character of one line."""
    lines = path.read_bytes().split(b"\n")
    lines[number] = lines[number].replace(b"attempt:", b"attempz:")
    path.write_bytes(b"\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
