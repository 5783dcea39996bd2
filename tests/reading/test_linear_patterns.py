"""A default is validated as the package does it, but no regular expression keeps it busy."""

from __future__ import annotations

import time
from typing import Any

import pytest
from openapi_schema_validator.validators import OAS30Validator, OAS31Validator, OAS32Validator

from generator.reading.limits.linear_patterns import with_linear_patterns

_SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "string", "pattern": "^a+$"},
    {"pattern": r"\d"},
    {"type": "object", "patternProperties": {"^a": {"type": "string"}}},
    {"type": "object", "patternProperties": {"^a": {}}, "additionalProperties": False},
    {
        "type": "object",
        "properties": {"b": {"type": "integer"}},
        "patternProperties": {"^a": {"type": "string"}},
        "additionalProperties": {"type": "boolean"},
    },
    {"type": "object", "properties": {"b": {}}, "additionalProperties": False},
)
_VALUES: tuple[Any, ...] = (
    "aaa",
    "ab",
    "1",
    "",
    7,
    None,
    {},
    {"a": "x"},
    {"a": 1},
    {"b": 1},
    {"c": True},
    {"c": 1},
)


def _validator(cls: Any) -> Any:
    holder = type("Values", (), {"value_validator_cls": cls})
    return with_linear_patterns(holder).value_validator_cls


def _places(cls: Any, schema: dict[str, Any], value: Any) -> list[Any]:
    return sorted((list(error.absolute_path), error.validator) for error in cls(schema).iter_errors(value))


@pytest.mark.parametrize(
    "cls", [OAS30Validator, OAS31Validator, OAS32Validator], ids=lambda cls: cls.__name__
)
@pytest.mark.parametrize("schema", _SCHEMAS, ids=repr)
def test_the_same_values_are_invalid_at_the_same_places(cls, schema):
    for value in _VALUES:
        assert _places(_validator(cls), schema, value) == _places(cls, schema, value), value


@pytest.mark.parametrize("value", ["a" * 41 + "!", {"a" * 41 + "!": 1}], ids=["value", "name"])
def test_a_pattern_with_catastrophic_backtracking_takes_no_time(value):
    endless = r"^(\w+\s?)*$"
    schema = {"pattern": endless, "patternProperties": {endless: {}}, "additionalProperties": False}
    begin = time.process_time()
    assert len(list(_validator(OAS31Validator)(schema).iter_errors(value))) == 1
    assert time.process_time() - begin < 1
