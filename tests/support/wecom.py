"""WeCom as its public documentation describes it, on this machine, for tests."""

from __future__ import annotations

from tests.support.wechat import Platform

CORP_ID = "ww0123456789abcdef"


def file_text(url: str, *, staff: str) -> str:
    """Return a file of channels with one enterprise and one registered account."""
    return f"""
channels:
  - name: enterprise
    kind: wecom
    settings:
      corp_id: {CORP_ID}
      secret: "env:WECHAT_SECRET"
      token: "env:WECHAT_TOKEN"
      aes_key: "env:WECHAT_AES_KEY"
      base_url: {url}
      timeout_s: 2
      accounts: {{{staff}: zhangsan}}
"""


class Enterprise(Platform):
    """Its tasks: made by a program, confirmed by a member of staff or taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.tasks: list[dict] = []
        self.friends = {"zhangsan"}

    def breaks(self, path: str) -> bool:
        """Say whether what goes wrong next goes wrong here."""
        return path.endswith("add_msg_template")

    def confirm(self, status: int = 1) -> None:
        """Let the member of staff confirm the newest task, if it still can be."""
        if self.tasks[-1]["status"] == 0 and not self.tasks[-1]["taken_back"]:
            self.tasks[-1]["status"] = status

    @property
    def sent(self) -> list[dict]:
        """What reached a customer."""
        return [task for task in self.tasks if task["status"] == 1]

    def answer(self, path: str, asked: dict[str, str], said: dict) -> dict:
        """Answer one request."""
        if path == "/cgi-bin/gettoken":
            assert asked == {"corpid": CORP_ID, "corpsecret": "app-secret"}
            self.fetched, self.made = self.fetched + 1, self.made or 1
            return {"errcode": 0, "access_token": self.token, "expires_in": 7200}
        if asked.get("access_token") != self.token:
            return {"errcode": 40014, "errmsg": "invalid access_token"}
        return getattr(self, f"_{path.rpartition('/')[2]}")(said)

    def _get_follow_user_list(self, _said: dict) -> dict:
        return {"errcode": 0, "follow_user": sorted(self.friends)}

    def _add_msg_template(self, said: dict) -> dict:
        code, self.next = self.next, 0
        if isinstance(code, int) and code:
            return {"errcode": code, "errmsg": "refused"}
        assert said["chat_type"] == "single"
        if said["sender"] not in self.friends:
            return {"errcode": 0, "fail_list": said["external_userid"], "msgid": ""}
        self.tasks.append({**said, "status": 0, "taken_back": False})
        return {"errcode": 0, "fail_list": [], "msgid": f"msgGC{len(self.tasks)}"}

    def _get_groupmsg_send_result(self, said: dict) -> dict:
        task = self.tasks[int(said["msgid"].removeprefix("msgGC")) - 1]
        assert said["userid"] == task["sender"]
        row = {
            "external_userid": task["external_userid"][0],
            "userid": task["sender"],
            "status": task["status"],
        }
        return {"errcode": 0, "send_list": [row]}

    def _cancel_groupmsg_send(self, said: dict) -> dict:
        task = self.tasks[int(said["msgid"].removeprefix("msgGC")) - 1]
        task["taken_back"] = True
        return {"errcode": 0, "errmsg": "ok"}
