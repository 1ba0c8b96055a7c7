"""For which agency does a system act?"""

from __future__ import annotations

from dataclasses import replace

from forbear.contexts.people.care import Agency, agencies
from forbear.values.principal import NotPermitted, Principal, PrincipalKind, Sight


def agency_of(actor: Principal) -> Agency:
    """Return the agency whose key was shown.

    Raises:
        NotPermitted: somebody else acts, or the agency was closed.
    """
    if actor.kind is PrincipalKind.TOKEN and actor.sight is Sight.TEAMS:
        for each in agencies():
            if actor.teams == (each.id,) and each.open:
                return each
    raise NotPermitted(
        "This takes a key that is bound to an agency.",
        remedy="Ask an administrator for one: forbear token make --agency",
        message_zh="此操作须使用绑定外包机构的密钥。",
        remedy_zh="请向管理员申请：forbear token make --agency",
    )


def seeing_all(actor: Principal) -> Principal:
    """Return an agency's system as what it did is written down.

    What an agency says it did is kept also where the person has left its care meanwhile. Whoever
    acts as this looks at the agency's own permits and reports alone.
    """
    return replace(actor, sight=Sight.ALL, teams=())
