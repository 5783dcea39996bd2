"""Sentences that the collections, the curl pages and the site have in common."""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from typing import Any, NamedTuple

from generator.escaping.markup.spans import markdown_code
from generator.model.schemas.facts import Facts
from generator.model.types import Response

#: Reason phrases that RFC 9110 changed; which ones ``http`` has depends on the version of Python.
_RENAMED = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


class Note(NamedTuple):
    """A constraint on a value: a label, then values (``code``) or words."""

    label: str
    values: tuple[str, ...]
    code: bool


def facts_notes(facts: Facts) -> list[Note]:
    """The constraints on a value: accepted values, limits, default."""
    found = []
    if facts.accepted:
        # If ``true`` and ``"true"`` are both accepted, the quotes distinguish them.
        mixed = len({type(value) for value in facts.accepted}) > 1
        values = (json.dumps(v) if mixed else value_text(v) for v in facts.accepted)
        found.append(Note("Accepted values", tuple(values), code=True))
    if facts.limits:
        found.append(Note("Limits", facts.limits, code=False))
    if facts.default:
        found.append(Note("Default", (value_text(facts.default[0]),), code=True))
    return found


def notes(facts: Facts) -> str:
    """The constraints on a value as Markdown sentences: ``Accepted values: `a`, `b`. Limits: ….``"""
    sentences = (
        f"{note.label}: {', '.join(map(markdown_code, note.values) if note.code else note.values)}."
        for note in facts_notes(facts)
    )
    return " ".join(sentences)


def explained(description: str, facts: Facts, *, deprecated: bool = False) -> str:
    """A description, followed by the constraints on the value."""
    description, limits = description.strip(), notes(facts)
    text = " ".join(filter(None, ("**Deprecated.**" if deprecated else "", description)))
    # After a list, a table or a code block, the constraints are a paragraph of their own.
    last = description.rpartition("\n")
    between = "\n\n" if last[1] and not last[2][:1].isalpha() else " "
    return between.join(filter(None, (text, limits)))


def value_text(value: Any) -> str:
    """A JSON value as it is shown: a string without its quotes, unless it is empty."""
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def status_title(response: Response) -> str:
    """The status in words, such as ``202 Accepted``, also for ``2XX`` and ``default``."""
    code = status_code(response)
    if code is None:
        return "Any other response" if response.status == "default" else f"Any {response.status} answer"
    return f"{code} {reason(code)}".strip()


def status_code(response: Response) -> int | None:
    """The status as a number; ``None`` for ``2XX`` and ``default``."""
    return int(response.status) if response.status.isdigit() else None


@cache
def reason(code: int) -> str:
    """The reason phrase of a status code (RFC 9110, section 15); empty if the code is not known."""
    if code in _RENAMED:
        return _RENAMED[code]
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return ""
