"""Who approved the words that are said to people here?"""

from __future__ import annotations

from datetime import datetime

from forbear.interfaces.commands.finding import Finding, ok, warn


def wording_finding(now: datetime) -> Finding:
    """Say which texts in force are approved by the demonstration alone."""
    from django.conf import settings

    from forbear.contexts.rulebook.approved import invented_approvals

    found = invented_approvals(settings.FORBEAR_MORNING.day(now))
    if not found:
        return ok("wording", "approved by the lender's own", "均由本机构人员批准")
    many = len(found)
    if not settings.FORBEAR_IN_EARNEST:
        return ok(
            "wording",
            f"{many} texts, approved by the demonstration's invented desk",
            f"{many} 项用语，由演示中的虚构岗位批准",
        )
    newest, _, version = found[0].partition("@")
    en = (
        f"{many} texts in force await your approval: their approver is the demonstration's "
        f"invented desk. The newest: {newest} version {version}"
    )
    zh = (
        f"{many} 项生效用语有待贵机构批准：目前的批准人为演示中的虚构岗位。"
        f"最新一项：{newest} 第 {version} 版"
    )
    return warn(
        "wording",
        (en, zh),
        (
            "Read each below policies, and write who of yours approved it, and when.",
            "请逐项审阅 policies 目录下的文件，并写明贵机构的批准人与日期。",
        ),
    )
