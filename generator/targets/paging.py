"""Lists in pages: the test that the next page can be asked for."""

from __future__ import annotations

import re

from generator.model.api import Operation, Parameter
from generator.targets import templating

_PAGE = re.compile(r"(?:current_?)?page(?:_?(?:number|no|num|index))?", re.IGNORECASE)
_OFFSET = re.compile(r"offset|skip|start_?index", re.IGNORECASE)
_SIZE = re.compile(r"limit|size|count|per_?page|page_?size|max_?results|top", re.IGNORECASE)


def section(operation: Operation) -> list[str]:
    """The lines of a list's test script that ask for its next page; none for what is no list in pages."""
    if operation.method != "GET":
        return []
    query = [p for p in operation.parameters_in("query") if _is_number(p)]
    page = next((p for p in query if _PAGE.fullmatch(p.name)), None)
    size = next((p for p in query if _SIZE.fullmatch(p.name)), None)
    offset = next((p for p in query if _OFFSET.fullmatch(p.name)), None) if size else None
    parameter = page or offset
    if parameter is None:
        return []
    text = templating.render(
        "scripts/next-page.js.j2",
        name=parameter.name,
        first=_first(parameter, 1 if page else 0),
        step=1 if page or size is None else max(_first(size, 1), 1),
    )
    return text.strip("\n").split("\n")


def _is_number(parameter: Parameter) -> bool:
    return parameter.facts.type in ("integer", "number") and not parameter.media_type


def _first(parameter: Parameter, otherwise: int) -> int:
    """What is meant where the parameter is left out."""
    found = next(iter(parameter.facts.default), parameter.sample)
    return found if isinstance(found, int) and not isinstance(found, bool) else otherwise
