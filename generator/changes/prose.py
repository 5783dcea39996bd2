"""Wording of changes: names and values of a description are always in code spans."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from generator.escaping.markup.spans import code_span

_LONGEST = 120
_MOST = 12


def code(text: str) -> str:
    """A name in a code span, cut if it is very long; ``(empty)`` for an empty name."""
    text = " ".join(text.split())
    if not text:
        return "(empty)"
    return code_span(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def value(value: Any) -> str:
    """A JSON value in a code span. A string has no quotes unless it is blank."""
    return code(value if isinstance(value, str) and value.strip() else json.dumps(value, ensure_ascii=False))


def listed(words: Iterable[str]) -> str:
    """Join words as ``a, b and c``. A long list is cut, and ends with ``and 5 more``."""
    found = list(words)
    if len(found) > _MOST:
        found = [*found[: _MOST - 1], f"{len(found) - _MOST + 1} more"]
    return " and ".join(part for part in (", ".join(found[:-1]), *found[-1:]) if part)


def values(found: Sequence[Any]) -> str:
    """Join values as ``listed`` does. If their types differ, strings keep their quotes."""
    mixed = len({type(each) for each in found}) > 1
    return listed(code(json.dumps(each, ensure_ascii=False)) if mixed else value(each) for each in found)


def begun(sentence: str) -> str:
    """``sentence`` with its first letter in upper case."""
    return sentence[:1].upper() + sentence[1:]
