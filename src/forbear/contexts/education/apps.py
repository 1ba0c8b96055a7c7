"""The context as a Django app."""

from django.apps import AppConfig


class EducationConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.education"
    label = "education"

    def ready(self) -> None:
        """Forget a person's offers when the person is erased; tell what messages may say."""
        from forbear.contexts.audit.actions import recorded
        from forbear.contexts.cases.campaign.more import register_more
        from forbear.contexts.education.forget import hear
        from forbear.contexts.education.mail import CONTEXT, lesson_told

        recorded.connect(hear, dispatch_uid="education.forget")
        register_more(CONTEXT, lesson_told, written=True)
