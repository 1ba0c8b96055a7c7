"""Which options do many commands share?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[Path, typer.Option(envvar="FORBEAR_HOME", help="The workspace folder.")]
Json = Annotated[bool, typer.Option("--json", help="Answer with JSON.")]
