"""What may a report of an unexpected error show of the moment in which it happened?

Where the program was, never what it held: a local variable may be somebody's name, and whoever
reads reports of errors has given no reason to see one.
"""

from __future__ import annotations

from typing import Any

from django.views.debug import SafeExceptionReporterFilter


class NoValues(SafeExceptionReporterFilter):
    """Leaves out every local variable and everything that was posted, on all pages and mails."""

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> list[tuple[str, str]]:
        """Return no variable."""
        del request, tb_frame
        return []

    def get_post_parameters(self, request: Any) -> dict[str, str]:
        """Return the names of what was posted, without the values."""
        return {} if request is None else dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_cleansed_multivaluedict(self, request: Any, multivaluedict: Any) -> Any:
        """Return a form's names without the values."""
        del request
        return dict.fromkeys(multivaluedict, self.cleansed_substitute)
