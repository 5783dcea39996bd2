"""Let openapi-spec-validator check a ``default`` with regular expressions that take linear time.

It validates a default by the Python package jsonschema, which uses ``re``: a pattern of twenty characters can
keep that busy for years. jsonschema-rs searches without backtracking, or stops at a limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]


def with_linear_patterns(cls: type[Any]) -> type[Any]:
    """A subclass of ``cls``, a keyword validator that validates values, with linear ``pattern`` keywords."""
    validators = cls.value_validator_cls
    keywords = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional(validators.VALIDATORS["additionalProperties"]),
    }
    # (OpenAPI 3.0 has no `patternProperties`.)
    known = {name: keyword for name, keyword in keywords.items() if name in validators.VALIDATORS}
    return type(cls.__name__, (cls,), {"value_validator_cls": extend(validators, known)})


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    try:
        re.compile(pattern)  # (an invalid one is a finding of its own)
        return jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (re.error, ValueError, jsonschema_rs.ValidationError):
        return None


def _matches(pattern: Any, text: str) -> bool:
    """Whether ``pattern`` is found in ``text``; true if that can't be decided."""
    expression = _expression(pattern) if isinstance(pattern, str) else None
    try:
        return expression is None or bool(expression.is_valid(text))
    except ValueError:
        return True


def _pattern(validator: Any, pattern: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "string") and not _matches(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], value: Any, _schema: Any
) -> Iterator[ValidationError]:
    if validator.is_type(value, "object"):
        for pattern, part in patterns.items():
            for name, child in value.items():
                if _matches(pattern, name):
                    yield from validator.descend(child, part, path=name, schema_path=pattern)


def _additional(usual: Any) -> Any:
    """The keyword ``additionalProperties``, applied to the properties that no pattern matches."""

    def additional(validator: Any, part: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        patterns = schema.get("patternProperties")
        if not patterns or not validator.is_type(value, "object"):
            yield from usual(validator, part, value, schema)
            return
        known = schema.get("properties", {})
        others = [
            name for name in value if name not in known and not any(_matches(p, name) for p in patterns)
        ]
        rest = {key: each for key, each in schema.items() if key != "patternProperties"}
        kept = {name: value[name] for name in (*others, *known) if name in value}
        yield from usual(validator, part, kept, rest)

    return additional
