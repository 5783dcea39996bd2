"""The changes between two versions of an API: each rule by an example, and properties of any two."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support import OURS

from generator import load
from generator.changes import Change, Changes, compare
from generator.model.schemas.resolved import Schemas

YES: dict[str, Any] = {"200": {"description": "Yes"}}
HOSTILE = "<script>alert(1)</script>`` [a](javascript:x) *b* |\n# c"


def _api(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": "https://shop.example.com"}],
        "paths": paths,
        **more,
    }


def _get(**operation: Any) -> dict[str, Any]:
    return _api({"/orders": {"get": {"operationId": "list", "responses": YES, **operation}}})


def _parameter(schema: Any = None, **more: Any) -> dict[str, Any]:
    given = {"name": "size", "in": "query", "schema": schema or {"type": "integer"}, **more}
    return _get(parameters=[given])


def _content(schema: Any, name: str = "application/json") -> dict[str, Any]:
    return {"content": {name: {"schema": schema}}}


def _body(schema: Any, **more: Any) -> dict[str, Any]:
    operation = {"operationId": "create", "requestBody": {**_content(schema), **more}, "responses": YES}
    return _api({"/orders": {"post": operation}})


def _response(schema: Any, **more: Any) -> dict[str, Any]:
    return _get(responses={"200": {"description": "Yes", **_content(schema), **more}})


def _object(required: tuple[str, ...] = (), /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _security(schemes: dict[str, Any], *required: dict[str, Any]) -> dict[str, Any]:
    paths = {path: {"get": {"responses": YES}} for path in ("/a", "/b")}
    return _api(paths, components={"securitySchemes": schemes}, security=list(required))


@pytest.fixture
def compared(tmp_path):
    def compared(before: Any, after: Any) -> Changes:
        apis = []
        for name, root in (("before", before), ("after", after)):
            file = tmp_path / f"{name}.json"
            file.write_text(json.dumps(root))
            apis.append(load(file).api)
        return compare(*apis)

    return compared


def _lines(changes: Changes) -> list[str]:
    """Every change as one line; ``!`` marks one that breaks."""
    found = [*changes.api, *(change for operation in changes.operations for change in operation.changes)]
    return [("! " if change.breaking else "") + change.what for change in found]


S, INT = {"type": "string"}, {"type": "integer"}
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
OAUTH = {
    "type": "oauth2",
    "flows": {"clientCredentials": {"tokenUrl": "https://a.example/token", "scopes": {"r": "", "w": ""}}},
}
OTHER_OAUTH = {
    "type": "oauth2",
    "flows": {"clientCredentials": {"tokenUrl": "https://b.example/token", "scopes": {"r": "", "w": ""}}},
}

#: The name of each case, the paths before and after, and the changes.
RULES: list[tuple[str, Any, Any, list[str]]] = [
    (
        "a limit of what may be null",
        _body(_object(a={"anyOf": [{**S, "maxLength": 5}, {"type": "null"}]})),
        _body(_object(a={"anyOf": [{**S, "maxLength": 3}, {"type": "null"}]})),
        ["! The property `a` of the request body is limited more: `maxLength` is `3` now, and was `5`."],
    ),
    # Operations
    (
        "an operation added",
        _api({"/a": {"get": {"responses": YES}}}),
        _api({"/a": {"get": {"responses": YES}}, "/b": {"get": {"responses": YES}}}),
        ["The operation is new."],
    ),
    (
        "an operation removed",
        _api({"/a": {"get": {"responses": YES}}, "/b": {"get": {"responses": YES}}}),
        _api({"/a": {"get": {"responses": YES}}}),
        ["! The operation was removed."],
    ),
    (
        "a deprecated operation removed",
        _api({"/a": {"get": {"responses": YES}}, "/b": {"get": {"deprecated": True, "responses": YES}}}),
        _api({"/a": {"get": {"responses": YES}}}),
        ["! The operation was removed. It was deprecated."],
    ),
    ("an operation deprecated", _get(), _get(deprecated=True), ["The operation is deprecated now."]),
    (
        "an operation under another path, by its id",
        _api({"/old": {"get": {"operationId": "a", "responses": YES}}}),
        _api({"/new": {"get": {"operationId": "a", "responses": YES}}}),
        ["! Its path was `/old`."],
    ),
    (
        "an operation by another method, by its id",
        _api({"/a": {"put": {"operationId": "a", "responses": YES}}}),
        _api({"/a": {"patch": {"operationId": "a", "responses": YES}}}),
        ["! Its method was `PUT`."],
    ),
    (
        "a path parameter of another name",
        _api(
            {
                "/jobs/{id}": {
                    "get": {
                        "parameters": [{"name": "id", "in": "path", "required": True, "schema": S}],
                        "responses": YES,
                    }
                }
            }
        ),
        _api(
            {
                "/jobs/{JOB_ID}": {
                    "get": {
                        "parameters": [{"name": "JOB_ID", "in": "path", "required": True, "schema": S}],
                        "responses": YES,
                    }
                }
            }
        ),
        ["The path parameter `JOB_ID` was called `id` before."],
    ),
    ("an operation of another id", _get(), _get(operationId="all"), ["Its id was `list`."]),
    # Parameters
    ("an optional parameter added", _get(), _parameter(), ["The query parameter `size` was added."]),
    (
        "a required parameter added",
        _get(),
        _parameter(required=True),
        ["! The query parameter `size` was added, and is required."],
    ),
    ("a parameter removed", _parameter(), _get(), ["! The query parameter `size` was removed."]),
    (
        "a parameter now required",
        _parameter(),
        _parameter(required=True),
        ["! The query parameter `size` is required now."],
    ),
    (
        "a parameter now optional",
        _parameter(required=True),
        _parameter(),
        ["The query parameter `size` is optional now."],
    ),
    (
        "a parameter deprecated",
        _parameter(),
        _parameter(deprecated=True),
        ["The query parameter `size` is deprecated now."],
    ),
    (
        "a parameter moved",
        _parameter(),
        _parameter(**{"in": "header"}),
        ["! The header parameter `size` was a query parameter before."],
    ),
    (
        "a parameter written otherwise",
        _parameter({"type": "array", "items": S}),
        _parameter({"type": "array", "items": S}, explode=False),
        ["! The query parameter `size` is written as `form` now, and was as `form` with `explode`."],
    ),
    (
        "a parameter of another type",
        _parameter(),
        _parameter({"type": "boolean"}),
        ["! The query parameter `size` is `boolean` now, and was `integer`."],
    ),
    (
        "a parameter of a wider type",
        _parameter(),
        _parameter({"type": "number"}),
        ["The query parameter `size` is `number` now, and was `integer`."],
    ),
    (
        "a parameter of a narrower type",
        _parameter({"type": ["integer", "null"]}),
        _parameter(),
        ["! The query parameter `size` is `integer` now, and was `integer or null`."],
    ),
    (
        "accepted values added and removed",
        _parameter({"type": "string", "enum": ["a", "b"]}),
        _parameter({"type": "string", "enum": ["b", "c"]}),
        [
            "! The query parameter `size` no longer takes `a`.",
            "The query parameter `size` takes `c` as well now.",
        ],
    ),
    (
        "accepted values where any were",
        _parameter(S),
        _parameter({"type": "string", "enum": ["a"]}),
        ["! The query parameter `size` takes no other value than `a` now."],
    ),
    (
        "any value where some were accepted",
        _parameter({"type": "string", "enum": ["a"]}),
        _parameter(S),
        ["The query parameter `size` takes other values than `a` now."],
    ),
    (
        "a limit tightened",
        _parameter({"type": "integer", "maximum": 1000}),
        _parameter({"type": "integer", "maximum": 100}),
        ["! The query parameter `size` is limited more: `maximum` is `100` now, and was `1000`."],
    ),
    (
        "a limit loosened",
        _parameter({"type": "integer", "minimum": 1}),
        _parameter({"type": "integer", "minimum": 0}),
        ["The query parameter `size` is limited less: `minimum` is `0` now, and was `1`."],
    ),
    (
        "a limit where none was",
        _parameter(S),
        _parameter({"type": "string", "maxLength": 9}),
        ["! The query parameter `size` is limited more: `maxLength` is `9`, where there was none."],
    ),
    (
        "a limit gone",
        _parameter({"type": "string", "pattern": "^a"}),
        _parameter(S),
        ["The query parameter `size` is limited less: `pattern` was `^a`, and there is none now."],
    ),
    (
        "a pattern changed",
        _parameter({"type": "string", "pattern": "^a"}),
        _parameter({"type": "string", "pattern": "^b"}),
        ["! The query parameter `size` is limited otherwise: `pattern` is `^b` now, and was `^a`."],
    ),
    (
        "a pattern with bars",
        _parameter(S),
        _parameter({"type": "string", "pattern": "^(a|b)$"}),
        ["! The query parameter `size` is limited more: `pattern` is `^(a|b)$`, where there was none."],
    ),
    (
        "a multiple of more",
        _parameter({"type": "integer", "multipleOf": 2}),
        _parameter({"type": "integer", "multipleOf": 4}),
        ["! The query parameter `size` is limited more: `multipleOf` is `4` now, and was `2`."],
    ),
    (
        "a multiple of a decimal fraction of before",
        _parameter({"type": "number", "multipleOf": 0.1}),
        _parameter({"type": "number", "multipleOf": 0.01}),
        ["The query parameter `size` is limited less: `multipleOf` is `0.01` now, and was `0.1`."],
    ),
    (
        "a default changed",
        _parameter({"type": "integer", "default": 25}),
        _parameter({"type": "integer", "default": 100}),
        ["The query parameter `size` has the default `100` now, and had `25`."],
    ),
    (
        "a default of null",
        _parameter({"default": None}),
        _parameter({"type": ["string", "null"]}),
        [
            "! The query parameter `size` is `string or null` now, and was any type.",
            "The query parameter `size` no longer has the default `null`.",
        ],
    ),
    (
        "a condition that is compared as a whole",
        _parameter(S),
        _parameter({"type": "string", "not": {"const": "x"}}),
        ["! The query parameter `size` has other conditions now: `not`."],
    ),
    # Request bodies
    (
        "a body added",
        _api({"/a": {"post": {"responses": YES}}}),
        _api({"/a": {"post": {"requestBody": _content(S), "responses": YES}}}),
        ["The request body was added."],
    ),
    (
        "a required body added",
        _api({"/a": {"post": {"responses": YES}}}),
        _api({"/a": {"post": {"requestBody": {**_content(S), "required": True}, "responses": YES}}}),
        ["! The request body was added, and is required."],
    ),
    (
        "a body removed",
        _api({"/a": {"post": {"requestBody": _content(S), "responses": YES}}}),
        _api({"/a": {"post": {"responses": YES}}}),
        ["! The request body was removed."],
    ),
    ("a body now required", _body(S), _body(S, required=True), ["! The request body is required now."]),
    (
        "media types of a body",
        _api({"/a": {"post": {"requestBody": _content(S, "text/plain"), "responses": YES}}}),
        _api({"/a": {"post": {"requestBody": _content(S), "responses": YES}}}),
        [
            "! The request body can't be `text/plain` any more.",
            "The request body may be `application/json` as well now.",
        ],
    ),
    (
        "properties of a body at a depth",
        _body(_object(user=_object(old=S, same=S))),
        _body(_object(user=_object(("new",), same=INT, new=S))),
        [
            "! The property `user.same` of the request body is `integer` now, and was `string`.",
            "! The property `user.new` of the request body was added, and is required.",
            "! The property `user.old` of the request body was removed.",
        ],
    ),
    (
        "what is in a new property",
        _body(_object()),
        _body(_object(user=_object(("name",), name=S))),
        ["The property `user` of the request body was added."],
    ),
    (
        "a property of a body now required",
        _body(_object(a=S)),
        _body(_object(("a",), a=S)),
        ["! The property `a` of the request body is required now."],
    ),
    (
        "items of a list",
        _body(_object(a={"type": "array", "items": S})),
        _body(_object(a={"type": "array", "minItems": 1, "items": {"type": "string", "maxLength": 3}})),
        [
            "! The property `a` of the request body is limited more: "
            "`minItems` is `1`, where there was none.",
            "! Each item of the property `a` of the request body is limited more: "
            "`maxLength` is `3`, where there was none.",
        ],
    ),
    (
        "values of a list's items",
        _body(_object(a={"type": "array", "items": {"enum": ["x", "y"]}})),
        _body(_object(a={"type": "array", "items": {"enum": ["x"]}})),
        ["! The property `a` of the request body no longer takes `y`."],
    ),
    (
        "a list in the place of one",
        _response(_object(a=S)),
        _response({"type": "array", "items": _object(a=S)}),
        ["! The response `200` is `array of objects` now, and was `object`."],
    ),
    (
        "properties without a name",
        _body(_object()),
        _body({**_object(), "additionalProperties": False}),
        ["! The request body takes no properties of other names any more."],
    ),
    (
        "values of a map",
        _body({"type": "object", "additionalProperties": S}),
        _body({"type": "object", "additionalProperties": INT}),
        ["! The property `*` of the request body is `integer` now, and was `string`."],
    ),
    (
        "items by their place, of which one is new",
        _response(_object(a={"type": "array", "prefixItems": [S, S]})),
        _response(_object(a={"type": "array", "prefixItems": [S, INT, S]})),
        [
            "! The property `a.2` of the response `200` is `integer` now, and was `string`.",
            "The property `a` of the response `200` has other conditions now: `prefixItems`.",
        ],
    ),
    (
        "items by their place, in a request",
        _body({"type": "array", "prefixItems": [INT]}),
        _body({"type": "array", "prefixItems": [{"type": "number"}]}),
        ["The property `1` of the request body is `number` now, and was `integer`."],
    ),
    (
        "properties by a pattern of their names",
        _response({"type": "object", "patternProperties": {"^x": S, "^y": S}}),
        _response({"type": "object", "patternProperties": {"^x": INT, "^z": S}}),
        [
            "! The property `^x` of the response `200` is `integer` now, and was `string`.",
            "The response `200` has other conditions now: `patternProperties`.",
        ],
    ),
    (
        "what is read alone, in a request",
        _body(_object(a={"type": "string", "readOnly": True})),
        _body(_object(b={"type": "string", "readOnly": True})),
        [],
    ),
    (
        "alternatives",
        _body({"oneOf": [{"title": "A", **_object(a=S)}, {"title": "B", **_object(b=S)}]}),
        _body(
            {
                "oneOf": [
                    {"title": "B", **_object(b=INT)},
                    {"title": "C", **_object()},
                    {"title": "D", **_object()},
                ]
            }
        ),
        [
            "! The property `b` of the request body is `integer` now, and was `string`.",
            "! The request body can't be `A` any more.",
            "The request body may be `C` as well now.",
            "The request body may be `D` as well now.",
        ],
    ),
    (
        "alternatives without names, in another order",
        _body({"oneOf": [_object(a=S), _object(b=S), _object(c=S)]}),
        _body({"oneOf": [_object(c=S), _object(a=S), _object(b=INT)]}),
        ["! The property `b` of the request body is `integer` now, and was `string`."],
    ),
    (
        "the first of two alternatives without names",
        _body({"anyOf": [_object(a=S), _object(b=S)]}),
        _body({"anyOf": [_object(b=S)]}),
        ["! The request body can't be another `object` any more."],
    ),
    (
        "alternatives by another keyword",
        _body({"oneOf": [_object(a=S), _object(b=S)]}),
        _body({"anyOf": [_object(a=S), _object(b=INT)]}),
        ["! The property `b` of the request body is `integer` now, and was `string`."],
    ),
    (
        "alternatives of both keywords",
        _body({"oneOf": [_object(a=S)], "anyOf": [_object(b=S)]}),
        _body({"oneOf": [_object(a=INT)], "anyOf": [_object(b=INT)]}),
        [
            "! The property `a` of the request body is `integer` now, and was `string`.",
            "! The property `b` of the request body is `integer` now, and was `string`.",
        ],
    ),
    (
        "alternatives beside those of before",
        _body({"anyOf": [_object(b=S)]}),
        _body({"oneOf": [_object(a=S)], "anyOf": [_object(b=S)]}),
        ["! The request body has other conditions now: `oneOf`."],
    ),
    (
        "an alternative beside what was the only one",
        _response({"title": "A", **_object(a=S)}),
        _response({"oneOf": [{"title": "A", **_object(a=S)}, {"title": "B", **_object()}]}),
        ["The response `200` may be `B` as well now: a client has to expect it."],
    ),
    (
        "a property without a name",
        _body(_object()),
        _body(_object(**{"": S})),
        ["The property `(empty)` of the request body was added."],
    ),
    (
        "a property deprecated",
        _body(_object(a=S)),
        _body(_object(a={"type": "string", "deprecated": True})),
        ["The property `a` of the request body is deprecated now."],
    ),
    # Answers
    (
        "an answer added",
        _get(),
        _get(responses={**YES, "404": {"description": "No"}}),
        ["The response `404` was added."],
    ),
    (
        "a success removed, and an error",
        _get(responses={**YES, "201": {"description": "Yes"}, "404": {"description": "No"}}),
        _get(),
        ["! The response `201` was removed.", "The response `404` was removed."],
    ),
    (
        "an answer's media type",
        _get(responses={"200": {"description": "", "content": {"text/csv": {}, "application/json": {}}}}),
        _get(responses={"200": {"description": "", "content": {"application/json": {}}}}),
        ["! The response `200` can't be `text/csv` any more."],
    ),
    ("an answer without a body", _response(S), _get(), ["! The response `200` has no body any more."]),
    (
        "headers of an answer",
        _response(S, headers={"X-Old": {"schema": S}, "X-Same": {"schema": S}}),
        _response(S, headers={"X-Same": {"schema": INT}, "X-New": {"schema": S}}),
        [
            "! The header `X-Same` of the response `200` is `integer` now, and was `string`.",
            "! The header `X-Old` of the response `200` was removed.",
            "The header `X-New` of the response `200` was added.",
        ],
    ),
    (
        "properties of an answer",
        _response(_object(("a",), a=S, old=S)),
        _response(_object(a=S, new=S)),
        [
            "! The property `a` of the response `200` may be missing now.",
            "! The property `old` of the response `200` was removed.",
            "The property `new` of the response `200` was added.",
        ],
    ),
    (
        "types of an answer",
        _response(_object(wider=INT, narrower={"type": ["string", "null"]})),
        _response(_object(wider={"type": ["integer", "null"]}, narrower=S)),
        [
            "! The property `wider` of the response `200` is `integer or null` now, and was `integer`.",
            "The property `narrower` of the response `200` is `string` now, and was `string or null`.",
        ],
    ),
    (
        "values and limits of an answer",
        _response(_object(a={"enum": ["x", "y"]}, b={"type": "integer", "maximum": 9})),
        _response(_object(a={"enum": ["y", "z"]}, b={"type": "integer", "maximum": 10})),
        [
            "The property `a` of the response `200` no longer has `x`.",
            "The property `a` of the response `200` may be `z` as well now: a client has to expect it.",
            "The property `b` of the response `200` is limited less: `maximum` is `10` now, and was `9`.",
        ],
    ),
    # Credentials, servers, the API
    (
        "a credential needed now, of every operation",
        _security({"key": KEY}),
        _security({"key": KEY}, {"key": []}),
        ["! Of every operation: An API key in the header `X-Key` is needed now."],
    ),
    (
        "a credential no longer needed",
        _security({"key": KEY}, {"key": []}),
        _security({"key": KEY}),
        ["Of every operation: An API key in the header `X-Key` is no longer needed."],
    ),
    (
        "a credential that can be left out",
        _security({"key": KEY}, {"key": []}),
        _security({"key": KEY}, {}, {"key": []}),
        ["Of every operation: An API key in the header `X-Key` is no longer needed."],
    ),
    (
        "another credential in the same place",
        _security({"a": {"type": "http", "scheme": "basic"}}, {"a": []}),
        _security({"a": {"type": "http", "scheme": "bearer"}}, {"a": []}),
        [
            "! Of every operation: A bearer token in the header `Authorization` is needed now, "
            "in the place of HTTP Basic in the header `Authorization`."
        ],
    ),
    (
        "how a token is had",
        _security({"a": OAUTH}, {"a": ["r"]}),
        _security({"a": OTHER_OAUTH}, {"a": ["w"]}),
        [
            "! The security scheme `a` has the token URL `https://b.example/token` now, and had "
            "`https://a.example/token`.",
            "! The security scheme `a` asks for the scope `w` as well now.",
            "The security scheme `a` no longer asks for the scope `r`.",
        ],
    ),
    (
        "servers",
        _api({}, servers=[{"url": "https://a.example"}, {"url": "https://b.example"}]),
        _api({}, servers=[{"url": "https://b.example"}, {"url": "https://c.example"}]),
        ["! The server `https://a.example` was removed.", "The server `https://c.example` was added."],
    ),
    (
        "a server's variable",
        _api(
            {},
            servers=[
                {"url": "https://{v}.example", "variables": {"v": {"default": "a", "enum": ["a", "b"]}}}
            ],
        ),
        _api(
            {},
            servers=[
                {"url": "https://{v}.example", "variables": {"v": {"default": "a", "enum": ["a", "c"]}}}
            ],
        ),
        [
            "! The variable `v` of the server `https://{v}.example` no longer takes `b`.",
            "The variable `v` of the server `https://{v}.example` takes `c` as well now.",
        ],
    ),
    (
        "the title",
        _api({}),
        _api({}, info={"title": "Store", "version": "2"}),
        ["The API is called `Store` now, and was `Shop`."],
    ),
    # What doesn't count as a change
    (
        "the encoding of characters",
        _get(responses={"200": {"description": "", **_content(S)}}),
        _get(responses={"200": {"description": "", **_content(S, "application/json; charset=utf-8")}}),
        [],
    ),
    ("a slash behind a server", _api({}), _api({}, servers=[{"url": "https://shop.example.com/"}]), []),
    ("prose", _get(summary="A", description="B"), _get(summary="C", description="D"), []),
    (
        "prose and examples of a schema",
        _response(_object(a={"type": "string", "description": "A", "example": "x"})),
        _response(_object(a={"type": "string", "description": "B", "example": "y"})),
        [],
    ),
    (
        "a reference in the place of what it leads to",
        _api({"/a": {"get": {"responses": {"200": {"description": "", **_content(_object(a=S))}}}}}),
        _api(
            {
                "/a": {
                    "get": {
                        "responses": {
                            "200": {"description": "", **_content({"$ref": "#/components/schemas/A"})}
                        }
                    }
                }
            },
            components={"schemas": {"A": _object(a=S)}},
        ),
        [],
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES]
)
def test_each_rule_reports_its_change(compared, before, after, expected) -> None:
    assert _lines(compared(before, after)) == expected


@pytest.mark.parametrize(("before", "after"), [rule[1:3] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_a_description_compared_with_itself_gives_nothing(compared, before, after) -> None:
    assert _lines(compared(before, before)) == _lines(compared(after, after)) == []


def test_our_description_compared_with_itself_gives_nothing() -> None:
    assert compare(load(OURS).api, load(OURS).api) == Changes("1.0", "1.0")


def test_operations_are_in_their_new_order_with_removed_ones_last(compared) -> None:
    one = {"get": {"responses": YES}}
    before = _api(dict.fromkeys(("/gone", "/b", "/a"), one), info={"title": "Shop", "version": "1.0"})
    other = {"get": {"deprecated": True, "responses": YES}}
    after = _api(dict.fromkeys(("/a", "/new", "/b"), other), info={"title": "Shop", "version": "2.0"})
    found = compared(before, after)
    assert [(each.kind, each.path, each.breaking) for each in found.operations] == [
        ("changed", "/a", False),
        ("added", "/new", False),
        ("changed", "/b", False),
        ("removed", "/gone", True),
    ]
    assert (found.before, found.after) == ("1.0", "2.0")


def test_a_path_is_matched_before_an_id(compared) -> None:
    before = _api({p: {"get": {"operationId": i, "responses": YES}} for p, i in (("/a", "x"), ("/b", "y"))})
    after = _api({p: {"get": {"operationId": i, "responses": YES}} for p, i in (("/a", "y"), ("/b", "x"))})
    assert _lines(compared(before, after)) == ["Its id was `x`.", "Its id was `y`."]


def test_a_schema_used_at_several_places_is_reported_once_with_all_of_them(compared) -> None:
    def description(kind: str) -> dict[str, Any]:
        user = {"$ref": "#/components/schemas/User"}
        schema = _object(owner=user, members={"type": "array", "items": user})
        return _response(schema) | {"components": {"schemas": {"User": _object(id={"type": kind})}}}

    assert _lines(compared(description("string"), description("integer"))) == [
        "! The property `owner.id` of the response `200` is `integer` now, and was `string`. "
        "Likewise at `members`."
    ]


def test_a_cycle_ends_and_a_change_in_it_is_reported(compared) -> None:
    def description(**more: Any) -> dict[str, Any]:
        job = {"$ref": "#/components/schemas/Job"}
        node = _object(id=S, children={"type": "array", "items": job}, **more)
        return _response(job) | {"components": {"schemas": {"Job": node}}}

    assert _lines(compared(description(old=S), description())) == [
        "! The property `old` of the response `200` was removed."
    ]
    assert _lines(compared(description(), description())) == []


def test_a_change_behind_equal_references_is_found(compared) -> None:
    def description(last: Any) -> dict[str, Any]:
        names = "ABCD"
        schemas: dict[str, Any] = {
            name: _object(
                next={"$ref": f"#/components/schemas/{following}"}, first={"$ref": "#/components/schemas/A"}
            )
            for name, following in zip(names, names[1:] + "E", strict=True)
        }
        schemas["E"] = last
        return _response({"$ref": "#/components/schemas/A"}) | {"components": {"schemas": schemas}}

    assert _lines(compared(description(S), description(INT))) == [
        "! The property `next.next.next.next` of the response `200` is `integer` now, and was `string`."
    ]


def test_equal_schemas_are_not_searched(monkeypatch) -> None:
    before, after = load(OURS).api, load(OURS).api
    monkeypatch.setattr(Schemas, "facts", None)
    monkeypatch.setattr(Schemas, "merged", None)
    assert compare(before, after) == Changes("1.0", "1.0")


def test_a_very_large_schema_is_compared_in_part_and_this_is_reported(compared) -> None:
    def description(kind: str) -> dict[str, Any]:
        return _body(_object(**{f"p{number}": {"type": kind} for number in range(6000)}))

    found = _lines(compared(description("string"), description("integer")))
    assert found[-1] == "The request body is too large to be compared as a whole: more may have changed."
    assert 4900 < len(found) < 5100


def test_a_webhook_is_sent_by_the_api_so_its_body_is_what_a_client_reads(tmp_path) -> None:
    from generator import Options

    apis = []
    for number, required in enumerate(((), ("a",))):
        hook = {"post": {"requestBody": _content(_object(required, a=S)), "responses": YES}}
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(_api({}, webhooks={"order": hook})))
        apis.append(load(file, options=Options(webhooks=True)).api)
    assert _lines(compare(*apis)) == ["The property `a` of the request body is always there now."]
    assert _lines(compare(*reversed(apis))) == ["! The property `a` of the request body may be missing now."]


def _hostile() -> tuple[dict[str, Any], dict[str, Any]]:
    schema = _object(**{HOSTILE: {"type": "string", "enum": [HOSTILE, "b"], "default": HOSTILE}})
    before = _api(
        {
            f"/{HOSTILE}": {
                "post": {
                    "operationId": HOSTILE,
                    "parameters": [{"name": HOSTILE, "in": "query", "schema": {"type": "string"}}],
                    "requestBody": _content(schema),
                    "responses": {HOSTILE: {"description": ""}, **YES},
                }
            }
        },
        servers=[{"url": f"https://a.example/{HOSTILE}"}],
        components={"securitySchemes": {HOSTILE: {"type": "apiKey", "in": "query", "name": HOSTILE}}},
        security=[{HOSTILE: []}],
    )
    after = copy.deepcopy(before)
    after |= {"paths": {"/b": after["paths"].pop(f"/{HOSTILE}")}, "security": []}
    after |= {"servers": [{"url": "https://a.example"}], "info": {"title": HOSTILE, "version": HOSTILE}}
    operation = after["paths"]["/b"]["post"]
    operation["parameters"][0]["schema"] = {"type": "string", "pattern": HOSTILE}
    operation["requestBody"] = _content(_object(**{HOSTILE: {"type": HOSTILE, "enum": ["b", HOSTILE * 9]}}))
    operation["responses"] = YES
    return before, after


def test_hostile_names_stay_text(compared) -> None:
    changes = _lines(compared(*_hostile()))
    assert len(changes) > 7
    for sentence in changes:
        assert "\n" not in sentence
        for block in MarkdownIt("commonmark").parse(sentence):
            assert block.type in ("paragraph_open", "inline", "paragraph_close")
            for token in block.children or ():
                assert token.type in ("text", "code_inline")
                assert token.type == "code_inline" or "script" not in token.content


_NAMES = st.sampled_from(["a", "b", "c"])
_SCHEMAS = st.recursive(
    st.one_of(
        st.booleans(),
        st.sampled_from([{}, S, INT, {"type": ["string", "null"]}, {"enum": [1, True, "1"]}]),
        st.builds(lambda n: {"$ref": f"#/components/schemas/{n}"}, _NAMES),
        st.builds(lambda n: {"type": "string", "maxLength": n}, st.integers(0, 3)),
    ),
    lambda inner: st.one_of(
        st.builds(
            lambda properties, required: {"type": "object", "properties": properties, "required": required},
            st.dictionaries(_NAMES, inner),
            st.lists(_NAMES, unique=True),
        ),
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(
            lambda branches, key: {key: branches},
            st.lists(inner, min_size=1, max_size=3),
            st.sampled_from(["oneOf", "anyOf", "allOf"]),
        ),
        st.builds(
            lambda one, other: {"oneOf": one, "anyOf": other},
            st.lists(inner, min_size=1, max_size=3),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda items: {"type": "array", "prefixItems": items}, st.lists(inner, max_size=3)),
        st.builds(
            lambda children: {"type": "object", "patternProperties": children}, st.dictionaries(_NAMES, inner)
        ),
        st.builds(lambda others: {"type": "object", "additionalProperties": others}, inner),
    ),
    max_leaves=8,
)
_STATES = st.builds(
    lambda body, answer, named: _api(
        {
            "/a": {
                "post": {
                    "requestBody": _content(body),
                    "responses": {"200": {"description": "", **_content(answer)}},
                }
            }
        },
        components={"schemas": named},
    ),
    _SCHEMAS,
    _SCHEMAS,
    st.fixed_dictionaries(dict.fromkeys(("a", "b", "c"), _SCHEMAS)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=_STATES, after=_STATES)
def test_any_two_states_are_compared_and_any_one_with_itself_gives_nothing(compared, before, after) -> None:
    found = compared(before, after)
    assert found == compared(before, after)
    assert all(isinstance(change, Change) for each in found.operations for change in each.changes)
    assert compared(after, after) == Changes("1", "1")
