"""Tell the keywords of a description from its data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.reading.json_pointer import pointer

#: Keywords whose value is an object with names that the author chose as its keys, not keywords.
NAME_MAPS = frozenset(
    "paths webhooks responses parameters examples requestBodies headers securitySchemes links callbacks "
    "pathItems mediaTypes additionalOperations schemas content encoding variables mapping scopes properties "
    "patternProperties $defs definitions dependentSchemas".split()
)


#: Keywords whose value is data, in which a ``$ref`` isn't a reference.
DATA = frozenset("example default const enum value dataValue dependentRequired required".split())


#: Fields of a Link Object whose values are data. OpenAPI 3.1.1, section 4.8.20.
_DATA_OF_LINKS = frozenset({"parameters", "requestBody"})

# What the keys of an object are.
_DATA, _KEYWORDS, _OF_LINK, _NAMES, _NAMES_OF_LINKS = range(-1, 4)


def keyword_objects(
    node: Any, at: str = "", *, seen: set[int] | None = None, names: bool = False
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a description whose keys are keywords, with its JSON pointer, in document order.

    The walk doesn't recurse, and yields each object once, however often a YAML alias repeats it. Objects
    whose ids are in ``seen`` are skipped, and new ones added, so that several walks can share it. With
    ``names``, the keys of ``node`` itself are names, not keywords.
    """
    # A pointer is built only when its node is reached: if every waiting node held its own, the pointer of
    # their parent would be copied for each.
    stack: list[tuple[Any, str, str | int | None, int]] = [(node, at, None, _NAMES if names else _KEYWORDS)]
    seen = set() if seen is None else seen
    while stack:
        current, above, key, kind = stack.pop()
        here = above if key is None else above + pointer(key)
        if isinstance(current, dict):
            if id(current) in seen:
                continue
            seen.add(id(current))
            if kind < _NAMES:
                yield here, current
            for name, value in reversed(current.items()):
                if isinstance(value, dict | list) and (inner := _kind(name, value, kind)) >= 0:
                    stack.append((value, here, name, inner))
        elif isinstance(current, list):
            for index in range(len(current) - 1, -1, -1):
                if isinstance(current[index], dict | list):
                    stack.append((current[index], here, index, _KEYWORDS))


def _kind(name: str, value: dict[str, Any] | list[Any], kind: int) -> int:
    """The kind of ``value``, the member ``name`` of an object of ``kind``; ``_DATA`` if it is data."""
    if kind >= _NAMES:
        return _KEYWORDS if kind == _NAMES else _OF_LINK
    if name in DATA or name.startswith("x-") or (kind == _OF_LINK and name in _DATA_OF_LINKS):
        return _DATA
    if isinstance(value, list):
        # A schema's `examples` is a list of data; everywhere else it maps names.
        return _DATA if name == "examples" else _KEYWORDS
    if name in NAME_MAPS:
        return _NAMES if name != "links" else _NAMES_OF_LINKS
    return _KEYWORDS
