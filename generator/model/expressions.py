"""Runtime expressions: values that a link takes from a request or its response.

OpenAPI 3.1.1, section 4.8.20.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.model.types import Expression, Template

_EXPRESSION = re.compile(
    r"\$(?:(?P<whole>url|method|statusCode)"
    r"|(?P<message>request|response)\.(?:"
    r"header\.(?P<header>[!#$%&'*+\-.^_`|~0-9A-Za-z]+)"
    r"|query\.(?P<query>.+)"
    r"|path\.(?P<path>.+)"
    r"|(?P<body>body)(?:#(?P<pointer>(?:/(?:[^~/]|~[01])*)*))?))",
    re.DOTALL,
)
#: Splits a text: every other part is an expression in braces.
_EMBEDDED = re.compile(r"\{(\$[A-Za-z][^{}]*)\}")
#: The beginning of an expression. (``$5`` is a price.)
_ALIKE = re.compile(r"\$[A-Za-z]")
_BODY = re.compile(r"(\$(?:request|response)\.body)[./]+([^./].*)")


class ExpressionError(Exception):
    """A text looks like an expression but isn't one. ``advice`` says what may have been meant."""

    def __init__(self, text: str, what: str = "is not a runtime expression", advice: str = "") -> None:
        super().__init__(f"{text!r} {what}.")
        self.advice = advice


def value(given: Any) -> Any:
    """Parse the expressions in a JSON value.

    In the result, an ``Expression`` or ``Template`` replaces each text that is or holds expressions:
    ``{"id": "$response.body#/id"}`` → ``{"id": Expression(…)}``. Raises ``ExpressionError``.
    """
    if isinstance(given, str):
        return _text(given)
    if isinstance(given, dict):
        return {key: value(child) for key, child in given.items()}
    return [value(child) for child in given] if isinstance(given, list) else given


def expressions(read: Any) -> Iterator[Expression]:
    """Every expression in a result of ``value``."""
    if isinstance(read, Expression):
        yield read
    elif isinstance(read, Template):
        yield from (part for part in read.parts if isinstance(part, Expression))
    elif isinstance(read, dict | list):
        for child in read.values() if isinstance(read, dict) else read:
            yield from expressions(child)


def _text(given: str) -> Any:
    if _ALIKE.match(given):
        return _expression(given)
    parts = _EMBEDDED.split(given)
    if len(parts) == 1:
        return given
    read = (_expression(part) if index % 2 else part for index, part in enumerate(parts))
    return Template(tuple(part for part in read if part != ""))


def _expression(given: str) -> Expression:
    found = _EXPRESSION.fullmatch(given)
    if found is None:
        meant = _BODY.fullmatch(given)
        advice = f"Write `{meant[1]}#/{meant[2].replace('.', '/')}`." if meant else ""
        raise ExpressionError(given, advice=advice)
    if found["whole"]:
        return Expression(given, found["whole"])  # type: ignore[arg-type]
    message: Any = found["message"]
    if found["body"]:
        return Expression(given, "body", message, found["pointer"] or "")
    if found["header"]:
        return Expression(given, "header", message, found["header"])
    if message == "response":
        raise ExpressionError(given, "asks a response for what only a request has")
    return Expression(given, "query" if found["query"] else "path", message, found["query"] or found["path"])
