"""Values that a description gives for a schema: examples, defaults, constants."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from generator.model.schemas.quick_checks import _of_yaml


def documented(node: Mapping[str, Any]) -> Iterator[Any]:
    """The values that a schema itself offers, the best first: examples, default."""
    if "example" in node:
        yield node["example"]
    if isinstance(node.get("examples"), list):
        yield from node["examples"]
    elif isinstance(node.get("examples"), dict):
        # Not as it should be, but met: named examples as a media type has them.
        yield from (e["value"] for e in node["examples"].values() if isinstance(e, dict) and "value" in e)
    if "default" in node and (node["default"] not in ([], {}) or isinstance(node["default"], bool)):
        # An empty list says that nothing need be sent; a sample shows what could be.
        yield node["default"]


def meant(value: Any, merged: Mapping[str, Any]) -> Iterator[Any]:
    """What a documented value of the wrong type may have meant: ``a,b`` of a list is a list."""
    if isinstance(value, str) and "," in value and merged.get("type") == "array":
        yield [part.strip() for part in value.split(",")]
    if isinstance(value, str) and merged.get("format") == "date":
        yield value[:10]  # of a date with its time
    yield from coerced(value)


def coerced(value: Any) -> Iterator[Any]:
    """``value`` as the other JSON types would write it: ``False`` as ``"false"``, ``"5"`` as ``5``."""
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
