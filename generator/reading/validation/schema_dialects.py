"""Convert a Schema Object of any version of OpenAPI to JSON Schema 2020-12, the one dialect after reading.

The keywords in which the Schema Objects of OpenAPI 3.0 (3.0.4, section 4.7.24) and Swagger 2.0 differ are
converted one object at a time, when it is met: most objects of a large description are met once, some never.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

_LARGEST = sys.float_info.max
_TYPES = frozenset("array boolean integer null number object string".split())


def _is_number(value: Any) -> bool:
    """Whether ``value`` is a number that a double can represent (RFC 8259, section 6)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and (isinstance(value, int) or value.is_integer())


def _is_schema(value: Any) -> bool:
    return isinstance(value, dict | bool)


def _is_schemas(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(part, dict | bool) for part in value)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(part, dict | bool) for part in value.values())


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_type(value: Any) -> bool:
    if isinstance(value, str):
        return value in _TYPES
    return isinstance(value, list) and bool(value) and all(isinstance(t, str) and t in _TYPES for t in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_values(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _is_name_lists(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_names(names) for names in value.values())


#: Each keyword by which values are validated, and the test that its own value has to pass.
ASSERTIONS: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "$ref": _is_text,
        "$dynamicRef": _is_text,
        "type": _is_type,
        "properties": _is_map,
        "required": _is_names,
        "items": _is_schema,
        "enum": _is_values,
        "const": lambda value: True,
        "format": _is_text,
        "allOf": _is_schemas,
        "anyOf": _is_schemas,
        "oneOf": _is_schemas,
        "not": _is_schema,
        "if": _is_schema,
        "then": _is_schema,
        "else": _is_schema,
        "additionalProperties": _is_schema,
        "patternProperties": _is_map,
        "propertyNames": _is_schema,
        "dependentRequired": _is_name_lists,
        "dependentSchemas": _is_map,
        "unevaluatedProperties": _is_schema,
        "unevaluatedItems": _is_schema,
        "prefixItems": _is_schemas,
        "contains": _is_schema,
        "minContains": _is_count,
        "maxContains": _is_count,
        "minimum": _is_number,
        "maximum": _is_number,
        "exclusiveMinimum": _is_number,
        "exclusiveMaximum": _is_number,
        "multipleOf": lambda value: _is_number(value) and value > 0,
        "minLength": _is_count,
        "maxLength": _is_count,
        "pattern": _is_text,
        "minItems": _is_count,
        "maxItems": _is_count,
        "uniqueItems": _is_flag,
        "minProperties": _is_count,
        "maxProperties": _is_count,
    }
)
#: Keywords whose value is one schema, a list of schemas, or schemas by name.
ONE = frozenset(
    "items not if then else additionalProperties propertyNames unevaluatedProperties unevaluatedItems "
    "contains".split()
)
SEVERAL = frozenset("allOf anyOf oneOf prefixItems".split())
NAMED = frozenset("properties patternProperties dependentSchemas".split())


def plain(node: dict[str, Any], *, siblings: bool = True) -> dict[str, Any]:
    """``node`` as JSON Schema 2020-12. Only its own keywords are converted, not the schemas below it.

    Keywords with an invalid value are corrected, or left out if they can't be. Without ``siblings``, so are
    the keywords beside a ``$ref`` by which values would be validated (OpenAPI 3.0.4, section 4.7.23).
    """
    changed: dict[str, Any] | None = None
    if not siblings and len(node) > 1 and isinstance(node.get("$ref"), str):
        node = {key: value for key, value in node.items() if key == "$ref" or key not in ASSERTIONS}
        changed = node
    for key, value in node.items():
        check = ASSERTIONS.get(key)
        if check is not None and not check(value):
            if changed is None:
                changed = dict(node)
            _mend(changed, key, value)
    if "nullable" in node or "x-nullable" in node:
        changed = dict(node) if changed is None else changed
        _allow_null(changed)
    if "discriminator" in node and isinstance(node["discriminator"], str):
        # Swagger 2.0, section "Schema Object": the discriminator is just the name of the property.
        changed = dict(node) if changed is None else changed
        changed["discriminator"] = {"propertyName": node["discriminator"]}
    return node if changed is None else changed


def _mend(node: dict[str, Any], key: str, value: Any) -> None:
    del node[key]
    if key in ("exclusiveMinimum", "exclusiveMaximum") and isinstance(value, bool):
        bound = "minimum" if key == "exclusiveMinimum" else "maximum"
        if value and _is_number(node.get(bound)):
            node[key] = node.pop(bound)
    elif key == "type" and value == "file":
        # Swagger 2.0, section "Parameter Object".
        node["type"] = "string"
        node.setdefault("format", "binary")
    elif key == "items" and _is_schemas(value):
        node["prefixItems"] = value
    elif key == "properties" and isinstance(value, dict):
        node[key] = {name: part for name, part in value.items() if isinstance(part, dict | bool)}
    elif key == "required" and isinstance(value, list):
        node[key] = [name for name in value if isinstance(name, str)]
    elif key in SEVERAL and isinstance(value, list):
        parts = [part for part in value if isinstance(part, dict | bool)]
        if parts:
            node[key] = parts
    elif key == "type" and isinstance(value, list):
        types = [name for name in value if isinstance(name, str) and name in _TYPES]
        if types:
            node[key] = types
    elif (
        key in ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "multipleOf")
        and isinstance(value, str)
        and _is_number(number := _number(value))
        and ASSERTIONS[key](number)
    ):
        node[key] = number


def _number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return None


def _allow_null(node: dict[str, Any]) -> None:
    given = (node.pop("nullable", None), node.pop("x-nullable", None))
    if True not in given:
        return
    if "type" not in node and "enum" not in node:
        # Strictly, it has no effect without a type, but whoever writes it beside a reference means it.
        node["nullable"] = True
    if isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    elif isinstance(node.get("type"), list) and "null" not in node["type"]:
        node["type"] = [*node["type"], "null"]
    if isinstance(node.get("enum"), list) and None not in node["enum"]:
        node["enum"] = [*node["enum"], None]
