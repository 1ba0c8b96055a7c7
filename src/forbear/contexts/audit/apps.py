"""The context as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.audit"
    label = "audit"
