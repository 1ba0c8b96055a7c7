"""Which addresses does the portal have, and for whom is each?

No address and no title says what a page is about: phones are shared, and histories are read.
"""

from __future__ import annotations

from django.urls import URLPattern

from forbear.interfaces.portal.view import enter, home, public
from forbear.interfaces.web.access import Audience, page

PUBLIC, INSIDE = Audience.PUBLIC, Audience.INSIDE

app_name = "portal"
urlpatterns: list[URLPattern] = [
    # For everybody.
    page("", public.first, name="first", whom=PUBLIC),
    page("reading/", public.reading, name="reading", whom=PUBLIC),
    page("leave/", public.leave, name="leave", whom=PUBLIC),
    page("sign-out/", public.sign_out, name="sign_out", whom=PUBLIC),
    # The door.
    page("enter/", enter.enter, name="enter", whom=PUBLIC),
    # For whoever is in.
    page("home/", home.home, name="home", whom=INSIDE),
]
