"""What do people call the clock of their place?"""

from __future__ import annotations

from django.utils.translation import gettext as _


def clock_named(zone: str) -> str:
    """Return what people call a zone's clock; where they have no word for it, its city's."""
    named = {
        "Asia/Shanghai": _("Beijing time"),
        "Asia/Urumqi": _("Xinjiang time"),
        "Asia/Hong_Kong": _("Hong Kong time"),
        "Europe/London": _("UK time"),
        "America/New_York": _("US Eastern time"),
        "America/Chicago": _("US Central time"),
        "America/Denver": _("US Mountain time"),
        "America/Phoenix": _("Arizona time"),
        "America/Los_Angeles": _("US Pacific time"),
        "America/Anchorage": _("Alaska time"),
        "Pacific/Honolulu": _("Hawaii time"),
    }
    city = zone.rpartition("/")[2].replace("_", " ")
    return named.get(zone) or _("the clock of %(city)s") % {"city": city}
