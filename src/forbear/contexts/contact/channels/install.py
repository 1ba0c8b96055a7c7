"""By which one command is everything installed that calls can use?"""

from __future__ import annotations

from typing import Final

CALLS: Final = "make calls, or pip install --require-hashes -r requirements/calls.txt"
CALLS_ZH: Final = "make calls，或 pip install --require-hashes -r requirements/calls.txt"
"""Telephone, browser headset, recogniser and what numbers tell, at locked versions."""
