"""Valid inputs with a little of everything, to be mutated."""

from __future__ import annotations

from typing import Any

_SCHEMAS: dict[str, Any] = {
    "Pet": {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {
            "id": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 99},
            "kind": {"type": "string", "enum": ["cat", "dog"]},
            "name": {"type": "string", "minLength": 1, "maxLength": 20, "pattern": "^[a-z]+$"},
            "born": {"type": "string", "format": "date-time"},
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
            "parent": {"$ref": "#/components/schemas/Pet"},
            "more": {"type": "object", "additionalProperties": {"type": "number", "multipleOf": 0.5}},
        },
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}},
        "example": {"id": 1, "kind": "cat"},
    },
    "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"lives": {"const": 9}}}]},
    "Either": {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"type": ["string", "null"]}],
        "if": {"type": "string"},
        "then": {"minLength": 2},
        "else": {"not": {"type": "array"}},
    },
}
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/Pet"},
            "examples": {"one": {"value": {"id": 2, "kind": "dog"}}},
        },
        "application/x-www-form-urlencoded": {
            "schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}},
            "encoding": {"a": {"style": "pipeDelimited", "explode": False}},
        },
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}},
            "encoding": {"file": {"contentType": "image/png"}},
        },
        "application/xml": {
            "schema": {"type": "object", "xml": {"name": "p"}, "properties": {"x": {"type": "string"}}}
        },
        "text/plain": {"schema": {"type": "string"}, "example": "plain"},
    },
}
_RESPONSES: dict[str, Any] = {
    "200": {
        "description": "Fine. See [this](https://example.com) and `that`.",
        "headers": {"X-Rate": {"schema": {"type": "integer"}}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Either"}}},
        "links": {"next": {"operationId": "getPet", "parameters": {"petId": "$response.body#/id"}}},
    },
    "4XX": {"description": "Wrong", "content": {"application/problem+json": {"schema": {}}}},
}
OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1.0", "description": "# Pets\n\n* one\n* two"},
    "servers": [
        {
            "url": "https://{region}.example.com/v1",
            "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}},
        }
    ],
    "tags": [{"name": "pets", "description": "All of *them*"}],
    "security": [{"oauth": ["read"]}, {"key": []}],
    "paths": {
        "/pets/{petId}": {
            "parameters": [{"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "operationId": "getPet",
                "summary": "Get a pet",
                "description": "With a <b>table</b>:\n\n| a | b |\n| - | - |\n| 1 | 2 |",
                "tags": ["pets"],
                "parameters": [
                    {
                        "name": "q",
                        "in": "query",
                        "style": "deepObject",
                        "schema": {"type": "object", "properties": {"a": {}}},
                    },
                    {
                        "name": "ids",
                        "in": "query",
                        "explode": False,
                        "schema": {"type": "array", "items": {"type": "integer"}},
                    },
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string", "format": "uuid"}},
                    {"name": "session", "in": "cookie", "schema": {"type": "string"}},
                    {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}},
                ],
                "responses": _RESPONSES,
            },
            "delete": {
                "operationId": "deletePet",
                "deprecated": True,
                "responses": {"204": {"description": "Gone"}},
            },
        },
        "/pets": {
            "post": {
                "operationId": "addPet",
                "tags": ["pets"],
                "requestBody": _BODY,
                "responses": _RESPONSES,
                "callbacks": {
                    "done": {"{$request.body#/url}": {"post": {"responses": {"200": {"description": "x"}}}}}
                },
                "security": [{"basic": []}],
            }
        },
    },
    "webhooks": {"born": {"post": {"requestBody": _BODY, "responses": {"200": {"description": "x"}}}}},
    "components": {
        "schemas": _SCHEMAS,
        "securitySchemes": {
            "oauth": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "https://auth.example.com/token",
                        "scopes": {"read": "Read"},
                    }
                },
            },
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "basic": {"type": "http", "scheme": "basic"},
        },
    },
}
SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Old pets", "version": "1"},
    "host": "example.com",
    "basePath": "/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "paths": {
        "/pets/{id}": {
            "post": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "type": "integer"},
                    {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Pet"}},
                    {
                        "name": "list",
                        "in": "query",
                        "type": "array",
                        "items": {"type": "string"},
                        "collectionFormat": "multi",
                    },
                ],
                "responses": {"200": {"description": "Fine", "schema": {"$ref": "#/definitions/Pet"}}},
            }
        }
    },
    "definitions": {"Pet": {"type": "object", "properties": {"id": {"type": "integer"}}}},
    "securityDefinitions": {"key": {"type": "apiKey", "in": "query", "name": "key"}},
    "security": [{"key": []}],
}
IMS: dict[str, Any] = {
    **OPENAPI,
    "servers": [{"url": "https://platform.adobe.io/data/core/privacy"}],
    "paths": {
        "/jobs": {
            "post": {
                "operationId": "createJob",
                "parameters": [
                    {
                        "name": "x-gw-ims-org-id",
                        "in": "header",
                        "required": True,
                        "schema": {"type": "string"},
                    }
                ],
                "requestBody": _BODY,
                "responses": _RESPONSES,
            }
        }
    },
}
DESCRIPTIONS = (OPENAPI, SWAGGER, IMS)
OVERLAY: dict[str, Any] = {
    "overlay": "1.0.0",
    "info": {"title": "Ours", "version": "1"},
    "actions": [
        {"target": "$.info", "update": {"description": "new"}},
        {"target": "$.paths['/pets/{petId}'].get", "update": {"x-a": 1, "tags": ["pets"]}},
        {"target": "$..parameters[?@.in == 'query']", "remove": True},
        {"target": "$.paths.*[?(@.deprecated == true)]", "update": {"summary": "Old"}},
    ],
}
PROJECT: dict[str, Any] = {
    "description": "a.json",
    "id": "pets",
    "collection": {"name": "Pets", "folders": "tags", "names": "summary"},
    "token": "none",
    "environments": [
        {"name": "eu", "server": {"region": "eu"}, "values": {"baseUrl": "https://example.com"}},
        {"name": "local", "mock": True},
    ],
    "tests": {"status": "success", "contentType": True, "looseFormats": ["date-time"]},
    "guards": {"writes": True, "hosts": True, "redirects": False},
    "variations": {"enabled": True, "kinds": ["missing", "enum"], "limit": 5},
    "data": ["addPet"],
    "overlays": ["overlay.json"],
    "include": {"tags": ["pets"], "paths": ["/pets*"]},
    "exclude": {"deprecated": True},
    "webhooks": True,
    "callbacks": True,
    "since": "before.json",
    "templates": "templates",
    "guides": ["guide.md"],
}
