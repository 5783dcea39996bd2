"""Placeholders in a description, such as ``{CLIENT_ID}``, and the variables that they represent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from generator.auth import profiles


def with_placeholders(text: str, notation: Callable[[str], str], rest: Callable[[str], str] = str) -> str:
    """Replace each placeholder in ``text`` with ``notation(variable)``, and other text with ``rest(text)``.

    If ``notation`` is ``postman_variable``, ``for {CLIENT_ID}`` → ``for {{API_KEY}}``.
    """
    if "{" not in text:
        return rest(text)
    variables = profiles.KNOWN.placeholders
    parts = profiles.KNOWN.placeholder.split(text)
    return "".join(notation(variables[p]) if i % 2 else rest(p) for i, p in enumerate(parts))


def parted(text: str) -> Iterator[tuple[str, str]]:
    """Split ``text`` at placeholders: yields ``(text, "")``, or ``("", variable)`` for a placeholder."""
    variables = profiles.KNOWN.placeholders
    for index, part in enumerate(profiles.KNOWN.placeholder.split(text)):
        yield ("", variables[part]) if index % 2 else (part, "")


def placeholder_variables(text: str) -> tuple[str, ...]:
    """The variables of the placeholders in ``text``, each once."""
    variables = profiles.KNOWN.placeholders
    return tuple(dict.fromkeys(variables[name] for name in profiles.KNOWN.placeholder.findall(text)))


def has_placeholders(text: str) -> bool:
    """Whether there is a placeholder in ``text``."""
    return profiles.KNOWN.placeholder.search(text) is not None


def variables_in(value: Any) -> tuple[str, ...]:
    """The variables of all placeholders in ``value``, including names of properties, each once and sorted."""
    found: dict[str, None] = {}
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, str):
            found |= dict.fromkeys(placeholder_variables(each))
        elif isinstance(each, dict):
            left += (*each.keys(), *each.values())
        elif isinstance(each, list):
            left += each
    return tuple(sorted(found))


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """``value`` with ``change`` applied to every string in it, except the names of properties."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(child, change) for key, child in value.items()}
    if isinstance(value, list):
        return [mapped(child, change) for child in value]
    return value
