"""How is the worker run, which does ordinary jobs and what the clock asks for?

python -m forbear.interfaces.workers.run
"""

from __future__ import annotations

import os

import django

CONCURRENCY = 4


def main() -> None:
    """Work until told to stop; what is under way is finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings.dev")
    django.setup()
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()).open() as worker:
        worker.run_worker(concurrency=CONCURRENCY, delete_jobs="successful")


if __name__ == "__main__":
    main()
