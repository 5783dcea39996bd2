"""References in the values of examples are followed if their target is clear, and are findings otherwise."""

from __future__ import annotations

import json

import pytest

from generator.reading.references import example_references
from generator.reading.validation.findings import MOST_FINDINGS

THING = "{$ref: '#/components/schemas/Thing'}"
COMPONENTS = """components:
  schemas:
    Thing: {type: object, required: [a], properties: {a: {type: integer}}, example: {a: 5}}
    Plain: {type: object, required: [a], properties: {a: {type: integer}}}
    Data: {type: object, properties: {$ref: {type: string}, a: {type: integer}}}
    Priced: {type: object, required: [value], properties: {value: {type: integer}}}
  examples:
    x: {summary: One, value: {a: 7}}
    y: {value: {$ref: '#/components/examples/x/value'}}
    own: {value: {value: 8}}
    circle: {value: {a: 1, b: {$ref: '#/components/examples/circle/value'}}}
"""


def described(schema: str, example: str, version: str = "3.1.0") -> str:
    return (
        f"openapi: {version}\ninfo: {{title: T, version: '1'}}\nservers: [{{url: https://api.example.org}}]\n"
        f"paths: {{/a: {{post: {{requestBody: {{content: {{application/json: "
        f"{{schema: {schema}, {example}}}}}}}, "
        f"responses: {{'200': {{description: Fine}}}}}}}}}}\n{COMPONENTS}"
    )


FOLLOWED = {
    "a value": (THING, "example: {$ref: '#/components/examples/x/value'}", {"a": 7}),
    "an Example Object": (THING, "example: {$ref: '#/components/examples/x'}", {"a": 7}),
    "as a value": (THING, "examples: {one: {value: {$ref: '#/components/examples/x'}}}", {"a": 7}),
    "as an example": (THING, "examples: {one: {$ref: '#/components/examples/y'}}", {"a": 7}),
    "one after the other": (THING, "example: {$ref: '#/components/examples/y'}", {"a": 7}),
    "an item": (
        f"{{items: {THING}}}",
        "example: [{a: 1}, {$ref: '#/components/examples/x'}]",
        [{"a": 1}, {"a": 7}],
    ),
    "a property": (
        f"{{properties: {{t: {THING}}}}}",
        "example: {t: {$ref: '#/components/examples/x/value'}}",
        {"t": {"a": 7}},
    ),
    "a part of a value": (
        "{properties: {n: {type: integer}}}",
        "example: {n: {$ref: '#/components/examples/x/value/a'}}",
        {"n": 7},
    ),
    "a schema with an example": (THING, "example: {$ref: '#/components/schemas/Thing'}", {"a": 5}),
    "a file": (THING, "example: {$ref: r/ex.json}", {"a": 9}),
    "a part of a file": (THING, "example: {$ref: 'r/all.yaml#/two'}", {"a": 9}),
    "an Example Object in a file": (THING, "example: {$ref: r/object.yaml}", {"a": 9}),
    "a value that is called value": (
        "{$ref: '#/components/schemas/Priced'}",
        "example: {$ref: r/priced.json}",
        {"value": 3},
    ),
    "an Example Object of one": (
        "{$ref: '#/components/schemas/Priced'}",
        "example: {$ref: '#/components/examples/own'}",
        {"value": 8},
    ),
}
BESIDE = {
    "r/ex.json": '{"a": 9}',
    "r/all.yaml": "two: {$ref: ex.json}\n",
    "r/object.yaml": "summary: Nine\nvalue: {$ref: ex.json}\n",
    "r/priced.json": '{"value": 3}',
}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("case", FOLLOWED)
def test_a_reference_in_an_example_is_followed_to(read, case, version):
    schema, example, body = FOLLOWED[case]
    api = read(described(schema, example, version), beside=BESIDE)
    assert api.body == body
    assert api.warnings == api.problems == []


def test_a_reference_in_the_example_of_a_schema_a_parameter_and_a_response_is_followed(read, head):
    value = "{$ref: '#/components/examples/s/value'}"
    api = read(
        head() + "paths: {/a: {get: {parameters: ["
        f"{{name: a, in: query, required: true, schema: {{type: string}}, example: {value}}}, "
        f"{{name: b, in: query, required: true, schema: {{type: string, examples: [{value}]}}}}, "
        f"{{name: c, in: query, required: true, schema: {{type: string, example: {value}}}}}], "
        "responses: {'200': {description: Fine, content: {application/json: {schema: {type: object}, "
        f"example: {{s: {value}}}}}}}}}}}}}}}}}\ncomponents: {{examples: {{s: {{value: word}}}}}}\n"
    )
    (operation,) = api.operations
    assert [parameter.sample for parameter in operation.parameters] == ["word"] * 3
    assert operation.responses[0].content[0].examples[0].value == {"s": "word"}


def test_a_reference_in_an_example_of_swagger_2_is_followed(read):
    api = read(
        "swagger: '2.0'\ninfo: {title: T, version: '1'}\nhost: api.example.org\nschemes: [https]\n"
        "paths: {/a: {get: {produces: [application/json], responses: {'200': {description: Fine, "
        "schema: {type: object}, examples: {application/json: {$ref: '#/x-examples/one'}}}}}}}\n"
        "x-examples: {one: {a: 4}}\n"
    )
    assert api.operations[0].responses[0].content[0].examples[0].value == {"a": 4}


LEFT = {
    "nothing": ("example: {$ref: '#/nope'}", "points at nothing: no 'nope' there."),
    "a schema": (
        "example: {a: {$ref: '#/components/schemas/Plain'}}",
        "leads to a schema, which isn't a value.",
    ),
    "itself": (
        "example: {$ref: '#/components/examples/circle/value'}",
        "leads to something that it is part of.",
    ),
    "no file": ("example: {$ref: gone.json}", "leads to a file that is not there."),
    "an address": ("example: {$ref: 'https://example.org/x.json'}", "nothing is fetched"),
    "another folder": ("example: {$ref: '../x.json'}", "points out of the description's folder"),
}


@pytest.mark.parametrize("case", LEFT)
def test_a_reference_in_an_example_is_kept_with_a_finding_if_it_leads_to(read, case):
    example, why = LEFT[case]
    api = read(described("{type: object}", example))
    assert "$ref" in json.dumps(api.body)
    (line,) = api.warnings
    assert why in line
    assert line.endswith("It is sent as it is.")
    assert "/$ref): " in line
    assert api.problems == api.warnings


def test_a_property_called_ref_is_data(read):
    example = "example: {$ref: '#/components/examples/x', a: 1}"
    api = read(described("{$ref: '#/components/schemas/Data'}", example))
    assert api.body == {"$ref": "#/components/examples/x", "a": 1}
    api = read(described("{$ref: '#/components/schemas/Data'}", "example: {$ref: '#/components/examples/x'}"))
    assert api.body == {"$ref": "#/components/examples/x"}
    assert api.warnings == []
    named = "examples: {one: {$ref: '#/components/examples/y'}}"
    api = read(described("{$ref: '#/components/schemas/Data'}", named))
    assert api.body == {"$ref": "#/components/examples/x/value"}


def test_how_much_references_in_examples_repeat_is_limited(read, monkeypatch):
    monkeypatch.setattr(example_references, "MOST_INLINED", 500)
    levels = "".join(
        f"  l{n}: {{value: [{{$ref: '#/components/examples/l{n + 1}/value'}}, "
        f"{{$ref: '#/components/examples/l{n + 1}/value'}}]}}\n  "
        for n in range(12)
    )
    api = read(
        described("{}", "example: {$ref: '#/components/examples/l0/value'}")
        + f"  {levels}  l12: {{value: [1]}}\n"
    )
    assert api.body == {"$ref": "#/components/examples/l0/value"}
    assert [line for line in api.warnings if "repeat more than 500 values" in line]


def test_many_findings_about_references_in_examples_are_cut(read):
    value = ", ".join(f"{{$ref: '#/n{number}'}}" for number in range(MOST_FINDINGS + 5))
    api = read(described("{}", f"example: [{value}]"))
    assert len([line for line in api.warnings if "in an example points at nothing" in line]) == MOST_FINDINGS


TEXTS = [
    ('{"example": {"$ref": "#/x"}}', True),
    ('{"example": {"a": [1, {"b": {"$ref": "#/x"}}]}}', True),
    ('{"examples": [{"$ref": "#/x"}]}', True),
    ('{"value":{"a":1,"b":{"$ref":"#/x"}}}', True),
    ("example:\n  a: 1\n  b:\n    $ref: '#/x'\n", True),
    ("- example:\n  - $ref: '#/x'\n", True),
    ("examples:\n- $ref: '#/x'\n", True),
    ("value: {$ref: '#/x'}", True),
    # What OpenAPI itself means by a reference.
    ('{"examples": {"one": {"$ref": "#/x"}}}', False),
    ('{"example": {"a": 1}, "schema": {"$ref": "#/x"}}', False),
    ('{"example": "x", "schema": {"$ref": "#/x"}}', False),
    ('{"simple-example": {"$ref": "#/x"}}', False),
    ("example:\n  a: 1\nschema:\n  $ref: '#/x'\n", False),
    ("  example: 1\n  schema:\n    $ref: '#/x'\n", False),
    ("examples:\n  one:\n    $ref: '#/x'\n", False),
]


@pytest.mark.parametrize(("text", "may"), TEXTS)
def test_the_bytes_show_whether_an_example_may_hold_a_reference(text, may):
    assert example_references.may_be_used([text.encode()], "3.1") is may
    assert example_references.may_be_used([text.encode("utf-16")], "3.1")
