"""Install the Debian packages that some tests use, when that is possible.

As root it installs what is missing; otherwise it names the one command to run. Either way it ends
well: a test whose package is missing skips and says so.

    python tools/debian.py [nightly]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

USED = {
    "gettext": "/usr/bin/xgettext",
    "chromium": "/usr/bin/chromium",
    "sip-tester": "/usr/bin/sipp",
    "fonts-noto-cjk": "/usr/share/fonts/opentype/noto",
}
NIGHTLY = {"kamailio": "/usr/sbin/kamailio", "coturn": "/usr/bin/turnserver"}
"""What long tests use besides: a telephone exchange and a TURN server that others wrote."""


def main() -> None:
    used = {**USED, **(NIGHTLY if sys.argv[1:] == ["nightly"] else {})}
    missing = [name for name, path in used.items() if not os.path.exists(path)]  # noqa: PTH110
    if not missing:
        return
    command = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(
            f"Tests in a browser, of calls and of translations will be skipped. To run them: "
            f"sudo {command}",
            flush=True,
        )
        return
    print(
        f"Installing {' '.join(missing)} for tests in a browser, of calls and of translations …",
        flush=True,
    )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in ("apt-get update -qq", command):
        done = subprocess.run(
            step.split(),
            check=False,
            env=environment,
            timeout=600,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            print(
                f"'{step}' did not work; some tests will be skipped.\n{done.stderr[-500:]}",
                file=sys.stderr,
                flush=True,
            )
            return


if __name__ == "__main__":
    main()
