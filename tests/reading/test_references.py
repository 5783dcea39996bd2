"""The targets of references: pointers in any spelling, names, dynamic scopes, cycles."""

from __future__ import annotations

import pytest

POINTERS = {
    "a space and a tilde": ("#/components/schemas/A%20~1b~0c", "A /b~c"),
    "an encoded tilde": ("#/components/schemas/A%7E1b", "A/b"),
    "an encoded percent sign": ("#/components/schemas/50%25", "50%"),
    "a percent sign as it is": ("#/components/schemas/50%", "50%"),
    "a name that looks encoded": ("#/components/schemas/A%20b", "A%20b"),
    "a letter beyond ASCII": ("#/components/schemas/%C3%A4", "ä"),
    "constructor": ("#/components/schemas/constructor", "constructor"),
    "__proto__": ("#/components/schemas/__proto__", "__proto__"),
}


@pytest.mark.parametrize("case", POINTERS)
def test_a_pointer_of_any_spelling_leads_to_its_schema(read, posting, case):
    reference, name = POINTERS[case]
    api = read(
        posting(f"{{$ref: '{reference}'}}", f"components: {{schemas: {{'{name}': {{example: x}}}}}}\n")
    )
    assert api.body == "x"
    assert not [w for w in api.warnings if "reference" in w]


def test_properties_of_any_name_are_kept(read, posting):
    names = ["constructor", "__proto__", "toString", "hasOwnProperty", "length"]
    properties = ", ".join(f"{name}: {{example: {name}}}" for name in names)
    assert read(posting(f"{{type: object, properties: {{{properties}}}}}")).body == {n: n for n in names}


def test_references_into_paths_lead_to_parameters_bodies_responses_and_path_items(read, head):
    api = read(
        head() + "paths:\n"
        "  /a/b:\n    post:\n      parameters: [{name: q, in: query, schema: {type: string}, example: qq}]\n"
        "      requestBody: {content: {application/json: {example: bb}}}\n"
        "      responses: {'200': {description: Fine}}\n"
        "  /c:\n    put:\n      parameters: [{$ref: '#/paths/~1a~1b/post/parameters/0'}]\n"
        "      requestBody: {$ref: '#/paths/~1a~1b/post/requestBody'}\n"
        "      responses: {'201': {$ref: '#/paths/~1a~1b/post/responses/200'}}\n"
        "  /d: {$ref: '#/paths/~1a~1b'}\n"
    )
    assert api.problems == []
    put, again = api.operations[1:]
    assert (put.method, put.path, again.method, again.path) == ("PUT", "/c", "POST", "/d")
    for operation in (put, again):
        assert [(p.name, p.sample) for p in operation.parameters] == [("q", "qq")]
        assert operation.body.content[0].examples[0].value == "bb"
        assert operation.responses[0].description == "Fine"


def test_responses_that_are_one_reference_are_followed(read, head):
    api = read(
        head() + "paths: {/a: {get: {responses: {$ref: '#/components/x-all'}}}}\n"
        "components: {x-all: {'404': {description: Gone}}}\n"
    )
    assert [(r.status, r.description) for r in api.operations[0].responses] == [("404", "Gone")]


BASE = (
    "components: {schemas: {Base: {type: object, required: [id], "
    "properties: {id: {type: integer, example: 3}}}}}"
)
MORE = "{$ref: '#/components/schemas/Base', required: [more], properties: {more: {type: string, example: m}}}"


def test_siblings_of_a_reference_add_to_it_in_3_1(read, posting):
    assert read(posting(MORE, BASE)).body == {"id": 3, "more": "m"}


def test_siblings_of_a_reference_do_not_constrain_values_in_3_0(read, posting):
    assert read(posting(MORE, BASE, "3.0.3")).body == {"id": 3}


def test_descriptions_beside_a_reference_win(read, posting):
    schema = (
        "{type: object, properties: {a: {$ref: '#/components/schemas/A', description: mine, example: own}}}"
    )
    api = read(
        posting(schema, "components: {schemas: {A: {type: string, description: theirs, example: x}}}\n")
    )
    assert api.body == {"a": "own"}
    assert [p.description for p in api.operations[0].body.content[0].properties] == ["mine"]


PET = (
    "components: {schemas: {Pet: {$id: 'https://example.org/s/pet', type: object, properties: "
    "{owner: {$ref: owner}, tag: {$ref: '#/$defs/tag'}, name: {$ref: '#name'}}, $defs: {tag: {example: t}, "
    "name: {$anchor: name, example: n}}}, Owner: {$id: 'https://example.org/s/owner', example: o}, "
    "Other: {$anchor: name, example: wrong}}}\n"
)


@pytest.mark.parametrize("reference", ["#/components/schemas/Pet", "https://example.org/s/pet"])
def test_an_id_is_the_base_of_the_references_in_its_schema(read, posting, reference):
    api = read(posting(f"{{$ref: '{reference}'}}", PET))
    assert api.body == {"owner": "o", "tag": "t", "name": "n"}
    assert api.problems == []


def test_an_invalid_id_changes_nothing(read, posting):
    schemas = "A: {$id: '#/properties/a', properties: {b: {$ref: '#/components/schemas/B'}}}, B: {example: x}"
    api = read(posting("{$ref: '#/components/schemas/A'}", f"components: {{schemas: {{{schemas}}}}}\n"))
    assert api.body == {"b": "x"}


@pytest.mark.parametrize(
    ("reference", "value"),
    [("#here", "x"), ("https://example.org/s#pet", "y"), ("#old", "z")],
)
def test_an_anchor_is_found(read, posting, reference, value):
    schemas = (
        "components: {schemas: {A: {$anchor: here, example: x}, B: {$anchor: pet, example: wrong}, "
        "S: {$id: 'https://example.org/s', $defs: {P: {$anchor: pet, example: y}}}, "
        "O: {$id: '#old', example: z}}}\n"
    )
    assert read(posting(f"{{$ref: '{reference}'}}", schemas)).body == value


def test_an_anchor_that_is_not_there_is_named(read, posting):
    api = read(posting("{$ref: '#no'}"))
    assert any("api.yaml:10:22 " in w and "no anchor 'no'" in w for w in api.warnings)


@pytest.mark.parametrize("ids", [True, False])
def test_a_dynamic_reference_leads_where_the_outermost_schema_says(read, posting, ids):
    def schema(name: str, rest: str) -> str:
        return f"{name}: {{{f'$id: {name}, ' if ids else ''}{rest}}}"

    page = "page" if ids else "'#/components/schemas/page'"
    schemas = [
        schema("page", "properties: {items: {type: array, minItems: 1, items: {$dynamicRef: '#T'}}}, "
               "$defs: {T: {$dynamicAnchor: T, example: anything}}"),
        schema("people", f"$ref: {page}, $defs: {{T: {{$dynamicAnchor: T, example: Ann}}}}"),
        schema("cities", f"$ref: {page}, $defs: {{T: {{$dynamicAnchor: T, example: Rome}}}}"),
    ]  # fmt: skip
    names = ", ".join(
        f"{name}: {{$ref: '#/components/schemas/{name}'}}" for name in ("page", "people", "cities")
    )
    api = read(
        posting(f"{{properties: {{{names}}}}}", f"components: {{schemas: {{{', '.join(schemas)}}}}}\n")
    )
    assert api.body == {
        "page": {"items": ["anything"]},
        "people": {"items": ["Ann"]},
        "cities": {"items": ["Rome"]},
    }


def test_a_dynamic_reference_makes_a_tree_strict_all_the_way_down(read, posting):
    schemas = (
        "components: {schemas: {Tree: {$id: tree, $dynamicAnchor: node, type: object, properties: "
        "{data: {type: string, example: d}, children: {type: array, items: {$dynamicRef: '#node'}}}}, "
        "Strict: {$id: strict, $dynamicAnchor: node, $ref: tree, unevaluatedProperties: false}}}\n"
    )
    example = "example: {data: d, children: [{daat: typo}]}"
    loose = posting("{$ref: '#/components/schemas/Tree'}", schemas).replace(
        "schema:", f"{example}\n            schema:"
    )
    assert read(loose).warnings == []
    strict = read(loose.replace("schemas/Tree'}", "schemas/Strict'}"))
    assert any("/children/0" in w and "daat" in w for w in strict.warnings), strict.warnings


def test_a_description_may_name_itself(read, head):
    api = read(
        head("3.2.0") + "$self: https://example.org/d/api.yaml\n"
        "paths: {/a: {get: {responses: {'200': {$ref: 'https://example.org/d/api.yaml#/components/responses/R'}}}},\n"
        "  /b: {get: {responses: {'200': {$ref: 'api.yaml#/components/responses/R'}}}}}\n"
        "components: {responses: {R: {description: Fine}}}\n"
    )
    assert [o.responses[0].description for o in api.operations] == ["Fine", "Fine"]
    assert api.problems == []


A = "{$ref: '#/components/schemas/A'}"
N = "n: {example: x}"
CIRCLES = {
    "a schema in itself": f"A: {{properties: {{{N}, a: {A}}}}}",
    "two schemas in each other": (
        f"A: {{properties: {{{N}, b: {{$ref: '#/components/schemas/B'}}}}}}, B: {{properties: {{a: {A}}}}}"
    ),
    "through a list": f"A: {{properties: {{{N}, a: {{type: array, items: {A}}}}}}}",
    "through allOf": f"A: {{allOf: [{A}, {{properties: {{{N}}}}}]}}",
    "through additionalProperties": f"A: {{properties: {{{N}}}, additionalProperties: {A}}}",
    "through not": f"A: {{properties: {{{N}}}, not: {{not: {A}}}}}",
    "through oneOf, with siblings": (
        f"A: {{properties: {{{N}, a: {{oneOf: [{{type: 'null'}}, {A[:-1]}, description: again}}]}}}}}}"
    ),
}


@pytest.mark.parametrize("case", CIRCLES)
def test_a_cycle_of_references_ends(read, posting, case):
    body = read(posting(A, f"components: {{schemas: {{{CIRCLES[case]}}}}}\n")).body
    assert body["n"] == "x"
    assert len(repr(body)) < 500


LOOPS = {
    "a schema": "A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}",
    "a schema that is itself": "A: {$ref: '#/components/schemas/A'}",
}


@pytest.mark.parametrize("case", LOOPS)
def test_references_that_only_lead_to_each_other_are_a_finding(read, posting, case):
    api = read(posting("{$ref: '#/components/schemas/A'}", f"components: {{schemas: {{{LOOPS[case]}}}}}\n"))
    assert any("only leads back to itself" in p and p.startswith("api.yaml:12:") for p in api.problems)


def test_path_items_and_responses_that_only_lead_to_each_other_are_a_finding(read, head):
    api = read(
        head() + "paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'},\n"
        "  /c: {get: {responses: {'200': {$ref: '#/components/responses/A'}}}}}\n"
        "components: {responses: {A: {$ref: '#/components/responses/B'}, "
        "B: {$ref: '#/components/responses/A'}}}\n"
    )
    assert [o.path for o in api.operations] == ["/c"]
    assert len([w for w in api.warnings if "only leads back to itself" in w]) == 4  # each reference once


def test_thousands_of_references_in_a_chain_are_followed(read, posting):
    schemas = "\n".join(f"    S{i}: {{$ref: '#/components/schemas/S{i + 1}'}}" for i in range(3000))
    more = f"components:\n  schemas:\n{schemas}\n    S3000: {{example: end}}\n"
    assert read(posting("{$ref: '#/components/schemas/S0'}", more)).body == "end"


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_broken_reference_that_nothing_uses_is_a_finding_of_both_commands(read, head, version):
    api = read(
        head(version) + "paths: {/a: {get: {responses: {'200': {description: Fine}}}}}\n"
        "components:\n  schemas:\n    A: {$ref: '#/components/schemas/No'}\n"
        "    B: {properties: {b: {$ref: '#/components/schemas/Never'}}}\n"
        "  parameters: {P: {$ref: '#/components/parameters/No'}}\n"
    )
    assert [line.partition(": The reference")[0] for line in api.warnings] == [
        "api.yaml:7:9 (#/components/schemas/A/$ref)",
        "api.yaml:8:26 (#/components/schemas/B/properties/b/$ref)",
        "api.yaml:9:20 (#/components/parameters/P/$ref)",
    ]
    assert api.problems == api.warnings


def test_a_broken_reference_is_one_warning_and_a_problem_at_each_place(read, head):
    broken = "{$ref: '#/components/schemas/No'}"
    api = read(
        head() + "paths: {/a: {get: {responses: {'200': {description: Fine}}}}}\n"
        f"components:\n  schemas:\n    A: {broken}\n    B: {{items: {broken}}}\n"
    )
    assert [line.partition(" ")[0] for line in api.warnings] == ["api.yaml:7:9"]
    assert [line.partition(" ")[0] for line in api.problems] == ["api.yaml:7:9", "api.yaml:8:17"]
