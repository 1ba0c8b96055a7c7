"""How is the application set up in a process of its own?"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def set_up() -> None:
    """Set Django up, once in a process."""
    import django
    from django.apps import apps

    if not apps.ready:
        with made_to_stay():
            django.setup()


@contextmanager
def made_to_stay() -> Iterator[None]:
    """Look for no garbage among what is made in the block, now or later: it stays to the end."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if looking:
            gc.enable()
