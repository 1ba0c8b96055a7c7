"""What a line of the log tells, and that no value of a person ever reaches one."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest

from forbear.interfaces.web import log
from forbear.interfaces.web.log import Formatter
from forbear.values.errors import InvalidInput

NUMBER = "13800138000"


def _line(name: str, message: str, *args: object, plain: bool = False, **extra: object) -> str:
    logger = logging.Logger(name)  # noqa: LOG001  # one that nobody has set up
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter(plain=plain))
    logger.addHandler(handler)
    logger.error(message, *args, exc_info=sys.exc_info()[0] is not None, extra=extra)
    return stream.getvalue()


def test_a_line_is_one_json_object_with_time_level_logger_and_event():
    told = json.loads(_line("forbear.request", "request", route="today", status=200))

    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "ERROR",
        "logger": "forbear.request",
        "event": "request",
        "route": "today",
        "status": 200,
    }


@pytest.mark.parametrize("plain", [False, True])
def test_values_reach_a_line_only_in_named_fields(plain):
    line = _line("forbear.x", "Called %s.", NUMBER, plain=plain, phone=NUMBER, code="BUSY")

    assert NUMBER not in line
    assert "Called %s." in line
    assert "BUSY" in line


@pytest.mark.parametrize("plain", [False, True])
def test_of_other_libraries_only_the_place_is_told(plain):
    line = _line("django.request", f"Not found: /person/{NUMBER}", plain=plain)
    job = _line(
        "procrastinate.worker", f"Job call({NUMBER}) failed", plain=plain, action="job_error"
    )

    assert NUMBER not in line + job
    assert "test_log._line" in line
    assert "test_log.job_error" in job


@pytest.mark.parametrize("plain", [False, True])
def test_of_an_error_its_kind_and_our_lines_are_told_never_its_words(plain):
    try:
        try:
            log.logging_of(plain=NUMBER, level=object()).pop(NUMBER)
        except KeyError as error:
            raise InvalidInput(f"{NUMBER} is no day.") from error
    except InvalidInput:
        line = _line("forbear.x", "It failed.", plain=plain)

    assert NUMBER not in line
    assert "forbear.values.errors.InvalidInput" in line
    assert "builtins.KeyError" in line


def test_frames_of_ours_are_named_by_file_line_and_function():
    try:
        Formatter().format(None)
    except AttributeError:
        told = json.loads(_line("forbear.x", "It failed."))

    frames = told["errors"][0]["frames"]
    assert [each.split(":")[0] for each in frames] == ["interfaces/web/log.py"] * 2
    assert frames[-1].endswith(" fields_of")


def test_the_request_is_named_while_it_lasts():
    token = log.request_id.set("a" * 32)
    try:
        assert json.loads(_line("forbear.x", "x"))["request_id"] == "a" * 32
    finally:
        log.request_id.reset(token)
    assert "request_id" not in json.loads(_line("forbear.x", "x"))
