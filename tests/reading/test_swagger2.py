"""Swagger 2.0 is read as the equivalent OpenAPI 3, with places in the original file."""

from __future__ import annotations

import json
from typing import Any

import pytest


def swagger(**more: Any) -> dict[str, Any]:
    return {"swagger": "2.0", "info": {"title": "T", "version": "1"}, "paths": {}, **more}


def operation(*parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    post = {"parameters": list(parameters), "responses": {"200": {"description": "Fine"}}, **more}
    return swagger(host="api.example.org", paths={"/a": {"post": post}})


@pytest.fixture
def swagger2(read):
    """Read a description that is given as plain data."""
    return lambda description: read(json.dumps(description, indent=1), "api.json")


@pytest.mark.parametrize(
    ("fields", "urls"),
    [
        ({"host": "h.org", "basePath": "/v1/", "schemes": ["http", "https"]}, ["https://h.org/v1", "http://h.org/v1"]),
        ({"host": "h.org:81"}, ["https://h.org:81"]),
        ({"host": "h.org", "basePath": "v1", "schemes": ["http"]}, ["http://h.org/v1"]),
        ({"basePath": "/v1"}, ["http://localhost/v1"]),
        ({}, ["http://localhost"]),
    ],
)  # fmt: skip
def test_host_base_path_and_schemes_become_servers_with_https_first(swagger2, fields, urls):
    assert [server.address() for server in swagger2(swagger(**fields)).plan.api.servers] == urls


def test_schemes_of_an_operation_are_its_servers(swagger2):
    api = swagger2(operation(schemes=["http"]))
    assert [server.url for server in api.operations[0].servers] == ["http://api.example.org"]


LIST = {"name": "l", "in": "query", "type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("given", "style", "explode"),
    [
        ({}, "form", False),
        ({"collectionFormat": "csv"}, "form", False),
        ({"collectionFormat": "multi"}, "form", True),
        ({"collectionFormat": "ssv"}, "spaceDelimited", False),
        ({"collectionFormat": "pipes"}, "pipeDelimited", False),
        ({"in": "header"}, "simple", False),
        ({"in": "path", "name": "p", "required": True}, "simple", False),
    ],
)
def test_a_collection_format_is_a_style(swagger2, given, style, explode):
    description = operation({**LIST, **given})
    description["paths"] = {"/a/{p}" if given.get("in") == "path" else "/a": description["paths"]["/a"]}
    parameter = swagger2(description).operations[0].parameters[0]
    assert (parameter.style, parameter.explode) == (style, explode)


def test_a_body_has_the_media_types_of_consumes(swagger2):
    body = {"name": "b", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Pet"}}
    description = operation(body, consumes=["application/xml", "application/vnd.x+json"])
    description |= {"consumes": ["text/plain"], "definitions": {"Pet": {"example": {"a": 1}}}}
    request = swagger2(description).operations[0].body
    assert request.required
    assert [(part.name, part.examples[0].value) for part in request.content] == [
        ("application/vnd.x+json", {"a": 1}),
        ("application/xml", {"a": 1}),
    ]


def test_form_fields_are_a_form_and_a_file_makes_it_multipart(swagger2):
    field = {"in": "formData", "type": "string"}
    forms = ["application/x-www-form-urlencoded", "multipart/form-data"]
    plain = operation({**field, "name": "a", "default": "d", "required": True}, {**LIST, "in": "formData"})
    content = swagger2(plain | {"consumes": ["application/json"]}).operations[0].body.content
    assert [part.name for part in content] == forms[:1]
    assert content[0].examples[0].value["a"] == "d"
    assert (content[0].parts["l"].style, content[0].parts["l"].explode) == ("form", False)
    upload = operation({**field, "name": "f", "type": "file"}, consumes=forms)
    content = swagger2(upload).operations[0].body.content
    assert [part.name for part in content] == forms[1:]
    assert content[0].parts["f"].file


def test_parameters_of_the_path_and_by_reference_are_merged_and_overridden(swagger2):
    description = operation(
        {"$ref": "#/parameters/Own"}, {"name": "b2", "in": "body", "schema": {"example": "own"}}
    )
    description["parameters"] = {"Own": {"name": "q", "in": "query", "type": "string", "x-example": "own"}}
    description["paths"]["/a"]["parameters"] = [
        {"name": "q", "in": "query", "type": "string", "default": "shared"},
        {"name": "r", "in": "query", "type": "integer", "default": 7},
        {"name": "b1", "in": "body", "schema": {"example": "shared"}},
    ]
    api = swagger2(description)
    assert {p.name: p.sample for p in api.operations[0].parameters} == {"q": "own", "r": 7}
    assert api.body == "own"


def test_responses_have_the_media_types_of_produces_and_their_examples(swagger2):
    response = {
        "description": "Fine",
        "schema": {"type": "object", "properties": {"a": {"type": "integer"}}},
        "examples": {"application/json": {"a": 7}},
        "headers": {"X-N": {"type": "integer", "default": 4}},
    }
    description = operation(produces=["application/json", "text/csv"])
    description["paths"]["/a"]["post"]["responses"] = {"200": {"$ref": "#/responses/R"}}
    description["responses"] = {"R": response}
    response = swagger2(description).operations[0].responses[0]
    assert [part.name for part in response.content] == ["application/json", "text/csv"]
    assert response.content[0].examples[0].value == {"a": 7}
    assert [(h.name, h.sample) for h in response.headers] == [("X-N", 4)]


@pytest.mark.parametrize(
    ("scheme", "kind", "location"),
    [
        ({"type": "basic"}, "basic", "header"),
        ({"type": "apiKey", "in": "query", "name": "key"}, "apiKey", "query"),
        ({"type": "oauth2", "flow": "application", "tokenUrl": "https://t.org/t", "scopes": {"r": "read"}},
         "oauth2", "header"),
    ],
)  # fmt: skip
def test_security_definitions_become_credentials(swagger2, scheme, kind, location):
    description = operation(security=[{"s": ["r"] if kind == "oauth2" else []}])
    credential = swagger2(description | {"securityDefinitions": {"s": scheme}}).operations[0].credentials[0]
    assert (credential.kind, credential.location) == (kind, location)
    if kind == "oauth2":
        assert (credential.grant, credential.token_url) == ("clientCredentials", "https://t.org/t")


def test_schemas_of_2_0_keep_their_meaning(swagger2):
    properties = {
        "low": {"type": "integer", "minimum": 3, "exclusiveMinimum": True},
        "none": {"type": "string", "x-nullable": True, "example": None},
        "kind": {"type": "string"},
    }
    pet = {"type": "object", "discriminator": "kind", "required": ["kind"], "properties": properties}
    body = {"name": "b", "in": "body", "schema": {"$ref": "#/definitions/Pet"}}
    api = swagger2(operation(body) | {"definitions": {"Pet": pet}})
    assert api.body["low"] == 4
    assert api.body["none"] is None
    assert api.warnings == []


def test_findings_have_their_places_in_the_file_of_2_0(swagger2):
    description = operation(
        {"name": "b", "in": "body", "schema": {"type": "integer", "example": "x"}},
        {"name": "q", "in": "query", "type": "strin"},
    )
    description["paths"]["/a"]["post"]["responses"]["200"] |= {
        "schema": {"type": "integer"},
        "examples": {"application/json": "y"},
    }
    description |= {"definitions": {"Bad": {"$ref": "#/definitions/No"}}}
    found = swagger2(description).problems
    text = json.dumps(description, indent=1).splitlines()

    def line(of: str) -> int:
        return next(number for number, part in enumerate(text, 1) if of in part)

    for pointer, what in {
        "/paths/~1a/post/parameters/0/schema/example": '"example": "x"',
        "/paths/~1a/post/parameters/1/type": '"type": "strin"',
        "/paths/~1a/post/responses/200/examples/application~1json": '"application/json": "y"',
        "/definitions/Bad/$ref": '"$ref": "#/definitions/No"',
    }.items():
        assert any(p.startswith(f"api.json:{line(what)}:") and f"(#{pointer})" in p for p in found), found


def test_path_items_of_2_0_may_be_in_other_files(read):
    description = swagger(host="h.org", paths={"/a": {"$ref": "a.yaml"}})
    body = "{name: b, in: body, schema: {$ref: 'b.yaml'}}"
    item = f"post:\n  parameters: [{body}]\n  responses: {{200: {{description: Fine}}}}\n"
    api = read(json.dumps(description), "api.json", beside={"a.yaml": item, "b.yaml": "example: x\n"})
    assert api.body == "x"
    assert api.problems == []
