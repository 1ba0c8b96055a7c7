"""Can calls be made here, by telephone and by browser, and be written down?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from forbear.interfaces.commands.finding import Finding, Grade, failed, ok, warn
from forbear.values.errors import ForbearError


def call_findings() -> Iterator[Finding]:
    """Look at the telephone, browser headsets and the recogniser; whatever is off is said to be."""
    yield from _lines()
    yield _recogniser()


def _lines() -> Iterator[Finding]:
    from django.conf import settings

    from forbear.contexts.contact.channels.registry import (
        headset_setting,
        telephone_installed,
        trunks_named,
    )

    try:
        trunks = trunks_named(settings.FORBEAR_PROVIDERS)
        wanted = headset_setting(settings.FORBEAR_PROVIDERS)
    except ForbearError as error:
        yield _warned("telephone", error)
        return
    if not trunks:
        yield ok("telephone", "off: no line is set up", "未启用：未配置线路")
    elif telephone_installed():
        names = ", ".join(each.name for each in trunks)
        yield ok("telephone", f"can call by {names}", f"可通过 {names} 呼叫")
    else:
        yield _missing("telephone", "A line is set up", "已配置线路")
    yield _headsets(wanted)


def _headsets(wanted: Any) -> Finding:
    from forbear.contexts.contact.channels.registry import headset_installed

    if wanted is None:
        return ok("headsets", "off: no line lets browsers in", "未启用：没有线路允许浏览器通话")
    if not headset_installed():
        return _missing("headsets", "A line lets browsers be telephones", "线路允许用浏览器通话")
    try:
        wanted.see_secret()
    except ForbearError as error:
        return _warned("headsets", error)
    return ok("headsets", "browsers may be telephones", "可用浏览器接打电话")


def _recogniser() -> Finding:
    from django.conf import settings

    from forbear.contexts.contact.channels.registry import look_at_recogniser

    name = settings.FORBEAR_RECOGNISER
    if not name:
        return ok(
            "recogniser",
            "off: calls are not written down (FORBEAR_RECOGNISER)",
            "未启用：不转写通话（FORBEAR_RECOGNISER）",
        )
    try:
        look_at_recogniser(name, models=settings.FORBEAR_SPEECH_MODELS)
    except ForbearError as error:
        return _warned("recogniser", error)
    return ok("recogniser", f"{name} is installed", f"{name} 已安装")


def _warned(check: str, error: ForbearError) -> Finding:
    """Return what an error says; without calls everything else goes on."""
    return replace(failed(check, error), grade=Grade.WARN)


def _missing(check: str, en: str, zh: str) -> Finding:
    from forbear.contexts.contact.channels.registry import CALLS, CALLS_ZH

    return warn(
        check,
        (f"{en}; what that needs is not installed.", f"{zh}，但所需组件未安装。"),
        (
            f"Where pages and switchboard run: {CALLS}.",
            f"在页面服务与话务程序所在的机器上：{CALLS_ZH}。",
        ),
    )
