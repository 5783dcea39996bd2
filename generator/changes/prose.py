"""How a change is said: names and values of a description are code, never text of a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from generator.escaping.markup.spans import code_span

_LONGEST = 120
_MOST = 12


def code(text: str) -> str:
    """A name in a code span, cut where it is very long; an empty one is said."""
    text = " ".join(text.split())
    if not text:
        return "(empty)"
    return code_span(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def value(value: Any) -> str:
    """A JSON value in a code span; a string without its quotes."""
    return code(value if isinstance(value, str) and value.strip() else json.dumps(value, ensure_ascii=False))


def listed(words: Iterable[str]) -> str:
    """``a, b and c``; of very many the first, and how many more there are."""
    found = list(words)
    if len(found) > _MOST:
        found = [*found[: _MOST - 1], f"{len(found) - _MOST + 1} more"]
    return " and ".join(part for part in (", ".join(found[:-1]), *found[-1:]) if part)


def values(found: Sequence[Any]) -> str:
    """Several values; where they are of several types, strings keep their quotes."""
    mixed = len({type(each) for each in found}) > 1
    return listed(code(json.dumps(each, ensure_ascii=False)) if mixed else value(each) for each in found)


def begun(sentence: str) -> str:
    """``sentence`` with a capital at its start."""
    return sentence[:1].upper() + sentence[1:]
