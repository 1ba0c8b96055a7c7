"""The portal as a Django app: templates and static files."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """It has no models."""

    name = "forbear.interfaces.portal"
    label = "portal"
