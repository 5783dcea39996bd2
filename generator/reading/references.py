"""Where a description's keywords end and its data begins, and what its ``$ref`` point at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from generator.reading.text import pointer, tokens

#: Keywords whose value maps names chosen by the author, not keywords.
NAME_MAPS = frozenset(
    "paths webhooks responses parameters examples requestBodies headers securitySchemes links callbacks "
    "pathItems schemas content encoding variables mapping scopes properties patternProperties $defs "
    "definitions dependentSchemas".split()
)
#: Keywords whose value is data, in which a ``$ref`` means nothing.
DATA = frozenset("example default const enum value dataValue dependentRequired required".split())


class UnresolvedReferenceError(Exception):
    """A ``$ref`` that points at nothing. The message says why."""


def keyword_objects(node: Any, at: str = "", *, names: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a description whose keys are keywords, with its JSON pointer, in document order."""
    stack: list[tuple[Any, str, bool]] = [(node, at, names)]
    while stack:
        current, here, is_names = stack.pop()
        children: list[tuple[Any, str, bool]] = []
        if isinstance(current, dict):
            if not is_names:
                yield here, current
            for key, value in current.items():
                if not is_names and (key in DATA or key.startswith("x-")):
                    continue
                # A schema's `examples` is a list of data; everywhere else it maps names.
                if not is_names and key == "examples" and isinstance(value, list):
                    continue
                maps = not is_names and key in NAME_MAPS and isinstance(value, dict)
                children.append((value, here + pointer(key), maps))
        elif isinstance(current, list):
            children = [(value, f"{here}/{index}", False) for index, value in enumerate(current)]
        stack.extend(reversed(children))


def resolve(root: Any, reference: str) -> Any:
    """The node that ``reference`` (``#/…``) points at in ``root``. RFC 6901, section 6.

    Raises ``UnresolvedReferenceError``.
    """
    if not reference.startswith("#"):
        raise UnresolvedReferenceError(
            f"The reference {reference!r} points into another file; put what it names into this one."
        )
    node = root
    for token in tokens(unquote(reference[1:])):
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list) and token.isdigit() and int(token) < len(node):
            node = node[int(token)]
        else:
            raise UnresolvedReferenceError(
                f"The reference {reference!r} points at nothing: no {token!r} there."
            )
    return node


def follow(root: Mapping[str, Any], node: Any) -> Any:
    """``node``, or what its chain of ``$ref`` leads to. Siblings of ``$ref`` win over what it names."""
    seen: set[str] = set()
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        reference = node["$ref"]
        if reference in seen:
            raise UnresolvedReferenceError(f"The reference {reference!r} only leads back to itself.")
        seen.add(reference)
        target = resolve(root, reference)
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        node = {**target, **siblings} if siblings and isinstance(target, dict) else target
    return node
