"""Does the API's description name everything by a name of its own?"""

from __future__ import annotations

import dataclasses
import typing
from collections import defaultdict

from pydantic import BaseModel

from forbear.interfaces.api.api import api


def described(shape: object, found: dict[str, set[str]]) -> None:
    """Note every class that a shape is made of, by its short name."""
    for part in typing.get_args(shape):
        described(part, found)
    if not isinstance(shape, type):
        return
    if not (dataclasses.is_dataclass(shape) or issubclass(shape, BaseModel)):
        return
    whole = f"{shape.__module__}.{shape.__qualname__}"
    if whole in found[shape.__name__]:
        return
    found[shape.__name__].add(whole)
    for part in typing.get_type_hints(shape).values():
        described(part, found)


def test_two_shapes_never_share_a_name():
    """Under one name the description keeps one shape, and the other is described wrongly."""
    found: dict[str, set[str]] = defaultdict(set)
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                given = [*operation.models, *filter(None, operation.response_models.values())]
                for model in given:
                    for field in getattr(model, "model_fields", {}).values():
                        described(field.annotation, found)

    assert len(found) > 100
    assert {name: wholes for name, wholes in found.items() if len(wholes) > 1} == {}
