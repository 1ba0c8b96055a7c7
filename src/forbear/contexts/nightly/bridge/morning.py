"""How does a new day begin: from the lender's files and yesterday's facts to today's agenda?

    extract ─► check ─► store ─► late ─► sweep ─► gather ─► check ─► night ─► load

What the files tell late puts contacts of earlier days in another light: those are listed. The new
day, and payments that the files tell, may end arrangements and promises: that is swept up. Where
nothing was recorded by day, the lender's files are the whole truth and the two steps after that
are left out. A morning that fails leaves the day before as it was and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from forbear.contexts.arrangements.actions.sweep import sweep_arrangements
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.house.queries import own_in_force
from forbear.contexts.nightly.bridge.facts import anything_by_day, write_facts
from forbear.contexts.nightly.bridge.late import list_late
from forbear.contexts.nightly.bridge.night_load import load_night
from forbear.contexts.nightly.bridge.portfolio_load import Sealer, load_portfolio
from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.intake.source import open_extract
from forbear.contexts.nightly.local.teams import teams_of_day
from forbear.contexts.nightly.models import Night, NightState
from forbear.contexts.nightly.report import write_report
from forbear.contexts.nightly.run import NightSettings, run_night
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.portfolio.bulk import latest_extract_date
from forbear.values.errors import Conflict, ForbearError
from forbear.values.principal import Principal

Progress = Callable[[str, int, int], None]
Clock = Callable[[], datetime]


class StaleExtract(Conflict):
    """What the lender handed over is too old to begin a day on."""

    code = "STALE_EXTRACT"


@dataclass(frozen=True)
class Morning:
    """What a morning needs: where to work, what the lender handed over, for which day.

    ``extract`` None: the lender handed over nothing new; then what came before must not be older
    than ``extract_age_days_max``. ``clock`` gives the present instant, since a morning takes long
    enough for it to matter.
    """

    workspace: Workspace
    as_of: date
    extract: Path | None
    sealer: Sealer
    actor: Principal
    clock: Clock
    extract_age_days_max: int
    import_settings: ImportSettings = field(default_factory=ImportSettings)
    night_settings: NightSettings = field(default_factory=NightSettings)


def begin_day(morning: Morning, *, progress: Progress = lambda _step, _done, _all: None) -> Night:
    """Make today's agenda; doing it again changes nothing.

    Raises:
        ForbearError: a step cannot be done; the failure is recorded and the former day stays.
    """
    with _told_if_it_fails(morning):
        if morning.extract is not None:
            _take_in(morning, morning.extract, progress)
        _refuse_stale(morning)
        sweep_arrangements(as_of=morning.as_of, actor=morning.actor, now=morning.clock())
        facts_at = morning.clock()
        _gather(morning, progress)
        teams = teams_of_day(morning.as_of, actor=morning.actor)
        own = own_in_force(actor=morning.actor).rows
        settings = replace(morning.night_settings, as_of=morning.as_of, teams=teams, own=own)
        ran = run_night(workspace=morning.workspace, settings=settings, progress=progress)
        write_report(ran.night.path, ran.book.path)
        return load_night(
            ran.night,
            ran.book,
            facts_at=facts_at,
            actor=morning.actor,
            now=morning.clock(),
            progress=progress,
        )


def _take_in(morning: Morning, folder: Path, progress: Progress) -> None:
    imported = import_extract(
        folder,
        workspace=morning.workspace,
        settings=morning.import_settings,
        progress=progress,
    )
    load_portfolio(
        open_extract(folder),
        imported.book,
        sealer=morning.sealer,
        actor=morning.actor,
        now=morning.clock(),
        progress=progress,
    )
    list_late(
        imported.book.manifest["book_id"],
        as_of=morning.as_of,
        actor=morning.actor,
        clock=morning.clock,
        progress=progress,
    )


def _refuse_stale(morning: Morning) -> None:
    """Begin no day on a lender's files that are too old: payments made since would be missing."""
    with reading(morning.actor):
        told = latest_extract_date()
    if told is None or (morning.as_of - told).days <= morning.extract_age_days_max:
        return
    raise StaleExtract(
        f"The lender's newest extract is of {told}, too old for {morning.as_of}.",
        remedy="Put a new extract into the inbox; until then nobody new is contacted.",
        message_zh=f"机构最新数据截至 {told}，对 {morning.as_of} 而言过旧。",
        remedy_zh="请将新的数据放入收件文件夹；在此之前不会新增联系。",
    )


def _gather(morning: Morning, progress: Progress) -> None:
    """Make what the database knows the book that counts, unless the lender's files say it all."""
    if morning.extract is not None and not anything_by_day(morning.actor):
        return
    folder = morning.workspace.root / "facts" / morning.as_of.isoformat()
    write_facts(
        folder,
        lender=_lender(morning.workspace),
        as_of=morning.as_of,
        actor=morning.actor,
        progress=progress,
    )
    import_extract(
        folder,
        workspace=morning.workspace,
        settings=morning.import_settings,
        progress=progress,
    )


def _lender(workspace: Workspace) -> str:
    return str(workspace.current_book().manifest["lender"])


@contextmanager
def _told_if_it_fails(morning: Morning) -> Iterator[None]:
    started_at = morning.clock()
    try:
        yield
    except Exception as error:
        code = error.code if isinstance(error, ForbearError) else type(error).__name__
        message = error.message if isinstance(error, ForbearError) else code
        with acting(morning.actor):
            now = morning.clock()
            row, _ = Night.objects.update_or_create(
                id=f"{morning.as_of.isoformat()}-failed",
                defaults={
                    "as_of_date": morning.as_of,
                    "known_date": morning.as_of,
                    "state": NightState.FAILED.value,
                    "started_at": started_at,
                    "finished_at": now,
                    "failure": message[:400],
                },
            )
            record(
                AuditEvent.NIGHT_FAILED,
                actor=morning.actor,
                subject=f"night:{row.id}",
                now=now,
                body={"code": code},
            )
        raise
