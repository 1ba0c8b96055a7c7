"""Gateways that take text messages over HTTP: one described by its file, and a cloud."""
