"""How does WeChat tell, with the person's own browser, who they are for the account?

By its page for signing in without asking anything (``snsapi_base``): it sends the browser back with
a word that counts once for five minutes, and for the word and the secret it gives the id.
"""

from __future__ import annotations

from urllib.parse import urlencode

import httpx

from forbear.contexts.contact.channels.kind import Entry
from forbear.contexts.contact.channels.wechat.platform import Platform
from forbear.contexts.protection.normal import NotIndexable, normal_wechat


class Login:
    """One official account, as the portal asks it who somebody is."""

    def __init__(self, entry: Entry) -> None:
        """Take the settings; the secret is opened when it is needed."""
        self._read, self.name = entry.settings, entry.name

    def page(self, back_to: str, state: str) -> str:
        """Return the address of WeChat's page, from which the browser comes back with a word."""
        asked = {
            "appid": self._read.app_id,
            "redirect_uri": back_to,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        where = f"{self._read.authorize_url}/connect/oauth2/authorize"
        return f"{where}?{urlencode(asked)}#wechat_redirect"

    def person_of(self, word: str) -> str | None:
        """Return who somebody is for the account; null: the word does not count, or nobody says."""
        platform = Platform(self._read.base_url, self._read.timeout_s)
        try:
            _, said = platform.get(
                "/sns/oauth2/access_token",
                appid=self._read.app_id,
                secret=self._read.secret.open(),
                code=word,
                grant_type="authorization_code",
            )
        except httpx.HTTPError:
            return None
        finally:
            platform.close()
        found = said.get("openid") if isinstance(said, dict) else None
        try:
            return normal_wechat(found) if isinstance(found, str) else None
        except NotIndexable:
            return None
