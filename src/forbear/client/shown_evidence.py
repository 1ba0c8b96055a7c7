"""What is answered about evidence? Written by tools/client.py from openapi.json."""

from __future__ import annotations
