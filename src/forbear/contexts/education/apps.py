"""The context as a Django app."""

from django.apps import AppConfig


class EducationConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.education"
    label = "education"

    def ready(self) -> None:
        """Forget a person's offers when the person is erased."""
        from forbear.contexts.audit.actions import recorded
        from forbear.contexts.education.forget import hear

        recorded.connect(hear, dispatch_uid="education.forget")
