"""Does a text hold a link that hides where it leads?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from forbear.policy.reading import read_file
from forbear.policy.wording.field import both

_HOST = re.compile(
    r"(?:(?<=//)|(?<![\w./@-]))((?:[a-z0-9-]+\.)+[a-z]{2,})(?=[/:?#]|\b)", re.IGNORECASE
)
_HEAD = ("version", "effective", "approved_by", "approved_on", "basis")


@dataclass(frozen=True, slots=True)
class Shorteners:
    """Hosts that hide where a link leads, in lower case."""

    hosts: frozenset[str]

    def found_in(self, text: str) -> tuple[str, ...]:
        """Return the hosts of a text that are such, each once, in order; also below such a host."""
        return tuple(dict.fromkeys(self._found(text)))

    def _found(self, text: str) -> Iterator[str]:
        plain = unicodedata.normalize("NFKC", text).lower()
        for host in _HOST.findall(plain):
            parts = host.split(".")
            below = {".".join(parts[at:]) for at in range(len(parts) - 1)}
            if below & self.hosts:
                yield host


def load_shorteners(file: str, text: str) -> Shorteners:
    """Read the file of hosts.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="a list of hosts").only(*_HEAD, "hosts")
    both(read, "approved_by")
    read.count("version")
    hosts = read.texts("hosts")
    for host in hosts:
        if host != host.lower() or not _HOST.fullmatch(host):
            raise read.fail("hosts", f"'{host[:40]}' is no host", "Write it as example.com.")
    return Shorteners(frozenset(hosts))
