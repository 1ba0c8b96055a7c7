"""By which one command is everything installed that calls can use?"""

from __future__ import annotations

from typing import Final

CALLS: Final = "make extras, or pip install --require-hashes -r requirements/extras.txt"
CALLS_ZH: Final = "make extras，或 pip install --require-hashes -r requirements/extras.txt"
"""Telephone, browser headset, recogniser and what numbers tell, at locked versions."""
