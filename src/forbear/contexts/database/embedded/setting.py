"""With which settings does the embedded server run?

They stand on its command line, so what is promised here cannot be undone by a file beside the
data. A lender with other wishes brings a PostgreSQL of his own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

PORT = 5432  # names the socket's file; nothing listens on a network
_MIB = 1 << 20
_BUFFERS_MIB_MIN, _BUFFERS_MIB_MAX = 16, 128
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # only its size is asked
# A parallel query takes tens of MiB; containers often have 64 or none, and then files serve.
_SHARED_MEMORY_MIB_MIN = 256
_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)

_PROMISED = {
    # Nothing but the private socket, and never a password in clear.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    # What was committed is kept.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    # Values of rows never reach the log: no statements, no parameters, no details of errors. Role
    # settings add that errors of sessions are not logged at all; the caller gets them.
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_CHOSEN = {
    "max_connections": "100",
    "huge_pages": "off",
    # A book of ten million loans arrives at once; checkpoints follow time and not every gigabyte.
    "max_wal_size": "4GB",
    "min_wal_size": "128MB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "log_checkpoints": "off",
    "random_page_cost": "1.1",
    "jit": "off",
}


def settings_for(socket_folder: Path, changed: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return all settings; ``changed`` is for tests that trade safety for speed."""
    memory_mib = memory_bytes() // _MIB
    buffers_mib = max(_BUFFERS_MIB_MIN, min(_BUFFERS_MIB_MAX, memory_mib // 4))
    return {
        **_PROMISED,
        **_CHOSEN,
        "port": str(PORT),
        "unix_socket_directories": str(socket_folder),
        "shared_buffers": f"{buffers_mib}MB",
        "effective_cache_size": f"{max(64, memory_mib // 2)}MB",
        "maintenance_work_mem": f"{max(16, min(256, memory_mib // 16))}MB",
        "dynamic_shared_memory_type": shared_memory_type(),
        **(changed or {}),
    }


def as_options(settings: Mapping[str, str]) -> list[str]:
    """Return settings as options of the program ``postgres``."""
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def memory_bytes() -> int:
    """Return how much memory this process may count on: the machine's, or its container's."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [machine]
    for path in _CGROUP_LIMITS:
        try:
            limits.append(int(path.read_text()))
        except (OSError, ValueError):  # no such control group, or the word "max"
            continue
    return min(limits)


def shared_memory_type(folder: Path = _SHARED_MEMORY) -> str:
    """Return ``posix``, or ``mmap`` where the memory for it is missing or small."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return "mmap"
    roomy = found.f_bavail * found.f_frsize >= _SHARED_MEMORY_MIB_MIN * _MIB
    return "posix" if roomy and os.access(folder, os.W_OK) else "mmap"
