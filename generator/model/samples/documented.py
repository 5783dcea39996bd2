"""Values that a schema documents itself, in examples and a default."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from generator.model.schemas.quick_checks import _of_yaml

Origin = Literal["example", "default"]
"""The keyword of a schema that documents a value; ``example`` also for ``examples``."""


def documented(node: Mapping[str, Any]) -> Iterator[Any]:
    """The documented values of a schema, the best first: examples, then the default."""
    yield from (value for value, _ in documented_by(node))


def documented_by(node: Mapping[str, Any]) -> Iterator[tuple[Any, Origin]]:
    """The same as ``documented``, each value with the keyword that documents it."""
    for value in _examples(node):
        yield value, "example"
    if "default" in node and (node["default"] not in ([], {}) or isinstance(node["default"], bool)):
        # An empty default means that nothing needs to be sent, but a sample shows what can be.
        yield node["default"], "default"


def _examples(node: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in node:
        yield node["example"]
    if isinstance(node.get("examples"), list):
        yield from node["examples"]
    elif isinstance(node.get("examples"), dict):
        # Invalid, but it occurs: named examples, as in a media type.
        yield from (e["value"] for e in node["examples"].values() if isinstance(e, dict) and "value" in e)


def meant(value: Any, merged: Mapping[str, Any]) -> Iterator[Any]:
    """What a documented value of the wrong type may mean: ``"a,b"`` → ``["a", "b"]`` for an array."""
    if isinstance(value, str) and "," in value and merged.get("type") == "array":
        yield [part.strip() for part in value.split(",")]
    if isinstance(value, str) and merged.get("format") == "date":
        yield value[:10]  # the date of a date-time
    yield from coerced(value)


def coerced(value: Any) -> Iterator[Any]:
    """``value`` converted to other JSON types: ``False`` → ``"false"``, ``"5"`` → ``5``, ``1`` → ``[1]``."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            yield json.loads(value)
        if (number := _of_yaml(value)) is not None:
            yield number
        if value.strip().lower() in ("true", "false"):
            yield value.strip().lower() == "true"
    elif value is not None:
        yield json.dumps(value)
        if isinstance(value, float) and value.is_integer():
            yield int(value)
    if not isinstance(value, list):
        yield [value]
    elif len(value) == 1:
        yield value[0]
