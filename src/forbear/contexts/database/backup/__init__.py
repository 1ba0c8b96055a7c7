"""How is the database copied into one file and brought back from it?"""

from forbear.contexts.database.backup.archive import Manifest, read_manifest
from forbear.contexts.database.backup.dump import backup
from forbear.contexts.database.backup.marker import clear_restored, restored
from forbear.contexts.database.backup.restore import restore

__all__ = ["Manifest", "backup", "clear_restored", "read_manifest", "restore", "restored"]
