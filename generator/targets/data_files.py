"""Data files: the rows of ``--iteration-data`` that a request is sent with, once for each.

A column ``body.users.0.key`` is a place in the request's JSON body. The files written here are examples, made
of the sample: a row for each item of its largest list.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from generator import escaping
from generator.model import Api
from generator.model.api import Operation
from generator.model.media_types import is_json
from generator.settings import Settings
from generator.targets import templating

_PREFIX = "body"


def files(api: Api, settings: Settings) -> dict[str, str]:
    """``data/<operation>.csv`` and ``.json`` for each operation that is sent by rows."""
    found: dict[str, str] = {}
    lists = [(op.id, rows(op)) for op in api.operations if op.id in settings.data]
    stems = escaping.unique_names([escaping.file_stem(id_) for id_, _ in lists])
    for (_, largest), stem in zip(lists, stems, strict=True):
        if largest is None:
            continue
        name, values = largest
        found[f"data/{stem}.csv"] = _csv([_flat({name: [value]}, _PREFIX) for value in values])
        whole = [{_PREFIX: {name: [value]}} for value in values]
        found[f"data/{stem}.json"] = escaping.json_text(whole) + "\n"
    return found


def rows(operation: Operation) -> tuple[str, list[dict[str, Any]]] | None:
    """The property of the sample body with the largest list of objects, and the list; nothing without one."""
    body = operation.body
    if body is None or not is_json(body.content[0].name) or not body.content[0].examples:
        return None
    value = body.content[0].examples[0].value
    lists = [
        (name, child)
        for name, child in (value.items() if isinstance(value, dict) else ())
        if isinstance(child, list) and child and all(isinstance(item, dict) for item in child)
    ]
    return max(lists, key=lambda each: len(json.dumps(each[1])), default=None)


def script(operation: Operation) -> list[str]:
    """The lines of the pre-request script that puts a row into the body; none for a body that isn't JSON."""
    if rows(operation) is None:
        return []
    assert operation.body is not None
    places = {each.name: each.facts.type for each in operation.body.content[0].properties}
    text = templating.render("scripts/data-row.js.j2", places=places, prefix=_PREFIX)
    return text.strip("\n").split("\n")


def _flat(value: Any, path: str) -> dict[str, Any]:
    """Every plain value in ``value`` by the column that is its place."""
    if isinstance(value, dict):
        parts: Iterator[tuple[str, Any]] = iter(value.items())
    elif isinstance(value, list):
        parts = ((str(index), child) for index, child in enumerate(value))
    else:
        return {path: value}
    found: dict[str, Any] = {}
    for name, child in parts:
        found |= _flat(child, f"{path}.{name}")
    return found


def _csv(rows: list[dict[str, Any]]) -> str:
    """The rows as CSV (RFC 4180), every cell in quotes: what is a text of digits stays one."""
    # A column stands beside those of the same item, whichever row has it first.
    columns = sorted({column for row in rows for column in row}, key=_place(rows))
    sink = io.StringIO()
    writer = csv.writer(sink, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column, "")) for column in columns])
    return sink.getvalue()


def _place(rows: list[dict[str, Any]]) -> Any:
    """A key that sorts columns as the items have them: names in the order of first use, numbers by size."""
    order: dict[str, int] = {}
    for row in rows:
        for column in row:
            for part in column.split("."):
                order.setdefault(part, len(order))
    return lambda column: [(int(p) if p.isdigit() else order[p]) for p in column.split(".")]


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
