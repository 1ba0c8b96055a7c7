"""The checks before anything is served: a shared cache, no demonstration in earnest."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from forbear.interfaces.web.check import TAG, refuse_unsafe


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
        with override_settings(FORBEAR_DEMO=True, FORBEAR_IN_EARNEST=True):
            assert _faults() == ["forbear.E002"]
        with override_settings(FORBEAR_DEMO=True, FORBEAR_IN_EARNEST=False):
            assert _faults() == []
