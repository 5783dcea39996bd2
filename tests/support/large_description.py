"""An invented description that needs more than one page, with almost everything that OpenAPI allows."""

from __future__ import annotations

from typing import Any

#: Tag names as people write them → number of operations; some clash with file names of the site.
TAGS = {
    "Orders": 12,
    "C++ & C#": 10,
    "a/b\\c: ünï ✓": 2,
    "index": 8,
    "Schemas": 8,
    "../up": 8,
    "Say \"hi\" <b>'loud'</b>": 8,
    "con": 7,
    "orders!": 2,
}
SCHEMAS = 205


def large_description(**further: Any) -> dict[str, Any]:
    """Build it: more than 60 operations and 200 schemas. ``further`` adds GETs, as operation id → fields."""
    paths: dict[str, Any] = {}
    for at, (tag, count) in enumerate(TAGS.items()):
        for number in range(count):
            thing = f"{_LETTERS[at]}{number}"
            paths[f"/{thing}/{{{thing}Id}}"] = {"post": _operation(thing, tag, len(paths))}
    paths |= {f"/{name}": {"get": _plain(name) | more} for name, more in further.items()}
    # An operation without tags, operationId or summary.
    paths["/bare"] = {"get": {"responses": {"204": {"description": "Nothing."}}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Everything & more",
            "version": "1.0-β",
            "description": "A *large* one.\n\n## Heading",
        },
        "servers": [
            {"url": "https://api.example.com/v1", "description": "Production"},
            {
                "url": "https://{region}.example.com/{base}",
                "description": "By region",
                "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}, "base": {"default": "v1"}},
            },
            {"url": "http://127.0.0.1:9", "description": "This machine"},
        ],
        "tags": [{"name": tag, "description": f"All of **{at}**."} for at, tag in enumerate(TAGS)],
        "security": [{"key": []}, {"user": []}],
        "paths": paths,
        "webhooks": {"thing.done": {"post": _plain("thingDone") | {"summary": "A thing is done"}}},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "user": {"type": "http", "scheme": "basic"},
            },
        },
    }


_LETTERS = tuple(f"{letter}thing" for letter in "abcdefghij")


def _plain(name: str) -> dict[str, Any]:
    return {"operationId": name, "summary": f"Do {name}", "responses": {"200": {"description": "Done."}}}


def _operation(thing: str, tag: str, number: int) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/Thing{number}"}
    name = {"type": "string"}
    content = {
        "schema": schema,
        "examples": {
            "first": {"summary": "The first one", "value": {"name": "A", "next": {"name": "B"}}},
            "second": {"description": "Another, in *words*.", "value": {"name": "Zoë", f"own{number}": 7}},
        },
    }
    return _plain(f"change-{thing}") | {
        "tags": [tag],
        "summary": f"Change {thing}",
        "description": f'Changes `{thing}`.\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```json\n{{"a": 1}}\n```',
        "deprecated": number % 10 == 3,
        "parameters": [
            {
                "name": f"{thing}Id",
                "in": "path",
                "required": True,
                "schema": name,
                "description": "Which one.",
            },
            {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
            {"name": f"{thing}[only]", "in": "query", "schema": {"type": "array", "items": name}},
            {"name": f"X-{thing}", "in": "header", "schema": name | {"format": "uuid"}, "deprecated": True},
            {"name": f"{thing}Cookie", "in": "cookie", "schema": name | {"enum": ["a", "b"]}},
        ],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "200": {
                "description": "Changed.",
                "headers": {"X-Rest": {"schema": {"type": "integer"}, "description": "What is left."}},
                "content": {"application/json": content, "text/plain": {"example": "changed"}},
                "links": {
                    "again": {
                        "operationId": f"change-{thing}",
                        "parameters": {f"{thing}Id": "$response.body#/name"},
                        "description": "Once *more*.",
                    }
                },
            },
            "404": {"description": "There is none."},
            "default": {"description": "Any other.", "content": {"application/json": {"schema": _ERROR}}},
        },
    }


_ERROR = {"type": "object", "properties": {"message": {"type": "string"}}, "example": {"message": "no"}}


def _schemas() -> dict[str, Any]:
    """Schemas that each refer to the next, and the last to the first; some have alternatives."""
    found: dict[str, Any] = {f"Thing{at}": _schema(at) for at in range(SCHEMAS)}
    found["Choice"] = {
        "oneOf": [{"$ref": f"#/components/schemas/Thing{at}"} for at in range(3)],
        "discriminator": {"propertyName": "name", "mapping": {"zero": "#/components/schemas/Thing0"}},
    }
    found["Tree"] = {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
    found["_Any.thing-at_all"] = {"description": "Whatever it is."}
    return found


def _schema(at: int) -> dict[str, Any]:
    following = {"$ref": f"#/components/schemas/Thing{(at + 1) % SCHEMAS}"}
    return {
        "type": "object",
        "description": f"The thing number *{at}*.",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 40},
            f"own{at}": {"type": "integer", "minimum": at},
            "next": following,
            "either": {"oneOf": [{"type": "string"}, following, {"type": "null"}]},
            "many": {"type": "array", "items": {"type": "object", "additionalProperties": following}},
        },
    }
