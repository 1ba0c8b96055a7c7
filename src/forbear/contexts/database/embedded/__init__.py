"""How does a machine without a database get one that asks for nothing?

A real PostgreSQL, from a wheel or from the machine, supervised by the process that needs it.
"""

from forbear.contexts.database.embedded.lock import Held
from forbear.contexts.database.embedded.secret import Role
from forbear.contexts.database.embedded.server import (
    EmbeddedServer,
    NotRunning,
    NotStarted,
    database_url,
    find,
    reach,
)

__all__ = [
    "EmbeddedServer",
    "Held",
    "NotRunning",
    "NotStarted",
    "Role",
    "database_url",
    "find",
    "reach",
]
