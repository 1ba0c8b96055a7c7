"""The context as a Django app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.evidence"
    label = "evidence"
