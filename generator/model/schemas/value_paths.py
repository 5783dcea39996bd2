"""Get, replace and remove parts of a JSON value by their paths of names and indexes, without changing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.model.schemas.quick_checks import NOTHING


def value_at(value: Any, path: Sequence[Any]) -> Any:
    """The value at ``path``, or ``NOTHING``."""
    for part in path:
        try:
            value = value[part]
        except (LookupError, TypeError):
            return NOTHING
    return value


def with_value(value: Any, path: Sequence[Any], instead: Any) -> Any:
    """A copy of ``value`` with ``instead`` at ``path``, which may be a new property."""
    if not path:
        return instead
    if isinstance(value, dict):
        return {**value, path[0]: with_value(value.get(path[0]), path[1:], instead)}
    if isinstance(value, list):
        return [with_value(v, path[1:], instead) if i == path[0] else v for i, v in enumerate(value)]
    return value


def without_value(value: Any, path: Sequence[Any]) -> Any:
    """A copy of ``value`` without the part at ``path``."""
    if isinstance(value, dict):
        if len(path) == 1:
            return {key: child for key, child in value.items() if key != path[0]}
        return {
            key: without_value(child, path[1:]) if key == path[0] else child for key, child in value.items()
        }
    if isinstance(value, list):
        if len(path) == 1:
            return [child for index, child in enumerate(value) if index != path[0]]
        return [without_value(v, path[1:]) if index == path[0] else v for index, v in enumerate(value)]
    return value
