"""What did the person say? The assistant suggests to a colleague; nothing is kept or done."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from forbear.interfaces.console.view.person import Asked, person_page
from forbear.policy.assistant.intent import Intent


@sensitive_post_parameters("said")
@sensitive_variables()
@require_POST
def heard(request: Any, person: int) -> HttpResponse:
    """Show the suggestion: on the page, or as the part of it that a script asks for."""
    form = request.POST
    chosen = form.get("chosen", "")
    asked = Asked(
        said=form.get("said", "").replace("\r\n", "\n"),
        chosen=Intent(chosen) if chosen in set(Intent) else None,
        message="latest" if form.get("latest") else "",
    )
    part = request.headers.get("HX-Request") == "true"
    return person_page(
        request, person, asked=asked, template="console/suggested.html" if part else None
    )
