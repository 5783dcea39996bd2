"""Lists in pages: the test that the next page can be asked for."""

from __future__ import annotations

import re
from functools import lru_cache

from generator.escaping.javascript import literal
from generator.escaping.postman import postman_query, query_name
from generator.model.media.media_types import is_json
from generator.model.types import Operation, Parameter
from generator.targets.shared import templating

#: Names of query parameters without regard to case, and to all but letters: ``page[number]``, ``per_page``.
_PAGES = frozenset("page pagenumber pageno pagenum pagenr pageindex currentpage".split())
_OFFSETS = frozenset("offset pageoffset skip start startat startindex".split())
_SIZES = frozenset(
    "limit pagelimit size pagesize perpage itemsperpage count max maxresults results top take rows".split()
)
_NUMBERS = ("integer", "number")


def section(operation: Operation) -> list[str]:
    """The lines of a list's test script that ask for its next page; none for what is no list in pages."""
    if operation.method != "GET" or operation.kind != "path" or not _may_be_a_list(operation):
        return []
    page, offset, size = (_number(operation, names) for names in (_PAGES, _OFFSETS, _SIZES))
    parameter = page or (offset if size else None)
    if parameter is None:
        return []
    first = _first(parameter, by_page=page is not None)
    return _script(parameter.name, first, size.name if size else "", _usual(size), page is not None)


@lru_cache(maxsize=256)
def _script(page: str, first: int, size: str, usual: int, by_page: bool) -> list[str]:
    """The lines for parameters of these names. Most lists of an API call theirs alike."""
    text = templating.render(
        "scripts/next-page.js.j2",
        page=literal(query_name(postman_query(page))),
        first=first,
        size=literal(query_name(postman_query(size))) if size else "",
        usual=usual,
        by_page=by_page,
    )
    return text.strip("\n").split("\n")


def _may_be_a_list(operation: Operation) -> bool:
    """Whether it answers in JSON, as far as is known; the pages of a document are no list.

    With digest authentication and AWS signatures each request needs a header of its own, which a script can't
    make.
    """
    content = [part for response in operation.successes for part in response.content]
    return (not content or any(is_json(part.name) for part in content)) and not any(
        credential.kind in ("digest", "awsv4") for credential in operation.credentials
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]+", "", name.lower())


def _number(operation: Operation, names: frozenset[str]) -> Parameter | None:
    """The parameter of one of ``names`` that is a number."""
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
    """What is meant where the parameter is left out: its default; of a page its example or minimum if 0 or 1.

    Offsets begin at 0, but for ``startIndex`` (RFC 7644, section 3.4.2.4).
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
    """How many items a page has where nobody asks for a number; 0 where nothing tells."""
    if size is None:
        return 0
    return max(_integer(next(iter(size.facts.default), None)) or 0, 0)


def _integer(value: object) -> int | None:
    """``value`` if it is a whole number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
