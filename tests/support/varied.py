"""Descriptions of one operation, and variations of its request that a server must refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generator import load
from generator.api import Plan
from generator.model.schemas.value_paths import value_at, with_value
from generator.model.types import Variation
from generator.model.variations.of_schema import grown_list
from generator.model.variations.violate_scalars import repeated

REFUSED = {"400": {"description": "No"}, "200": {"description": "Yes"}}


def plan(
    tmp_path: Path, operation: dict[str, Any], path: str = "/x", method: str = "post", **more: Any
) -> Plan:
    content = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {path: {method: {"operationId": "send", "responses": REFUSED, **operation}}},
        **more,
    }
    (tmp_path / "t.json").write_text(json.dumps(content))
    return load(tmp_path / "t.json")


def variations(tmp_path: Path, operation: dict[str, Any], **more: Any) -> tuple[Variation, ...]:
    (found,) = plan(tmp_path, operation, **more).api.operations
    return found.variations()


def body(schema: Any, **more: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": schema, **more}}}}


def _responses(*statuses: str) -> dict[str, Any]:
    return {status: {"description": "Yes" if status == "200" else "No"} for status in statuses}


#: An API with a little of everything, and with names that the generated scripts don't know.
SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "https://shop.example.com"}],
    "security": [{"token": []}],
    "paths": {
        "/orders/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
            ],
            "get": {
                "operationId": "retrieve",
                "summary": "Retrieve an order",
                "parameters": [
                    {
                        "name": "fields",
                        "in": "query",
                        "schema": {"type": "array", "maxItems": 2, "items": {"enum": ["name", "price"]}},
                    },
                    {"name": "since", "in": "query", "schema": {"type": "string", "format": "date"}},
                    {
                        "name": "X-Trace",
                        "in": "header",
                        "required": True,
                        "schema": {"type": "string", "pattern": "^[0-9a-f]{8}$"},
                    },
                    {"name": "session", "in": "cookie", "schema": {"type": "integer"}},
                ],
                "responses": _responses("200", "401", "404", "422"),
            },
            "put": {
                "operationId": "replace",
                "summary": "Replace */ an `order`",
                "security": [{"key": []}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                },
                "responses": _responses("200", "401", "415", "422"),
            },
        },
        "/login": {
            "post": {
                "operationId": "login",
                "security": [{"user": []}],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "required": ["user"],
                                "properties": {
                                    "user": {"type": "string", "minLength": 3},
                                    "age": {"type": "integer", "maximum": 150},
                                },
                            }
                        }
                    },
                },
                "responses": _responses("200", "default"),
            }
        },
    },
    "components": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "query", "name": "key"},
            "user": {"type": "http", "scheme": "basic"},
        },
        "schemas": {
            "Order": {
                "type": "object",
                "required": ["name", "lines"],
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string", "minLength": 2, "maxLength": 400, "pattern": "^[A-Z]"},
                    "{{SECRET}}\n*/ name": {"type": "string", "maxLength": 300, "example": "{{SECRET}}"},
                    "price": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5},
                    "email": {"type": "string", "format": "email"},
                    "state": {"type": ["string", "null"], "enum": ["open", "closed", None]},
                    "lines": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 50,
                        "items": {"$ref": "#/components/schemas/Line"},
                    },
                    "parent": {"$ref": "#/components/schemas/Order"},
                    "tags": {
                        "type": "array",
                        "uniqueItems": True,
                        "items": {"type": "string", "not": {"const": "secret"}},
                    },
                    "extra": {
                        "type": "object",
                        "minProperties": 1,
                        "maxProperties": 2,
                        "additionalProperties": {"type": "integer"},
                    },
                    "pay": {
                        "oneOf": [
                            {
                                "type": "object",
                                "required": ["card"],
                                "properties": {"card": {"type": "string", "pattern": "^[0-9]{4}$"}},
                            },
                            {
                                "type": "object",
                                "required": ["iban"],
                                "properties": {"iban": {"type": "string", "minLength": 5}},
                            },
                        ]
                    },
                },
            },
            "Line": {
                "type": "object",
                "required": ["sku"],
                "properties": {
                    "sku": {"type": "string"},
                    "count": {"type": "integer", "minimum": 1, "default": 1},
                },
            },
        },
    },
}


def shop(folder: Path, **variations: Any) -> Path:
    """Write the shop's project file with ``variations`` enabled and set as given."""
    (folder / "shop.json").write_text(json.dumps(SHOP))
    project = {"description": "shop.json", "variations": {"enabled": True, **variations}}
    (folder / "callsheet.yaml").write_text(json.dumps(project))
    return folder / "callsheet.yaml"


def grown(variation: Variation) -> Any:
    """The full value of a variation, as it is sent."""
    (value,) = variation.value
    growth = variation.growth
    if growth is None:
        return value
    short = value_at(value, growth.path)
    grow = grown_list if isinstance(short, list) else repeated
    return with_value(value, growth.path, grow(short, growth.length))
