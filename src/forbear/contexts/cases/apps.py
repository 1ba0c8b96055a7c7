"""The context as a Django app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.cases"
    label = "cases"

    def ready(self) -> None:
        """Tell what is held about persons, so that it is kept as long as it must be."""
        from forbear.contexts.cases.holding import cases_held
        from forbear.contexts.protection.holding import register_holding

        register_holding("cases", cases_held)
