"""The checks before anything is served: a shared cache, no demonstration in earnest."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from forbear.interfaces.web.check import TAG, refuse_unsafe

HOSTS = ["collect.example"]
KEY = "kR7-vQ2_xP9mZ4tL8wN3yB6cF1hJ5sD0gA-qE2uI7oT9rY4kM8b"


def _faults():
    return [each.id for each in run_checks(tags=[TAG]) if each.is_serious()]


class TestChecks:
    def test_pass_with_the_shipped_settings(self):
        assert _faults() == []
        refuse_unsafe()

    @pytest.mark.parametrize(
        "backend",
        [
            "django.core.cache.backends.dummy.DummyCache",
            "django.core.cache.backends.locmem.LocMemCache",
            "django.core.cache.backends.filebased.FileBasedCache",
        ],
    )
    def test_refuse_a_cache_that_processes_do_not_share(self, backend):
        with override_settings(CACHES={"default": {"BACKEND": backend, "LOCATION": "x"}}):
            assert _faults() == ["forbear.E001"]
            with pytest.raises(ImproperlyConfigured, match="would not hold"):
                refuse_unsafe()

    def test_refuse_public_passwords_in_earnest(self):
        with override_settings(FORBEAR_DEMO=True, FORBEAR_IN_EARNEST=True, ALLOWED_HOSTS=HOSTS):
            assert _faults() == ["forbear.E002"]
        with override_settings(FORBEAR_DEMO=True, FORBEAR_IN_EARNEST=False):
            assert _faults() == []

    @pytest.mark.parametrize("host", ["*", ".example", "*.example"])
    def test_refuse_any_host_in_earnest(self, host):
        with override_settings(FORBEAR_IN_EARNEST=True, ALLOWED_HOSTS=[*HOSTS, host]):
            assert _faults() == ["forbear.E004"]
        with override_settings(FORBEAR_IN_EARNEST=False, ALLOWED_HOSTS=[host]):
            assert _faults() == []

    @pytest.mark.parametrize("key", ["short", "x" * 64, f"django-insecure-{KEY}", f"dev-{KEY}"])
    def test_refuse_a_secret_key_that_can_be_guessed_in_earnest(self, key):
        with override_settings(FORBEAR_IN_EARNEST=True, ALLOWED_HOSTS=HOSTS, SECRET_KEY=key):
            assert _faults() == ["forbear.E005"]
        with override_settings(FORBEAR_IN_EARNEST=True, ALLOWED_HOSTS=HOSTS, SECRET_KEY=KEY):
            assert _faults() == []
