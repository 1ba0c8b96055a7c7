"""How is the application set up in a process of its own?"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Final

_LEARN_AFTER_S: Final = 20.0
"""What the first pages need is ready before the assistant learns beside them."""


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


def learn_beside() -> None:
    """Let the assistant learn what people say beside the first requests, so that nobody waits."""
    Thread(target=_learn, name="assistant", daemon=True).start()


def _learn() -> None:
    from forbear.contexts.rulebook.library import open_knowledge, open_understanding

    time.sleep(_LEARN_AFTER_S)
    open_knowledge()
    open_understanding()
