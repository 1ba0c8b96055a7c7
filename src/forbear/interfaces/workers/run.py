"""How is the worker run, which does ordinary jobs and what the clock asks for?

python -m forbear.interfaces.workers.run
"""

from __future__ import annotations

import os

from forbear.interfaces.start import set_up

CONCURRENCY = 4
# Less than the group waits for its parts, so that the worker ends by itself.
FINISH_S_MAX = 4.0
RECORD_S_MAX = 2.0


def main() -> None:
    """Work until told to stop; what is under way has a moment to finish, then it is called off."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings.dev")
    set_up()
    from procrastinate.contrib.django import app

    from forbear.interfaces.web.check import refuse_unsafe
    from forbear.interfaces.workers.record import RecordKeeper

    refuse_unsafe()
    record = RecordKeeper()
    record.start()
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        try:
            worker.run_worker(
                concurrency=CONCURRENCY,
                delete_jobs="successful",
                shutdown_graceful_timeout=FINISH_S_MAX,
            )
        finally:
            record.end(RECORD_S_MAX)


if __name__ == "__main__":
    main()
