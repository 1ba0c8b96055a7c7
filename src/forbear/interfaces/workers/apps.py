"""The workers as a Django app: their tasks are found by procrastinate."""

from django.apps import AppConfig


class WorkersConfig(AppConfig):
    """It has no models."""

    name = "forbear.interfaces.workers"
    label = "workers"
