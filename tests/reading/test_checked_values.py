"""Defaults, and texts of several values, are validated by ``generate`` and by ``validate``."""

from __future__ import annotations

import time

import pytest

BY_ITSELF = "{type: integer, default: x}"
PLACES = {
    "a property": (
        f"{{type: object, properties: {{d: {BY_ITSELF}}}}}",
        "/requestBody/content/application~1json/schema/properties/d",
    ),
    "an item": (
        f"{{type: array, items: {BY_ITSELF}}}",
        "/requestBody/content/application~1json/schema/items",
    ),
    "the body": (
        "{type: object, required: [a], properties: {a: {type: integer}}, default: {b: 1}}",
        "/requestBody/content/application~1json/schema",
    ),
    "what is nested": (
        "{type: object, properties: {d: {type: object, properties: {n: {type: integer}}, default: {n: x}}}}",
        "/requestBody/content/application~1json/schema/properties/d",
    ),
}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("case", PLACES)
def test_an_invalid_default_is_a_finding_of_both_commands(read, posting, case, version):
    schema, place = PLACES[case]
    api = read(posting(schema, version=version))
    for lines in (api.warnings, api.problems):
        (line,) = [line for line in lines if "The default" in line]
        assert f"(#/paths/~1a/post{place}): The default is refused by its own schema: " in line


def test_an_invalid_default_of_a_parameter_is_one_finding_of_both_commands(read, head):
    api = read(
        head() + f"paths: {{/a: {{get: {{parameters: [{{name: s, in: query, schema: {BY_ITSELF}}}], "
        "responses: {'200': {description: Fine}}}}}\n"
    )
    (warning,) = [line for line in api.warnings if "The default" in line]
    assert warning in api.problems
    assert set(api.problems) == set(api.warnings)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_valid_default_is_not_a_finding(read, posting, version):
    null = "nullable: true" if version == "3.0.3" else "type: [integer, 'null']"
    schema = (
        f"{{type: object, properties: {{a: {{type: integer, {null}, default: null}}, "
        "b: {type: array, items: {type: string}, default: []}, c: {type: string, enum: [x], default: x}, "
        "d: {type: object, properties: {n: {type: integer}}, default: {n: 1}}}}"
    ).replace("type: integer, type: [", "type: [")
    api = read(posting(schema, version=version))
    assert api.warnings == api.problems == []


ELSEWHERE = {
    "a schema": "  schemas: {U: {type: integer, default: x}}",
    "a parameter": "  parameters: {P: {name: p, in: query, schema: {type: integer, default: x}}}",
    "a header": "  headers: {H: {schema: {type: integer, default: x}}}",
    "a response": (
        "  responses: {R: {description: R, content: {application/json: "
        "{schema: {type: object, properties: {a: {type: integer, default: x}}}}}}}"
    ),
    "a schema of several": (
        "  schemas: {U: {allOf: [{$ref: '#/components/schemas/V'}], default: x}, V: {type: integer}}"
    ),
}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("case", ELSEWHERE)
def test_an_invalid_default_that_nothing_uses_is_one_finding_of_both_commands(read, head, case, version):
    api = read(
        head(version) + "paths: {/a: {get: {responses: {'200': {description: Fine}}}}}\n"
        f"components:\n{ELSEWHERE[case]}\n"
    )
    assert api.problems == api.warnings
    (line,) = api.warnings
    assert 'The default is refused by its own schema: The value: "x" is not of type "integer".' in line


def test_an_invalid_default_of_a_webhook_is_one_finding_of_both_commands(read, head):
    api = read(
        head() + "paths: {/a: {get: {responses: {'200': {description: Fine}}}}}\n"
        "webhooks: {w: {post: {requestBody: {content: {application/json: {schema: {type: integer, "
        "default: x}}}}, responses: {'200': {description: Fine}}}}}\n"
    )
    assert api.problems == api.warnings
    (line,) = api.warnings
    assert "(#/webhooks/w/post/requestBody/content/application~1json/schema): The default is" in line


REFERRED = "components: {schemas: {S: {type: integer, default: x}}}\n"
USED = {
    "a parameter": ("parameters: [{name: d, in: query, schema: {SCHEMA}}], ", ""),
    "an array": ("parameters: [{name: d, in: query, schema: {type: array, items: {SCHEMA}}}], ", ""),
    "a body": ("requestBody: {content: {application/json: {schema: {SCHEMA}}}}, ", ""),
    "a response": ("", ", content: {application/json: {schema: {SCHEMA}}}"),
}


@pytest.mark.parametrize("schema", ["type: integer, default: x", "$ref: '#/components/schemas/S'"])
@pytest.mark.parametrize("case", USED)
def test_an_invalid_default_is_reported_once_and_called_a_default(read, head, case, schema):
    request, response = (part.replace("SCHEMA", schema) for part in USED[case])
    api = read(
        head()
        + f"paths: {{/a: {{post: {{{request}responses: {{'200': {{description: Fine{response}}}}}}}}}}}\n"
        + (REFERRED if "$ref" in schema else "")
    )
    assert api.problems == api.warnings
    (line,) = api.warnings
    assert "The default is refused by its own schema: " in line


def test_a_default_that_only_the_whole_schema_refuses_is_called_a_default(read, head):
    api = read(
        head() + "paths: {/a: {get: {parameters: [{name: d, in: query, schema: {allOf: [{default: x}, "
        "{type: integer}]}}], responses: {'200': {description: Fine}}}}}\n"
    )
    assert api.problems == api.warnings
    (line,) = api.warnings
    assert "/parameters/0): The default is refused by its own schema and was repaired: " in line


def test_the_default_of_a_server_variable_is_not_that_of_a_schema(read):
    api = read(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nservers: [{url: 'https://{v}.example.org', "
        "variables: {v: {default: x, enum: [y]}}}]\n"
        "paths: {/a: {get: {responses: {'200': {description: Fine}}}}}\n"
    )
    assert not [line for line in (*api.warnings, *api.problems) if "The default" in line]


def test_a_default_with_a_pattern_of_catastrophic_backtracking_takes_no_time(read, posting):
    value = "a" * 41 + "!"
    begin = time.process_time()
    api = read(posting(rf"{{type: string, pattern: '^(\w+\s?)*$', default: '{value}'}}"))
    assert api.problems == api.warnings
    assert time.process_time() - begin < 3


CHUNK = "{type: object, required: [d], properties: {d: {type: string}, n: {type: integer}}}"
SEQUENCES = [
    ("application/x-ndjson", r'"{\"d\": \"a\", \"n\": 1}\n{\"d\": 5}\n"', "/1/d: 5 is not of type"),
    ("application/jsonl", r'"{\"n\": 1}\n"', '/0: "d" is a required property'),
    ("application/json-seq", r'"{\"d\": \"a\", \"n\": \"x\"}\n"', '/0/n: "x" is not of type'),
    ("application/x-ndjson", r'"{\"d\": \"a\"}\n{\"d\": \"b\", \"n\": 2}\n"', ""),
    ("application/json-seq", r'"{\"d\": \"a\"}\n{\"d\": \"b\", \"n\": 2}\n"', ""),
]


@pytest.mark.parametrize(("media_type", "example", "why"), SEQUENCES)
@pytest.mark.parametrize("place", ["request", "response"])
def test_a_text_of_several_values_is_validated(read, head, media_type, example, why, place):
    content = f"content: {{{media_type}: {{schema: {CHUNK}, example: {example}}}}}"
    body = f"requestBody: {{{content}}}, " if place == "request" else ""
    response = f", {content}" if place == "response" else ""
    api = read(
        head() + f"paths: {{/a: {{post: {{{body}responses: {{'200': {{description: Fine{response}}}}}}}}}}}\n"
    )
    subject = "The example of a response" if place == "response" else "The example"
    assert len(api.warnings) == bool(why)
    assert all(f"{subject} is refused by its own schema: {why}" in line for line in api.warnings), (
        api.warnings
    )
    assert api.problems == api.warnings
