"""Explain to readers what is wrong with a value: ``users[0].action[0]: "unknown" is none of …``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from generator.model.context import Context
from generator.model.schemas.merging import is_among
from generator.model.schemas.quick_checks import is_of
from generator.model.styles import json_line
from generator.model.variations.constraints import Constraint

#: The most characters of a value, and the most accepted values, that are shown.
_SHOWN = 40
_NAMED = 4
#: Names that need quotes.
_UNREADABLE = re.compile(r"[\s.\[\]\"]|^$")

#: Texts that look like other JSON values, or like several.
_AMBIGUOUS = re.compile(r"true|false|null|[-\d.]+|(?:[^,\n]|,(?! ))*, .*|\s.*|.*\s")


def dotted(path: Sequence[str | int]) -> str:
    """A path in JavaScript's notation: ``["users", 0, "action", 0]`` → ``users[0].action[0]``."""
    parts = (
        f"[{part}]"
        if isinstance(part, int)
        else f"[{json_line(part)}]"
        if _UNREADABLE.search(part)
        else f".{part}"
        for part in path
    )
    return "".join(parts).removeprefix(".")


def explanation(context: Context, constraint: Constraint, value: Any, name: str) -> str:
    """Why ``value`` is wrong at the place that ``name`` describes, which is empty for the body."""
    if constraint.keyword == "required":
        return f"without {joined(name, constraint.name)}"
    if constraint.keyword == "dependentRequired":
        wanted = joined(name, str(constraint.demand))
        return f"without {joined(name, constraint.name)}, which {wanted} needs"
    words = _OF_SCHEMAS.get(constraint.keyword)
    why = words(context, constraint, value) if words else _WORDS[constraint.keyword](constraint, value)
    return f"{name or 'the body'}: {why}"


def joined(name: str, more: str) -> str:
    """A path in JavaScript's notation, extended by a name."""
    last = dotted([more])
    return f"{name}{'' if last.startswith('[') or not name else '.'}{last}"


def _shown(value: Any) -> str:
    text = json_line(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _bare(value: Any) -> str:
    """A value as JSON, but without quotes if it is a string that can't be mistaken for something else."""
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


# --- Keywords with schemas ------------------------------------------------------------------------------


def _no_alternative(context: Context, it: Constraint, value: Any) -> str:
    fitting = sum(context.checker.accepts(value, branch) for branch in it.demand)
    if fitting:
        return f"{_shown(value)} fits {fitting} of the alternatives, where one is allowed"
    kinds = list(dict.fromkeys(_kind(context.schemas.merged(branch), value) for branch in it.demand))
    if "" in kinds or len(kinds) > _NAMED:
        return f"{_shown(value)} fits none of the alternatives"
    return f"{_shown(value)} is {'neither' if len(kinds) > 1 else 'not'} {' nor '.join(kinds)}"


def _kind(schema: Mapping[str, Any], value: Any) -> str:
    """A short description of an alternative; empty if it wouldn't explain why ``value`` doesn't match."""
    accepted = [schema["const"]] if "const" in schema else schema.get("enum")
    if accepted is not None:
        known = len(accepted) > _NAMED or is_among(value, accepted)
        return "" if known else " or ".join(map(_bare, accepted))
    given = schema.get("type", [])
    types = [given] if isinstance(given, str) else given
    if any(is_of(value, type_) for type_ in types):
        return ""
    return " or ".join(type_ if type_ == "null" else _article(type_) for type_ in types)


def _no_item(context: Context, it: Constraint, value: Any) -> str:
    """Describe the missing item, by its value or its properties if these are constants."""
    schema = context.schemas.merged(it.demand)
    if "const" in schema:
        return f"no item is {_bare(schema['const'])}"
    children = {
        name: context.schemas.merged(child) for name, child in (schema.get("properties") or {}).items()
    }
    named = [f"{name} {_bare(child['const'])}" for name, child in children.items() if "const" in child]
    return f"no item with {' and '.join(named)}" if named else "the item that has to be there is missing"


#: Explanations by keyword, for those that need the context. They follow the name of the value.
_OF_SCHEMAS: Mapping[str, Callable[[Context, Constraint, Any], str]] = MappingProxyType(
    {"contains": _no_item, "oneOf": _no_alternative, "anyOf": _no_alternative}
)
#: Explanations by keyword, for all others.
_WORDS: Mapping[str, Callable[[Constraint, Any], str]] = MappingProxyType(
    {
        "type": _no_type,
        "enum": _none_of,
        "const": lambda it, value: f"{_shown(value)} is not {_bare(it.demand)}",
        "minimum": lambda it, value: f"{_shown(value)} is below {it.demand}",
        "exclusiveMinimum": lambda it, value: f"{_shown(value)} is not above {it.demand}",
        "maximum": lambda it, value: f"{_shown(value)} is above {it.demand}",
        "exclusiveMaximum": lambda it, value: f"{_shown(value)} is not below {it.demand}",
        "multipleOf": lambda it, value: f"{_shown(value)} is not a multiple of {it.demand}",
        "minLength": lambda it, value: f"{_characters(len(value))}, fewer than {it.demand}",
        "maxLength": lambda it, value: f"{_characters(len(value))}, more than {it.demand}",
        "pattern": lambda it, value: f"{_shown(value)} does not match {_bare(it.demand)}",
        "format": lambda it, value: f"{_shown(value)} is not a valid {it.demand}",
        "minItems": lambda it, value: f"{_items(len(value))}, fewer than {it.demand}",
        "maxItems": lambda it, value: f"{_items(len(value))}, more than {it.demand}",
        "uniqueItems": lambda it, value: "an item is repeated",
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
        "not": lambda it, value: f"{_shown(value)} is excluded",
    }
)
