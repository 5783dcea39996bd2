"""Validate the documented defaults of a description, whether or not an operation uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.validator import Checker, Site
from generator.reading import Document
from generator.reading.json_pointer import tokens


class WrongDefault(NamedTuple):
    """A ``default`` that the schema beside it refuses."""

    at: str
    """The JSON pointer of the schema."""
    value: Any
    problems: list[str]
    """What is wrong, as sentences without their full stops."""


def wrong_defaults(
    document: Document, checker: Checker, is_plainly_valid: Callable[[Any, Schema], bool]
) -> Iterator[WrongDefault]:
    """Every default of ``document`` that its own schema refuses, in document order.

    ``is_plainly_valid`` is a quick check of a value: those that pass it aren't validated again.
    """
    found = [
        (at, Site(node["default"], node, Direction.RESPONSE))
        for at, node in document.with_default
        if _is_schema(at, node) and not is_plainly_valid(node["default"], node)
    ]
    refused = checker.refused([site for _, site in found]) if found else {}
    for index in sorted(refused):
        at, site = found[index]
        problems = refused[index] or list(checker.problems(*site))
        if problems:
            yield WrongDefault(at, site.value, problems)


def _is_schema(at: str, node: Mapping[str, Any]) -> bool:
    """Whether an object with a ``default`` is a Schema Object.

    Server Variable Objects have one too, and so has a Parameter Object by mistake.
    """
    if isinstance(node.get("in"), str):
        return False
    *_, owner, index, keyword, _ = ("", "", "", "", *tokens(at))
    is_variable = keyword == "variables" and (index == "server" or (owner == "servers" and index.isdigit()))
    return not is_variable
