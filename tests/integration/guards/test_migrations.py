"""The migrations lead to the models as they are, closed lists included."""

from __future__ import annotations

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

OURS = {
    config.label for config in apps.get_app_configs() if config.name.startswith("forbear.contexts")
}


def test_no_model_has_changed_without_a_migration():
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))

    # Names that people read are translated; migrations are written in none of the languages.
    with translation.override(None):
        changes = detector.changes(graph=loader.graph)

    # A word that a closed list gains is a migration too: the database checks the list.
    assert {label: found for label, found in changes.items() if label in OURS} == {}
    assert "portfolio" in OURS


def test_migrations_are_one_line_and_named_for_when_they_are_safe():
    loader = MigrationLoader(None)
    names = [name for label, name in loader.disk_migrations if label in OURS]

    assert loader.detect_conflicts() == {}
    assert len(names) >= 20
    assert [name for name in names if name.split("_")[1] not in {"pre", "post"}] == []
