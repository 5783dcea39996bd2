"""Convert keywords for a value itself. JSON Schema validation 2020-12, section 6."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from generator.model.draft7.ajv import (
    EMAIL,
    EMAIL_PATTERN,
    FORMATS,
    MISSED_FORMATS,
    beyond,
    comparable,
    distinct,
    is_finite,
    step,
)
from generator.model.draft7.patterns import without_unicode_flag

if TYPE_CHECKING:
    from generator.model.draft7.turn import Turn

_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")


def kinds(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``type``, ``const`` and ``enum``. Section 6.1."""
    if "type" in node:
        types = node["type"] if isinstance(node["type"], list) else [node["type"]]
        types = list(dict.fromkeys(types))
        out["type"] = types if len(types) > 1 else types[0]
    for key in ("const", "enum"):
        if key not in node:
            continue
        if not comparable(node[key]):
            turn.note(f"`{key}`")
            continue
        out[key] = distinct(node[key]) if key == "enum" else node[key]
        if beyond(node[key]):
            turn.note(f"the last digits of large numbers in `{key}`")


def counts(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert limits of lengths and counts. Sections 6.3.1, 6.4.1 and 6.5.1."""
    for key in _COUNTS:
        if key in node:
            out[key] = int(node[key])


def bounds(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert bounds of numbers. Section 6.2.

    JavaScript rounds beyond 2^53, so that a number above a bound may become the bound itself.
    """
    for key, tighter in (("minimum", max), ("maximum", min)):
        exclusive = "exclusive" + key.capitalize()
        if key in node and is_finite(node[key]):
            out[key] = node[key]
            turn.lossy += beyond(node[key])
        if exclusive in node and not beyond(node[exclusive]):
            out[exclusive] = node[exclusive]
        elif exclusive in node:
            turn.note(f"that a large `{exclusive}` itself is left out")
            if is_finite(node[exclusive]):
                out[key] = tighter(out.get(key, node[exclusive]), node[exclusive])
    if "multipleOf" in node:
        _multiple(turn, node, out, others)


def _multiple(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    if node["multipleOf"] == 1 and node.get("type") == "integer":
        return
    known = step(node["multipleOf"])
    if known is None:
        turn.note(f"`multipleOf: {node['multipleOf']}`")
        return
    number, most = known
    # A number of 32 bits is never rounded.
    bounded = node.get("format") == "int32" or (
        "minimum" in out and "maximum" in out and -most <= out["minimum"] and out["maximum"] <= most
    )
    if bounded:
        out["multipleOf"] = number
    else:
        turn.lossy += 1
        others.append({"if": {"minimum": -most, "maximum": most}, "then": {"multipleOf": number}})


def strings(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``pattern`` and ``format``. Sections 6.3.3 and 7.3."""
    if "pattern" in node:
        pattern = without_unicode_flag(node["pattern"])
        if pattern is None:
            turn.note(f"the pattern {node['pattern']!r}")
        else:
            out["pattern"] = pattern.text
            turn.lossy += not pattern.exact
    kind = node.get("format")
    if kind in turn.loose_formats:
        turn.lossy += 1
    elif kind in FORMATS:
        out["format"] = kind
    elif kind in MISSED_FORMATS:
        turn.note(f"the format {kind!r}")
    elif kind == EMAIL:
        turn.note("of the format 'email' more than that there is an @", once=True)
        if "pattern" in out:
            others.append({"pattern": EMAIL_PATTERN})
        else:
            out["pattern"] = EMAIL_PATTERN
