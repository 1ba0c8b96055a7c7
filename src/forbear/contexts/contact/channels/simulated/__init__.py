"""A provider that exists nowhere, for demonstrations and tests: it misbehaves as real ones do."""
