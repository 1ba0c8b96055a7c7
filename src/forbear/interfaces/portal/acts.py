"""Under which addresses does whoever is in do something? Like all others, they tell nothing."""

from __future__ import annotations

from django.urls import URLPattern

from forbear.interfaces.portal.view import pay, promise
from forbear.interfaces.web.access import Audience, page

INSIDE = Audience.INSIDE

acts: list[URLPattern] = [
    page("do/1/", pay.choose, name="pay", whom=INSIDE),
    page("do/1/<int:loan>/", pay.begin, name="pay_begin", whom=INSIDE),
    page("do/1/<int:loan>/details/", pay.transfer, name="pay_transfer", whom=INSIDE),
    page("do/1/at/<uuid:intent>/", pay.simulated, name="pay_simulated", whom=INSIDE),
    page("do/1/back/<uuid:intent>/", pay.back, name="pay_back", whom=INSIDE),
    page("do/1/later/", promise.promise, name="promise", whom=INSIDE),
    page("do/1/later/<str:ref>/", promise.withdraw, name="promise_withdraw", whom=INSIDE),
]
