"""What must a side of a conversation be able to do, whatever carries it?"""

from __future__ import annotations

from typing import Protocol

from forbear.contexts.contact.channels.voice.sound import Samples


class Speaks(Protocol):
    """Something that sound is heard from and said to; from any one thread."""

    def hear(self) -> Samples:
        """Return what was said since the last time."""

    def say(self, samples: Samples) -> None:
        """Let it be heard over there; what does not fit is lost."""

    def hush(self) -> None:
        """Drop what was to be said and has not left."""


class Desk(Speaks, Protocol):
    """Where a collector speaks: a telephone, or their browser."""

    @property
    def there(self) -> bool:
        """Whether somebody can be heard there at this moment."""

    @property
    def lost(self) -> bool:
        """Whether it is gone without having been hung up."""

    async def gone(self) -> None:
        """Wait until nobody is there any more, while the person's telephone rings."""

    async def over(self) -> None:
        """Wait until it was hung up or is lost for good, while both talk."""

    async def hang_up(self) -> None:
        """Let it go; one that is gone is left alone."""
