"""What is answered about documents? Written by tools/client.py from openapi.json."""

from __future__ import annotations
