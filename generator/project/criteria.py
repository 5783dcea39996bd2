"""Explain why a selection leaves no operation: by which criteria, and which values the description has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from generator.errors import Place, Problem, SelectionError, shortened
from generator.escaping.example_values import concrete
from generator.model.context import Context
from generator.model.operation_index import sources
from generator.model.operation_source import Source
from generator.model.selection import Filter, Selection
from generator.project.project_file import problem_at
from generator.reading import Document
from generator.reading.json_pointer import pointer
from generator.reading.lenient import sequence, text
from generator.suggestions import suggestion

#: The number of values that are listed to choose from.
_SHOWN = 12


class _Criterion(NamedTuple):
    """A kind of criterion: its name in the command, its field of ``Filter``, and its values."""

    name: str
    field: str
    plural: str
    values: Callable[[Source], Iterable[str]]


_CRITERIA = (
    _Criterion("tag", "tags", "tags", lambda source: map(text, sequence(source.node.get("tags")))),
    _Criterion("path", "paths", "paths", lambda source: (source.path,)),
    _Criterion("method", "methods", "methods", lambda source: (source.method,)),
    _Criterion("operation-id", "operation_ids", "operationIds", lambda source: (source.id,)),
    _Criterion(
        "extension", "extensions", "extensions", lambda source: (k for k in source.node if k.startswith("x-"))
    ),
)


def refusal(
    document: Document,
    selection: Selection,
    in_project: Selection,
    project_file: Path | None,
    *,
    webhooks: bool,
    callbacks: bool,
) -> SelectionError:
    """The error that ``selection`` leaves no operation of ``document``.

    Its place is in ``project_file`` if the criteria are those of its own selection ``in_project``, else it is
    the description.
    """

    def chosen(wanted: Selection) -> list[Source]:
        return sources(Context(document, concrete), wanted, webhooks=webhooks, callbacks=callbacks)

    every = chosen(Selection())
    included = chosen(Selection(selection.include))
    if included:
        by, wanted = "exclude", selection.exclude
        left = f"all {len(every):,}" if selection.include.is_empty else f"the {len(included):,} included"
        why, advice = f"`exclude` ({_words(wanted)}) removes {left}.", "Exclude fewer."
    else:
        by, wanted = "include", selection.include
        why = f"`include` ({_words(wanted)}) matches none of {len(every):,}."
        advice = " ".join(_known(wanted, every)) or "No operation meets all of these criteria together."
    if project_file is not None and getattr(in_project, by) == wanted:
        what = f"No operation of {document.file} is left: {why}"
        return SelectionError(problem_at(project_file, pointer(by), what, advice))
    return SelectionError(Problem(Place(document.file), f"No operation is left: {why}", advice))


def _words(wanted: Filter) -> str:
    """The criteria as written on the command line: ``tag=a or tag=b and method=GET``."""
    kinds = [
        " or ".join(f"{criterion.name}={value}" for value in getattr(wanted, criterion.field))
        for criterion in _CRITERIA
    ]
    if wanted.deprecated is not None:
        kinds.append(f"deprecated={str(wanted.deprecated).lower()}")
    return " and ".join(filter(None, kinds))


def _known(wanted: Filter, every: Sequence[Source]) -> Iterator[str]:
    """Sentences for each kind of criterion that matches no operation: existing values, and a suggestion."""
    for criterion in _CRITERIA:
        values = getattr(wanted, criterion.field)
        alone: Filter = msgspec.structs.replace(Filter(), **{criterion.field: values})
        if not values or any(alone.matches(s.node, s.id, s.method, s.path) for s in every):
            continue
        known = list(dict.fromkeys(value for source in every for value in criterion.values(source)))
        more = f" and {len(known) - _SHOWN:,} more" if len(known) > _SHOWN else ""
        shown = shortened(", ".join(known[:_SHOWN]), 1000)
        yield f"Its {criterion.plural}: {shown}{more}." if known else f"It has no {criterion.plural}."
        yield from filter(None, (suggestion(value, known) for value in values))
    if wanted.deprecated is not None:
        are = {source.node.get("deprecated") is True for source in every}
        if wanted.deprecated not in are:
            yield "No operation is deprecated." if wanted.deprecated else "Every operation is deprecated."
