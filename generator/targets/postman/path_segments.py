"""The segments of a path in Postman: path variables, or text that may contain variables.

Postman reads every segment that begins with a colon as a path variable. A literal segment with a colon is
therefore written as a path variable, too, whose value is the whole segment, so that ``:id`` reaches the
server unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from generator.escaping.http import quote_literal
from generator.targets.shared.path_templates import PARAMETER
from generator.unused_names import unused

Json = dict[str, Any]
_COLON = "Not a declared parameter: in the path itself this segment begins with a colon."
_SEGMENT_NAME = re.compile(r"[^/:?#{}\s]+")


class Segments(NamedTuple):
    """The path of a request."""

    path: tuple[str, ...]
    names: Mapping[str, str]
    """The names of the path variables of declared parameters, by the parameters' names."""
    literals: tuple[Json, ...]
    """The rows of the literal segments that begin with a colon."""


class _Segment(NamedTuple):
    """A segment: the name of a declared parameter, or literal text."""

    text: str
    is_parameter: bool = False

    @property
    def has_colon(self) -> bool:
        """Whether it is literal text that begins with a colon."""
        return not self.is_parameter and self.text.startswith(":")


def segments(texts: Sequence[str], parameters: Collection[str], inside: Callable[[str], str]) -> Segments:
    """The segments of a path template. ``inside`` writes a parameter that is only a part of a segment.

    The runtime for format 3 resolves path variables in the values of path variables again. Therefore no row,
    and no declared parameter, may have the name of another row's literal segment: in ``/:id/{id}`` the
    variable of the parameter is called ``id-2``.
    """
    found = [_segment(text, parameters, inside) for text in texts]
    colons = list(dict.fromkeys(each.text for each in found if each.has_colon))
    reserved = {text[1:] for text in colons}
    names: dict[str, str] = {}
    for text, is_parameter in found:
        if is_parameter and text not in names:
            taken = {*reserved, *names.values(), *(name for name in parameters if name != text)}
            names[text] = _free(text, taken)
    rows: dict[str, Json] = {}
    for text in colons:
        taken = {*parameters, *names.values(), *(row["key"] for row in rows.values())}
        name = _free(
            re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-") or "colon", taken | (reserved - {text[1:]})
        )
        rows[text] = {"key": name, "value": text, "description": _COLON}

    def written(segment: _Segment) -> str:
        if segment.is_parameter:
            return f":{names[segment.text]}"
        return f":{rows[segment.text]['key']}" if segment.has_colon else segment.text

    return Segments(tuple(map(written, found)), names, tuple(rows.values()))


def _segment(text: str, parameters: Collection[str], inside: Callable[[str], str]) -> _Segment:
    if "{" not in text:
        return _Segment(quote_literal(text))
    whole = re.fullmatch(r"\{([^{}]+)\}", text)
    if whole and whole[1] in parameters and _SEGMENT_NAME.fullmatch(whole[1]):
        return _Segment(whole[1], is_parameter=True)
    found = (
        inside(part) if index % 2 else quote_literal(part) for index, part in enumerate(PARAMETER.split(text))
    )
    return _Segment("".join(found))


def _free(name: str, taken: Collection[str]) -> str:
    """``name``, with a number if it is taken: ``id`` → ``id-2``."""
    return unused(name, taken.__contains__, separator="-")
