"""Contract tests of responses, as a table: one run of Newman against a server that sends each response."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support import items, newman

from generator import generate, load
from generator.api import Options

TOKEN = "T0ken/of~ours"
#: A secret longer than the words that messages show, and one that is part of many words.
LONG, SHORT = "L0ng" * 50, "e"
STATUS, TYPE, BODY = "Status is 200 OK", "Content type is documented", "Body fits its schema"
PASSED, SKIPPED = "passed", "skipped"
FINE = {STATUS: PASSED, TYPE: PASSED, BODY: PASSED}


class Row(NamedTuple):
    """Documented responses, the response sent, and each test's result: ``passed`` or part of its message."""

    responses: Any
    results: Mapping[str, str]
    body: bytes | str = b""
    type: str | None = "application/json"
    status: int = 200
    reason: str | None = None
    headers: Mapping[str, str] = {}
    method: str = "get"
    tests: str = "contract"


def _ok(content: Any = None, headers: Any = None, status: str = "200", **more: Any) -> dict[str, Any]:
    given = {"content": content} if content is not None else {}
    return {status: {"description": "Fine", **given, **({"headers": headers} if headers else {})}, **more}


def _json(schema: Any, name: str = "application/json") -> dict[str, Any]:
    return _ok({name: {"schema": schema}})


def _header(schema: Any, *, required: bool = False) -> dict[str, Any]:
    return _ok(headers={"X-A": {"required": required, "schema": schema}})


NONE = {"description": "Nothing of the kind.\n\nAsk for another."}
OBJECT = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
WORD = {"$ref": "#/components/schemas/Word"}
TREE = {"$ref": "#/components/schemas/Tree"}
A = "Header X-A is as documented"
A_SKIPPED = f"{A} (it is optional, and not there)"

ROWS: dict[str, Row] = {
    # --- Status ---
    "a documented success": Row(_ok(), {STATUS: PASSED}),
    "a documented error": Row(
        _ok(**{"404": NONE}),
        {STATUS: "404 Not Found, which is documented, but not as a success: Nothing of the kind."},
        status=404,
    ),
    "an undocumented error": Row(
        _ok(), {STATUS: "418 Teapot, which is not documented"}, status=418, reason="Teapot"
    ),
    "an undocumented success": Row(_ok(), {STATUS: "201 Created, which is not documented"}, status=201),
    "one of two successes": Row(
        _ok(**{"202": NONE}), {"Status is 200 OK or 202 Accepted": PASSED}, status=202
    ),
    "a success of a class": Row(_ok(status="2XX"), {"Status is any success": PASSED}, status=206),
    "an error of a class": Row(
        _ok(**{"4xx": NONE}),
        {STATUS: "410 Gone, which is documented, but not as a success: Nothing"},
        status=410,
    ),
    "a class and a success": Row(
        _ok(status="2XX", **{"302": NONE}),
        {"Status is any success": "302 Found, which is documented, but not as a success"},
        status=302,
    ),
    "an error by default": Row(
        _ok(default=NONE),
        {STATUS: "500 Internal Server Error, which is documented, but not as a success"},
        status=500,
    ),
    "a success where default alone is documented": Row({"default": NONE}, {"Status is any success": PASSED}),
    "an error where default alone is documented": Row(
        {"default": NONE}, {"Status is any success": "400 Bad Request, which is documented"}, status=400
    ),
    "a documented redirect": Row({"302": NONE}, {"Status is 302 Found or any success": PASSED}, status=302),
    "where a redirect led": Row({"302": NONE}, {"Status is 302 Found or any success": PASSED}),
    "a success where errors alone are documented": Row({"404": NONE}, {"Status is any success": PASSED}),
    "no documented answer": Row({}, {}),
    "documented: an error": Row(
        _ok(**{"404": NONE}), {"Status is documented": PASSED}, status=404, tests="documented"
    ),
    "documented: none": Row(
        _ok(),
        {"Status is documented": "409 Conflict, which is not documented"},
        status=409,
        tests="documented",
    ),
    "documented: a class": Row(
        _ok(**{"5XX": NONE}), {"Status is documented": PASSED}, status=503, tests="documented"
    ),
    "documented: by default": Row(
        _ok(default=NONE), {"Status is documented": PASSED}, status=599, tests="documented"
    ),
    # --- Content type ---
    "case and parameters": Row(_json(True), FINE, "1", "Application/JSON; Charset=utf-8"),
    "documented parameters": Row(_json(True, "application/json;v=1"), FINE, "1"),
    "another type": Row(
        _json(OBJECT),
        {STATUS: PASSED, TYPE: "Expected application/json, but the response is text/html"},
        "<p>",
        "text/html",
    ),
    "a relative of JSON": Row(
        _json(OBJECT),
        {STATUS: PASSED, TYPE: "the response is application/problem+json"},
        "{}",
        "application/problem+json",
    ),
    "no type": Row(_json(OBJECT), {STATUS: PASSED, TYPE: "but the response is of no type"}, "{}", None),
    "a type that every object has": Row(
        _json(OBJECT), {STATUS: PASSED, TYPE: "the response is constructor"}, "{}", "constructor"
    ),
    "one of two types": Row(
        _ok({"text/csv": {}, "application/xml": {}}),
        {STATUS: PASSED, TYPE: PASSED},
        "<a/>",
        "application/xml",
    ),
    "none of two types": Row(
        _ok({"text/csv": {}, "application/xml": {}}),
        {STATUS: PASSED, TYPE: "Expected text/csv or application/xml, but the response is text/html"},
        "<a/>",
        "text/html",
    ),
    "within a range": Row(_ok({"image/*": {}}), {STATUS: PASSED, TYPE: PASSED}, b"\x00\xff", "image/webp"),
    "beyond a range": Row(
        _ok({"image/*": {}}),
        {STATUS: PASSED, TYPE: "Expected image/*, but the response is text/plain"},
        "a",
        "text/plain",
    ),
    "any type": Row(
        _ok({"*/*": {"schema": {"type": "string"}}}), {STATUS: PASSED, TYPE: PASSED}, "a", "text/x-a"
    ),
    "any relative of JSON": Row(
        _json(OBJECT, "application/*+json"),
        {STATUS: PASSED, TYPE: PASSED, BODY: "the value should have required property 'a'"},
        "{}",
        "application/hal+json",
    ),
    "JSON beside any type": Row(
        _ok({"*/*": {}, "application/json": {"schema": OBJECT}}),
        {STATUS: PASSED, TYPE: PASSED, BODY: "/a should be integer"},
        '{"a": "b"}',
    ),
    "any type beside JSON": Row(
        _ok({"*/*": {}, "application/json": {"schema": OBJECT}}),
        {STATUS: PASSED, TYPE: PASSED},
        "a",
        "text/plain",
    ),
    "what is called by no media type": Row(
        _json(OBJECT, "json"), {STATUS: PASSED, TYPE: PASSED}, "a", "text/plain"
    ),
    "versions of a type, the second": Row(
        _ok(
            {"application/json;v=1": {"schema": OBJECT}, "application/json;v=2": {"schema": {"type": "null"}}}
        ),
        FINE,
        "null",
    ),
    "versions of a type, neither": Row(
        _ok(
            {"application/json;v=1": {"schema": OBJECT}, "application/json;v=2": {"schema": {"type": "null"}}}
        ),
        {**FINE, BODY: "the value should be object, but is a list of length 0"},
        "[]",
    ),
    "a body that nothing is said of": Row(_ok(), {STATUS: PASSED}, "<p>", "text/html"),
    "no body where there is none": Row(
        _ok({"application/json": {"schema": OBJECT}}, status="204"),
        {"Status is 204 No Content": PASSED},
        status=204,
        type=None,
    ),
    "no body of HEAD": Row(_json(OBJECT), {STATUS: PASSED}, method="head"),
    "contentType off": Row(
        _json(OBJECT), {STATUS: PASSED, BODY: "required property 'a'"}, "{}", "text/plain", tests="any type"
    ),
    # --- Body ---
    "a body that fits": Row(_json(OBJECT), FINE, '{"a": 1, "b": null}'),
    "a circle that fits": Row(_json(TREE), FINE, '{"leaves": [{"leaves": [{"leaves": []}]}]}'),
    "a circle, deep": Row(
        _json(TREE),
        {**FINE, BODY: "/leaves/0/leaves/1/leaves should be array, but is an object"},
        '{"leaves": [{"leaves": [{"leaves": []}, {"leaves": {}}]}]}',
    ),
    "no JSON": Row(_json(OBJECT), {**FINE, BODY: "Expected JSON, but the body is not"}, "<p>"),
    "cut JSON": Row(_json(OBJECT), {**FINE, BODY: "Expected JSON, but the body is not"}, '{"a": '),
    "a missing body": Row(
        _json(OBJECT), {STATUS: PASSED, BODY: "Expected JSON, but there is no body"}, type=None
    ),
    "a missing body of a type": Row(
        _json(OBJECT), {STATUS: PASSED, BODY: "Expected JSON, but there is no body"}
    ),
    "an empty text": Row(
        _ok({"text/plain": {"schema": {"type": "string"}}}), {STATUS: PASSED}, type="text/plain"
    ),
    "an empty text beside JSON": Row(
        _ok({"application/json": {"schema": OBJECT}, "text/plain": {}}), {STATUS: PASSED}, type="text/plain"
    ),
    "an empty JSON beside bytes": Row(
        _ok({"application/zip": {}, "application/json": {"schema": OBJECT}}), {STATUS: PASSED}
    ),
    "no body where any JSON may be": Row(_json({}), {STATUS: PASSED}),
    "no body where any JSON may be by reference": Row(
        _json({"$ref": "#/components/schemas/Any"}), {STATUS: PASSED}
    ),
    "an error's body": Row(
        _ok(**{"404": {**NONE, "content": {"application/json": {"schema": OBJECT}}}}),
        {STATUS: "404", TYPE: PASSED, BODY: "the value should have required property 'a'"},
        "{}",
        status=404,
    ),
    "anything, which is still JSON": Row(_json(True), {**FINE, BODY: "Expected JSON"}, "<p>"),
    "nothing at all": Row(_json(False), {**FINE, BODY: "the value should NOT be valid, but is a list"}, "[]"),
    "null": Row(_json({"type": ["object", "null"]}), FINE, "null"),
    "null where none may be": Row(
        _json(OBJECT), {**FINE, BODY: "/a should be integer, but is null"}, '{"a": null}'
    ),
    "one of several types": Row(
        _json({"type": ["object", "null"]}), {**FINE, BODY: "the value should be object,null, but is 3"}, "3"
    ),
    "a word that is shown": Row(
        _json({"enum": ["a", "b", None]}),
        {**FINE, BODY: 'should be equal to one of the allowed values: ["a","b",null], but is "c"'},
        '"c"',
    ),
    "a text that is not": Row(
        _json({"enum": ["a", "b"]}), {**FINE, BODY: ", but is a string of length 33"}, json.dumps("c" * 33)
    ),
    "a secret text": Row(_json({"maxLength": 2}), {**FINE, BODY: ", but is a string of length 5"}, '"abcde"'),
    "a constant": Row(
        _json({"const": 0}), {**FINE, BODY: "should be equal to constant: 0, but is false"}, "false"
    ),
    "a further property": Row(
        _json({"type": "object", "additionalProperties": False}),
        {**FINE, BODY: 'the value should NOT have additional properties: "b"'},
        '{"b": 1}',
    ),
    "a long name": Row(
        _json({"additionalProperties": {"type": "integer"}}),
        {**FINE, BODY: "/… should be integer, but is null"},
        json.dumps({"n" * 41: None}),
    ),
    "many faults": Row(
        _json({"items": {"type": "integer"}}),
        {**FINE, BODY: "/4 should be integer, but is null; and 3 more"},
        json.dumps([None] * 8),
    ),
    "a choice": Row(
        _json({"anyOf": [OBJECT, {"type": "array"}]}),
        {**FINE, BODY: "/a should be integer, but is true; the value should be array, but is an object"},
        '{"a": true}',
    ),
    "too many of a choice": Row(
        _json({"oneOf": [OBJECT, {"type": "object"}]}),
        {**FINE, BODY: "the value should match exactly one schema in oneOf, but is an object"},
        '{"a": 1}',
    ),
    "too many of several choices": Row(
        _json({"items": {"oneOf": [OBJECT, {"type": "object"}]}}),
        {**FINE, BODY: "/0 should match exactly one schema in oneOf, but is an object; /1 should"},
        '[{"a": 1}, {"a": 1}]',
    ),
    "text": Row(
        _ok({"text/plain": {"schema": {"enum": ["a"]}}}), {STATUS: PASSED, TYPE: PASSED}, "b", "text/plain"
    ),
    "bytes": Row(
        _ok({"application/zip": {"schema": {"type": "string", "format": "binary"}}}),
        {STATUS: PASSED, TYPE: PASSED},
        b"PK\x00\xff",
        "application/zip",
    ),
    "bytes beside JSON": Row(
        _ok({"application/json": {"schema": OBJECT}, "application/zip": {}}),
        {STATUS: PASSED, TYPE: PASSED},
        b"PK\x00\xff",
        "application/zip",
    ),
    "body off": Row(_json(OBJECT), {STATUS: PASSED, TYPE: PASSED}, "<p>", tests="no body"),
    # --- Sequences ---
    "lines that fit": Row(
        _ok({"application/x-ndjson": {"itemSchema": OBJECT}}),
        FINE,
        '{"a": 1}\n\n{"a": 2}\n',
        "application/x-ndjson",
    ),
    "lines of a stream": Row(
        _ok({"application/stream+json": {"schema": OBJECT}}),
        {**FINE, BODY: "/1/a should be integer, but is null"},
        '{"a": 1}\n{"a": null}\n',
        "application/stream+json",
    ),
    "lines by another name": Row(
        _ok({"application/vnd.x.json-lines": {"itemSchema": OBJECT}}),
        FINE,
        '{"a": 1}\n{"a": 2}\n',
        "application/vnd.x.json-lines",
    ),
    "no lines": Row(
        _ok({"application/x-ndjson": {"itemSchema": OBJECT}}),
        {STATUS: PASSED, BODY: PASSED},
        "",
        "application/x-ndjson",
    ),
    "a line that does not fit": Row(
        _ok({"application/jsonl": {"itemSchema": OBJECT}}),
        {**FINE, BODY: "/1/a should be integer, but is null"},
        '{"a": 1}\n{"a": null}',
        "application/jsonl",
    ),
    "a line that is no JSON": Row(
        _ok({"application/jsonl": {"schema": OBJECT}}),
        {**FINE, BODY: "Expected JSON"},
        "{}\n<p>",
        "application/jsonl",
    ),
    "records that fit": Row(
        _ok({"application/json-seq": {"itemSchema": OBJECT}}),
        FINE,
        '\x1e{\n"a": 1}\n\x1e{"a": 2}\n',
        "application/json-seq",
    ),
    "a record by the schema of an item": Row(
        _ok({"application/x-ndjson": {"schema": OBJECT}}),
        {**FINE, BODY: "/0/a should be integer"},
        '{"a": "b"}',
        "application/x-ndjson",
    ),
    "events, which are not looked into": Row(
        _ok({"text/event-stream": {"itemSchema": OBJECT}}),
        {STATUS: PASSED, TYPE: PASSED},
        "data: a",
        "text/event-stream",
    ),
    # --- Headers ---
    "a required header": Row(
        _header({"type": "string"}, required=True), {STATUS: PASSED, A: PASSED}, headers={"X-A": "b"}
    ),
    "a required header that is missing": Row(
        _header({"type": "string"}, required=True), {STATUS: PASSED, A: "It is required, but not there"}
    ),
    "an optional header that is missing": Row(
        _header({"type": "integer"}), {STATUS: PASSED, A_SKIPPED: SKIPPED}
    ),
    "a number": Row(
        _header({"type": "integer", "minimum": 0}), {STATUS: PASSED, A: PASSED}, headers={"x-a": "007"}
    ),
    "a number out of bounds": Row(
        _header({"type": "integer", "minimum": 0}),
        {STATUS: PASSED, A: "the value should be >= 0, but is -1"},
        headers={"X-A": "-1"},
    ),
    "a word in place of a number": Row(
        _header({"type": "number"}),
        {STATUS: PASSED, A: "the value should be number, but is a string of length 4"},
        headers={"X-A": "soon"},
    ),
    "a boolean": Row(_header({"type": "boolean"}), {STATUS: PASSED, A: PASSED}, headers={"X-A": "true"}),
    "a string of digits": Row(
        _header({"type": "string", "pattern": "^[0-9]{2}$"}),
        {STATUS: PASSED, A: PASSED},
        headers={"X-A": "12"},
    ),
    "a pattern": Row(
        _header({"type": "string", "pattern": "^[0-9]{2}$"}),
        {STATUS: PASSED, A: 'should match pattern "^[0-9]{2}$", but is a string of length 1'},
        headers={"X-A": "b"},
    ),
    "a header's choice": Row(
        _header({"$ref": "#/components/schemas/Word"}),
        {STATUS: PASSED, A: '["a","b"], but is "c"'},
        headers={"X-A": "c"},
    ),
    "a list, which is only looked for": Row(
        _header({"type": "array", "items": {"type": "integer"}}),
        {STATUS: PASSED, A: PASSED},
        headers={"X-A": "a,b"},
    ),
    "a header of an answer that did not come": Row(
        _ok(**{"404": {**NONE, "headers": {"X-A": {"required": True, "schema": {}}}}}), {STATUS: PASSED}
    ),
    "headers off": Row(_header({}, required=True), {STATUS: PASSED}, tests="no headers"),
    "everything off": Row(_header({}, required=True), {}, "<p>", status=500, tests="off"),
    "everything, whatever the project file says": Row(
        _json(OBJECT),
        {"Status is documented": PASSED, TYPE: PASSED, BODY: "/a should"},
        '{"a": ""}',
        tests="all",
    ),
    "status alone": Row(_json(OBJECT), {STATUS: PASSED}, "<p>", "text/html", tests="status"),
    # --- Enumerations that may grow ---
    "open: a new word": Row(
        _json({"properties": {"state": {"enum": ["on", "off"]}}}),
        {**FINE, 'A new value: /state is "paused", which is not documented': SKIPPED},
        '{"state": "paused"}',
        tests="open",
    ),
    "open: new words, each once": Row(
        _json({"items": {"$ref": "#/components/schemas/Word"}}),
        {
            **FINE,
            'A new value: /0 is "c", which is not documented': SKIPPED,
            'A new value: /2 is "d", which is not documented': SKIPPED,
        },
        '["c", "a", "d"]',
        tests="open",
    ),
    "open: a known word": Row(_json({"enum": ["a", "b"]}), FINE, '"b"', tests="open"),
    "open: a new word and another fault": Row(
        _json({"properties": {"state": {"enum": ["on", "off"]}, "a": {"type": "integer"}}}),
        {**FINE, BODY: '/state should be equal to one of the allowed values: ["on","off"], but is "paused"'},
        '{"state": "paused", "a": null}',
        tests="open",
    ),
    "open: no word": Row(
        _json({"enum": ["a", "b"]}),
        {**FINE, BODY: "should be equal to one of the allowed values"},
        "3",
        tests="open",
    ),
    "open: a constant": Row(_json({"enum": ["a"]}), {**FINE, BODY: 'but is "b"'}, '"b"', tests="open"),
    "open: a list of numbers": Row(_json({"enum": [1, 2]}), {**FINE, BODY: "but is 3"}, "3", tests="open"),
    "open: a choice": Row(
        _json(
            {
                "oneOf": [
                    {"required": ["kind"], "properties": {"kind": {"enum": [kind]}, "state": WORD}}
                    for kind in ("cat", "dog")
                ]
            }
        ),
        {**FINE, 'A new value: /state is "c", which is not documented': SKIPPED},
        '{"kind": "dog", "state": "c"}',
        tests="open",
    ),
    "open: a choice of two enumerations": Row(
        _json({"oneOf": [{"enum": ["a", "b"]}, {"enum": ["c", "d"]}]}),
        {**FINE, 'A new value: the value is "e", which is not documented': SKIPPED},
        '"e"',
        tests="open",
    ),
    "open: what must not be one of a few": Row(
        _json({"not": {"enum": ["a", "b"]}}),
        {**FINE, BODY: "the value should NOT be valid"},
        '"a"',
        tests="open",
    ),
    "open: a property called enum": Row(
        _json({"properties": {"enum": {"enum": ["a", "b"]}, "properties": {"type": "integer"}}}),
        {**FINE, 'A new value: /enum is "c", which is not documented': SKIPPED},
        '{"enum": "c", "properties": 1}',
        tests="open",
    ),
    "open: a header": Row(
        _header({"$ref": "#/components/schemas/Word"}),
        {STATUS: PASSED, A: PASSED, 'A new value: the value is "c", which is not documented': SKIPPED},
        headers={"X-A": "c"},
        tests="open",
    ),
    "open: a token": Row(
        _json({"enum": ["a", "b"]}),
        {**FINE, 'A new value: the value is "…", which is not documented': SKIPPED},
        json.dumps(TOKEN),
        tests="open",
    ),
    "open: a long text": Row(
        _json({"enum": ["a", "b"]}),
        {**FINE, "A new value: the value is a string of length 33, which is not documented": SKIPPED},
        json.dumps("c" * 33),
        tests="open",
    ),
    # --- Secrets ---
    "a token as reason phrase": Row(_ok(), {STATUS: "is 500 … again"}, status=500, reason=f"{TOKEN} again"),
    "a token as media type": Row(
        _json(OBJECT), {STATUS: PASSED, TYPE: "but the response is text/x"}, "{}", f"text/x;{TOKEN}"
    ),
    "a token as word": Row(_json({"enum": ["a"]}), {**FINE, BODY: 'but is "…"'}, json.dumps(TOKEN)),
    "a token as name": Row(
        _json({"additionalProperties": {"type": "integer"}}),
        {**FINE, BODY: "should be integer, but is null"},
        json.dumps({TOKEN: None}),
    ),
    "a token as further property": Row(
        _json({"additionalProperties": False}),
        {**FINE, BODY: 'should NOT have additional properties: "…"'},
        json.dumps({TOKEN: None}),
    ),
    "a long key as further property": Row(
        _json({"additionalProperties": False}),
        {**FINE, BODY: 'should NOT have additional properties: "…"'},
        json.dumps({LONG: None}),
    ),
    "a token as type": Row(
        _json(OBJECT), {STATUS: PASSED, TYPE: "Expected application/json, but the response is …"}, "{}", TOKEN
    ),
    "a token as header": Row(
        _header({"enum": ["a"], "type": "string"}), {STATUS: PASSED, A: 'but is "…"'}, headers={"X-A": TOKEN}
    ),
    # --- Text of a description is data ---
    "code": Row(
        _ok(
            {
                "application/json": {
                    "schema": {"enum": ["`${1}`", "{{ACCESS_TOKEN}}", "</script>", "'", "\u2028", "*/"]}
                }
            },
            **{"404": {"description": "`${pm.x=1}` {{ACCESS_TOKEN}} ' \" */ </script>"}},
        ),
        {STATUS: "not as a success: `${pm.x=1}` {{ACCESS_TOKEN}} ' \" */ </script>"},
        "1",
        status=404,
    ),
    "code that fits": Row(
        _json({"enum": ["`${1}`", "{{ACCESS_TOKEN}}", "</script>"]}), FINE, '"{{ACCESS_TOKEN}}"'
    ),
    "prototypes": Row(
        _json({"type": "object", "properties": {"__proto__": {"type": "integer"}, "a": {"type": "integer"}}}),
        {**FINE, BODY: "/a should be integer"},
        '{"__proto__": 1, "a": "b"}',
    ),
}
#: ``Row.tests`` → the settings in the project file, and the command's option.
SETTINGS: dict[str, tuple[dict[str, Any], Any]] = {
    "contract": ({}, None),
    "documented": ({"status": "documented"}, None),
    "any type": ({"contentType": False}, None),
    "no body": ({"body": False}, None),
    "no headers": ({"headers": False}, None),
    "off": ({}, "off"),
    "status": ({"status": "off"}, "status"),
    "all": ({"status": "documented", "body": False}, "contract"),
    "open": ({"enums": "open"}, None),
}


def _description(rows: Mapping[str, Row], address: str) -> dict[str, Any]:
    return {
        "openapi": "3.2.0",
        "info": {"title": "Answers", "version": "1"},
        "servers": [{"url": address}],
        "security": [{"token": [], "long": [], "short": []}],
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "long": {"type": "apiKey", "in": "header", "name": "X-Long"},
                "short": {"type": "apiKey", "in": "header", "name": "X-Short"},
            },
            "schemas": {
                "Tree": {
                    "type": "object",
                    "required": ["leaves"],
                    "properties": {"leaves": {"type": "array", "items": TREE}},
                },
                "Word": {"type": "string", "enum": ["a", "b"]},
                "Any": {"description": "Anything."},
            },
        },
        "paths": {
            f"/{list(ROWS).index(name)}": {
                row.method: {
                    "operationId": f"row{list(ROWS).index(name)}",
                    "summary": name,
                    "responses": row.responses,
                }
            }
            for name, row in rows.items()
        },
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        row = list(ROWS.values())[int(self.path.strip("/"))]
        body = row.body.encode() if isinstance(row.body, str) else row.body
        self.send_response(row.status, row.reason)
        for name, value in row.headers.items():
            self.send_header(name, value)
        if row.type is not None:
            self.send_header("Content-Type", row.type)
        if row.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def _server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _collection(folder: Path, address: str) -> Path:
    """A collection with the request of every row, each generated with the row's settings."""
    whole: dict[str, Any] = {}
    for tests, (settings, option) in SETTINGS.items():
        rows = {name: row for name, row in ROWS.items() if row.tests == tests}
        (folder / "answers.json").write_text(json.dumps(_description(rows, address)))
        project = folder / "callsheet.yaml"
        project.write_text(
            json.dumps({"description": "answers.json", "tests": {"paging": False, **settings}})
        )
        generate(load(None, project, Options(tests=option)), folder / tests, ["postman"])
        made = json.loads((folder / tests / "answers.postman_collection.json").read_text())
        whole = whole or {**made, "item": [], "event": []}
        whole["item"].append({"name": tests, "event": made["event"], "item": items(made)})
    file = folder / "whole.json"
    file.write_text(json.dumps(whole))
    return file


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Name of a row → name of a test → its result."""
    folder = tmp_path_factory.mktemp("contract")
    with _server() as address:
        values = {"ACCESS_TOKEN": TOKEN, "LONG": LONG, "SHORT": SHORT}
        variables = [part for name, value in values.items() for part in ("--env-var", f"{name}={value}")]
        done = newman(_collection(folder, address), None, folder, *variables, "--ignore-redirects")
    found: dict[str, dict[str, str]] = {}
    for execution in done.report["run"]["executions"]:
        assert execution.get("response"), execution
        found[execution["item"]["name"]] = {
            each["assertion"]: SKIPPED
            if each.get("skipped")
            else each["error"]["message"]
            if "error" in each
            else PASSED
            for each in execution.get("assertions") or ()
        }
    return found


@pytest.mark.parametrize("name", ROWS)
def test_a_response_is_compared_with_its_documentation(results, name):
    expected = ROWS[name].results
    assert results[name].keys() == expected.keys()
    for test, result in expected.items():
        if result in (PASSED, SKIPPED):
            assert results[name][test] == result
        else:
            assert result in results[name][test]
            assert results[name][test] != PASSED


def test_no_message_contains_a_secret_in_any_form(results):
    text = json.dumps(results).lower()
    in_pointer = TOKEN.replace("~", "~0").replace("/", "~1")
    for secret in (TOKEN, in_pointer, LONG[:20]):
        assert secret.lower() not in text


def test_every_choice_of_tests_is_used():
    assert {row.tests for row in ROWS.values()} == set(SETTINGS)


FIRST = next(iter(ROWS))


def _untested(folder: Path, **settings: Any) -> list[str]:
    """The places of two patterns that contract tests can't check, as reported in warnings."""
    beyond = {"type": "string", "pattern": r"^\p{Lu}+$"}
    documented = _ok({"application/json": {"schema": beyond}}, {"X-A": {"schema": beyond}})
    description = _description({FIRST: Row(documented, {})}, "https://api.example.com")
    (folder / "beyond.json").write_text(json.dumps(description))
    (folder / "callsheet.yaml").write_text(json.dumps({"description": "beyond.json", "tests": settings}))
    plan = load(None, folder / "callsheet.yaml")
    return [problem.place.pointer for problem in plan.warnings if "tests don't check" in problem.what]


def test_untested_constraints_are_reported_with_their_place(tmp_path):
    response = "/paths/~10/get/responses/200"
    body, header = f"{response}/content/application~1json/schema", f"{response}/headers/X-A/schema"
    assert sorted(_untested(tmp_path)) == [body, header]
    assert _untested(tmp_path, headers=False) == [body]
    assert _untested(tmp_path, body=False) == [header]
    assert _untested(tmp_path, body=False, headers=False) == []


SENTENCE = "The token is refused: it is old"


@pytest.mark.parametrize(
    ("description", "says"),
    [
        ("Old. None. " + f"{SENTENCE}. {SENTENCE}.", f"Old. None. {SENTENCE}."),
        (f"See e.g. Errors. {SENTENCE}, or {SENTENCE}, or {SENTENCE}.", "See e.g. Errors."),
        (
            f"{SENTENCE}, e.g. An old one, or {SENTENCE}.",
            f"{SENTENCE}, e.g. An old one, …",
        ),
        ("Lines that\nbelong together.\n\nMore of it.", "Lines that belong together."),
        ("Errors\n- the first", "Errors"),
        ("", "404 Not Found"),
    ],
)
def test_a_message_quotes_complete_sentences_of_a_description(description, says, tmp_path):
    responses = {"200": {"description": "Yes"}, "404": {"description": description}}
    root = _description({FIRST: Row(responses, {})}, "https://api.example.com")
    (tmp_path / "says.json").write_text(json.dumps(root))
    generate(load(tmp_path / "says.json"), tmp_path / "out", ["postman"])
    written = (tmp_path / "out" / "says.postman_collection.json").read_text()
    lines = [
        line for item in items(json.loads(written)) for e in item["event"] for line in e["script"]["exec"]
    ]
    assert f"says: '{says}'" in "\n".join(lines).replace('"', "'")
