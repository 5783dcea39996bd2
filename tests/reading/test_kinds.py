"""The value of the discriminator for each kind of object. OpenAPI 3.1.1, section 4.8.25."""

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


def test_the_word_of_the_mapping_is_sent_for_a_nullable_schema_of_3_0(read, posting):
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


def test_a_base_type_with_a_mapping_is_shown_as_its_first_kind_in_a_response(read, head):
    api = read(
        head("3.0.1")
        + "paths:\n  /a:\n    get:\n      responses:\n        '200':\n          description: Fine\n"
        f"          content: {{application/json: {{schema: {PET}}}}}\n" + BASE
    )
    assert api.operations[0].responses[0].content[0].examples[0].value == CAT


def test_a_base_type_that_its_own_mapping_names_is_kept(read, posting):
    base = BASE.replace("mapping: {cat:", "mapping: {pet: '#/components/schemas/Pet', cat:")
    assert read(posting(PET, base)).body == {"petType": "pet"}


def test_a_base_type_without_a_mapping_is_called_by_its_name(read, posting):
    base = BASE.replace(", mapping: {cat: '#/components/schemas/Cat', dog: Dog}", "")
    assert read(posting(PET, base)).body == {"petType": "Pet"}


def test_a_documented_value_wins_over_the_kinds(read, posting):
    base = BASE.replace("discriminator:", "example: {petType: dog, bark: woof}\n      discriminator:")
    assert read(posting(PET, base)).body == {"petType": "dog", "bark": "woof"}


def test_kinds_in_other_files_have_the_words_of_the_mapping(read, posting):
    pet = (
        "type: object\nrequired: [petType]\nproperties: {petType: {type: string}}\n"
        "discriminator: {propertyName: petType, mapping: {cat: cat.yaml}}\n"
    )
    cat = "allOf: [{$ref: pet.yaml}, {type: object, properties: {lives: {type: integer, example: 9}}}]\n"
    assert read(posting("{$ref: pet.yaml}"), beside={"pet.yaml": pet, "cat.yaml": cat}).body == CAT


OVERLAPPING = """components:
  schemas:
    Inner:
      oneOf: [{$ref: '#/components/schemas/P'}, {$ref: '#/components/schemas/Q'}]
      discriminator: {propertyName: type, mapping: {p: '#/components/schemas/P', q: '#/components/schemas/Q'}}
    P: {type: object, required: [type], properties: {type: {type: string}, one: {type: integer}}}
    Q: {type: object, required: [type], properties: {type: {type: string}, two: {type: integer}}}
    Pet:
      {required: [type], properties: {type: {type: string}}, discriminator: {propertyName: type}}
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {one: {type: integer}}}]}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {two: {type: integer}}}]}
"""
INNER = "{$ref: '#/components/schemas/Inner'}"
PETS = "{oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]}"
P = {"type": "p", "one": 1}
OF_BASE = {"type": "Cat", "one": 1}
OVERLAPS = {
    "the body": (INNER, P),
    "an optional property": (f"{{type: object, properties: {{v: {INNER}}}}}", {"v": P}),
    "a property that may be null": (
        f"{{type: object, properties: {{v: {{oneOf: [{INNER}, {{type: 'null'}}]}}}}}}",
        {"v": P},
    ),
    "anyOf with null": (f"{{anyOf: [{INNER}, {{type: 'null'}}]}}", P),
    "items": (f"{{type: array, items: {INNER}}}", [P]),
    "a map": (f"{{type: object, additionalProperties: {INNER}}}", {"key": P}),
    "allOf": (f"{{allOf: [{INNER}], description: wrapped}}", P),
    "with an own example": (f"{{allOf: [{INNER}], example: {{type: q}}}}", {"type": "q"}),
    "a base type": (PETS, OF_BASE),
    "a base type, optional": (f"{{type: object, properties: {{v: {PETS}}}}}", {"v": OF_BASE}),
    "a base type, or null": (f"{{type: array, items: {PETS[:-2]}, {{type: 'null'}}]}}}}", [OF_BASE]),
}


@pytest.mark.parametrize("case", OVERLAPS)
def test_kinds_that_overlap_are_made_without_a_warning(read, posting, case):
    schema, body = OVERLAPS[case]
    api = read(posting(schema, OVERLAPPING))
    assert list(api.body.values()) == [P] if case == "a map" else api.body == body
    assert api.warnings == []


def test_a_value_of_no_kind_is_still_invalid(read, posting):
    api = read(posting(f"{{allOf: [{INNER}], example: {{one: 1}}}}", OVERLAPPING))
    assert api.body == P
    assert [line for line in api.problems if "is not valid under any" in line], api.problems


def test_alternatives_without_a_discriminator_must_not_overlap(read, posting):
    plain = "{oneOf: [{$ref: '#/components/schemas/P'}, {$ref: '#/components/schemas/Q'}]}"
    api = read(posting(plain, OVERLAPPING))
    assert [line for line in api.warnings if "more than one" in line], api.warnings


NAMES = """components:
  schemas:
    X1: {allOf: [{$ref: '#/components/schemas/XB'}, {type: object, properties: {p: {type: integer}}}]}
    X2: {allOf: [{$ref: '#/components/schemas/XB'}]}
    X3: {$ref: '#/components/schemas/XB'}
    X4: {allOf: [{$ref: '#/components/schemas/X2'}], description: Two levels.}
    XB: {type: object, required: [k], properties: {k: {type: string}}}
    D2: {allOf: [{$ref: '#/components/schemas/DB'}]}
    D3: {allOf: [{$ref: '#/components/schemas/DB'}]}
    DB: {type: object, required: [k], properties: {k: {type: string}}, discriminator: {propertyName: k}}
"""
DISCRIMINATED = (
    "{%s: [{$ref: '#/components/schemas/%s'}, {$ref: '#/components/schemas/X1'}], discriminator: %s}"
)
BY_NAME = [
    ("oneOf", "X2", "{propertyName: k}", "X2"),
    ("anyOf", "X2", "{propertyName: k}", "X2"),
    ("oneOf", "X3", "{propertyName: k}", "X3"),
    ("anyOf", "X4", "{propertyName: k}", "X4"),
    ("oneOf", "XB", "{propertyName: k}", "XB"),
    ("oneOf", "X2", "{propertyName: k, mapping: {two: '#/components/schemas/X2'}}", "two"),
    ("oneOf", "X4", "{propertyName: k, mapping: {two: X2}}", "two"),
    ("oneOf", "X2", "{propertyName: k, mapping: {base: XB}}", "base"),
]


@pytest.mark.parametrize(("keyword", "name", "discriminator", "word"), BY_NAME)
def test_a_kind_is_called_as_the_choice_refers_to_it(read, posting, keyword, name, discriminator, word):
    api = read(posting(DISCRIMINATED % (keyword, name, discriminator), NAMES))
    assert api.body == {"k": word}
    assert api.warnings == []


def test_a_kind_of_a_base_type_is_called_as_the_choice_refers_to_it(read, posting):
    choice = "{oneOf: [{$ref: '#/components/schemas/D2'}, {$ref: '#/components/schemas/D3'}]}"
    api = read(posting(choice, NAMES))
    assert api.body == {"k": "D2"}


UNDECLARED = """components:
  schemas:
    A: {type: object, properties: {x: {type: integer}}%s}
    B: {type: object, properties: {y: {type: string}}}
"""
UNION = "{%s: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: {%s}}"


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("more", "discriminator", "body"),
    [
        ("", "propertyName: kind", {"kind": "A", "x": 1}),
        ("", "propertyName: kind, mapping: {a: A, b: B}", {"kind": "a", "x": 1}),
        (", additionalProperties: {type: string}", "propertyName: kind", {"kind": "A", "x": 1}),
        # There is no room for the property.
        (", additionalProperties: false", "propertyName: kind", {"x": 1}),
        (", additionalProperties: {type: integer}", "propertyName: kind", {"x": 1}),
        (", maxProperties: 1", "propertyName: kind", {"x": 1}),
    ],
)
def test_a_discriminator_that_no_kind_declares_is_sent(read, posting, keyword, more, discriminator, body):
    api = read(posting(UNION % (keyword, discriminator), UNDECLARED % more))
    assert api.body == body
    assert list(api.body) == list(body)
    assert api.warnings == []
