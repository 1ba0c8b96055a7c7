"""Which address leads where?"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from forbear.interfaces.api.api import urls as api_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    *api_urls,
]
