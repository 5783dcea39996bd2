"""Paginated lists: a test that requests the next page."""

from __future__ import annotations

import re

from generator.escaping.javascript import literal
from generator.escaping.postman import postman_query, query_name
from generator.model.media.media_types import is_json
from generator.model.types import Operation, Parameter

#: Names of query parameters, reduced to lower-case letters: ``page[number]`` is ``pagenumber``.
_PAGES = frozenset("page pagenumber pageno pagenum pagenr pageindex currentpage".split())
_OFFSETS = frozenset("offset pageoffset skip start startat startindex".split())
_SIZES = frozenset(
    "limit pagelimit size pagesize perpage itemsperpage count max maxresults results top take rows".split()
)
_NUMBERS = ("integer", "number")


def call(operation: Operation) -> list[str]:
    """The statement that requests the next page of a paginated list; none for any other operation."""
    if operation.method != "GET" or operation.kind != "path" or not _may_be_a_list(operation):
        return []
    page, offset, size = (_number(operation, names) for names in (_PAGES, _OFFSETS, _SIZES))
    parameter = page or (offset if size else None)
    if parameter is None:
        return []
    options = {
        "by": "page" if page else "offset",
        "page": _sent(parameter),
        "first": _first(parameter, by_page=page is not None),
        **({"size": _sent(size), "usual": _usual(size)} if size else {}),
    }
    return f"callsheet.nextPage(pm, {literal(options, 0, 26)});".split("\n")


def _sent(parameter: Parameter) -> str:
    """The name of a query parameter as it is sent."""
    return query_name(postman_query(parameter.name))


def _may_be_a_list(operation: Operation) -> bool:
    """Whether responses may be lists in JSON, rather than pages of a document, and scripts can request more.

    With Digest authentication and AWS signatures, each request needs a header of its own, which scripts can't
    create.
    """
    content = [part for response in operation.successes for part in response.content]
    return (not content or any(is_json(part.name) for part in content)) and not any(
        credential.kind in ("digest", "awsv4") for credential in operation.credentials
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]+", "", name.lower())


def _number(operation: Operation, names: frozenset[str]) -> Parameter | None:
    """The numeric query parameter with one of ``names``, if there is one."""
    return next(
        (
            parameter
            for parameter in operation.parameters_in("query")
            if _plain(parameter.name) in names
            and parameter.facts.type in _NUMBERS
            and not parameter.media_type
        ),
        None,
    )


def _first(parameter: Parameter, *, by_page: bool) -> int:
    """The value that the parameter has if it is omitted.

    This is its default. Otherwise, pages begin at the example or minimum if that is 0 or 1, or else at 1, and
    offsets at 0, except ``startIndex``, which begins at 1 (RFC 7644, section 3.4.2.4).
    """
    default = _integer(next(iter(parameter.facts.default), None))
    if default is not None:
        return default
    if not by_page:
        return 1 if _plain(parameter.name) == "startindex" else 0
    minimum = parameter.schema.get("minimum") if isinstance(parameter.schema, dict) else None
    known = (number for number in map(_integer, (parameter.sample, minimum)) if number in (0, 1))
    return next((number for number in known if number is not None), 1)


def _usual(size: Parameter | None) -> int:
    """The default number of items on a page; 0 if it isn't known."""
    if size is None:
        return 0
    return max(_integer(next(iter(size.facts.default), None)) or 0, 0)


def _integer(value: object) -> int | None:
    """``value`` as an integer, or ``None`` if it isn't a whole number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
