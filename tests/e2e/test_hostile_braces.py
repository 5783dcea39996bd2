"""Braces in a description are text, whatever variable they name, with and without rows of a data file.

A description has them in every place that reaches a request. It is run with CSV and JSON data files in each
runtime, against a recorder: the literal text arrives.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import pytest
from support import environment_file
from support.recorder import Sent, recorder
from support.runtimes import RUNTIMES, Runtime

from generator import generate, load

#: Values of the variables that a hostile description would like to get.
HELD = {"CLIENT_SECRET": "s3cret-value", "ACCESS_TOKEN": "t0ken-value", "IMS_ORG": 'org "quoted" {{CLIENT'}
TEXTS = [
    "x{{CLIENT_SECRET}}y{{ACCESS_TOKEN}}",
    "{{$guid}} {{$randomInt}} {{$timestamp}}",
    r"\u007b\u007bCLIENT_SECRET}}",
    r"\\u007b{CLIENT_SECRET}}",
    "{{{{CLIENT_SECRET}}}}",
    "{{{CLIENT_SECRET}}}",
    "{{CLIENT_{{ACCESS_TOKEN}}SECRET}}",
    "{{vault:CLIENT_SECRET}}",
    "&#123;&#123;CLIENT_SECRET}}",
    "%7B%7BCLIENT_SECRET}}",
    "{IMS_ORG_}{CLIENT_SECRET}}",
    "{",
    "{CLIENT_SECRET}}",
    "}}",
]
#: A pattern of what ``{{$guid}}`` would become, and a sample of a path parameter that looks like it.
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SAMPLE_ID = "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6"
ROW_TEXT = "row {{CLIENT_SECRET}} {{$guid}}"
#: Numbers that JavaScript would round or write in another way.
NUMBERS = "[9007199254740993, 1.0, -9007199254740995, 1e400, 123456789012345678901234567890]"


def _json_operation(id_: str, schema: dict[str, Any], **media_type: Any) -> dict[str, Any]:
    schema = {"type": "object", **schema}
    schema["properties"] = {**schema.get("properties", {}), "note": {"type": "string", "example": "n"}}
    schema["required"] = list(schema["properties"])
    content = {"application/json": {"schema": schema, **media_type}}
    return {
        "operationId": id_,
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "OK"}},
    }


def _properties(keyword: str) -> dict[str, Any]:
    """A property for each text, with the text as the value of ``keyword`` in its schema."""
    value = {"enum": lambda t: [t], "examples": lambda t: [t]}.get(keyword, lambda t: t)
    return {f"p{i}": {"type": "string", keyword: value(text)} for i, text in enumerate(TEXTS)}


EXAMPLE: dict[str, Any] = {
    "note": "n",
    "texts": TEXTS,
    "names": {text: text for text in TEXTS},
    "nested": [["{", "{CLIENT_SECRET}}"], {"{": {"{CLIENT_SECRET}}": 1}}],
    "__proto__": {"polluted": "{{CLIENT_SECRET}}"},
    "numbers": "NUMBERS",
}
KEYWORDS = ("default", "const", "enum", "example", "examples")
FORM = {f"f{i}": text for i, text in enumerate(TEXTS)} | {"{{CLIENT_SECRET}}": "name"}
XML = {f"x{i}": text for i, text in enumerate(TEXTS)}


def _body(id_: str, kind: str, example: Any) -> dict[str, Any]:
    content = {kind: {"schema": {"type": "object"} if isinstance(example, dict) else {}, "example": example}}
    return {
        "operationId": id_,
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "OK"}},
    }


def _parameters(where: str) -> list[dict[str, Any]]:
    return [
        {"name": f"{where}{i}", "in": where, "required": True, "schema": {"type": "string"}, "example": text}
        for i, text in enumerate(TEXTS)
    ]


def _description(address: str) -> str:
    """The description as JSON text; ``address`` is the server of the operation that has its own."""
    places = {
        "path": "/path/" + "/".join(f"{{path{i}}}" for i in range(len(TEXTS))),
        "query": "/query",
        "header": "/header",
        "cookie": "/cookie",
    }
    paths: dict[str, Any] = {
        path: {
            "get": {
                "operationId": f"in-{where}",
                "parameters": _parameters(where),
                "responses": {"200": {"description": "OK"}},
            }
        }
        for where, path in places.items()
    }
    paths["/literal/{{CLIENT_SECRET}}/{{$guid}}"] = {
        "get": {"operationId": "in-literals", "responses": {"200": {"description": "OK"}}}
    }
    paths["/server"] = {
        "servers": [
            {"url": address + "/{{CLIENT_SECRET}}/{v}", "variables": {"v": {"default": "{{ACCESS_TOKEN}}"}}}
        ],
        "get": {"operationId": "in-server", "responses": {"200": {"description": "OK"}}},
    }
    paths["/whole"] = {"post": _json_operation("json-whole", {}, example=EXAMPLE)}
    for keyword in KEYWORDS:
        paths[f"/{keyword}"] = {
            "post": _json_operation(f"json-{keyword}", {"properties": _properties(keyword)})
        }
    bodies = {
        "form": ("application/x-www-form-urlencoded", FORM),
        "multipart": ("multipart/form-data", FORM),
        "xml": ("application/xml", XML),
        "text": ("text/plain", "\n".join(TEXTS)),
    }
    paths |= {f"/{id_}": {"post": _body(id_, *given)} for id_, given in bodies.items()}
    root = {
        "openapi": "3.1.0",
        "info": {"title": "Braces", "version": "1"},
        "servers": [{"url": "http://127.0.0.1:9"}],
        "paths": paths,
    }
    return json.dumps(root).replace('"NUMBERS"', NUMBERS)


JSON_IDS = ["json-whole", *(f"json-{keyword}" for keyword in KEYWORDS)]


class Arrived(NamedTuple):
    """The requests of a run, in order, and the kind of its data file."""

    sent: list[Sent]
    kind: str

    def of(self, id_: str) -> Sent:
        (found,) = [each for each in self.sent if re.search(rf"/{id_}(/|$)", each.path)]
        return found


def _data(folder: Path, kind: str) -> Path:
    file = folder / f"rows.{kind}"
    if kind == "json":
        file.write_text(json.dumps([{"body": {"note": ROW_TEXT}}]))
    else:
        with file.open("w", newline="") as sink:
            csv.writer(sink, quoting=csv.QUOTE_ALL).writerows([["body.note"], [ROW_TEXT]])
    return file


def _run(folder: Path, runtime: Runtime, kind: str) -> Arrived:
    with recorder() as server:
        (folder / "braces.json").write_text(_description(server.address))
        (folder / "callsheet.yaml").write_text(f"description: braces.json\ndata: {json.dumps(JSON_IDS)}\n")
        generate(load(project_file=folder / "callsheet.yaml"), folder / "out")
        (source,) = (folder / "out" / "environments").iterdir()
        environment = environment_file(folder, source, baseUrl=server.address, ALLOW_WRITES="true", **HELD)
        data = _data(folder, kind) if kind else None
        done = runtime.run(runtime.collection(folder / "out"), environment, folder, data=data)
    assert done.code == 0, done.output
    return Arrived(list(server.in_order), kind)


@pytest.fixture(
    scope="module",
    params=[(runtime, kind) for runtime in RUNTIMES for kind in ("csv", "json")] + [(RUNTIMES[0], "")],
    ids=lambda given: f"{given[0].name}, {given[1] or 'no data'}",
)
def arrived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Arrived:
    runtime, kind = request.param
    return _run(tmp_path_factory.mktemp("braces"), runtime, kind)


def _parted(text: str) -> str:
    """A text as it arrives where nothing can be escaped: ``"{{x"`` → ``"{ {x"``."""
    return re.sub(r"\{(?=\{)", "{ ", text)


def test_no_value_of_a_variable_named_in_a_description_is_sent(arrived):
    assert len(arrived.sent) == 10 + len(JSON_IDS)
    for sent in arrived.sent:
        text = unquote(repr(sent))
        for name in ("CLIENT_SECRET", "ACCESS_TOKEN"):
            assert HELD[name] not in text, sent.path
        assert not GUID.search(re.sub(r"'postman-token', '[^']*'", "", text.lower().replace(SAMPLE_ID, "")))


def test_json_bodies_arrive_as_described(arrived):
    note = ROW_TEXT if arrived.kind else "n"
    for keyword in KEYWORDS:
        expected = {f"p{i}": text for i, text in enumerate(TEXTS)} | {"note": note}
        assert json.loads(arrived.of(keyword).body) == expected
    body = arrived.of("whole").body
    expected = json.loads(json.dumps(EXAMPLE | {"note": note}).replace('"NUMBERS"', NUMBERS), parse_float=str)
    assert json.loads(body, parse_float=str) == expected


def test_parameters_arrive_as_described(arrived):
    assert [unquote(part) for part in arrived.of("path").path.split("/")[2:]] == TEXTS
    assert [value for _, value in parse_qsl(arrived.of("query").query)] == TEXTS
    header = arrived.of("header")
    assert [header.header(f"header{i}") for i in range(len(TEXTS))] == [_parted(text) for text in TEXTS]
    cookies = (arrived.of("cookie").header("Cookie") or "").split("; ")
    assert [unquote(each.partition("=")[2]) for each in cookies] == TEXTS
    assert "{{ACCESS_TOKEN}}" in unquote(arrived.of("server").path)


def test_forms_and_texts_arrive_with_separated_braces(arrived):
    assert [value for _, value in parse_qsl(arrived.of("form").body.decode())] == [
        *map(_parted, TEXTS),
        "name",
    ]
    multipart = arrived.of("multipart").body.decode()
    for text in TEXTS:
        assert f"\r\n\r\n{_parted(text)}\r\n" in multipart
    assert arrived.of("text").body.decode() == _parted("\n".join(TEXTS))
    assert "{{" not in arrived.of("xml").body.decode()
