"""Which addresses does the portal have, and for whom is each?

No address and no title says what a page is about: phones are shared, and histories are read.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern

from forbear.interfaces.portal.acts import acts
from forbear.interfaces.portal.view import (
    acting,
    ask,
    bargain,
    budget,
    check,
    demo,
    enter,
    farewell,
    home,
    items,
    known,
    learn,
    public,
)
from forbear.interfaces.web.access import Audience, page

PUBLIC, INSIDE = Audience.PUBLIC, Audience.INSIDE

app_name = "portal"
urlpatterns: list[URLPattern] = [
    # For everybody.
    page("", public.first, name="first", whom=PUBLIC),
    page("reading/", public.reading, name="reading", whom=PUBLIC),
    page("leave/", public.leave, name="leave", whom=PUBLIC),
    page("sign-out/", public.sign_out, name="sign_out", whom=PUBLIC),
    page("check/", check.check, name="check", whom=PUBLIC),
    page("not-me/", check.not_me, name="not_me", whom=PUBLIC),
    page("careful/", check.fraud, name="fraud", whom=PUBLIC),
    page("rights/", known.rights, name="rights", whom=PUBLIC),
    page("help/", known.help_near, name="help", whom=PUBLIC),
    page("lessons/", learn.lessons, name="learn", whom=PUBLIC),
    page("lessons/<str:code>/", learn.lesson, name="lesson", whom=PUBLIC),
    page("practice/", learn.practice, name="practice", whom=PUBLIC),
    page("practice/<str:code>/", learn.situation, name="situation", whom=PUBLIC),
    page("budget/", budget.budget, name="budget", whom=PUBLIC),
    page("ask/", ask.ask, name="ask", whom=PUBLIC),
    # The door.
    page("enter/", enter.enter, name="enter", whom=PUBLIC),
    page("code/", enter.code, name="code", whom=PUBLIC),
    page("l/<str:token>/", enter.link, name="link", whom=PUBLIC),
    page("l/<str:token>/not-me/", check.not_me_link, name="not_me_link", whom=PUBLIC),
    # Behind the word in a mail.
    page("u/<str:token>/", farewell.farewell, name="farewell", whom=PUBLIC),
    # For whoever is in.
    page("ask/plan/", bargain.bargain, name="ask_plan", whom=INSIDE),
    page("home/", home.home, name="home", whom=INSIDE),
    page("home/not-now/", home.not_now, name="not_now", whom=INSIDE),
    page("items/", items.items, name="items", whom=INSIDE),
    page("items/<int:loan>/", items.item, name="item", whom=INSIDE),
    page("items/<int:loan>/paper/", items.paper, name="paper", whom=INSIDE),
    page("others/", acting.acting, name="acting", whom=INSIDE),
    page("others/<uuid:ref>/end/", acting.end, name="acting_end", whom=INSIDE),
    *acts,
]
if settings.FORBEAR_DEMO and not settings.FORBEAR_IN_EARNEST:
    urlpatterns.append(page("demo/", demo.messages, name="demo", whom=PUBLIC))
