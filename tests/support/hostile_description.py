"""A description with a distinct hostile text in every field of OpenAPI that takes text."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

#: Fields that can't hold arbitrary text, and why.
RESTRICTED = {
    **dict.fromkeys(
        ("reference.$ref", "path-item.$ref", "schema.$ref", "schema.$dynamicRef", "link.operationRef"),
        "has to lead somewhere; other tests write what leads nowhere",
    ),
    **dict.fromkeys(
        ("root.$self", "root.jsonSchemaDialect", "schema.$id", "schema.$schema", "schema.$vocabulary.<name>"),
        "identifies a schema or its dialect; another text is another schema",
    ),
    "path-item.additionalOperations.<name>": "a method, which the schema's `propertyNames` restricts",
    "parameter.style": "a few words, for each place others",
    **dict.fromkeys(("map-of-strings.<name>", "map-of-strings.<value>"), "counted where the map is used"),
    "xml.<x->": "an extension, as any other",
    "schema.<x->": "an extension, as any other",
}


class Texts:
    """Makes a distinct text for each call, and records the fields in ``fields``."""

    def __init__(self, payload: str) -> None:
        self.payload = payload
        self.fields: set[str] = set()
        self._number = count(100)

    def __call__(self, field: str) -> str:
        self.fields.add(field)
        return f"{self.payload}{next(self._number)}{self.payload}"

    def again(self, field: str, text: str) -> str:
        """Record a field that has to hold the same ``text`` as another one."""
        self.fields.add(field)
        return text

    def part(self, field: str) -> str:
        """A text that can be a segment of a path or part of a URL: without their delimiters."""
        return re.sub(r"[\s{}?#/\\]", "", self(field))

    def in_path(self, field: str) -> str:
        """A text for the path of a URL: without ``?`` and ``#``, which end it."""
        return re.sub(r"[?#]", "", self(field))

    def constant(self, field: str) -> str:
        """A text without runtime expressions of OpenAPI, which would make another link of it."""
        return self(field).replace("{$", "{")

    def pattern(self, field: str) -> str:
        """A text whose special characters are escaped, so that it is a valid regular expression."""
        return re.sub(r"([^\w\s])", r"\\\1", self(field))


def description(say: Texts, address: str) -> dict[str, Any]:
    """Build the description; its requests go to ``address``."""
    document = {
        "description": say("external-documentation.description"),
        "url": _url(say, "external-documentation.url"),
    }
    operation_id = say("operation.operationId")
    security_scheme = "scheme"
    return {
        "openapi": "3.2.0",
        "info": {
            "title": say("info.title"),
            "version": say("info.version"),
            "summary": say("info.summary"),
            "description": say("info.description"),
            "termsOfService": _url(say, "info.termsOfService"),
            "contact": {
                "name": say("contact.name"),
                "url": _url(say, "contact.url"),
                "email": say("contact.email"),
            },
            "license": {
                "name": say("license.name"),
                "identifier": say("license.identifier"),
                "url": _url(say, "license.url"),
            },
            f"x-{say('specification-extensions.<x->')}": say("specification-extensions.<x->"),
        },
        "externalDocs": document,
        "servers": _servers(say, address),
        "tags": [
            {"name": "parent"},
            {
                "name": say("tag.name"),
                "summary": say("tag.summary"),
                "description": say("tag.description"),
                "kind": say("tag.kind"),
                "parent": "parent",
                "externalDocs": document,
            },
            {"name": say("tag.name"), "parent": say("tag.parent")},
        ],
        "security": [{security_scheme: []}],
        "paths": {
            "/things/{id}": {
                "summary": say("path-item.summary"),
                "description": say("path-item.description"),
                "post": _operation(say, operation_id, say("operation.tags")),
                "additionalOperations": {"COPY": _simple(say, operation_id)},
            },
            f"/{say.part('paths.<path>')}": {"get": _simple(say, operation_id)},
            "/forms": {"post": _forms(say)},
            "/secured": {
                "get": {
                    **_simple(say, operation_id),
                    "security": [
                        {"flows": [say("security-requirement.<value>")]},
                        {say("security-requirement.<name>"): []},
                    ],
                },
                "put": {**_simple(say, operation_id), "security": [{"http": []}]},
                "patch": {**_simple(say, operation_id), "security": [{"openid": []}]},
            },
        },
        "webhooks": {say("root.webhooks.<name>"): {"post": _simple(say, operation_id)}},
        "components": {
            "schemas": {"Whole": _schema(say)},
            "examples": {"One": _example(say)},
            "securitySchemes": _schemes(say),
        },
    }


def _url(say: Texts, field: str) -> str:
    return f"https://docs.example/{say.part(field)}"


def _servers(say: Texts, address: str) -> list[dict[str, Any]]:
    name = say.part("server.variables.<name>")
    return [
        {"url": address, "name": say("server.name"), "description": say("server.description")},
        {
            "url": f"https://b.example/{say.part('server.url')}/{{{name}}}",
            "variables": {
                name: {
                    "default": say.in_path("server-variable.default"),
                    "enum": [say.in_path("server-variable.enum")],
                    "description": say("server-variable.description"),
                }
            },
        },
    ]


def _schemes(say: Texts) -> dict[str, Any]:
    scopes = {say("oauth-flows.scopes.<name>"): say("oauth-flows.scopes.<value>")}

    def flow(*urls: str) -> dict[str, Any]:
        return {
            url: f"https://auth.example/{say.part(f'oauth-flows.{url}')}" for url in (*urls, "refreshUrl")
        } | {"scopes": scopes}

    return {
        "scheme": {
            "type": "apiKey",
            "in": "header",
            "name": say("security-scheme.name"),
            "description": say("security-scheme.description"),
        },
        "http": {
            "type": "http",
            "scheme": say("security-scheme.scheme"),
            "description": say("security-scheme.description"),
        },
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": say("security-scheme.bearerFormat")},
        "openid": {
            "type": "openIdConnect",
            "openIdConnectUrl": _url(say, "security-scheme.openIdConnectUrl"),
        },
        "flows": {
            "type": "oauth2",
            "description": say("security-scheme.description"),
            "oauth2MetadataUrl": _url(say, "security-scheme.oauth2MetadataUrl"),
            "flows": {
                "clientCredentials": flow("tokenUrl"),
                "authorizationCode": flow("tokenUrl", "authorizationUrl"),
                "deviceAuthorization": flow("tokenUrl", "deviceAuthorizationUrl"),
            },
        },
    }


def _example(say: Texts) -> dict[str, Any]:
    return {
        "summary": say("example.summary"),
        "description": say("example.description"),
        "value": {"text": say("example.value"), say("example.value"): "name"},
    }


def _schema(say: Texts) -> dict[str, Any]:
    return {
        "type": "object",
        "title": say("schema.title"),
        "description": say("schema.description"),
        "$comment": say("schema.$comment"),
        "required": ["text", say("schema.required")],
        "dependentRequired": {
            say("schema.dependentRequired.<name>"): [say("schema.dependentRequired.<value>")]
        },
        "dependentSchemas": {say("schema.dependentSchemas.<name>"): {"type": "object"}},
        "patternProperties": {say.pattern("schema.patternProperties.<name>"): {"type": "string"}},
        "$defs": {say("schema.$defs.<name>"): {"type": "string"}},
        "discriminator": {
            "propertyName": say("discriminator.propertyName"),
            "mapping": {say("discriminator.mapping.<name>"): say("discriminator.mapping.<value>")},
        },
        "xml": {"name": say("xml.name"), "namespace": say("xml.namespace"), "prefix": say("xml.prefix")},
        "properties": {
            "text": {
                "type": "string",
                "description": say("schema.description"),
                "example": say("schema.example"),
            },
            say("schema.properties.<name>"): {"type": "string", "default": say("schema.default")},
            "const": {"const": say("schema.const")},
            "enum": {"type": "string", "enum": [say("schema.enum"), "other"]},
            "examples": {"type": "string", "examples": [say("schema.examples")]},
            "format": {"type": "string", "format": say("schema.format")},
            "pattern": {"type": "string", "pattern": say.pattern("schema.pattern"), "example": "x"},
            "media": {
                "type": "string",
                "contentEncoding": say("schema.contentEncoding"),
                "contentMediaType": say("schema.contentMediaType"),
            },
        },
    }


def _parameters(say: Texts) -> list[dict[str, Any]]:
    text = {"type": "string", "description": say("schema.description")}
    return [
        {"name": "id", "in": "path", "required": True, "schema": {**text, "example": say("schema.example")}},
        *(
            {
                "name": say("parameter.name"),
                "in": place,
                "required": True,
                "description": say("parameter.description"),
                "schema": {**text, "default": say("schema.default")},
            }
            for place in ("query", "header", "cookie")
        ),
        {
            "name": "several",
            "in": "query",
            "required": True,
            "schema": text,
            "examples": {say("examples.examples.<name>"): {"value": say("example.value")}},
        },
    ]


def _operation(say: Texts, operation_id: str, tag: str) -> dict[str, Any]:
    whole = {"$ref": "#/components/schemas/Whole"}
    body = {
        "application/json": {
            "schema": whole,
            "description": say("media-type.description"),
            "examples": {
                say("examples.examples.<name>"): _example(say),
                "shared": {
                    "$ref": "#/components/examples/One",
                    "summary": say("reference.summary"),
                    "description": say("reference.description"),
                },
                "data": {"dataValue": {"text": say("example.dataValue")}},
                "external": {"externalValue": _url(say, "example.externalValue")},
            },
        },
        say("content.<name>"): {"schema": {"type": "string"}, "example": say("examples.example")},
    }
    link = {
        "operationId": say.again("link.operationId", operation_id),
        "description": say("link.description"),
        "parameters": {
            "id": "$response.body#/text",
            say("link.parameters.<name>"): say.constant("link.parameters.<value>"),
        },
        "requestBody": {"text": say.constant("link.requestBody")},
    }
    return {
        "operationId": operation_id,
        "summary": say("operation.summary"),
        "description": say("operation.description"),
        "tags": [tag],
        "parameters": _parameters(say),
        "requestBody": {"required": True, "description": say("request-body.description"), "content": body},
        "responses": {
            "200": {
                "summary": say("response.summary"),
                "description": say("response.description"),
                "headers": {
                    say("response.headers.<name>"): {
                        "description": say("header.description"),
                        "schema": {"type": "string", "example": say("schema.example")},
                    }
                },
                "content": {"application/json": {"schema": whole}},
                "links": {say("response.links.<name>"): link},
            }
        },
        "callbacks": {
            say("operation.callbacks.<name>"): {
                f"{{$request.body#/{say.part('callbacks.<name>')}}}": {"post": _simple(say, "")}
            }
        },
    }


def _forms(say: Texts) -> dict[str, Any]:
    name = say("media-type.encoding.<name>")
    form = {
        "schema": {"type": "object", "properties": {name: {"type": "string"}, "plain": {"type": "string"}}},
        "example": {name: say("examples.example"), "plain": say("examples.example")},
        "encoding": {
            name: {
                "contentType": say("encoding.contentType"),
                "headers": {say("encoding.headers.<name>"): {"schema": {"type": "string"}}},
                "encoding": {say("encoding.encoding.<name>"): {"contentType": "text/plain"}},
            }
        },
    }
    return {
        "operationId": "forms",
        "requestBody": {
            "content": {
                "multipart/form-data": form,
                "application/x-www-form-urlencoded": {key: form[key] for key in ("schema", "example")},
                "text/plain": {
                    "schema": {"type": "string"},
                    "examples": {"one": {"serializedValue": say("example.serializedValue")}},
                },
                "application/xml": {"schema": {"$ref": "#/components/schemas/Whole"}},
            }
        },
        "responses": {"200": {"description": say("response.description")}},
    }


def _simple(say: Texts, operation_id: str) -> dict[str, Any]:
    return {
        "operationId": f"{operation_id}{say('operation.operationId')}",
        "summary": say("operation.summary"),
        "responses": {"200": {"description": say("response.description")}},
    }
