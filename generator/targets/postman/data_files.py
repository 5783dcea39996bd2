"""Data files for ``--iteration-data``: a request is sent once for each row.

A column such as ``body.users.0.key`` is a place in the request's JSON body. The files written here are
examples, created from the body's sample: a row for each item of its largest list of objects, or a single row
for the whole body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from generator.escaping import csv_text
from generator.escaping.file_names import file_stem, unique_names
from generator.escaping.javascript import literal
from generator.escaping.json_text import json_text
from generator.escaping.placeholders import placeholder_variables, variables_in
from generator.model import Api
from generator.model.media.media_types import is_json
from generator.model.schemas.facts import Property
from generator.model.types import Operation
from generator.project.settings import Settings
from generator.targets.postman.scripts.request_guards import Step

PREFIX = "body"
#: The type of a place that accepts any value, or of which nothing is known.
_ANYTHING = "anything"
_PLAIN = frozenset({"string", "integer", "number", "boolean", "null"})
#: JSON Schema's names for Python's types.
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): _ANYTHING}


def files(api: Api, settings: Settings) -> dict[str, str]:
    """``data/<operation>.csv`` and ``.json`` for each operation that is sent with rows."""
    found: dict[str, str] = {}
    chosen = [each for each in api.operations if each.id in settings.data and takes_rows(each)]
    stems = unique_names([file_stem(operation.id) for operation in chosen])
    for operation, stem in zip(chosen, stems, strict=True):
        values = list(_rows(_own(_sample(operation))))
        found[f"data/{stem}.csv"] = _csv([dict(_flat(value, PREFIX)) for value in values])
        found[f"data/{stem}.json"] = json_text([{PREFIX: value} for value in values]) + "\n"
    return found


def takes_rows(operation: Operation) -> bool:
    """Whether rows can fill an operation's body: its sample is a JSON object or list that isn't empty."""
    sample = _sample(operation)
    return isinstance(sample, dict | list) and bool(sample) and bool(_places(operation))


def step(operation: Operation, api: Api, settings: Settings) -> Step:
    """The statement of a pre-request script that puts a row into the body of ``operation``."""
    places = _places(operation)
    others = {
        place.split(".")[1]
        for other in api.operations
        if other.id in settings.data and other is not operation and takes_rows(other)
        for place in _places(other)
    }
    others -= {place.split(".")[1] for place in places}
    example, *_ = dict(_flat(next(_rows(_sample(operation))), PREFIX)) or places
    variables = list(variables_in(_sample(operation)))
    options = {
        "example": example,
        **({"variables": variables} if variables else {}),
        **({"others": sorted(others)} if others else {}),
    }
    call = f"callsheet.fillBody(pm, {literal(places)}, {literal(options, 0, 4)});"
    return Step("fillBody", call.split("\n"))


def _sample(operation: Operation) -> Any:
    """The sample of an operation's JSON body, or ``None``."""
    body = operation.body
    if body is None or not is_json(body.content[0].name) or body.content[0].sequence:
        return None
    examples = body.content[0].examples
    return examples[0].value if examples and not examples[0].serialized else None


def _rows(sample: Any) -> Iterator[Any]:
    """The part of the sample for each row: an item of its largest list of objects, or the whole sample."""
    if isinstance(sample, list):
        yield from ([item] for item in sample)
        return
    lists = {
        name: child
        for name, child in sample.items()
        if isinstance(child, list) and child and all(isinstance(item, dict) and item for item in child)
    }
    if not lists:
        yield sample
        return
    largest = max(lists, key=lambda name: len(json.dumps(lists[name])))
    yield from ({largest: [item]} for item in lists[largest])


# --- Places -----------------------------------------------------------------------------------------------


def _places(operation: Operation) -> dict[str, str]:
    """The types that each place of the body accepts: places in the schema, then others in the sample."""
    assert operation.body is not None
    sample = _sample(operation)
    begin = f"{PREFIX}.*" if isinstance(sample, list) else PREFIX
    found = dict(_described(operation.body.content[0].properties, begin))
    for place, value in _flat(sample, PREFIX):
        starred = ".".join("*" if _is_index(part) else part for part in place.split("."))
        if not any(_is_below(starred, known) or _is_below(known, starred) for known in found):
            found[starred] = _TYPES.get(type(value), _ANYTHING)
    return found


def _is_below(place: str, known: str) -> bool:
    return place == known or place.startswith(f"{known}.")


def _described(properties: tuple[Property, ...], begin: str) -> Iterator[tuple[str, str]]:
    """The places of scalars and of values of any type. Properties whose names contain a dot have no place."""
    stars: dict[str, str] = {"": begin}
    parents = {each.name.rpartition(".")[0] for each in properties}
    for each in properties:
        before, _, name = each.name.rpartition(".")
        if before not in stars or not _has_place(name):
            continue
        place, kinds = _with_items(f"{stars[before]}.{name}", each.facts.type)
        stars[each.name] = place
        if each.name not in parents:
            yield place, kinds


def _with_items(place: str, words: str) -> tuple[str, str]:
    """The place of the innermost items of a list, and their types. ``words`` is the type in ``Facts``.

    ``body.ids``, ``array of strings`` → ``body.ids.*``, ``string``.
    """
    while words.startswith("array of "):
        place, words = (
            f"{place}.*",
            re.sub(r"^\((.*)\)$|^(\w+?)s\b", r"\1\2", words.removeprefix("array of ")),
        )
    kinds = words.split(" or ")
    return place, " or ".join(kinds) if set(kinds) <= _PLAIN else _ANYTHING


def _has_place(name: str) -> bool:
    """Whether a column can refer to a property: its name isn't a number, and contains no dot."""
    return bool(name) and not _is_index(name) and "." not in name and name != "__proto__"


def _is_index(part: str) -> bool:
    return part.isascii() and part.isdigit()


# --- Files ------------------------------------------------------------------------------------------------


def _own(value: Any) -> Any:
    """``value`` without what no column can refer to, and without texts that contain a variable.

    For these, what the body has already is better than any cell.
    """
    if isinstance(value, dict):
        return {
            name: _own(child) for name, child in value.items() if _has_place(name) and not _is_variable(child)
        }
    return [_own(child) for child in value] if isinstance(value, list) else value


def _is_variable(value: Any) -> bool:
    return isinstance(value, str) and bool(placeholder_variables(value))


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every scalar in ``value``, with the column that is its place: ``{"a": [1]}`` → ``body.a.0``, ``1``."""
    if isinstance(value, dict):
        for name, child in value.items():
            if _has_place(name):
                yield from _flat(child, f"{path}.{name}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _flat(child, f"{path}.{index}")
    else:
        yield path, value


def _csv(rows: list[dict[str, Any]]) -> str:
    """``rows`` as CSV. A cell without a value is empty."""
    # Columns of the same item are adjacent, whichever row has them first.
    columns = sorted({column for row in rows for column in row}, key=_order(rows))
    cells = [[_cell(row.get(column, "")) for column in columns] for row in rows]
    return csv_text.table([[csv_text.guarded(column) for column in columns], *cells])


def _order(rows: Sequence[Mapping[str, Any]]) -> Callable[[str], list[int]]:
    """A sort key for columns: names in the order of first use, numbers by size."""
    order: dict[str, int] = {}
    number = count()
    for row in rows:
        for column in row:
            for part in column.split("."):
                order.setdefault(part, next(number))
    return lambda column: [(int(part) if _is_index(part) else order[part]) for part in column.split(".")]


def _cell(value: Any) -> str:
    """``value`` as the script reads it: strings guarded against being formulas, anything else as JSON."""
    return csv_text.guarded(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
