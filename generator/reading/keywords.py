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
    stack: list[tuple[Any, str, str | int | None, bool]] = [(node, at, None, names)]
    seen = set() if seen is None else seen
    while stack:
        current, above, key, is_names = stack.pop()
        here = above if key is None else above + pointer(key)
        children: list[tuple[Any, str, str | int | None, bool]] = []
        if isinstance(current, dict):
            if id(current) in seen:
                continue
            seen.add(id(current))
            if not is_names:
                yield here, current
            for name, value in current.items():
                if not isinstance(value, dict | list):
                    continue
                if not is_names and (name in DATA or name.startswith("x-")):
                    continue
                # A schema's `examples` is a list of data; everywhere else it maps names.
                if not is_names and name == "examples" and isinstance(value, list):
                    continue
                maps = not is_names and name in NAME_MAPS and isinstance(value, dict)
                children.append((value, here, name, maps))
        elif isinstance(current, list):
            children = [
                (value, here, index, False)
                for index, value in enumerate(current)
                if isinstance(value, dict | list)
            ]
        stack.extend(reversed(children))
