"""The page behind the word in a mail by which somebody wants no more of them.

Mail services follow it by themselves with a POST (RFC 8058); a person who follows it sees a button,
since programs that look at links must end nothing. Nothing here says whether the word was ours.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from forbear.contexts.contact.mail.returned import unsubscribe
from forbear.interfaces.portal.context import in_tongue
from forbear.policy.wording.form import Both

_ASKS = Both(zh="不再接收我们的邮件？", en="No more mails from us?")
_HOW = Both(
    zh="点一下即可，无需登录，也不必说明原因。需要联系我们时，随时可以回来。",
    en="One tap is enough: no sign-in, no reason. You can reach us at any time.",
)
_BUTTON = Both(zh="不再接收邮件", en="No more mails")
_DONE = Both(zh="已收到，今后不再发送邮件。", en="Understood: no more mails will come.")
_AFTER = Both(
    zh="您可以关闭本页。其他联系方式不受影响，可在“本人事务”中更改。",
    en="You can close this page. Other ways are not affected; you can change them under your own "
    "matter.",
)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def farewell(request: Any, token: str) -> HttpResponse:
    """Ask, or take in, that somebody wants no more mails."""
    done = request.method == "POST"
    if done:
        unsubscribe(token, now=datetime.now(UTC))
    return render(
        request,
        "portal/farewell.html",
        {
            "done": done,
            "title": in_tongue(_DONE if done else _ASKS),
            "lead": in_tongue(_AFTER if done else _HOW),
            "button": in_tongue(_BUTTON),
        },
    )
