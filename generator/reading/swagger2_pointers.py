"""Map pointers into a description converted from Swagger 2.0 back to the nodes of the original file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from generator.reading.json_pointer import pointer, tokens
from generator.reading.lenient import mapping, sequence, text
from generator.reading.references.resolver import References
from generator.reading.swagger2 import METHODS

_MOVED: Mapping[tuple[str, ...], str] = {
    ("components", "schemas"): "/definitions",
    ("components", "securitySchemes"): "/securityDefinitions",
}
_IN_BODY = ("body", "formData")


def pointer_in_file(at: str, root: Mapping[str, Any]) -> str:
    """The pointer into ``root``, in Swagger 2.0, of the node from which the one at ``at`` was converted.

    For example, ``/components/schemas/Pet`` → ``/definitions/Pet``.
    """
    parts = tokens(at)
    if parts[:1] == ("servers",):
        return "/host" if "host" in root else "/basePath"
    if parts[:2] in _MOVED:
        return _MOVED[parts[:2]] + pointer(*parts[2:])
    if parts[:1] != ("paths",) or len(parts) < 3:
        return at
    follow = References(root).follow
    item = mapping(mapping(root.get("paths")).get(parts[1]))
    before = pointer(*parts[:2])
    if isinstance(item.get("$ref"), str):
        before, item = unquote(item["$ref"][1:]), mapping(follow(item))
    if parts[2] == "parameters":
        return before + _parameter(item, parts[3:], follow)
    operation = mapping(item.get(parts[2]))
    rest = parts[3:]
    if parts[2] in METHODS and rest[:1] in (("parameters",), ("requestBody",), ("responses",)):
        find = {"parameters": _parameter, "requestBody": _body, "responses": _response}[rest[0]]
        return before + pointer(parts[2]) + find(operation, rest[1:], follow)
    return before + pointer(*parts[2:])


_Follow = Callable[[Any], Any]


def _parameter(node: Mapping[str, Any], rest: Sequence[str], follow: _Follow) -> str:
    """The pointer of a parameter.

    Its index may differ, since bodies and form fields are not among the parameters of OpenAPI 3.
    """
    places = [
        index
        for index, parameter in enumerate(sequence(node.get("parameters")))
        if _in(follow(parameter)) not in _IN_BODY
    ]
    if not rest or not rest[0].isdigit() or int(rest[0]) >= len(places):
        return "/parameters"
    return pointer("parameters", places[int(rest[0])], *_without(rest[1:], "schema"))


def _body(node: Mapping[str, Any], rest: Sequence[str], follow: _Follow) -> str:
    of_schema = rest[3:] if rest[:1] == ("content",) and rest[2:3] == ("schema",) else ()
    for index, parameter in enumerate(sequence(node.get("parameters"))):
        parameter = mapping(follow(parameter))
        if _in(parameter) == "body":
            return pointer("parameters", index, *(rest[2:] if of_schema else ()))
        if of_schema[:2] == ("properties", text(parameter.get("name"))) and _in(parameter) == "formData":
            return pointer("parameters", index, *of_schema[2:])
    return "/parameters"


def _response(node: Mapping[str, Any], rest: Sequence[str], follow: _Follow) -> str:
    status, inner = rest[:1], rest[1:]
    if inner[:1] == ("headers",):
        inner = (*inner[:2], *_without(inner[2:], "schema"))
    elif inner[:1] == ("content",):
        inner = ("examples", inner[1], *inner[3:]) if inner[2:3] == ("example",) else inner[2:]
    return pointer("responses", *status, *inner)


def _in(parameter: Any) -> str:
    return text(mapping(parameter).get("in"))


def _without(parts: Sequence[str], first: str) -> Sequence[str]:
    return parts[1:] if parts[:1] == (first,) else parts
