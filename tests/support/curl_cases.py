"""A description with an operation for each place in a request and each text with a special meaning to curl.

The expected request is worked out from the case alone, without the generator's code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from support import decoding
from support.recorder import Sent

CANARY = "canary-7f3a-of-a-local-file"
URLENCODED = "application/x-www-form-urlencoded"


def texts(absolute: str) -> list[str]:
    """Texts that contain or begin with syntax of curl, of the shell or of a page."""
    return [
        f"@{absolute}",
        "@canary",
        f"<{absolute}",
        "<canary",
        f"=@{absolute}",
        f"a=@{absolute};x",
        f"a=<{absolute}",
        f"v;headers=@{absolute}",
        f'"v";headers=<{absolute};encoder=base64',
        "v;filename=x;type=text/html",
        'v";type="',
        ',"@canary',
        "\\@canary\\",
        "(",
        ")",
        "=)",
        "-K/etc/hostname",
        "--",
        "%s%d%%\\n\\055\\c\\\\",
        "[1-3]{a,b}#x?y&z",
        "$(touch ran)`touch ran`$HOME ${HOME} !x ~ *",
        "'; touch ran; '",
        "HEADERS\nCONFIG\nBODY\nEOF\ntouch ran",
        "  spaces  ",
        "line\r\nline\rline\n\n\n\nline\n",
        "\ttab[31m\u2028\u202e\ufeff\ue001X\ue002json\ue003",
        "```\n~~~\n# h\n</code></pre><script>ran = 1</script>",
        "{{CLIENT_SECRET}} ünï ✓ \U0001f600",
        "..",
    ]


class Case(NamedTuple):
    """An operation, and a predicate for the request that has to arrive."""

    place: str
    text: str
    operation: dict[str, Any]
    matches: Callable[[Sent], bool]
    path: str = ""
    method: str = "post"


def _framed(kind: str, text: str) -> str:
    """``text`` as a body: for a sequential media type a sequence of one item, unless it is one already."""
    if kind == "text/event-stream":
        return "".join(f"data: {line}\n" for line in text.split("\n")) + "\n"
    if kind in ("application/x-ndjson", "application/jsonl", "application/json-seq") and not _is_json(text):
        return (
            ("\x1e" if kind == "application/json-seq" else "") + json.dumps(text, ensure_ascii=False) + "\n"
        )
    return text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _raw(
    kind: str, example: Any, expected: str, schema: Any = None
) -> tuple[dict[str, Any], Callable[[Sent], bool]]:
    media_type = {"example": example} if schema is None else {"schema": schema, "example": example}
    return _body(kind, media_type), lambda sent: sent.body == expected.encode()


def _body(kind: str, media_type: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {kind: media_type}}}


_TEXTS = [
    "text/plain",
    "application/x-ndjson",
    "application/jsonl",
    "application/json-seq",
    "text/event-stream",
    "multipart/mixed",
    "multipart/related",
    "multipart/byteranges",
    "multipart/form-data",
    "application/xml",
    "application/vnd.some",
    "application/octet-stream",
    URLENCODED,
]


#: Places whose text the generator writes like that of another place.
_ALIKE = {f"body of {kind}" for kind in _TEXTS[2:]} | {
    "serialized application/json",
    f"serialized {URLENCODED}",
    "serialized multipart/form-data",
    "item of application/jsonl",
    "name of a JSON part",
    "name of a typed part",
    "name in the query",
    "two parts",
    "operationId",
}


def _bodies(text: str) -> Iterator[Case]:
    for kind in _TEXTS:
        yield Case(f"body of {kind}", text, *_raw(kind, text, _framed(kind, text)))
    serialized = {"examples": {"e": {"serializedValue": text}}}
    for kind in ("application/json", "application/x-ndjson", URLENCODED, "multipart/form-data"):
        yield Case(
            f"serialized {kind}", text, _body(kind, serialized), lambda sent: sent.body == text.encode()
        )
    for kind in ("application/x-ndjson", "application/jsonl"):
        lines = {"schema": {"type": "array", "items": {}}, "example": [text]}
        yield Case(f"item of {kind}", text, _body(kind, lines), lambda sent: json.loads(sent.body) == text)
    for value in (text, [text], {"a": text}, {text: 1}):
        operation = _body("application/json", {"example": value})
        yield Case("JSON", text, operation, lambda sent, value=value: json.loads(sent.body) == value)


def _pairs(sent: Sent) -> list[tuple[str, str]]:
    return parse_qsl(sent.body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")


def _forms(text: str) -> Iterator[Case]:
    def case(place: str, example: Any, found: list[tuple[str, str]], **encoding: Any) -> Case:
        schema = {"type": "object", "properties": {name: {} for name in example}}
        media_type = {"schema": schema, "example": example, "encoding": encoding}
        return Case(place, text, _body(URLENCODED, media_type), lambda sent: _pairs(sent) == found)

    yield case("value of a form", {"a": text}, [("a", text)])
    yield case("name in a form", {text: "v"}, [(text, "v")])
    yield case("no name in a form", {"": text}, [("", text)])
    style = {"style": "pipeDelimited", "explode": False}
    yield case("items by style", {"a": [text.replace("|", "")]}, [("a", text.replace("|", ""))], a=style)
    yield case("name by style", {text: ["a", "b"]}, [(text, "a|b")], **{text: style})


class _Part(NamedTuple):
    name: str
    content: str
    kind: str


def _parts(sent: Sent) -> list[_Part]:
    found = decoding.multipart(sent.body, sent.header("Content-Type") or "")
    return [
        _Part(_name(headers["content-disposition"]), content.decode(), headers.get("content-type", ""))
        for headers, _, content in found
    ]


def _name(disposition: str) -> str:
    """A field name as browsers write it: a backslash is literal, quotes and line ends are percent-encoded."""
    (name,) = re.findall(r'^form-data; name="([^"]*)"$', disposition)
    return re.sub("%(?:0D|0A|22)", lambda found: unquote(found[0]), name)


def _multipart(text: str) -> Iterator[Case]:
    def case(place: str, example: Any, found: list[_Part], **encoding: Any) -> Case:
        schema = {"type": "object", "properties": {name: {} for name in example}}
        media_type = {"schema": schema, "example": example, "encoding": encoding}
        return Case(place, text, _body("multipart/form-data", media_type), lambda sent: _parts(sent) == found)

    csv = {"contentType": "text/csv"}
    yield case("part", {"a": text}, [_Part("a", text, "")])
    yield case("part with a type", {"a": text}, [_Part("a", text, "text/csv")], a=csv)
    yield case("JSON part", {"a": {"k": text}}, [_Part("a", _line({"k": text}), "application/json")])
    yield case("name of a part", {text: "v"}, [_Part(text, "v", "")])
    yield case("name of a typed part", {text: "v"}, [_Part(text, "v", "text/csv")], **{text: csv})
    yield case("name of a JSON part", {text: {"q": 1}}, [_Part(text, '{"q":1}', "application/json")])
    yield case("no name of a part", {"": text}, [_Part("", text, "")])
    yield case("two parts", {"a": "x", "b": text}, [_Part("a", "x", ""), _Part("b", text, "")])
    for kind in (text, f"text/plain;{text}", f"text/plain; x={text}"):
        media_type = {"schema": {"type": "object", "properties": {"a": {}}}, "example": {"a": "v"}}
        media_type["encoding"] = {"a": {"contentType": kind}}
        yield Case("media type of a part", text, _body("multipart/form-data", media_type), _is_one_part)


def _is_one_part(sent: Sent) -> bool:
    """Whether one part arrived, whose disposition has only a name and whose media type has no line end."""
    ((headers, fields, content),) = decoding.multipart(sent.body, sent.header("Content-Type") or "")
    kind = headers.get("content-type", "")
    return content == b"v" and list(fields) == ["form-data", "name"] and not re.search(r"[\r\n]", kind)


def _line(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _parameters(text: str) -> Iterator[Case]:
    def parameter(where: str, name: str, **more: Any) -> dict[str, Any]:
        return {
            "parameters": [
                {"name": name, "in": where, "required": True, "schema": {}, "example": text, **more}
            ]
        }

    def query(sent: Sent) -> list[tuple[str, str]]:
        return parse_qsl(sent.query, keep_blank_values=True, strict_parsing=True)

    one_line = " ".join(text.split())
    yield Case(
        "query", text, parameter("query", "q"), lambda sent: query(sent) == [("q", text)], method="get"
    )
    yield Case(
        "name in the query",
        text,
        parameter("query", text, example="v"),
        lambda sent: query(sent) == [(text, "v")],
        method="get",
    )
    yield Case(
        "path",
        text,
        parameter("path", "p"),
        lambda sent: unquote(sent.path).endswith(f"/{text}/end"),
        "/{p}/end",
        "get",
    )
    yield Case(
        "header",
        text,
        parameter("header", "X-P"),
        lambda sent: unquote(sent.header("X-P") or "") == unquote(one_line),
        method="get",
    )
    yield Case(
        "cookie",
        text,
        parameter("cookie", "c"),
        lambda sent: unquote((sent.header("Cookie") or "").partition("=")[2]) == unquote(text),
        method="get",
    )


def _others(text: str) -> Iterator[Case]:
    responses = {"200": {"description": "d", "content": {"application/octet-stream": {}}}}
    yield Case("media type", text, _body(text, {"example": "v"}), lambda sent: len(sent.headers) < 9)
    yield Case(
        "operationId", text, {"operationId": text, "responses": responses}, lambda sent: True, method="get"
    )
    yield Case("method", text, {}, lambda sent: sent.body == b"", method=f"+{text}")


def cases(absolute: str) -> list[Case]:
    """Every place with every text; places that are like another one only with every third text."""
    makers = (_bodies, _forms, _multipart, _parameters, _others)
    every = enumerate(texts(absolute))
    found = [(index, case) for index, text in every for maker in makers for case in maker(text)]
    return [case for index, case in found if case.place not in _ALIKE or index % 3 == 0]


def description(address: str, found: list[Case]) -> dict[str, Any]:
    """The description for ``found``; the operation of case 7 is at ``/c7``."""
    paths: dict[str, Any] = {}
    for number, case in enumerate(found):
        operation = {
            "operationId": f"c{number}",
            "tags": [f"tag {number // 100}"],
            "responses": {"200": {"description": "d"}},
            **case.operation,
        }
        item = {case.method: operation}
        if case.method.startswith("+"):
            item = {"additionalOperations": {case.method[1:]: operation}}
        paths[f"/c{number}{case.path}"] = item
    return {
        "openapi": "3.2.0",
        "info": {"title": "curl", "version": "1"},
        "servers": [{"url": address}],
        "paths": paths,
    }
