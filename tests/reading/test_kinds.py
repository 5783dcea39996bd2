"""The word for a kind, wherever a schema with a discriminator is used. OpenAPI 3.1.1, section 4.8.25."""

from __future__ import annotations

import pytest

CHOICE = """components:
  schemas:
    Choice:
      oneOf: [{$ref: '#/components/schemas/C'}, {$ref: '#/components/schemas/D'}]
      discriminator:
        propertyName: kind
        mapping: {cc: '#/components/schemas/C', dd: '#/components/schemas/D'}
    Named: {allOf: [{$ref: '#/components/schemas/Choice'}]}
    Outer:
      oneOf: [{$ref: '#/components/schemas/Choice'}, {$ref: '#/components/schemas/D'}]
      discriminator: {propertyName: kind}
    Plain: {oneOf: [{$ref: '#/components/schemas/C'}, {$ref: '#/components/schemas/D'}]}
    Over:
      oneOf: [{$ref: '#/components/schemas/Plain'}, {type: object, properties: {kind: {type: integer}}}]
      discriminator: {propertyName: kind, mapping: {cc: C, dd: D}}
    C: {type: object, required: [kind, a], properties: {kind: {type: string}, a: {type: integer}}}
    D: {type: object, required: [kind, b], properties: {kind: {type: string}, b: {type: integer}}}
"""
REFERENCE = "{$ref: '#/components/schemas/Choice'}"
WRAPPED = {
    "the choice itself": REFERENCE,
    "allOf": f"{{allOf: [{REFERENCE}]}}",
    "allOf, twice": f"{{allOf: [{{allOf: [{REFERENCE}], description: inner}}], description: outer}}",
    "allOf with words": f"{{allOf: [{REFERENCE}], description: wrapped}}",
    "anyOf with null": f"{{anyOf: [{REFERENCE}, {{type: 'null'}}]}}",
    "oneOf with null": f"{{oneOf: [{REFERENCE}, {{type: 'null'}}]}}",
    "anyOf of allOf with null": f"{{anyOf: [{{allOf: [{REFERENCE}]}}, {{type: 'null'}}]}}",
    "words beside it": REFERENCE.replace("}", ", description: beside}"),
    "a component that is allOf": REFERENCE.replace("Choice", "Named"),
    "a choice of it": REFERENCE.replace("Choice", "Outer"),
    "a choice of a choice": REFERENCE.replace("Choice", "Over"),
    "branches that are allOf": (
        "{oneOf: [{allOf: [{$ref: '#/components/schemas/C'}]}, {$ref: '#/components/schemas/D'}], "
        "discriminator: {propertyName: kind, mapping: {cc: C, dd: D}}}"
    ),
}


@pytest.mark.parametrize("schema", WRAPPED.values(), ids=WRAPPED)
@pytest.mark.parametrize("version", ["3.1.0", "3.2.0"])
def test_the_word_of_the_mapping_is_sent(read, posting, schema, version):
    assert read(posting(schema, CHOICE, version)).body == {"kind": "cc", "a": 1}
    properties = f"{{p: {schema}, l: {{type: array, items: {schema}}}}}"
    inside = f"{{type: object, required: [p, l], properties: {properties}}}"
    one = {"kind": "cc", "a": 1}
    assert read(posting(inside, CHOICE, version)).body == {"p": one, "l": [one]}


def test_the_word_of_the_mapping_is_sent_where_3_0_says_nullable(read, posting):
    schema = f"{{nullable: true, allOf: [{REFERENCE}]}}"
    assert read(posting(schema, CHOICE, "3.0.3")).body == {"kind": "cc", "a": 1}


BASE = """components:
  schemas:
    Pet:
      type: object
      required: [petType]
      properties: {petType: {type: string}}
      discriminator: {propertyName: petType, mapping: {cat: '#/components/schemas/Cat', dog: Dog}}
    Alias: {allOf: [{$ref: '#/components/schemas/Pet'}], description: Another name}
    Walker:
      allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {legs: {type: integer}}}]
    Cat:
      allOf:
      - {$ref: '#/components/schemas/Pet'}
      - {type: object, required: [lives], properties: {lives: {type: integer, example: 9}}}
    Dog:
      allOf: [{$ref: '#/components/schemas/Walker'}, {type: object, properties: {bark: {type: string}}}]
    Lizard: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {tail: {type: boolean}}}]}
"""
CAT = {"petType": "cat", "lives": 9}
DOG = {"petType": "dog", "legs": 1, "bark": "bark"}
PET = "{$ref: '#/components/schemas/Pet'}"
BUILT = {
    "the base type": (PET, CAT),
    "allOf": (f"{{allOf: [{PET}], description: wrapped}}", CAT),
    "allOf with a property": (
        f"{{allOf: [{PET}, {{type: object, properties: {{more: {{type: string, example: m}}}}}}]}}",
        {**CAT, "more": "m"},
    ),
    "a choice": (f"{{oneOf: [{PET}, {{type: string}}]}}", CAT),
    "a map": (f"{{type: object, additionalProperties: {PET}}}", {"key": CAT}),
    "a list": (f"{{type: array, items: {PET}}}", [CAT]),
    "another name": (PET.replace("Pet", "Alias"), CAT),
    "what a kind builds on": (PET.replace("Pet", "Walker"), DOG),
    "a kind": (PET.replace("Pet", "Dog"), DOG),
    "a kind in allOf": ("{allOf: [{$ref: '#/components/schemas/Cat'}]}", CAT),
    "a kind that the mapping doesn't name": (
        PET.replace("Pet", "Lizard"),
        {"petType": "Lizard", "tail": True},
    ),
}


@pytest.mark.parametrize(("schema", "value"), BUILT.values(), ids=BUILT)
@pytest.mark.parametrize("version", ["3.0.1", "3.1.0"])
def test_a_base_type_with_a_mapping_is_sent_as_its_first_kind(read, posting, schema, value, version):
    api = read(posting(schema, BASE, version))
    assert api.body == value
    assert api.problems == []


def test_a_base_type_with_a_mapping_is_shown_as_its_first_kind_in_an_answer(read, head):
    api = read(
        head("3.0.1")
        + "paths:\n  /a:\n    get:\n      responses:\n        '200':\n          description: Fine\n"
        f"          content: {{application/json: {{schema: {PET}}}}}\n" + BASE
    )
    assert api.operations[0].responses[0].content[0].examples[0].value == CAT


def test_a_base_type_that_the_mapping_names_itself_stays_as_it_is(read, posting):
    base = BASE.replace("mapping: {cat:", "mapping: {pet: '#/components/schemas/Pet', cat:")
    assert read(posting(PET, base)).body == {"petType": "pet"}


def test_a_base_type_without_a_mapping_is_called_by_its_name(read, posting):
    base = BASE.replace(", mapping: {cat: '#/components/schemas/Cat', dog: Dog}", "")
    assert read(posting(PET, base)).body == {"petType": "Pet"}


def test_a_documented_value_wins_over_the_kinds(read, posting):
    base = BASE.replace("discriminator:", "example: {petType: dog, bark: woof}\n      discriminator:")
    assert read(posting(PET, base)).body == {"petType": "dog", "bark": "woof"}


def test_kinds_in_other_files_are_told_by_the_mapping(read, posting):
    pet = (
        "type: object\nrequired: [petType]\nproperties: {petType: {type: string}}\n"
        "discriminator: {propertyName: petType, mapping: {cat: cat.yaml}}\n"
    )
    cat = "allOf: [{$ref: pet.yaml}, {type: object, properties: {lives: {type: integer, example: 9}}}]\n"
    assert read(posting("{$ref: pet.yaml}"), beside={"pet.yaml": pet, "cat.yaml": cat}).body == CAT
