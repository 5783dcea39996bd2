"""What is wrong with a value, in the words of a reader: ``users[0].action[0]: "unknown" is none of …``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from generator.model.constraints import Constraint
from generator.model.styles import json_line

#: Characters of a value, and accepted values, that are shown.
_SHOWN = 40
_NAMED = 4
#: Where a name needs quotes.
_UNREADABLE = re.compile(r"[\s.\[\]\"]|^$")

#: Texts that look like other JSON values, or like several.
_AMBIGUOUS = re.compile(r"true|false|null|[-\d.]+|.*, .*|\s.*|.*\s")


def dotted(path: Sequence[str | int]) -> str:
    """A path as JavaScript has it: ``users[0].action[0]``."""
    parts = (
        f"[{part}]"
        if isinstance(part, int)
        else f"[{json_line(part)}]"
        if _UNREADABLE.search(part)
        else f".{part}"
        for part in path
    )
    return "".join(parts).removeprefix(".")


def fault(constraint: Constraint, value: Any, name: str) -> str:
    """Why ``value`` is wrong, which stands in the place that ``name`` names."""
    if constraint.keyword == "required":
        return f"without {joined(name, constraint.name)}"
    if constraint.keyword == "dependentRequired":
        wanted = joined(name, str(constraint.demand))
        return f"without {joined(name, constraint.name)}, which {wanted} needs"
    return f"{name or 'the body'}: {_WORDS[constraint.keyword](constraint, value)}"


def joined(name: str, more: str) -> str:
    """A path with one more name."""
    last = dotted([more])
    return f"{name}{'' if last.startswith('[') or not name else '.'}{last}"


def _shown(value: Any) -> str:
    text = json_line(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _bare(value: Any) -> str:
    """A word as it is; with quotes what could be taken for something else."""
    plain = isinstance(value, str) and 0 < len(value) <= _SHOWN and not _AMBIGUOUS.fullmatch(value)
    return value if plain else _shown(value)


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _no_type(it: Constraint, value: Any) -> str:
    types = [it.demand] if isinstance(it.demand, str) else list(it.demand)
    if len(types) == 1:
        return f"{_shown(value)} is not {types[0] if types[0] == 'null' else _article(types[0])}"
    return f"{_shown(value)} is neither {' nor '.join(types)}"


def _none_of(it: Constraint, value: Any) -> str:
    accepted = list(map(_bare, it.demand))
    if len(accepted) == 1:
        return f"{_shown(value)} is not {accepted[0]}"
    more = ", …" if len(accepted) > _NAMED else ""
    return f"{_shown(value)} is none of {', '.join(accepted[:_NAMED])}{more}"


def _characters(count: Any) -> str:
    return _counted(count, "character", "characters")


def _items(count: Any) -> str:
    return _counted(count, "item", "items")


def _properties(count: Any) -> str:
    return _counted(count, "property", "properties")


def _counted(count: Any, one: str, many: str) -> str:
    return f"{'no' if count == 0 else count} {one if count == 1 else many}"


def _new_name(it: Constraint, value: Any) -> str:
    known = it.value if isinstance(it.value, dict) else {}
    name = next((name for name in value if name not in known), "") if isinstance(value, dict) else ""
    return json_line(it.name or name)


#: What follows the name of the value.
_WORDS: Mapping[str, Callable[[Constraint, Any], str]] = MappingProxyType(
    {
        "type": _no_type,
        "enum": _none_of,
        "const": lambda it, value: f"{_shown(value)} is not {_bare(it.demand)}",
        "minimum": lambda it, value: f"{_shown(value)} is below {it.demand}",
        "exclusiveMinimum": lambda it, value: f"{_shown(value)} is not above {it.demand}",
        "maximum": lambda it, value: f"{_shown(value)} is above {it.demand}",
        "exclusiveMaximum": lambda it, value: f"{_shown(value)} is not below {it.demand}",
        "multipleOf": lambda it, value: f"{_shown(value)} is no multiple of {it.demand}",
        "minLength": lambda it, value: f"{_characters(len(value))}, fewer than {it.demand}",
        "maxLength": lambda it, value: f"{_characters(len(value))}, more than {it.demand}",
        "pattern": lambda it, value: f"{_shown(value)} does not match {_bare(it.demand)}",
        "format": lambda it, value: f"{_shown(value)} is no {it.demand}",
        "minItems": lambda it, value: f"{_items(len(value))}, fewer than {it.demand}",
        "maxItems": lambda it, value: f"{_items(len(value))}, more than {it.demand}",
        "uniqueItems": lambda it, value: "an item stands there twice",
        "contains": lambda it, value: "the item that has to be there is missing",
        "minContains": lambda it, value: f"fewer than {it.demand} of the items that have to be there",
        "maxContains": lambda it, value: f"more than {it.demand} of an item",
        "items": lambda it, value: "more items than are described",
        "unevaluatedItems": lambda it, value: "more items than are described",
        "properties": lambda it, value: f"the property {_new_name(it, value)} is not allowed",
        "additionalProperties": lambda it, value: f"the property {_new_name(it, value)} is not described",
        "unevaluatedProperties": lambda it, value: f"the property {_new_name(it, value)} is not described",
        "propertyNames": lambda it, value: f"a property may not be called {_new_name(it, value)}",
        "minProperties": lambda it, value: f"{_properties(len(value))}, fewer than {it.demand}",
        "maxProperties": lambda it, value: f"{_properties(len(value))}, more than {it.demand}",
        "oneOf": lambda it, value: f"{_shown(value)} does not fit exactly one of the alternatives",
        "anyOf": lambda it, value: f"{_shown(value)} fits none of the alternatives",
        "not": lambda it, value: f"{_shown(value)} is excluded",
    }
)
