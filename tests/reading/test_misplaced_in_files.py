"""Maps and lists that are a reference to another file, in files that are themselves referred to."""

from __future__ import annotations

import pytest

from generator.model.schemas.direction import Direction
from tests.reading.test_misplaced_references import note

#: The files to which the description's operation refers: each refers to the next, in another folder.
POST = (
    "summary: Post\nrequestBody: {content: {$ref: ../c/content.yaml}}\n"
    "responses: {$ref: ../c/responses.yaml}\n"
)
CONTENT = "application/json:\n  schema: {$ref: s/schema.yaml}\n  examples: {$ref: examples.yaml}\n"
BESIDE = {
    "a/item.yaml": "parameters: {$ref: ../p/list.yaml}\npost: {$ref: ../b/post.yaml}\n",
    "p/list.yaml": "- {$ref: one.yaml#/q}\n",
    "p/one.yaml": "q: {name: q, in: query, required: true, schema: {type: string, example: five}}\n",
    "b/post.yaml": POST,
    "c/content.yaml": CONTENT,
    "c/examples.yaml": "one: {$ref: e/one.yaml}\n",
    "c/e/one.yaml": "value: {parameters: {n: 3}}\n",
    "c/s/schema.yaml": "type: object\nproperties: {$ref: ../../props/props.yaml}\n",
    # (The names of these properties are keywords elsewhere.)
    "props/props.yaml": "parameters: {$ref: inner.yaml}\nexample: {$ref: inner.yaml#/properties/n}\n",
    "props/inner.yaml": "type: object\nrequired: {$ref: required.json}\nproperties: {n: {type: integer}}\n",
    "props/required.json": '["n"]',
    "c/responses.yaml": "'200': {$ref: ok.yaml}\n",
    "c/ok.yaml": "description: Fine\nheaders: {$ref: headers.yaml}\ncontent: {$ref: content.yaml}\n",
    "c/headers.yaml": "X-Count: {schema: {type: integer, example: 7}}\n",
}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_maps_and_lists_are_followed_through_files_of_any_depth(read, head, version):
    api = read(head(version) + "paths: {/a: {$ref: a/item.yaml}}\n", beside=BESIDE)
    (operation,) = api.operations
    assert (operation.name, operation.parameters[0].sample) == ("Post", "five")
    assert api.body == {"parameters": {"n": 3}}
    (response,) = operation.responses
    assert response.description == "Fine"
    assert [(header.name, header.sample) for header in response.headers] == [("X-Count", 7)]
    assert [example.value for example in response.content[0].examples] == [{"parameters": {"n": 3}}]
    described = api.plan.api.schemas.properties(operation.body.content[0].schema, direction=Direction.REQUEST)
    assert [found.name for found in described] == ["parameters", "parameters.n", "example"]
    assert not [line for line in api.warnings if "allow a `$ref`" not in line]
    assert "a/item.yaml:1:1 (#/parameters): " + note("`parameters`") in api.warnings
    assert "c/s/schema.yaml:2:1 (#/properties): " + note("`properties`") in api.warnings
    assert "b/post.yaml:2:15 (#/requestBody/content): " + note("`content`", ", here and in 1 more place") in (
        api.warnings
    )
    assert api.problems == api.warnings


CHAINS = {
    "properties": ("type: object\nproperties: {$ref: one.yaml}\n", "n: {type: integer, example: 4}\n"),
    "allOf": ("allOf: {$ref: one.yaml}\n", "- {properties: {n: {type: integer, example: 4}}}\n"),
    "$defs": (
        "properties: {n: {$ref: '#/$defs/n'}}\n$defs: {$ref: one.yaml}\n",
        "n: {type: integer, example: 4}\n",
    ),
}


@pytest.mark.parametrize("field", CHAINS)
def test_a_file_that_is_only_a_reference_to_the_next_is_followed(read, posting, field):
    schema, end = CHAINS[field]
    beside = {"s/s.yaml": schema, "s/one.yaml": "$ref: t/two.yaml\n", "s/t/two.yaml": end}
    api = read(posting("{$ref: s/s.yaml}"), beside=beside)
    assert api.body == {"n": 4}


def test_names_beside_a_chain_of_references_win_and_are_relative_to_their_own_file(read, posting):
    api = read(
        posting("{type: object, properties: {$ref: s/one.yaml, c: {type: integer, example: 1}}}"),
        beside={
            "s/one.yaml": "$ref: t/two.yaml\nb: {$ref: here.yaml}\n",
            "s/here.yaml": "{type: integer, example: 2}",
            "s/t/two.yaml": "a: {$ref: here.yaml}\nb: {type: string}\nc: {type: string}\n",
            "s/t/here.yaml": "{type: integer, example: 3}",
        },
    )
    assert api.body == {"a": 3, "b": 2, "c": 1}


def test_properties_in_a_file_may_contain_themselves(read, posting):
    api = read(
        posting("{$ref: s/tree.yaml}"),
        beside={
            "s/tree.yaml": "type: object\nproperties: {$ref: props.yaml}\n",
            "s/props.yaml": "n: {type: integer, example: 4}\n"
            "child: {type: object, properties: {$ref: props.yaml}}\n",
        },
    )
    assert api.body["n"] == 4
    assert not [line for line in api.problems if "followed anyway" not in line]


def test_files_that_only_lead_back_to_each_other_are_a_finding(read, posting):
    api = read(
        posting("{type: object, properties: {$ref: one.yaml}}"),
        beside={"one.yaml": "$ref: two.yaml\n", "two.yaml": "$ref: one.yaml\n"},
    )
    assert [line for line in api.problems if "leads to no end" in line], api.problems


def test_a_mapping_and_scopes_in_files_are_relative_to_their_own_file(read, head):
    api = read(
        head()
        + "paths: {/a: {post: {security: [{o: [read]}], requestBody: {content: {application/json: {schema: "
        "{$ref: s/union.yaml}}}}, responses: {'200': {description: Fine}}}}}\n"
        "components: {securitySchemes: {o: {$ref: s/oauth.yaml}}}\n",
        beside={
            "s/union.yaml": "oneOf: [{$ref: k/cat.yaml}]\ndiscriminator: {$ref: disc.yaml}\n",
            "s/disc.yaml": "{propertyName: kind, mapping: {$ref: k/map.yaml}}",
            "s/k/map.yaml": "meow: cat.yaml\n",
            "s/k/cat.yaml": "type: object\nrequired: [kind]\nproperties: {kind: {type: string}}\n",
            "s/oauth.yaml": "type: oauth2\nflows: {clientCredentials: {tokenUrl: https://t.example.org, "
            "scopes: {$ref: scopes.yaml}}}\n",
            "s/scopes.yaml": "read: Read it.\n",
        },
    )
    assert api.body == {"kind": "meow"}
    assert not [line for line in api.problems if "followed anyway" not in line]
