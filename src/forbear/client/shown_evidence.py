"""What is answered about documents and the check of callers? Written by tools/client.py from openapi.json."""

from __future__ import annotations
