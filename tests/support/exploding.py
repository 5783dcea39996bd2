"""Small descriptions that require a great deal of work, one for each kind of growth.

Each entry of ``CASES`` builds a description whose JSON is smaller than one megabyte.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Schema = Any
MOST_BYTES = 1_000_000


def body(schema: Schema, schemas: Mapping[str, Any] | None = None, **root: Any) -> dict[str, Any]:
    """A description with an operation whose request and response bodies have ``schema``, and a plain one."""
    content = {"application/json": {"schema": schema}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Exploding", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {
            "/things": {
                "post": {
                    "operationId": "make",
                    "requestBody": {"content": content},
                    "responses": {"200": {"description": "OK", "content": content}},
                }
            },
            "/plain": {
                "get": {
                    "operationId": "plain",
                    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                    "responses": {"200": {"description": "OK"}},
                }
            },
        },
        **({"components": {"schemas": dict(schemas)}} if schemas else {}),
        **root,
    }


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def holding(**properties: Schema) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def levels(count: int, schema: Callable[[int], Schema], last: Schema) -> dict[str, Any]:
    """Schemas ``L0`` to ``L<count>``: each is ``schema(number of the next)``, the last one is ``last``."""
    return {**{f"L{i}": schema(i + 1) for i in range(count)}, f"L{count}": last}


def nested(count: int, wrap: Callable[[Schema], Schema], last: Schema) -> Schema:
    for _ in range(count):
        last = wrap(last)
    return last


def _numbered(count: int, wrap: Callable[[int, Schema], Schema]) -> Schema:
    """Nested schemas, each ``wrap(number, inner)``, from 0 for the outermost; the innermost is a string."""
    last: Schema = TEXT
    for number in reversed(range(count)):
        last = wrap(number, last)
    return last


TEXT = {"type": "string"}


def _own_allof_kinds(n: int) -> dict[str, Any]:
    base = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": TEXT},
        "discriminator": {
            "propertyName": "kind",
            "mapping": {f"k{i}": f"#/components/schemas/K{i}" for i in range(n)},
        },
        "oneOf": [ref(f"K{i}") for i in range(n)],
    }
    kinds = {f"K{i}": {"allOf": [ref("Base"), holding(**{f"p{i}": TEXT})]} for i in range(n)}
    return body(ref("Base"), {"Base": base, **kinds})


def _discriminator(n: int) -> dict[str, Any]:
    schema = {
        "oneOf": [ref(f"K{i}") for i in range(n)],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {f"k{i}": f"#/components/schemas/K{i}" for i in range(n)},
        },
    }
    kinds = {
        f"K{i}": {"type": "object", "required": ["kind"], "properties": {"kind": TEXT, f"p{i}": TEXT}}
        for i in range(n)
    }
    return body(schema, kinds)


def _paths(
    n: int, item: Callable[[int], Any], path: Callable[[int], str], **components: Any
) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Many paths", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {path(i): item(i) for i in range(n)},
        "components": components,
    }


def _operation(**more: Any) -> dict[str, Any]:
    return {"responses": {"200": {"description": "OK"}}, **more}


def _with_operation(**more: Any) -> dict[str, Any]:
    found = body({"type": "object"})
    found["paths"]["/things"]["post"].update(more)
    return found


def _dynamic(n: int) -> dict[str, Any]:
    schemas = {
        f"D{i}": {
            "$id": f"https://example.com/d{i}",
            "$dynamicAnchor": "node",
            "type": "object",
            "properties": {f"p{j}": {"$dynamicRef": "#node"} for j in range(3)}
            | {f"r{j}": ref(f"D{j}") for j in range(n)},
        }
        for i in range(n)
    }
    return body(ref("D0"), schemas)


def _swagger(n: int) -> dict[str, Any]:
    return {
        "swagger": "2.0",
        "info": {"title": "Old", "version": "1"},
        "host": "api.example.com",
        "paths": {
            f"/p{i}": {
                "post": {
                    "parameters": [{"in": "body", "name": "b", "schema": {"$ref": "#/definitions/A"}}],
                    "responses": {"200": {"description": "OK", "schema": {"$ref": "#/definitions/A"}}},
                }
            }
            for i in range(n)
        },
        "definitions": {
            "A": {"type": "object", "properties": {f"p{j}": {"$ref": "#/definitions/A"} for j in range(20)}}
        },
    }


def _sharing(
    n: int, kind: str, shared: Any, use: Callable[[Any], Any], method: str = "get"
) -> dict[str, Any]:
    """``n`` operations that each ``use`` a reference to the same component."""
    reference = {"$ref": f"#/components/{kind}/A"}
    return _paths(
        n, lambda i: {method: _operation(**use(reference))}, lambda i: f"/t{i}", **{kind: {"A": shared}}
    )


def _sharing_schema(schema: Schema) -> dict[str, Any]:
    def use(reference: Any) -> dict[str, Any]:
        content = {"content": {"application/json": {"schema": reference}}}
        return {"requestBody": content, "responses": {"200": {"description": "OK", **content}}}

    return _sharing(300, "schemas", schema, use, "post")


def _in_each_row(last: Schema) -> dict[str, Any]:
    """Four levels of ten properties each, all of which end in the same schema."""
    ten = levels(4, lambda n: holding(**{f"p{i}": ref(f"L{n}") for i in range(10)}), last)
    return body(ref("L0"), ten)


def _of_xml(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """A description whose request body is ``A0`` of ``schemas`` as XML."""
    found = body(ref("A0"), schemas)
    content = {"application/xml": {"schema": ref("A0")}}
    found["paths"]["/things"]["post"]["requestBody"] = {"content": content}
    return found


_PROSE = "long text " * 40_000
_WORDS = [f"value number {i}" for i in range(15_000)]
_MEMBERS = {f"k{i}": "v" * 20 for i in range(20_000)}

_EVERY_FORMAT = "email uri date date-time uuid hostname ipv4 byte binary password".split()

#: Builders, by a name that says what is large. Cases that were reported come first, then their variants.
CASES: dict[str, Callable[[], Any]] = {
    "a table of 2,500 properties": lambda: body(holding(**{f"p{i}": TEXT for i in range(2500)})),
    "60 operations with a table of 1,900 properties": lambda: _paths(
        60,
        lambda i: {"post": _operation(requestBody={"content": {"application/json": {"schema": ref("A")}}})},
        lambda i: f"/things{i}",
        schemas={"A": holding(**{f"p{i}": TEXT for i in range(1900)})},
    ),
    "a pattern of 900,000 characters": lambda: body(
        holding(a={"type": "string", "pattern": "^[a-z]{900000}$"})
    ),
    "60,000 items that no branch accepts": lambda: body(
        {"type": "array", "items": {"anyOf": [TEXT, {"type": "null"}]}, "example": list(range(60_000))}
    ),
    "an example of 900 levels that no branch accepts": lambda: body(
        ref("A"),
        {
            "A": {
                "anyOf": [{"type": "null"}, holding(a=ref("A"), b=TEXT)],
                "example": nested(900, lambda s: {"a": s, "b": "x" * 400}, {"b": 5}),
            }
        },
    ),
    "20,000 items of 4,000 branches": lambda: body(
        {
            "type": "array",
            "items": {"oneOf": [{"type": "object", "required": [f"r{i}"]} for i in range(4000)]},
            "example": [{"r3999": 1}] * 20_000,
        }
    ),
    "a parameter of 500 items": lambda: _with_operation(
        parameters=[{"name": "q", "in": "query", "schema": {"type": "array", "items": TEXT, "minItems": 500}}]
    ),
    "1,000 items with a name of 300,000 characters": lambda: body(
        {"type": "array", "minItems": 1000, "items": {"const": {"c" * 300_000: 1}}}
    ),
    "15,000 examples of a parameter": lambda: _with_operation(
        parameters=[
            {
                "name": "q",
                "in": "query",
                "schema": {"type": "integer"},
                "examples": {f"e{i}": {"value": f"v{i}"} for i in range(15_000)},
            }
        ]
    ),
    "a default that a pattern searches for ever": lambda: body(
        holding(
            a={"type": "string", "pattern": r"^(\w+\s?)*$", "default": "a" * 41 + "!"},
            b={
                "type": "object",
                "patternProperties": {r"^(\w+\s?)*$": TEXT},
                "additionalProperties": False,
                "default": {"a" * 41 + "!": "b"},
            },
        )
    ),
    # --- Names of schemas ---
    "identifiers 2,000 deep": lambda: body(
        nested(
            2000,
            lambda s: {"$id": "a/", "properties": {"a": s, "b": {"$ref": "#/properties/a"}}},
            {"properties": {"a": TEXT}},
        )
    ),
    "6,000 references within identifiers 1,000 deep": lambda: body(
        nested(
            1000,
            lambda s: {"$id": "a/", "properties": {"a": s}},
            holding(**{f"p{i}": {"$ref": f"#/properties/p{i + 1}"} for i in range(6_000)}),
        )
    ),
    "6,000 identifiers": lambda: body(
        holding(**{f"p{i}": {"$id": f"https://example.com/{i}", "items": TEXT} for i in range(6_000)})
    ),
    "8,000 references to anchors that are nowhere": lambda: body(
        holding(**{f"p{i}": {"$id": f"https://example.com/{i}", "$ref": f"#n{i}"} for i in range(8_000)})
    ),
    "anchors 2,000 deep": lambda: body(
        nested(
            2000,
            lambda s: {"$anchor": "a", "properties": {"a": s, "b": {"$ref": "#a"}}},
            holding(a=TEXT),
        )
    ),
    "an anchor in each of 2,000 schemas": lambda: body(
        _numbered(
            2000, lambda n, s: {"$anchor": f"a{n}", "properties": {"a": s, "b": {"$ref": f"#a{n + 1}"}}}
        )
    ),
    "8,000 anchors below 1,500 schemas": lambda: body(
        nested(
            1500,
            lambda s: {"properties": {"a": s}},
            holding(**{f"p{i}": {"$anchor": f"a{i}", "items": {"$ref": f"#a{i}"}} for i in range(8_000)}),
        )
    ),
    "dynamic anchors 2,000 deep": lambda: body(
        nested(
            2000,
            lambda s: {"$dynamicAnchor": "a", "properties": {"a": s, "b": {"$dynamicRef": "#a"}}},
            holding(a=TEXT),
        )
    ),
    "dynamic anchors and identifiers 600 deep": lambda: body(
        _numbered(
            600,
            lambda n, s: {
                "$id": f"r{n}",
                "$dynamicAnchor": "a",
                "properties": {"a": s, "b": {"$dynamicRef": "#a"}, "c": {"$ref": f"r{n + 1}"}},
            },
        )
    ),
    "definitions with identifiers 2,000 deep": lambda: body(
        _numbered(
            2000, lambda n, s: {"$id": f"r{n}", "$defs": {"a": s}, "properties": {"b": {"$ref": f"r{n + 1}"}}}
        )
    ),
    "identifiers beside references 2,000 deep": lambda: body(
        _numbered(2000, lambda n, s: {"$id": f"r{n}", "$ref": f"r{n + 1}", "$defs": {"a": s}})
    ),
    "references to 100 of 2,000 schemas within each other": lambda: (
        body(
            {"allOf": [{"$ref": "#/x" + "/properties/a" * i} for i in range(0, 100)]},
            None,
        )
        | {"x": nested(2000, lambda s: holding(a=s), TEXT)}
    ),
    # --- Values that a bound makes large ---
    "minLength 1e9": lambda: body({"type": "string", "minLength": 10**9}),
    "minLength 1e20": lambda: body({"type": "string", "minLength": 10**20}),
    "minLength 1e9 of formats": lambda: body(
        holding(**{f: {"type": "string", "format": f, "minLength": 10**9} for f in _EVERY_FORMAT})
    ),
    "minLength 1e20 of formats": lambda: body(
        holding(**{f: {"type": "string", "format": f, "minLength": 10**20} for f in _EVERY_FORMAT})
    ),
    "minLength 1e9 with a pattern": lambda: body(
        {"type": "string", "minLength": 10**9, "pattern": "^[a-z]+$"}
    ),
    "minLength 1e7, of a thousand properties": lambda: body(
        {
            "type": "object",
            "required": [f"p{i}" for i in range(1000)],
            "properties": {f"p{i}": {"type": "string", "minLength": 10**7} for i in range(1000)},
        }
    ),
    "minLength of parameters": lambda: _with_operation(
        parameters=[
            {
                "name": f"q{i}",
                "in": "query",
                "required": True,
                "schema": {"type": "string", "minLength": 10**6 + i},
            }
            for i in range(200)
        ]
    ),
    "nested minItems": lambda: body(
        nested(8, lambda s: {"type": "array", "minItems": 1000, "items": s}, TEXT)
    ),
    "minItems 1e9": lambda: body({"type": "array", "minItems": 10**9, "items": TEXT}),
    "minItems 1e20, unique": lambda: body(
        {"type": "array", "minItems": 10**20, "uniqueItems": True, "items": TEXT}
    ),
    "maxItems 1e20, unique": lambda: body(
        {"type": "array", "maxItems": 10**20, "uniqueItems": True, "items": TEXT}
    ),
    "minContains 1e9": lambda: body({"type": "array", "contains": {"const": 1}, "minContains": 10**9}),
    "minContains nested": lambda: body(
        nested(6, lambda s: {"type": "array", "contains": s, "minContains": 900}, {"const": 1})
    ),
    "minProperties 1e9": lambda: body({"type": "object", "minProperties": 10**9}),
    "minProperties nested": lambda: body(
        nested(6, lambda s: {"type": "object", "minProperties": 150, "additionalProperties": s}, TEXT)
    ),
    "multipleOf 1e-300": lambda: body({"type": "number", "multipleOf": 1e-300, "minimum": 1e300}),
    "multipleOf many": lambda: body(
        {"allOf": [{"type": "number", "multipleOf": 1 + 2 * i} for i in range(5000)]}
    ),
    "multipleOf powers": lambda: body(
        {"allOf": [{"type": "number", "multipleOf": float(f"1e-{i}")} for i in range(1, 308)]}
    ),
    "bounds of 4,000 digits": lambda: body(
        {"type": "integer", "minimum": 10**4000, "maximum": 10**4001, "multipleOf": 7**1000}
    ),
    "bounds beyond doubles": lambda: body(
        holding(
            a={"type": "number", "minimum": 1e308, "exclusiveMaximum": 1.7e308, "multipleOf": 10**400},
            b={"type": "integer", "exclusiveMinimum": 10**400},
            c={"type": "number", "minimum": 10**400, "multipleOf": 0.1},
        )
    ),
    "minLength is a float beyond all": lambda: body({"type": "string", "minLength": 1e300}),
    "minItems is a float beyond all": lambda: body({"type": "array", "minItems": 1e300}),
    "pattern {1000000}": lambda: body({"type": "string", "pattern": "^[a-z]{1000000}$"}),
    "pattern nested counts": lambda: body({"type": "string", "pattern": "^((((a{900}){900}){900}){900})$"}),
    "pattern of properties {1000000}": lambda: body(
        {"type": "object", "minProperties": 3, "patternProperties": {"^[a-z]{1000000}$": TEXT}}
    ),
    # --- Schemas that refer to each other ---
    "ten schemas that refer to each other": lambda: body(
        ref("A0"), {f"A{i}": holding(**{f"p{j}": ref(f"A{j}") for j in range(10)}) for i in range(10)}
    ),
    "sixty schemas that refer to each other": lambda: body(
        ref("A0"), {f"A{i}": holding(**{f"p{j}": ref(f"A{j}") for j in range(60)}) for i in range(60)}
    ),
    "ten schemas that refer to each other, required": lambda: body(
        ref("A0"),
        {
            f"A{i}": {
                **holding(**{f"p{j}": ref(f"A{j}") for j in range(10)}),
                "required": [f"p{j}" for j in range(10)],
            }
            for i in range(10)
        },
    ),
    "lists that refer to each other": lambda: body(
        ref("A0"),
        {
            f"A{i}": holding(**{f"p{j}": {"type": "array", "items": ref(f"A{j}")} for j in range(15)})
            for i in range(15)
        },
    ),
    "six levels of ten properties": lambda: body(
        ref("L0"), levels(6, lambda n: holding(**{f"p{j}": ref(f"L{n}") for j in range(10)}), TEXT)
    ),
    "thirty levels of two properties": lambda: body(
        ref("L0"), levels(30, lambda n: holding(a=ref(f"L{n}"), b=ref(f"L{n}")), TEXT)
    ),
    "six levels of ten required properties": lambda: body(
        ref("L0"),
        levels(
            6,
            lambda n: {
                **holding(**{f"p{j}": ref(f"L{n}") for j in range(10)}),
                "required": [f"p{j}" for j in range(10)],
            },
            TEXT,
        ),
    ),
    "oneOf of three, ten levels": lambda: body(
        ref("L0"),
        levels(
            10,
            lambda n: {"oneOf": [holding(a=ref(f"L{n}")), holding(b=ref(f"L{n}")), holding(c=ref(f"L{n}"))]},
            TEXT,
        ),
    ),
    "oneOf of three of one reference, ten levels": lambda: body(
        ref("L0"), levels(10, lambda n: {"oneOf": [ref(f"L{n}")] * 3}, TEXT)
    ),
    "oneOf of three with siblings, ten levels": lambda: body(
        ref("L0"),
        levels(
            10,
            lambda n: {
                **holding(x=TEXT),
                "oneOf": [ref(f"L{n}"), {**holding(y=TEXT), "allOf": [ref(f"L{n}")]}, ref(f"L{n}")],
            },
            holding(z=TEXT),
        ),
    ),
    "anyOf of three that none can fit, ten levels": lambda: body(
        ref("L0"),
        levels(
            10,
            lambda n: {
                "anyOf": [{"allOf": [ref(f"L{n}"), {"type": t}]} for t in ("string", "integer", "object")]
            },
            {"not": {}},
        ),
    ),
    "allOf of one reference four times, ten levels": lambda: body(
        ref("L0"), levels(10, lambda n: {"allOf": [ref(f"L{n}")] * 4}, holding(a=TEXT))
    ),
    "allOf of one reference four times with a property, ten levels": lambda: body(
        ref("L0"),
        levels(10, lambda n: {"allOf": [ref(f"L{n}")] * 4, **holding(**{f"p{n}": TEXT})}, holding(a=TEXT)),
    ),
    "allOf of four that share properties, ten levels": lambda: body(
        ref("L0"),
        levels(
            10,
            lambda n: {
                "allOf": [
                    holding(a=ref(f"L{n}")),
                    holding(a={"allOf": [ref(f"L{n}"), {"title": "x"}]}),
                    holding(a=holding(b=ref(f"L{n}"))),
                ]
            },
            holding(a=TEXT),
        ),
    ),
    "allOf of oneOf products": lambda: body(
        {"allOf": [{"oneOf": [holding(**{f"a{i}_{j}": TEXT}) for j in range(10)]} for i in range(12)]}
    ),
    "allOf of anyOf products, required": lambda: body(
        {"allOf": [{"anyOf": [{"required": [f"a{i}_{j}"]} for j in range(10)]} for i in range(60)]}
    ),
    "allOf of oneOf products that none fits": lambda: body(
        {
            "allOf": [
                *({"oneOf": [{"required": [f"a{i}_{j}"]} for j in range(8)]} for i in range(12)),
                {"maxProperties": 3},
            ]
        }
    ),
    "allOf circle": lambda: body(
        ref("A0"),
        {
            f"A{i}": {"allOf": [ref(f"A{j}") for j in range(12)], **holding(**{f"p{i}": TEXT})}
            for i in range(12)
        },
    ),
    "allOf circle of thirty": lambda: body(
        ref("A0"),
        {
            f"A{i}": {"allOf": [ref(f"A{j}") for j in range(30)], **holding(**{f"p{i}": TEXT})}
            for i in range(30)
        },
    ),
    "anyOf circle": lambda: body(
        ref("A0"), {f"A{i}": {"anyOf": [ref(f"A{j}") for j in range(12)]} for i in range(12)}
    ),
    "anyOf circle with properties": lambda: body(
        ref("A0"),
        {
            f"A{i}": {"anyOf": [ref(f"A{j}") for j in range(12)], **holding(**{f"p{i}": TEXT})}
            for i in range(12)
        },
    ),
    "reference circle": lambda: body(ref("A0"), {f"A{i}": ref(f"A{(i + 1) % 500}") for i in range(500)}),
    "reference chain of 10,000": lambda: body(ref("L0"), levels(10_000, lambda n: ref(f"L{n}"), TEXT)),
    "reference chain with siblings of 5,000": lambda: body(
        ref("L0"), levels(5000, lambda n: {**ref(f"L{n}"), "description": f"of {n}"}, TEXT)
    ),
    "dynamic references": lambda: body(
        ref("T"),
        {
            "T": {
                "$dynamicAnchor": "node",
                **holding(**{f"p{i}": {"$dynamicRef": "#node"} for i in range(30)}),
            }
        },
    ),
    "dynamic references among resources": lambda: _dynamic(12),
    "not, 5,000 deep": lambda: body(nested(5000, lambda s: {"not": s}, TEXT)),
    "not web": lambda: body(
        ref("A0"),
        {f"A{i}": {"type": "object", "not": {"anyOf": [ref(f"A{j}") for j in range(20)]}} for i in range(20)},
    ),
    "dependentSchemas web": lambda: body(
        ref("A0"),
        {
            f"A{i}": {
                "type": "object",
                "properties": {f"p{j}": TEXT for j in range(15)},
                "dependentSchemas": {f"p{j}": ref(f"A{j}") for j in range(15)},
            }
            for i in range(15)
        },
    ),
    "dependentRequired of thousands": lambda: body(
        {
            "type": "object",
            "required": ["p0"],
            "dependentRequired": {f"p{i}": [f"p{i + 1}"] for i in range(15_000)},
        }
    ),
    "if/then/else 2,000 deep": lambda: body(
        nested(2000, lambda s: {"if": {"required": ["a"]}, "then": holding(a=TEXT), "else": s}, TEXT)
    ),
    "2,000 if/then/else": lambda: body(
        {
            "type": "object",
            "properties": {"kind": TEXT},
            "allOf": [
                {
                    "if": {"properties": {"kind": {"const": f"k{i}"}}, "required": ["kind"]},
                    "then": {"required": [f"p{i}"]},
                    "else": {"properties": {f"p{i}": False}},
                }
                for i in range(2000)
            ],
        }
    ),
    "2,000 if that all hold": lambda: body(
        {
            "type": "object",
            "allOf": [
                {"if": True, "then": {"required": [f"p{i}"], **holding(**{f"p{i}": TEXT})}}
                for i in range(2000)
            ],
        }
    ),
    "unevaluatedProperties over a web": lambda: body(
        ref("A0"),
        {
            f"A{i}": {
                "anyOf": [ref(f"A{j}") for j in range(20) if j != i],
                **holding(**{f"p{i}": TEXT}),
                "unevaluatedProperties": False,
            }
            for i in range(20)
        },
    ),
    "unevaluatedProperties over allOf, 2,000": lambda: body(
        {"allOf": [holding(**{f"p{i}": TEXT}) for i in range(2000)], "unevaluatedProperties": False}
    ),
    "unevaluatedProperties in each of 1,000": lambda: body(
        {"allOf": [{**holding(**{f"p{i}": TEXT}), "unevaluatedProperties": True} for i in range(3000)]}
    ),
    "patternProperties many": lambda: body(
        {
            "type": "object",
            "patternProperties": {f"^a{i}": holding(b=TEXT) for i in range(5000)},
            "properties": {f"a{i}": TEXT for i in range(5000)},
            "additionalProperties": False,
        }
    ),
    "patternProperties closing allOf": lambda: body(
        {
            "allOf": [
                {"patternProperties": {f"^a{i}_": TEXT for i in range(1000)}, "additionalProperties": False},
                {"properties": {f"b{i}": TEXT for i in range(5000)}},
            ]
        }
    ),
    "allOf that all close": lambda: body(
        {
            "allOf": [
                {**holding(**{f"p{j}": TEXT for j in range(20)}), "additionalProperties": False}
                for _ in range(900)
            ]
        }
    ),
    # --- Wide ---
    "discriminator of 800": lambda: _discriminator(800),
    "discriminator of 3,000": lambda: _discriminator(3000),
    "discriminator of 800 built on its base": lambda: _own_allof_kinds(800),
    "oneOf of 5,000": lambda: body(
        {"oneOf": [{**holding(**{f"p{i}": TEXT}), "required": [f"p{i}"]} for i in range(5000)]}
    ),
    "oneOf of 20,000 constants": lambda: body({"oneOf": [{"const": f"c{i}"} for i in range(20_000)]}),
    "oneOf of 5,000 that all fit": lambda: body({"oneOf": [holding(**{f"p{i}": TEXT}) for i in range(5000)]}),
    "20,000 required": lambda: body({"type": "object", "required": [f"name{i}" for i in range(20_000)]}),
    "20,000 required properties": lambda: body(
        {
            "type": "object",
            "required": [f"n{i}" for i in range(14_000)],
            "properties": {f"n{i}": TEXT for i in range(14_000)},
        }
    ),
    "18,000 required in allOf": lambda: body(
        {"type": "object", "allOf": [{"required": [f"name{i}"]} for i in range(18_000)]}
    ),
    "20,000 properties in allOf": lambda: body(
        {"type": "object", "allOf": [holding(**{f"n{i}": {}}) for i in range(10_000)]}
    ),
    "enum of 55,000": lambda: body({"type": "string", "enum": [f"e{i}" for i in range(55_000)]}),
    "enum of 28,000 twice": lambda: body(
        {
            "allOf": [
                {"enum": [f"e{i}" for i in range(28_000)]},
                {"enum": [f"e{i}" for i in reversed(range(28_000))]},
            ]
        }
    ),
    "enum of 40,000 objects": lambda: body({"enum": [{"a": i} for i in range(40_000)]}),
    "enum of the wrong type": lambda: body({"type": "integer", "enum": [f"e{i}" for i in range(55_000)]}),
    "unique items of an enum of 50,000": lambda: body(
        {
            "type": "array",
            "uniqueItems": True,
            "minItems": 40_000,
            "items": {"enum": [f"e{i}" for i in range(50_000)]},
        }
    ),
    "prefixItems of 90,000": lambda: body({"type": "array", "prefixItems": [True] * 90_000}),
    "prefixItems of 25,000 strings": lambda: body(
        {"type": "array", "prefixItems": [TEXT] * 25_000, "minItems": 25_000}
    ),
    "prefixItems twice": lambda: body(
        {
            "allOf": [
                {"type": "array", "prefixItems": [TEXT] * 14_000},
                {"prefixItems": [{"minLength": 1}] * 14_000},
            ]
        }
    ),
    "an example of 100,000 items": lambda: body({"type": "array", "items": TEXT, "example": ["a"] * 100_000}),
    "an example of 50,000 wrong items": lambda: body(
        {"type": "array", "items": TEXT, "example": list(range(70_000))}
    ),
    "an example of 20,000 wrong objects": lambda: body(
        {
            "type": "array",
            "items": {
                **holding(a=TEXT, b={"type": "integer"}),
                "required": ["a", "b"],
                "additionalProperties": False,
            },
            "example": [{"a": i, "c": i} for i in range(20_000)],
        }
    ),
    "an example with 20,000 wrong properties": lambda: body(
        {
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 5},
            "example": {f"k{i}": "no" for i in range(35_000)},
        }
    ),
    "examples of 20,000": lambda: _with_operation(
        requestBody={
            "content": {
                "application/json": {
                    "schema": holding(a=TEXT),
                    "examples": {f"e{i}": {"value": {"a": f"v{i}"}} for i in range(20_000)},
                }
            }
        }
    ),
    "examples of 8,000 that are wrong": lambda: _with_operation(
        requestBody={
            "content": {
                "application/json": {
                    "schema": {**holding(a={"type": "integer"}), "required": ["a", "b"]},
                    "examples": {f"e{i}": {"value": {"a": f"v{i}"}} for i in range(8_000)},
                }
            }
        }
    ),
    "examples of 8,000 of a response that are wrong": lambda: _with_operation(
        responses={
            "200": {
                "description": "OK",
                "content": {
                    "application/json": {
                        "schema": {**holding(a={"type": "integer"}), "required": ["a", "b"]},
                        "examples": {f"e{i}": {"value": {"a": f"v{i}"}} for i in range(8_000)},
                    }
                },
            }
        }
    ),
    "a list of 20,000 examples": lambda: body(
        {**holding(a={"type": "integer"}), "examples": [{"a": f"v{i}"} for i in range(20_000)]}
    ),
    "10,000 media types": lambda: _with_operation(
        requestBody={
            "content": {f"application/x{i}+json": {"schema": holding(a=TEXT)} for i in range(10_000)}
        }
    ),
    "10,000 media types of a response": lambda: _with_operation(
        responses={
            "200": {
                "description": "OK",
                "content": {f"application/x{i}+json": {"schema": holding(a=TEXT)} for i in range(10_000)},
            }
        }
    ),
    "10,000 responses": lambda: _with_operation(
        responses={f"{i}": {"description": "OK"} for i in range(100, 10_100)}
    ),
    "800 responses with bodies": lambda: (
        _with_operation(
            responses={
                f"{i}": {"description": "OK", "content": {"application/json": {"schema": ref("A0")}}}
                for i in range(200, 1000)
            },
        )
        | {
            "components": {
                "schemas": {f"A{i}": holding(**{f"p{j}": ref(f"A{j}") for j in range(8)}) for i in range(8)}
            }
        }
    ),
    "10,000 headers of a response": lambda: _with_operation(
        responses={
            "200": {"description": "OK", "headers": {f"X-H{i}": {"schema": TEXT} for i in range(10_000)}}
        }
    ),
    "20,000 parameters": lambda: _with_operation(
        parameters=[{"name": f"q{i}", "in": "query"} for i in range(20_000)]
    ),
    "8,000 parameters with schemas": lambda: _with_operation(
        parameters=[
            {"name": f"q{i}", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 5}}
            for i in range(8_000)
        ]
    ),
    "300 parameters that explode": lambda: (
        _with_operation(
            parameters=[
                {"name": f"q{i}", "in": "query", "style": "deepObject", "schema": ref("A0")}
                for i in range(300)
            ]
        )
        | {
            "components": {
                "schemas": {f"A{i}": holding(**{f"p{j}": ref(f"A{j}") for j in range(8)}) for i in range(8)}
            }
        }
    ),
    "10,000 security schemes": lambda: (
        _with_operation(security=[{f"s{i}": []} for i in range(8_000)])
        | {
            "components": {
                "securitySchemes": {
                    f"s{i}": {"type": "apiKey", "in": "header", "name": f"X-{i}"} for i in range(8_000)
                }
            }
        }
    ),
    "8,000 security schemes at once": lambda: (
        _with_operation(security=[{f"s{i}": [] for i in range(8_000)}])
        | {
            "components": {
                "securitySchemes": {
                    f"s{i}": {"type": "apiKey", "in": "header", "name": f"X-{i}"} for i in range(8_000)
                }
            }
        }
    ),
    "1,000 security schemes, 200 operations": lambda: (
        _paths(
            200,
            lambda i: {"get": _operation()},
            lambda i: f"/p{i}",
            securitySchemes={
                f"s{i}": {"type": "apiKey", "in": "header", "name": f"X-{i}"} for i in range(3000)
            },
        )
        | {"security": [{f"s{i}": []} for i in range(3000)]}
    ),
    "30,000 scopes": lambda: (
        _with_operation(security=[{"o": [f"scope{i}" for i in range(20_000)]}])
        | {
            "components": {
                "securitySchemes": {
                    "o": {
                        "type": "oauth2",
                        "flows": {
                            "clientCredentials": {
                                "tokenUrl": "https://api.example.com/t",
                                "scopes": {f"scope{i}": "" for i in range(20_000)},
                            }
                        },
                    }
                }
            }
        }
    ),
    "50,000 tags": lambda: body({"type": "object"}, tags=[{"name": f"t{i}"} for i in range(40_000)]),
    "20,000 tags in a line": lambda: (
        _paths(1, lambda i: {"get": _operation(tags=["t19999"])}, lambda i: "/a")
        | {
            "openapi": "3.2.0",
            "tags": [{"name": f"t{i}", **({"parent": f"t{i - 1}"} if i else {})} for i in range(20_000)],
        }
    ),
    "20,000 tags in a circle": lambda: (
        _paths(1, lambda i: {"get": _operation(tags=["t7"])}, lambda i: "/a")
        | {
            "openapi": "3.2.0",
            "tags": [{"name": f"t{i}", "parent": f"t{(i + 1) % 20_000}"} for i in range(20_000)],
        }
    ),
    "an operation of 50,000 tags": lambda: _with_operation(tags=[f"t{i}" for i in range(50_000)]),
    "20,000 servers": lambda: body(
        {"type": "object"}, servers=[{"url": f"https://s{i}.example.com"} for i in range(15_000)]
    ),
    "10,000 server variables": lambda: body(
        {"type": "object"},
        servers=[
            {
                "url": "https://" + ".".join(f"{{v{i}}}" for i in range(8_000)),
                "variables": {f"v{i}": {"default": "a"} for i in range(8_000)},
            }
        ],
    ),
    "a path of 2,000 segments": lambda: _paths(
        3, lambda i: {"get": _operation()}, lambda i: "/" + "/".join(f"s{k}" for k in range(2000 + i))
    ),
    "200 operations with an exploding schema each": lambda: _paths(
        200,
        lambda i: (
            {
                "post": {
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": nested(6, lambda s: holding(**{f"p{j}": s for j in range(3)}), TEXT)
                            }
                        }
                    },
                    "responses": {"200": {"description": "OK"}},
                }
            }
            if i < 5
            else {
                "post": {
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": holding(**{f"p{j}": ref(f"A{j}") for j in range(8)})
                            }
                        }
                    },
                    "responses": {"200": {"description": "OK"}},
                }
            }
        ),
        lambda i: f"/things{i}",
        schemas={f"A{i}": holding(**{f"p{j}": ref(f"A{j}") for j in range(10)}) for i in range(10)},
    ),
    "400 operations with minLength 1e6": lambda: _paths(
        400,
        lambda i: {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": holding(
                                **{f"p{j}": {"type": "string", "minLength": 10**6} for j in range(10)}
                            )
                        }
                    }
                },
                "responses": {"200": {"description": "OK"}},
            }
        },
        lambda i: f"/things{i}",
    ),
    "1,000 webs of oneOf": lambda: body(
        ref("A0"),
        {
            f"A{i}": {
                "oneOf": [
                    {**holding(**{f"p{j}": ref(f"A{j % 40}")}), "required": [f"p{j}"]}
                    for j in range(i, i + 12)
                ]
            }
            for i in range(40)
        },
    ),
    # --- Deep ---
    "allOf 20,000 deep": lambda: body(nested(20_000, lambda s: {"allOf": [s]}, TEXT)),
    "items 20,000 deep": lambda: body(nested(20_000, lambda s: {"items": s}, TEXT)),
    "additionalProperties 18,000 deep": lambda: body(
        nested(18_000, lambda s: {"additionalProperties": s}, TEXT)
    ),
    "properties 20,000 deep": lambda: body(nested(20_000, lambda s: {"properties": {"a": s}}, TEXT)),
    "required properties 20,000 deep": lambda: body(
        nested(12_000, lambda s: {"required": ["a"], "properties": {"a": s}}, TEXT)
    ),
    "oneOf 20,000 deep": lambda: body(nested(20_000, lambda s: {"oneOf": [s]}, TEXT)),
    "if 10,000 deep": lambda: body(nested(10_000, lambda s: {"if": s, "then": True}, TEXT)),
    "references 8,000 deep": lambda: body(ref("L0"), levels(8_000, lambda n: holding(a=ref(f"L{n}")), TEXT)),
    "required references 8,000 deep": lambda: body(
        ref("L0"), levels(6_000, lambda n: {"required": ["a"], **holding(a=ref(f"L{n}"))}, TEXT)
    ),
    "allOf references 8,000 deep": lambda: body(
        ref("L0"), levels(8_000, lambda n: {"allOf": [ref(f"L{n}")]}, TEXT)
    ),
    "allOf references with properties 4,000 deep": lambda: body(
        ref("L0"), levels(4_000, lambda n: {"allOf": [ref(f"L{n}")], "properties": {f"p{n}": TEXT}}, TEXT)
    ),
    "lists of references 8,000 deep": lambda: body(
        ref("L0"), levels(8_000, lambda n: {"type": "array", "items": ref(f"L{n}")}, TEXT)
    ),
    "oneOf references 8,000 deep": lambda: body(
        ref("L0"), levels(8_000, lambda n: {"oneOf": [ref(f"L{n}"), {"type": "null"}]}, TEXT)
    ),
    "$defs 20,000 deep": lambda: body(nested(20_000, lambda s: {"$defs": {"a": s}}, TEXT)),
    "an example 20,000 deep": lambda: body(
        {"type": "object", "example": nested(20_000, lambda v: {"a": v}, 1)}
    ),
    "a const 20,000 deep": lambda: body({"const": nested(20_000, lambda v: {"a": v}, 1)}),
    "callbacks 2,000 deep": lambda: _paths(
        1,
        lambda i: {
            "post": nested(
                2000,
                lambda op: _operation(callbacks={"c": {"{$request.body#/url}": {"post": op}}}),
                _operation(),
            )
        },
        lambda i: "/a",
    ),
    "callback circle": lambda: _paths(
        1,
        lambda i: {
            "post": _operation(
                callbacks={f"c{j}": {"$ref": f"#/components/callbacks/c{j}"} for j in range(30)}
            )
        },
        lambda i: "/a",
        callbacks={
            f"c{i}": {
                "{$request.body#/url}": {
                    "post": _operation(
                        callbacks={f"c{j}": {"$ref": f"#/components/callbacks/c{j}"} for j in range(30)}
                    )
                }
            }
            for i in range(30)
        },
    ),
    "link web": lambda: _paths(
        60,
        lambda i: {
            "get": {
                "operationId": f"op{i}",
                "parameters": [{"name": "id", "in": "query", "schema": TEXT}],
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {"application/json": {"schema": holding(id=TEXT)}},
                        "links": {
                            f"l{j}": {"operationId": f"op{j}", "parameters": {"id": "$response.body#/id"}}
                            for j in range(60)
                        },
                    }
                },
            }
        },
        lambda i: f"/things{i}",
    ),
    "8,000 links": lambda: _with_operation(
        responses={
            "200": {
                "description": "OK",
                "links": {
                    f"l{j}": {"operationId": "plain", "parameters": {"limit": "$response.body#/id"}}
                    for j in range(8_000)
                },
            }
        }
    ),
    "a reference into a list of 50,000": lambda: body(
        {"oneOf": [{"$ref": f"#/x-list/{i}"} for i in range(12_000)]}, **{"x-list": [TEXT] * 12_000}
    ),
    "10,000 references that lead nowhere": lambda: body({"oneOf": [ref(f"N{i}") for i in range(12_000)]}),
    "10,000 wrong keywords": lambda: body(
        {"properties": {f"p{i}": {"type": "nothing", "minimum": "x"} for i in range(10_000)}}
    ),
}
#: Long texts and values that appear in many places of the output.
SHOWN_AGAIN: dict[str, Callable[[], Any]] = {
    "a description in each row": lambda: _in_each_row({**TEXT, "description": _PROSE}),
    "a constant in each row": lambda: _in_each_row({"const": "y" * 300_000}),
    "a constant of 15,000 members in each row": lambda: _in_each_row({"const": _MEMBERS}),
    "a default in each row": lambda: _in_each_row({**TEXT, "default": "y" * 300_000}),
    "an example in each row": lambda: _in_each_row({**TEXT, "example": "y" * 300_000}),
    "a pattern in each row": lambda: _in_each_row({**TEXT, "pattern": "^" + "a" * 300_000}),
    "15,000 words in each row": lambda: _in_each_row({"enum": _WORDS}),
    "items of 15,000 words in each row": lambda: _in_each_row({"type": "array", "items": {"enum": _WORDS}}),
    "1,000 items of a long name": lambda: body(
        {"type": "array", "minItems": 1000, "items": {"const": {"c" * 300_000: 1}}}
    ),
    "the description of a parameter, 300 times": lambda: _sharing(
        300,
        "parameters",
        {"name": "a", "in": "query", "description": _PROSE, "schema": TEXT},
        lambda it: {"parameters": [it]},
    ),
    "the words of a parameter, 300 times": lambda: _sharing(
        300,
        "parameters",
        {"name": "a", "in": "query", "required": True, "schema": {"enum": _WORDS}},
        lambda it: {"parameters": [it]},
    ),
    "the sample of a parameter, 300 times": lambda: _sharing(
        300,
        "parameters",
        {"name": "a", "in": "header", "required": True, "schema": {"const": "d" * 300_000}},
        lambda it: {"parameters": [it]},
    ),
    "the pattern of a parameter, 300 times": lambda: _sharing(
        300,
        "parameters",
        {"name": "a", "in": "query", "schema": {**TEXT, "pattern": "^" + "a" * 300_000}},
        lambda it: {"parameters": [it]},
    ),
    "the description of a response, 2,000 times": lambda: _sharing(
        100,
        "responses",
        {"description": _PROSE},
        lambda it: {"responses": {str(status): it for status in range(400, 420)}},
    ),
    "the description of a header, 300 times": lambda: _sharing(
        300,
        "headers",
        {"description": _PROSE, "schema": TEXT},
        lambda it: {"responses": {"200": {"description": "OK", "headers": {"X-A": it}}}},
    ),
    "the description of a body, 300 times": lambda: _sharing(
        300,
        "requestBodies",
        {"description": _PROSE, "content": {"application/json": {"schema": TEXT}}},
        lambda it: {"requestBody": it},
        "post",
    ),
    "an example of a body, 300 times": lambda: _sharing(
        300,
        "examples",
        {"value": _MEMBERS},
        lambda it: {"requestBody": {"content": {"application/json": {"examples": {"a": it}}}}},
        "post",
    ),
    "the words about an example, 300 times": lambda: _sharing(
        300,
        "examples",
        {"value": "a", "summary": _PROSE, "description": _PROSE},
        lambda it: {"requestBody": {"content": {"application/json": {"examples": {"a": it}}}}},
        "post",
    ),
    "an example of a response, 300 times": lambda: _sharing(
        300,
        "responses",
        {"description": "OK", "content": {"text/plain": {"schema": TEXT, "example": "v" * 400_000}}},
        lambda it: {"responses": {"200": it}},
    ),
    "the description of a link, 300 times": lambda: _sharing(
        300,
        "links",
        {"operationRef": "#/paths/~1t0/get", "description": _PROSE},
        lambda it: {"responses": {"200": {"description": "OK", "links": {"a": it}}}},
    ),
    "the description of a path, 600 times": lambda: _paths(
        600,
        lambda i: {"$ref": "#/components/pathItems/A"},
        lambda i: f"/t{i}",
        pathItems={"A": {"get": _operation(description=_PROSE, summary="s " * 2_450)}},
    ),
    "the words of a schema, 300 times": lambda: _sharing_schema(holding(a={**TEXT, "enum": _WORDS})),
    "the constant of a schema, 300 times": lambda: _sharing_schema(holding(a={"const": "c" * 400_000})),
    "the pattern of a schema, 300 times": lambda: _sharing_schema(
        holding(a={**TEXT, "pattern": "^" + "a" * 300_000})
    ),
    "a long name of XML in each element": lambda: _of_xml(
        {
            f"A{i}": {
                **holding(**{f"p{j}": ref(f"A{j}") for j in range(10)}),
                "xml": {"name": "n" * 9_000, "namespace": "https://example.com/" + "n" * 1_000},
            }
            for i in range(10)
        }
    ),
}
CASES |= SHOWN_AGAIN
#: Descriptions with any number of operations. Each operation gets its own files, so that the work can't be
#: bounded, but it must not grow faster than the number of operations.
MANY: dict[str, Callable[[int], Any]] = {
    "operations with tags of their own": lambda n: _paths(
        n, lambda i: {"get": _operation(tags=[f"t{i}", f"t{i + 1}"])}, lambda i: f"/p{i}"
    ),
    "paths of a kind": lambda n: _paths(n, lambda i: {"get": _operation()}, lambda i: f"/things/{i}/{{id}}"),
    "operations of one name": lambda n: _paths(
        n, lambda i: {"get": _operation(operationId="same")}, lambda i: f"/things{i}"
    ),
    "templates of a path": lambda n: _paths(
        n, lambda i: {"get": _operation()}, lambda i: f"/things/{{id{i}}}"
    ),
    "paths that create and read": lambda n: _paths(
        n,
        lambda i: {
            "post": {
                "responses": {
                    "201": {"description": "OK", "content": {"application/json": {"schema": ref("A")}}}
                }
            },
            "get": _operation(),
        },
        lambda i: f"/things{i}",
        schemas={"A": holding(id=TEXT)},
    ),
    "paths below each other": lambda n: _paths(
        n,
        lambda i: {"get": _operation()},
        lambda i: "/things/{id}" + f"/a{i}/{{id{i}}}",
    ),
    "paths, 50 segments deep": lambda n: _paths(
        n, lambda i: {"get": _operation()}, lambda i: "/" + "/".join(f"s{i}_{k}" for k in range(50))
    ),
    "operations of one exploding schema": lambda n: _paths(
        n,
        lambda i: {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": ref("A0")}}},
                "responses": {
                    "200": {"description": "OK", "content": {"application/json": {"schema": ref("A0")}}}
                },
            }
        },
        lambda i: f"/things{i}",
        schemas={f"A{i}": holding(**{f"p{j}": ref(f"A{j}") for j in range(10)}) for i in range(10)},
    ),
    "paths of 30 parameters that nothing describes": lambda n: _paths(
        n, lambda i: {"get": _operation()}, lambda i: f"/p{i}" + "".join(f"/{{a{k}}}" for k in range(30))
    ),
    "operations of Swagger 2.0": lambda n: _swagger(n),
}


def text(name: str) -> str:
    """The case ``name`` as JSON, however deep it is nested."""
    return dumped(CASES[name]())


def dumped(value: Any) -> str:
    """Serialize ``value`` as JSON without recursion."""
    pieces: list[str] = []
    stack: list[Any] = [(value,)]
    while stack:
        current = stack.pop()
        if isinstance(current, str):
            pieces.append(current)
            continue
        node = current[0]
        if isinstance(node, dict):
            stack.append("}")
            for number, (key, child) in reversed(list(enumerate(node.items()))):
                stack.append((child,))
                stack.append(("," if number else "") + json.dumps(key) + ":")
            stack.append("{")
        elif isinstance(node, list):
            stack.append("]")
            for number, child in reversed(list(enumerate(node))):
                stack.append((child,))
                if number:
                    stack.append(",")
            stack.append("[")
        else:
            pieces.append(json.dumps(node))
    return "".join(pieces)
