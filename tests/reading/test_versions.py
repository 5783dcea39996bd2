"""The reader converts what differs between OpenAPI 3.0, 3.1 and 3.2."""

from __future__ import annotations

import pytest

from generator.errors import DescriptionError


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("3.0.4", "3.0"),
        ("'3.1.1'", "3.1"),
        ("3.2.0", "3.2"),
        ("3.1", "3.1"),
        ("'3.0'", "3.0"),
    ],
)
def test_a_version_may_be_written_in_any_of_the_usual_ways(read, written, version):
    api = read(f"openapi: {written}\ninfo: {{title: T, version: '1'}}\npaths: {{}}\n")
    assert api.plan.document.version == version


@pytest.mark.parametrize("version", ["openapi: 2.0", "swagger: '1.2'", "openapi: 3.3.0", "openapi: true"])
def test_another_version_is_refused_with_its_place(read, version):
    with pytest.raises(DescriptionError, match=r"api.yaml:1:1 \(#/(openapi|swagger)\)"):
        read(f"{version}\ninfo: {{title: T, version: '1'}}\npaths: {{}}\n")


@pytest.mark.parametrize(
    ("version", "schema", "value"),
    [
        ("3.0.3", "{type: integer, minimum: 3, exclusiveMinimum: true}", 4),
        ("3.1.0", "{type: integer, exclusiveMinimum: 3}", 4),
        ("3.0.3", "{type: string, nullable: true, example: null}", None),
        ("3.1.0", "{type: [string, 'null'], examples: [null]}", None),
        ("3.0.3", "{nullable: true, allOf: [{$ref: '#/components/schemas/A'}], example: null}", None),
        ("3.1.0", "{const: 7}", 7),
        ("3.1.0", "{prefixItems: [{const: a}, {const: b}], minItems: 2, items: false}", ["a", "b"]),
    ],
)  # fmt: skip
def test_a_schema_means_what_its_version_says(read, posting, version, schema, value):
    api = read(posting(schema, "components: {schemas: {A: {type: string}}}\n", version))
    assert api.body == value
    assert api.warnings == []


def test_query_and_other_methods_of_3_2_are_operations(read, head):
    fine = "responses: {'200': {description: Fine}}"
    api = read(
        head("3.2.0") + f"paths: {{/a: {{get: {{{fine}}}, query: {{{fine}}}, "
        f"additionalOperations: {{COPY: {{{fine}}}}}}}}}\n"
    )
    assert [o.method for o in api.operations] == ["GET", "QUERY", "COPY"]
    assert api.problems == []


def test_a_whole_query_string_of_3_2_is_a_parameter(read, head):
    api = read(
        head("3.2.0") + "paths: {/a: {get: {parameters: [{name: q, in: querystring, content: "
        "{application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {example: x}}}}}}], "
        "responses: {'200': {description: Fine}}}}}\n"
    )
    parameter = api.operations[0].parameters[0]
    assert (parameter.location, parameter.sample) == ("querystring", {"a": "x"})
    assert api.problems == []


def test_items_of_a_sequence_in_3_2_are_its_schema(read, head):
    api = read(
        head("3.2.0") + "paths: {/a: {post: {requestBody: {content: {application/jsonl: {itemSchema: "
        "{$ref: '#/components/schemas/E'}}}}, responses: {'200': {description: Fine}}}}}\n"
        "components: {schemas: {E: {type: object, properties: {n: {example: 1}}}}}\n"
    )
    assert api.operations[0].body.content[0].sequence
    assert all(item == {"n": 1} for item in api.body)
    assert api.body
    assert api.problems == []


def test_names_of_servers_and_parents_of_tags_are_kept_from_3_2(read, head):
    api = read(
        head("3.2.0").replace("{url: https://api.example.org}", "{url: https://api.example.org, name: main}")
        + "paths: {}\ntags: [{name: a, summary: A}, {name: b, parent: a, kind: nav}]\n"
    )
    assert [server.name for server in api.plan.api.servers] == ["main"]
    assert {tag.name: tag.parent for tag in api.plan.api.tags} == {"a": "", "b": "a"}
    assert api.problems == []


def test_media_types_of_3_2_may_be_references(read, head):
    api = read(
        head("3.2.0") + "paths: {/a: {post: {requestBody: {content: {application/json: "
        "{$ref: '#/components/mediaTypes/M'}}}, responses: {'200': {description: Fine}}}}}\n"
        "components: {mediaTypes: {M: {example: x}}}\n"
    )
    assert api.body == "x"


@pytest.mark.parametrize("key", ["webhooks", "x-webhooks"])
def test_webhooks_are_read_when_they_are_asked_for(read, head, key):
    text = (
        head() + f"{key}: {{new: {{post: {{responses: {{'200': {{description: Fine}}}}}}}}}}\npaths: {{}}\n"
    )
    assert read(text).operations == ()
    assert [(o.kind, o.method) for o in read(text, webhooks=True).operations] == [("webhook", "POST")]
