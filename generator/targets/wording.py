"""The sentences that Postman's descriptions and the curl pages share, so that both say the same."""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from typing import Any

from generator.escaping import markdown_code
from generator.model.api import Facts, Operation, Response

#: Reason phrases that RFC 9110 changed; which ones `http` has depends on the version of Python.
_RENAMED = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


def notes(facts: Facts) -> str:
    """What a value must keep to, as Markdown sentences: accepted values, limits, default."""
    sentences = []
    if facts.accepted:
        # Where `true` and `"true"` are both accepted, the quotes tell them apart.
        mixed = len({type(value) for value in facts.accepted}) > 1
        codes = (markdown_code(json.dumps(v)) if mixed else value_code(v) for v in facts.accepted)
        sentences.append(f"Accepted values: {', '.join(codes)}.")
    if facts.limits:
        sentences.append(f"Limits: {', '.join(facts.limits)}.")
    if facts.default:
        sentences.append(f"Default: {value_code(facts.default[0])}.")
    return " ".join(sentences)


def explained(description: str, facts: Facts, *, deprecated: bool = False) -> str:
    """A description with what its value must keep to."""
    parts = ["**Deprecated.**" if deprecated else "", description.strip(), notes(facts)]
    return " ".join(part for part in parts if part)


def value_code(value: Any) -> str:
    """A JSON value as a code span; a string without its quotes."""
    return markdown_code(value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False))


def status_title(response: Response) -> str:
    """``202 Accepted``; ``2XX`` and ``default`` as a reader calls them."""
    code = status_code(response)
    if code is None:
        return "Any other answer" if response.status == "default" else f"Any {response.status} answer"
    return f"{code} {reason(code)}".strip()


def status_code(response: Response) -> int | None:
    """The status as a number, or nothing for ``2XX`` and ``default``."""
    return int(response.status) if response.status.isdigit() else None


@cache
def reason(code: int) -> str:
    """The reason phrase of RFC 9110, section 15, empty for a code it doesn't know."""
    if code in _RENAMED:
        return _RENAMED[code]
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return ""


def documented_success(operation: Operation) -> str:
    """The successes of an operation in words: ``200 OK or 202 Accepted``."""
    return " or ".join(status_title(response) for response in operation.successes)
