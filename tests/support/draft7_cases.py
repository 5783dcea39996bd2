"""Schemas of OpenAPI 3.1 to be written in draft 7, with response values that they accept and refuse."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

REF = "#/components/schemas/"


class Case(NamedTuple):
    """A schema, and values that it accepts and refuses."""

    name: str
    schema: Any
    good: tuple[Any, ...]
    bad: tuple[Any, ...] = ()
    lost: tuple[Any, ...] = ()
    """Values that the schema refuses and that its draft 7 form accepts."""
    losses: tuple[str, ...] = ()
    """A text that each warning contains, in order; there are no other warnings."""
    components: Mapping[str, Any] = MappingProxyType({})
    by_openapi: bool = False
    """Whether OpenAPI's rules go beyond JSON Schema's, so that its validators can't confirm the case."""


def ref(name: str) -> dict[str, Any]:
    """A reference to a component."""
    return {"$ref": REF + name}


def chain(length: int) -> dict[str, Any]:
    """Components ``C0`` to ``C<length>``, each of which refers to the next from a few levels down."""
    links = {
        f"C{number}": {
            "type": "object",
            "required": ["all"],
            "properties": {
                "all": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"next": ref(f"C{number + 1}")}},
                }
            },
        }
        for number in range(length)
    }
    return {**links, f"C{length}": {"type": "object"}}


def nested(depth: int) -> dict[str, Any]:
    """Object schemas nested ``depth`` deep."""
    schema: dict[str, Any] = {"type": "integer"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"in": schema}}
    return schema


NODE = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "childJobs": {"type": "array", "items": ref("Node")}},
}
CAT = {"type": "object", "required": ["kind", "lives"], "properties": {"lives": {"type": "integer"}}}
DOG = {"type": "object", "required": ["kind", "bark"], "properties": {"bark": {"type": "string"}}}
PETS = {"oneOf": [ref("Cat"), ref("Dog"), {"type": "null"}], "discriminator": {"propertyName": "kind"}}
MAPPED = {
    "anyOf": [ref("Cat"), ref("Dog")],
    "discriminator": {
        "propertyName": "kind",
        "mapping": {"c": REF + "Cat", "kitten": REF + "Cat", "d": "Dog"},
    },
}
CLOSED = {
    "allOf": [{"properties": {"a": {"type": "integer"}}}, ref("Named")],
    "properties": {"c": True},
    "patternProperties": {"^x-": {"type": "string"}},
    "unevaluatedProperties": False,
}
NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
PERHAPS = {
    "properties": {"a": True},
    "if": {"required": ["b"], "properties": {"b": {"const": 1}}},
    "then": {"properties": {"c": True}},
    "unevaluatedProperties": False,
}
USER = {
    "type": "object",
    "required": ["id", "password"],
    "properties": {"id": {"type": "string"}, "password": {"type": "string", "writeOnly": True}},
}
#: As in many descriptions, a base schema has its subtypes in `oneOf`, and each of them the base in `allOf`.
LOOP = {
    "Shape": {"oneOf": [ref("Circle"), ref("Square")], "properties": {"kind": {"type": "string"}}},
    "Circle": {"allOf": [ref("Shape"), {"required": ["radius"]}]},
    "Square": {"allOf": [ref("Shape"), {"required": ["side"]}]},
}

CASES = (
    Case("type", {"type": "string"}, ("a",), (1, None)),
    Case("types", {"type": ["string", "null"]}, ("a", None), (1,)),
    Case("types twice", {"type": ["string", "null", "string"]}, ("a", None), (1,), by_openapi=True),
    Case("integer", {"type": "integer"}, (1, 1.0, -(2**60)), (1.5, "1")),
    Case("true", True, (1, None, {})),
    Case("false", {"properties": {"a": False}}, ({}, {"b": 1}), ({"a": 1},)),
    Case("const of an object", {"const": {"a": [1, {"b": None}]}}, ({"a": [1, {"b": None}]},), ({"a": [1]},)),
    Case("const of null", {"const": None}, (None,), (0, "")),
    Case("enum", {"enum": ["a", 1, None, [2]]}, ("a", 1.0, None, [2]), ("b", True, [])),
    Case("enum with one twice", {"enum": ["a", "a", 1, 1.0, True]}, ("a", 1, True), ("b", False)),
    Case("bounds", {"minimum": 1, "exclusiveMaximum": 3}, (1, 2.9, "x"), (0.9, 3)),
    Case("other bounds", {"exclusiveMinimum": 1, "maximum": 3}, (1.1, 3), (1, 3.1)),
    Case("multipleOf", {"type": "integer", "multipleOf": 5, "minimum": 0, "maximum": 100}, (0, 15), (7, 105)),
    Case("multipleOf without bounds", {"multipleOf": 5}, (-15, "x", 10**24), (7, 2.5)),
    Case("multipleOf 1", {"type": "integer", "multipleOf": 1}, (1, 10**22), (1.5,)),
    Case("multipleOf of a quarter", {"multipleOf": 0.25}, (0.75, -2, 10**16), (0.1, 0.3)),
    Case("lengths", {"minLength": 2, "maxLength": 3}, ("ab", "😀😀😀", 1), ("a", "abcd", "😀")),
    Case("pattern", {"pattern": "^[A-Z]{2}$"}, ("AB", 1), ("ABC", "ab")),
    Case("pattern of characters", {"pattern": "^.{1,3}$"}, ("😀😀😀", "abc"), ("", "abcd")),
    Case("pattern of others", {"pattern": r"^[^/]\S$"}, ("😀😀", "ab"), ("/b", "a ", "a")),
    Case("pattern of a code point", {"pattern": r"^\u{1F600}+$"}, ("😀😀",), ("a", "")),
    Case("pattern with a hyphen", {"pattern": r"^[\w-]+\.[a-z\-]*$"}, ("a-b.c-d",), ("a b.c", "a")),
    Case("format date", {"format": "date"}, ("2020-02-29", 1), ("29.2.2020",)),
    Case(
        "format date-time",
        {"format": "date-time"},
        ("2020-02-29T12:00:00Z", "2020-02-29T12:00:00.123+02:00"),
        ("10/02/2019 08:25 PM GMT", "2020-02-29"),
    ),
    Case("format time", {"format": "time"}, ("12:00:00Z",), ("noon",)),
    Case("format uuid", {"format": "uuid"}, ("00000000-0000-4000-8000-00000000000A",), ("x",)),
    Case("format hostname", {"format": "hostname"}, ("a-1.example",), ("a b", "-a")),
    Case("format ipv4", {"format": "ipv4"}, ("10.0.0.1",), ("10.0.0.256", "10.0.0")),
    Case("format ipv6", {"format": "ipv6"}, ("::1", "1:2:3:4:5:6:7::", "::ffff:1.2.3.4"), ("1::2::3", "x")),
    Case("format uri", {"format": "uri"}, ("https://a.example/b?c#d", "urn:x"), ("/b", "a b")),
    Case("format uri-reference", {"format": "uri-reference"}, ("/b?c#d", "../x", ""), ("\\a", "a b")),
    Case("format json-pointer", {"format": "json-pointer"}, ("", "/a~1b/0"), ("a", "/~2")),
    Case("format nobody knows", {"format": "int32"}, (1, "x", 2**40)),
    Case(
        "lists",
        {"minItems": 1, "maxItems": 2, "items": {"type": "integer"}},
        ([1], "x"),
        ([], ["a"], [1] * 3),
    ),
    Case("uniqueItems", {"uniqueItems": True}, ([1, True, "1"], [{"a": 1}, {"a": 2}]), ([1, 1], [{}, {}])),
    Case(
        "uniqueItems of a type",
        {"uniqueItems": True, "items": {"type": ["string", "integer"]}},
        (["a", "1", 1],),
        (["a", "a"], [1, 1.0]),
    ),
    Case(
        "prefixItems",
        {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
        ([], ["a"], ["a", 1]),
        ([1], ["a", "b"], ["a", 1, 2]),
    ),
    Case("prefixItems alone", {"prefixItems": [True, {"type": "integer"}]}, ([1, 2, "x"],), ([1, "x"],)),
    Case(
        "prefixItems and others",
        {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
        (["a", 1, 2],),
        (["a", "b"],),
    ),
    Case("contains", {"contains": {"type": "string"}}, ([1, "a"], 1), ([], [1])),
    Case("contains anything", {"contains": True}, ([1],), ([],)),
    Case("minContains of none", {"contains": {"type": "string"}, "minContains": 0}, ([], [1])),
    Case(
        "minContains and maxContains",
        {"contains": {"type": "string"}, "minContains": 2, "maxContains": 3},
        (["a", "b"], ["a", "b", 1]),
        ([1, 2], ["a"]),
        lost=(["a", 1], ["a", "b", "c", "d"]),
        losses=("minContains", "maxContains"),
    ),
    Case(
        "unevaluatedItems",
        {"allOf": [{"prefixItems": [True, True]}], "prefixItems": [True], "unevaluatedItems": False},
        ([1, 2],),
        ([1, 2, 3],),
    ),
    Case(
        "unevaluatedItems on a condition",
        {"anyOf": [{"prefixItems": [{"type": "integer"}]}, True], "unevaluatedItems": {"type": "string"}},
        ([1], ["a", "b"], [1, "b"]),
        ([1, 2],),
        lost=([None],),
        losses=("`unevaluatedItems` to the full",),
    ),
    Case("properties", NAMED, ({"name": "a", "b": 1},), ({}, {"name": 1}, "a")),
    Case(
        "counts of properties",
        {"minProperties": 1, "maxProperties": 2},
        ({"a": 1}, 1),
        ({}, dict.fromkeys("abc")),
    ),
    Case("required twice", {"required": ["a", "a"]}, ({"a": 1},), ({},), by_openapi=True),
    Case(
        "further properties",
        {
            "properties": {"a": True},
            "patternProperties": {"^x-": {"type": "string"}},
            "additionalProperties": False,
        },
        ({"a": 1, "x-b": "c"},),
        ({"b": 1}, {"x-b": 1}),
    ),
    Case(
        "propertyNames", {"propertyNames": {"pattern": "^[a-z]+$", "maxLength": 3}}, ({"a": 1},), ({"A": 1},)
    ),
    Case(
        "dependentRequired",
        {"dependentRequired": {"a": ["b"]}},
        ({"b": 1}, {"a": 1, "b": 2}),
        ({"a": 1},),
    ),
    Case(
        "dependentRequired twice",
        {"dependentRequired": {"a": ["b", "b"]}},
        ({},),
        ({"a": 1},),
        by_openapi=True,
    ),
    Case(
        "dependentSchemas",
        {
            "dependentRequired": {"a": ["b"]},
            "dependentSchemas": {"a": {"properties": {"b": {"type": "string"}}}},
        },
        ({"b": 1}, {"a": 1, "b": "c"}),
        ({"a": 1, "b": 1}, {"a": 1}),
    ),
    Case(
        "unevaluatedProperties",
        CLOSED,
        ({"name": "b", "a": 1, "c": 0, "x-y": "z"},),
        ({"name": "b", "d": 1}, {}),
        components={"Named": NAMED},
    ),
    Case(
        "unevaluatedProperties alone",
        {"properties": {"a": True}, "unevaluatedProperties": {"type": "string"}},
        ({"a": 1, "b": "c"},),
        ({"b": 1},),
    ),
    Case(
        "unevaluatedProperties of nothing left",
        {"allOf": [{"additionalProperties": True}], "unevaluatedProperties": False},
        ({"a": 1},),
    ),
    Case(
        "unevaluatedProperties on a condition",
        PERHAPS,
        ({"a": 1}, {"a": 1, "b": 1, "c": 2}),
        ({"d": 1},),
        lost=({"c": 1},),
        losses=("`unevaluatedProperties` to the full",),
    ),
    Case(
        "a property of every object",
        {"properties": {"constructor": {"type": "string"}, "toString": {"type": "integer"}}},
        ({}, {"constructor": "a", "toString": 1}),
        ({"constructor": 1}, {"toString": "a"}),
    ),
    Case(
        "a required property of every object",
        {"type": "object", "required": ["constructor", "a"]},
        ({"constructor": "a", "a": 1},),
        ({"a": 1}, {"constructor": 1}, "x"),
    ),
    Case(
        "a prototype",
        {
            "properties": {"__proto__": {"type": "string"}, "a": True},
            "required": ["__proto__"],
            "additionalProperties": False,
        },
        ({"__proto__": "x", "a": 1},),
        ({"a": 1}, {"__proto__": 1}, {"__proto__": "x", "b": 1}),
    ),
    Case(
        "what a property of every object asks for",
        {"dependentRequired": {"valueOf": ["a"], "a": ["toString"]}},
        ({}, {"valueOf": 1, "a": 2, "toString": 3}),
        ({"valueOf": 1}, {"a": 1}),
    ),
    Case(
        "what a property of every object means",
        {"dependentSchemas": {"hasOwnProperty": {"required": ["a"]}}},
        ({}, {"hasOwnProperty": 1, "a": 2}),
        ({"hasOwnProperty": 1},),
    ),
    Case(
        "names that mean something to a schema",
        {
            "properties": {
                "$ref": {"type": "string"},
                "$id": {"type": "integer"},
                "definitions": {"type": "array"},
            }
        },
        ({"$ref": "a", "$id": 1, "definitions": []},),
        ({"$ref": 1}, {"$id": "a"}, {"definitions": {}}),
    ),
    Case(
        "names to be quoted",
        {"required": ['a"b', "it's", "a/b~c", "x\u2028"], "properties": {"</script>": {"type": "null"}}},
        ({'a"b': 1, "it's": 2, "a/b~c": 3, "x\u2028": 4},),
        ({'a"b': 1}, {"</script>": 1}),
    ),
    Case("a reference", ref("Named"), ({"name": "a"},), ({},), components={"Named": NAMED}),
    Case(
        "a reference with siblings",
        {**ref("Named"), "maxProperties": 1},
        ({"name": "a"},),
        ({"name": "a", "b": 1}, {}),
        components={"Named": NAMED},
    ),
    Case(
        "a circle",
        ref("Node"),
        ({"id": "a", "childJobs": [{"id": "b", "childJobs": []}]},),
        ({"id": "a", "childJobs": [{"id": "b", "childJobs": [{}]}]},),
        components={"Node": NODE},
    ),
    Case(
        "components by any name",
        {"properties": {"a": ref("a~1b%25c"), "b": ref("constructor"), "c": ref("x-y.z")}},
        ({"a": "x", "b": 1, "c": None},),
        ({"a": 1}, {"b": "x"}, {"c": 1}),
        components={
            "a/b%c": {"type": "string"},
            "constructor": {"type": "integer"},
            "x-y.z": {"type": "null"},
        },
    ),
    Case(
        "components that are booleans",
        {"properties": {"a": ref("Any"), "b": ref("None")}},
        ({"a": 1},),
        ({"b": 1},),
        components={"Any": True, "None": False},
    ),
    Case("allOf", {"allOf": [{"minimum": 1}, {"maximum": 2}], "type": "number"}, (1, 2), (0, 3, "x")),
    Case("anyOf", {"anyOf": [{"type": "string"}, {"minimum": 3}], "oneOf": [True]}, ("a", 3), (2,)),
    Case(
        "oneOf",
        {"oneOf": [{"multipleOf": 2, "minimum": 0, "maximum": 9}, {"type": "integer", "maximum": 3}]},
        (1, 4),
        (2, 9.5),
    ),
    Case(
        "oneOf of references",
        {"oneOf": [ref("Cat"), ref("Dog")]},
        ({"kind": 1, "lives": 9},),
        ({"kind": 1, "lives": 9, "bark": "a"}, {}),
        components={"Cat": CAT, "Dog": DOG},
    ),
    Case(
        "oneOf of types",
        {"oneOf": [ref("Named"), {"type": "null"}]},
        ({"name": "a"}, None),
        ({}, 1),
        components={"Named": NAMED},
    ),
    Case(
        "oneOf that is loosened",
        {"oneOf": [{"type": "string", "pattern": r"^\p{Lu}"}, {"type": "string", "minLength": 3}]},
        ("A", "abc"),
        (1,),
        lost=("Abc", "a"),
        losses=("pattern", "only one branch"),
    ),
    Case(
        "oneOf of references that are loosened further down",
        {"oneOf": [ref("A"), ref("B")]},
        ({"a": "P1D"}, {"b": 1}, {"a": "x", "b": 1}),
        ({}, 1),
        lost=({"a": "P1D", "b": 1},),
        losses=("format 'duration'", "only one branch"),
        components={
            "A": {"type": "object", "required": ["a"], "properties": {"a": {"allOf": [ref("Time")]}}},
            "B": {"type": "object", "required": ["b"]},
            "Time": {"type": "string", "format": "duration"},
        },
    ),
    Case(
        "oneOf of types that is loosened",
        {"oneOf": [{"type": "string", "format": "duration"}, {"type": ["null", "number"]}]},
        ("P1D", None, 1),
        ([],),
        lost=("x",),
        losses=("format 'duration'",),
    ),
    Case(
        "oneOf of what an answer never has",
        {"oneOf": [USER, {"required": ["id"], "properties": {"name": {"type": "string"}}}]},
        ({"id": "a"}, {"id": "a", "name": "b"}),
        ({}, {"id": 1, "name": 2}),
        losses=("only one branch",),
        by_openapi=True,
    ),
    Case(
        "not that is loosened for large numbers",
        {"not": {"multipleOf": 3}},
        (1, 10**24),
        lost=(3,),
        losses=("`not`",),
    ),
    Case(
        "a circle by branches of a property",
        ref("Tree"),
        ({"id": 1, "left": {"id": 2}, "right": {"id": 3, "left": {"id": 4}}}, {"id": 1, "right": None}),
        ({"id": 1, "left": {"id": 2, "right": {}}}, {"id": 1, "right": {"id": 2, "left": {}}}),
        components={
            "Tree": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "left": {"allOf": [ref("Tree")], "title": "left"},
                    "right": {"anyOf": [ref("Tree"), {"type": "null"}]},
                },
            }
        },
    ),
    Case(
        "multipleOf of a very small part", {"multipleOf": 2**-20}, (2**-20, 0.5, 3, 2**53, 10**24), (2**-21,)
    ),
    Case("not", {"not": {"type": "string", "minLength": 3}}, ("ab", 1), ("abc",)),
    Case("not anything", {"properties": {"a": {"not": {}}}}, ({},), ({"a": 1},)),
    Case(
        "not that is loosened",
        {"not": {"pattern": r"^\p{Lu}", "type": "string"}},
        ("a", 1),
        lost=("A",),
        losses=("pattern", "`not`"),
    ),
    Case(
        "if",
        {"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}},
        ("ab", 2, None),
        ("a", 1),
    ),
    Case("if always", {"if": True, "then": {"type": "string"}, "else": False}, ("a",), (1,)),
    Case(
        "if that is loosened",
        {"if": {"pattern": r"^\p{Lu}", "type": "string"}, "then": {"minLength": 2}, "else": {"maxLength": 3}},
        ("AB", "a", "abc"),
        lost=("A",),
        losses=("pattern", "condition of `if`"),
    ),
    Case(
        "if that is loosened with one branch",
        {"if": {"multipleOf": 0.1}, "then": False},
        (0.25,),
        lost=(0.5,),
        losses=("multipleOf: 0.1", "condition of `if`"),
    ),
    Case("then without if", {"then": {"type": "string"}, "else": False}, (1, "a")),
    Case(
        "null beside a reference",
        {**ref("Named"), "nullable": True},
        ({"name": "a"}, None),
        ({}, 1),
        components={"Named": NAMED},
        by_openapi=True,
    ),
    Case(
        "nullable enum",
        {"type": "string", "enum": ["a"], "nullable": True},
        ("a", None),
        ("b",),
        by_openapi=True,
    ),
    Case(
        "discriminator",
        PETS,
        (
            {"kind": "Cat", "lives": 9},
            {"kind": "Dog", "bark": "x", "lives": 1},
            {"kind": "?", "bark": "x"},
            None,
        ),
        ({"kind": "Cat", "bark": "x"}, {"kind": "?"}, {"kind": "?", "lives": 1, "bark": "x"}, 1),
        components={"Cat": CAT, "Dog": DOG},
        by_openapi=True,
    ),
    Case(
        "discriminator with a mapping",
        MAPPED,
        ({"kind": "c", "lives": 9}, {"kind": "kitten", "lives": 9}, {"kind": "d", "bark": "x"}),
        ({"kind": "c", "bark": "x"}, {"kind": "d", "lives": 1}, {"kind": "Dog", "lives": 1}),
        components={"Cat": CAT, "Dog": DOG},
        by_openapi=True,
    ),
    Case(
        "kinds that are their parent's",
        ref("Shape"),
        ({"kind": "a", "radius": 1}, {"side": 1}, {"radius": 1, "side": 1}),
        ({}, {"kind": 1, "side": 1}),
        losses=("only one branch", "'Shape' within itself", "'Shape' within itself"),
        components=LOOP,
        by_openapi=True,
    ),
    Case(
        "what an answer never has",
        USER,
        ({"id": "a"}, {"id": "a", "password": "b"}),
        ({"password": "b"},),
        by_openapi=True,
    ),
    Case(
        "what a branch demands and an answer never has",
        {
            "properties": {"key": {"writeOnly": True}},
            "anyOf": [{"required": ["key"]}, {"required": ["token"]}],
            "allOf": [{"required": ["id", "key"]}],
            "dependentRequired": {"id": ["key", "name"]},
        },
        ({"id": 1, "name": 2},),
        ({}, {"id": 1}),
        by_openapi=True,
    ),
    Case(
        "format email",
        {"format": "email"},
        ("a@b.example", '"a b"@c.example', "a@[127.0.0.1]"),
        ("a", "@b"),
        lost=("a b@c.example",),
        losses=("format 'email'",),
    ),
    Case(
        "formats it does not know",
        {"properties": {"a": {"format": "duration"}, "b": {"format": "iri"}}},
        ({"a": "P1D", "b": "https://é.example"},),
        lost=({"a": "x"},),
        losses=("format 'duration'", "format 'iri'"),
    ),
    Case(
        "multipleOf of a tenth",
        {"multipleOf": 0.1},
        (0.3, 1.1, 0.7),
        lost=(0.25,),
        losses=("multipleOf: 0.1",),
    ),
    Case("patterns of other dialects", {"pattern": r"^\p{L}+$"}, ("é",), lost=("1",), losses=("pattern",)),
    Case(
        "patterns that name properties",
        {"patternProperties": {r"^\p{L}+$": {"type": "string"}}, "additionalProperties": False},
        ({"é": "a"},),
        lost=({"é": 1}, {"1": 1}),
        losses=("properties that the pattern",),
    ),
    Case(
        "patterns of characters that name properties",
        {"patternProperties": {"^.$": {"type": "string"}}, "additionalProperties": False},
        ({"a": "b", "😀": "b"},),
        ({"ab": 1},),
        lost=({"a": 1},),
        losses=("properties that the pattern",),
    ),
    Case(
        "numbers that are rounded",
        {"enum": [2**53, 2**53 + 1, 5]},
        (2**53 + 1, 5),
        (6,),
        losses=("last digits",),
    ),
    Case(
        "a large bound",
        {"exclusiveMaximum": 2**53 + 2, "maximum": 2**60},
        (2**53 + 1,),
        (2**54,),
        losses=("exclusiveMaximum",),
    ),
    Case("bounds of 64 bits", {"minimum": -(2**63), "maximum": 2**63 - 1}, (2**63 - 1, -(2**63)), (1e20,)),
    Case(
        "uniqueItems of 64 bits",
        {"uniqueItems": True, "items": {"type": "integer", "format": "int64"}},
        ([2**53, 2**53 + 1],),
        lost=([1, 1],),
        losses=("`uniqueItems`",),
    ),
    Case(
        "keywords that only describe",
        {
            "title": "a",
            "example": 1,
            "x-y": 2,
            "xml": {},
            "deprecated": True,
            "$comment": "b",
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "string",
        },
        ("a",),
        (1,),
    ),
    Case(
        "five hundred schemas, each within the one before",
        ref("C0"),
        ({"all": [{"next": {"all": []}}]},),
        ({}, {"all": [{"next": {}}]}),
        losses=("too many",),
        components=chain(500),
    ),
    Case(
        "nested deeper than a validator can",
        nested(100),
        ({}, {"in": {"in": {}}}),
        ({"in": {"in": 1}},),
        losses=("nested deeper",),
    ),
)
