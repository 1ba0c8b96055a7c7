"""Where do style sheets and scripts come from in earnest?

They are gathered once into the home, each under a name that tells its content, and gathered again
when one of them has changed. Other settings serve them from where they lie.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

_STAMP = ".gathered"


def collect_static() -> bool:
    """Gather the files if they have to be; say whether it was done."""
    if not settings.STATIC_ROOT:
        return False
    from django.core.management import call_command

    folder = Path(settings.STATIC_ROOT)
    stamp, wanted = folder / _STAMP, _print_of_sources()
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)
    return True


def _print_of_sources() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path}\0".encode())
            with storage.open(path) as file:
                digest.update(file.read())
    return digest.hexdigest()
