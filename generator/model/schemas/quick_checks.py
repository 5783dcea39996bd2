"""Quick checks of whether a value fits a merged schema.

They are not a validation: they cost next to nothing, and are right for nearly every schema. The validation by
``validator`` follows later.
"""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import jsonschema_rs

from generator.model.schemas.facts import Schema
from generator.model.schemas.merging import is_among, same
from generator.model.schemas.patterns import pattern_accepts

NOTHING: Any = type("_Nothing", (), {"__repr__": lambda self: "NOTHING"})()
"""Marks that there is no value, so that an optional property is left out."""
#: The most characters of a whole number that is written in another form than JSON's.
_LONGEST_NUMBER = 40
_JSON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


def with_dependents(
    required: Iterable[str], present: Iterable[str], dependents: Mapping[str, Sequence[str]]
) -> Mapping[str, None]:
    """``required``, and the names that these and the ``present`` ones require by ``dependentRequired``."""
    found = dict.fromkeys(required)
    waiting = list(dict.fromkeys([*found, *present])) if dependents else []
    names = set(waiting)
    while waiting:
        for name in dependents.get(waiting.pop(), ()):
            found[name] = None
            if name not in names:
                names.add(name)
                waiting.append(name)
    return found


def fitting_values(merged: Mapping[str, Any]) -> Iterator[Any]:
    """The values of ``enum`` that fit the rest of the schema."""
    rest = {key: demand for key, demand in merged.items() if key != "enum"}
    return (value for value in merged.get("enum") or () if fits(value, rest))


def fits(value: Any, merged: Mapping[str, Any]) -> bool:
    """Whether ``value`` fits a merged schema by its type, values, format, length or bounds."""
    if value is None and merged.get("nullable") is True:
        return True
    given = merged.get("type")
    if given is not None and not any(is_of(value, t) for t in ([given] if isinstance(given, str) else given)):
        return False
    if "enum" in merged and not is_among(value, merged["enum"]):
        return False
    if "const" in merged and not same(value, merged["const"]):
        return False
    if "not" in merged and is_excluded(value, merged["not"]):
        return False
    if isinstance(value, str):
        return fits_length(value, merged) and ("format" not in merged or has_format(value, merged["format"]))
    if isinstance(value, list):
        return bool(merged.get("minItems", 0) <= len(value) <= merged.get("maxItems", len(value)))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return fits_bounds(value, merged)
    return True


def is_excluded(value: Any, schema: Schema) -> bool:
    """Whether ``schema``, that of a ``not``, plainly accepts ``value``."""
    if not isinstance(schema, dict):
        return False
    if "anyOf" in schema and len(schema) == 1:
        return any(is_excluded(value, part) for part in schema["anyOf"])
    if len(schema) == 1 and isinstance(schema.get("type"), str):
        return value is not NOTHING and is_of(value, str(schema["type"]))
    if len(schema) == 1 and isinstance(schema.get("pattern"), str):
        return not isinstance(value, str) or pattern_accepts(schema["pattern"], value)
    named: Any = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return isinstance(named, list) and is_among(value, named)


def is_of(value: Any, type_: str) -> bool:
    """Whether ``value`` has a JSON type; ``2.0`` is an integer."""
    if type_ in _JSON_TYPES:
        return isinstance(value, _JSON_TYPES[type_])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return type_ == "number" or isinstance(value, int) or value.is_integer()


def fits_length(text: str, merged: Mapping[str, Any]) -> bool:
    """Whether a string satisfies length and pattern. JSON Schema validation 2020-12, section 6.3."""
    if "minLength" in merged and len(text) < merged["minLength"]:
        return False
    if "maxLength" in merged and len(text) > merged["maxLength"]:
        return False
    return "pattern" not in merged or pattern_accepts(merged["pattern"], text)


def has_format(text: str, format_: str) -> bool:
    """Whether a string has a format. Any text with ``{`` does: it may be a placeholder, checked later."""
    return "{" in text or bool(_of_format(format_).is_valid(text))


@lru_cache(maxsize=256)
def _of_format(format_: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"format": format_}, validate_formats=True)


def fits_bounds(number: Any, merged: Mapping[str, Any]) -> bool:
    """Whether a number is within its bounds. JSON Schema validation 2020-12, section 6.2."""
    if "minimum" in merged and number < merged["minimum"]:
        return False
    if "maximum" in merged and number > merged["maximum"]:
        return False
    if "exclusiveMinimum" in merged and number <= merged["exclusiveMinimum"]:
        return False
    if "exclusiveMaximum" in merged and number >= merged["exclusiveMaximum"]:
        return False
    step = merged.get("multipleOf")
    if not isinstance(step, int | float) or step == 0 or not abs(number) <= sys.float_info.max:
        return True
    return math.isclose(math.remainder(number, step), 0, abs_tol=1e-9)


def _of_yaml(text: str) -> int | None:
    """The whole number that other YAML parsers read in ``text``: ``0x1F``, ``1_000``, ``+5`` or ``007``."""
    if len(text) > _LONGEST_NUMBER or not text.isascii() or not text.lstrip("+-")[:1].isdigit():
        return None
    with contextlib.suppress(ValueError):
        return int(text, 0)
    with contextlib.suppress(ValueError):
        return int(text)
    return None
