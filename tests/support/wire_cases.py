"""A description with an operation for each case: every style, every kind of body, every oddity of paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

HARD = "a b+c%/&=#?é,|;"
ASCII = "".join(map(chr, range(32, 127)))


class Case(NamedTuple):
    """A parameter called ``p`` with one value."""

    where: str
    style: str
    explode: bool
    kind: str
    value: Any

    @property
    def id(self) -> str:
        return f"{self.where}-{self.style}-{'exploded' if self.explode else 'whole'}-{self.kind}"


def _cases() -> Iterator[Case]:
    hard = {"text": HARD, "list": [HARD, "x y", "1"], "object": {"R": HARD, "g h": "200"}}
    # In these styles the delimiter can't be escaped, so that no item contains it.
    separated = {"list": ["a+b", "c,d&"], "object": {"R": "b;%", "g": "d=/"}}
    headers = {
        "text": HARD.replace("é", ""),
        "list": ["a b+c%/&=#?|;", "x"],
        "object": {"R": "a b&", "g": "2"},
    }
    unencoded = {"text": "a+b%/&#?|", "list": ["a+b", "%20"], "object": {"R": "a&b", "g": "%"}}
    for explode in (False, True):
        for kind, value in hard.items():
            for style in ("simple", "label", "matrix"):
                yield Case("path", style, explode, kind, value)
            yield Case("query", "form", explode, kind, value)
            yield Case("header", "simple", explode, kind, headers[kind])
            yield Case("cookie", "form", explode, kind, value)
            yield Case("cookie", "cookie", explode, kind, unencoded[kind])
        for style in ("spaceDelimited", "pipeDelimited"):
            yield Case("query", style, explode, "list", separated["list"])
    for style in ("spaceDelimited", "pipeDelimited"):
        yield Case("query", style, False, "object", separated["object"])
    deep = {"length": 3, "R[]": HARD, "tags": ["x", HARD], "one": ["1"], "deeper": {"a b": {"c": "d"}}}
    yield Case("query", "deepObject", True, "object", deep)
    yield Case("query", "deepObject", True, "list of objects", {"rows": [{"id": 1}, {"id": 2, "t": ["u"]}]})
    for where, style in (("path", "simple"), ("query", "form"), ("header", "simple"), ("cookie", "form")):
        # White space around a header's value is not part of it.
        yield Case(where, style, False, "every ASCII character", ASCII.strip())
        yield Case(where, style, where != "header", "list of one", ["only"])
        yield Case(where, style, False, "number", 2.5)
        yield Case(where, style, False, "false", False)
        yield Case(where, style, False, "zero", 0)


CASES = tuple(_cases())


def _parameter(name: str, where: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": {}, "example": value, **more}


def _json_parameter(name: str, where: str, value: Any, kind: str = "application/json") -> dict[str, Any]:
    content = {kind: {"schema": {"type": "object"}, "example": value}}
    return {"name": name, "in": where, "required": True, "content": content}


def _body(kind: str, example: Any, schema: Any = None, **more: Any) -> dict[str, Any]:
    media_type = {"schema": schema or {}, "example": example, **more}
    return {"requestBody": {"required": True, "content": {kind: media_type}}}


def _fields(*names: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {} for name in names} | more}


CONTENT = {"a b": HARD, "l": [1]}
FORM = {
    "text": HARD,
    "ascii": ASCII,
    "number": 0,
    "list": ["x", "y z"],
    "one": ["1"],
    "address": {"city": "Ü & b", "deep": {"x": [1]}},
    "rows": [{"a": 1}, {"a": 2}],
    "lines": "a\nb",
    "a b&c[d]@e=": "name",
}
STYLED = {
    "commas": ["1", "3 4"],
    "pipes": ["x", "z&"],
    "deep": {"length": 3, "list": ["p", "q"], "empty": {}},
    "flat": {"k": "v w"},
}
STYLES = {
    "commas": {"style": "form", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "deep": {"style": "deepObject", "explode": True},
    "flat": {"style": "form", "explode": True},
}
FILE = {"type": "string", "format": "binary"}
PET = _fields("name", id={"xml": {"attribute": True}}) | {"xml": {"name": "animal"}}
UPLOAD = _fields("title", photo=FILE, extra=FILE) | {"required": ["photo"]}
TEXT = HARD + "\nl2\n\t'q' \"d\" $x `y` \\ @"
JSON = {"a": HARD, "{{x}}": "{{CLIENT_SECRET}}", "n": None, "f": 1.5, "l": []}
EVENTS = [{"event": "add", "data": "line 1\nline 2", "id": "1"}, {"data": {"a": [1, 2]}}]
NESTED = [{"a": {"b": {"c": "{{x}}"}}}, {"a": 2}]


def _others() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Operation id → method, the path after the id, and the operation's other fields."""
    path, query = "path", "query"
    found: dict[str, tuple[str, str, dict[str, Any]]] = {
        "content": (
            "get",
            "/{c}/end",
            {"parameters": [_json_parameter(*each, CONTENT) for each in zip("cdEf", WHERE, strict=True)]},
        ),
        "reserved": (
            "get",
            "",
            {"parameters": [_parameter("r", query, "http://x.y/a?b=c&d=é#f[1]+%20", allowReserved=True)]},
        ),
        "empty": ("get", "", {"parameters": [_parameter("e", query, "", allowEmptyValue=True)]}),
        "names": (
            "get",
            "",
            {"parameters": [_parameter(n, query, "v") for n in ("a=b&c", "page[size]", "é x")]},
        ),
        "whole-query": (
            "get",
            "",
            {"parameters": [_json_parameter("q", "querystring", FORM, "application/x-www-form-urlencoded")]},
        ),
        "json-query": ("get", "", {"parameters": [_json_parameter("q", "querystring", CONTENT)]}),
        "verb": ("post", "/tasks/{id}:cancel", {"parameters": [_parameter("id", path, HARD)]}),
        "colon": ("post", "/docs/{id}/:analyze", {"parameters": [_parameter("id", path, "d1")]}),
        "colons": (
            "get",
            "/:{id}/:/:a~b!/{x}",
            {"parameters": [_parameter("id", path, "d 1"), _parameter("x", path, "x")]},
        ),
        "same-colon": (
            "get",
            "/{analyze}/:analyze/:analyze",
            {"parameters": [_parameter("analyze", path, "x")]},
        ),
        "near-colons": (
            "get",
            "/:a~/:a/{a}/{a-2}/:a-3/v1/{a}:a",
            {"parameters": [_parameter("a", path, "x"), _parameter("a-2", path, "y")]},
        ),
        "ending": ("get", "/send.{format}", {"parameters": [_parameter("format", path, "json")]}),
        "call": ("get", "/p(a={a},b={b})", {"parameters": [_parameter(n, path, HARD) for n in "ab"]}),
        "query-in-path": (
            "get",
            "/find?kind=1&at={at}&wsdl#this",
            {"parameters": [_parameter("at", path, HARD), _parameter("q", query, "v")]},
        ),
        "headers": (
            "post",
            "",
            {
                "parameters": [
                    _parameter("Content-Type", "header", "application/vnd.x+json"),
                    _parameter("Accept", "header", "application/vnd.y+json"),
                    _parameter("If-Match", "header", '"abc"'),
                    _parameter("X-Name", "header", "Zoë {{CLIENT_SECRET}}"),
                ]
            },
        ),
        "own-length": (
            "post",
            "",
            {
                "parameters": [
                    _parameter("Content-Length", "header", 3),
                    _parameter("Host", "header", "elsewhere.example"),
                    _parameter("Transfer-Encoding", "header", "gzip"),
                ],
                **_body("application/json", JSON),
            },
        ),
        "optional": (
            "get",
            "",
            {
                "parameters": [
                    {**_parameter(name, where, "v"), "required": False}
                    for name, where in (("o", query), ("X-O", "header"), ("oc", "cookie"))
                ]
            },
        ),
        "no-header": ("get", "", {"parameters": [_parameter("X Y", "header", "v")]}),
        "json": ("post", "", _body("application/json", JSON)),
        "json-string": ("post", "", _body("application/json", "@/etc/hostname")),
        "json-null": ("post", "", _body("application/json", None)),
        "merge-patch": ("patch", "", _body("application/merge-patch+json", {"a": None})),
        "json-patch": ("patch", "", _body("application/json-patch+json", [{"op": "remove", "path": "/a"}])),
        "get-with-body": ("get", "", _body("application/json", {"a": 1})),
        "query-method": ("query", "", _body("application/json", {"a": 1})),
        "text": ("post", "", _body("text/plain", TEXT)),
        "text-at": ("post", "", _body("text/plain; charset=utf-8", "@/etc/hostname")),
        "form": ("post", "", _body("application/x-www-form-urlencoded", FORM, _fields(*FORM))),
        "styled-form": (
            "post",
            "",
            _body("application/x-www-form-urlencoded", STYLED, _fields(*STYLED), encoding=STYLES),
        ),
        "parts": (
            "post",
            "",
            _body(
                "multipart/form-data", FORM, _fields(*FORM), encoding={"text": {"contentType": "text/csv"}}
            ),
        ),
        "upload": (
            "post",
            "",
            _body(
                "multipart/form-data",
                {"title": HARD, "photo": "", "extra": ""},
                UPLOAD,
                encoding={"photo": {"contentType": "image/png, image/jpeg"}},
            ),
        ),
        "xml-part": (
            "post",
            "",
            _body(
                "multipart/form-data",
                {"pet": {"id": 1, "name": HARD + "<>\"'{{x}}"}, "title": "t"},
                _fields("title", pet=PET),
                encoding={"pet": {"contentType": "application/xml"}},
            ),
        ),
        "bytes": ("put", "", {"requestBody": {"content": {"application/octet-stream": {}}}}),
        "mixed": ("post", "", _body("multipart/mixed", {"a": HARD, "b": {"c": 1}}, _fields("a", "b"))),
        "xml": ("post", "", _body("application/xml", {"a": HARD + "<>\"'{{x}}", "b": ["1", "2"]})),
        "events": ("post", "", _sequence("text/event-stream", EVENTS)),
        "ndjson": ("post", "", _sequence("application/x-ndjson", NESTED)),
        "json-seq": ("post", "", _sequence("application/json-seq", NESTED)),
    }
    return found


def _sequence(kind: str, values: list[Any]) -> dict[str, Any]:
    media_type = {"itemSchema": {"type": "object"}, "example": values}
    return {"requestBody": {"required": True, "content": {kind: media_type}}}


WHERE = ("path", "query", "header", "cookie")


def description(address: str) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for number, case in enumerate(CASES):
        parameter = _parameter("p", case.where, case.value, style=case.style, explode=case.explode)
        operation = {"operationId": case.id, "parameters": [parameter]}
        ending = "/{p}/end" if case.where == "path" else ""
        paths[f"/case-{number}{ending}"] = {"get": operation}
    for id_, (method, ending, operation) in _others().items():
        paths[f"/{id_}{ending}"] = {method: {"operationId": id_, **operation}}
    paths["/other-method"] = {"additionalOperations": {"COPY": {"operationId": "other-method"}}}
    for operation in (operation for item in paths.values() for operation in item.values()):
        operation.get("COPY", operation)["responses"] = {"200": {"description": "recorded"}}
    info = {"title": "wire", "version": "1"}
    return {"openapi": "3.2.0", "info": info, "servers": [{"url": address}], "paths": paths}
