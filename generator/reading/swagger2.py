"""Convert Swagger 2.0 to OpenAPI 3, so that only the reader has to know the version.

https://swagger.io/specification/v2/ and OpenAPI 3.1.1. Schemas also stay in `definitions`, so that references
to them still resolve; ``schema_dialects`` converts the schemas themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.reading.lenient import mapping, members, sequence, text
from generator.reading.references.resolver import References

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
#: The fields of a parameter in 2.0 that belong to its schema in 3.
_VALUE = frozenset(
    "type format items default maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern "
    "maxItems minItems uniqueItems enum multipleOf x-nullable".split()
)
_STYLES = {"csv": ("", False), "ssv": ("spaceDelimited", False), "pipes": ("pipeDelimited", False)}
_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}


def upgraded(root: dict[str, Any]) -> dict[str, Any]:
    """``root``, a description in Swagger 2.0, as OpenAPI 3.1. Unchanged parts are shared, not copied."""
    return _Upgrade(root).document()


class _Upgrade:
    """The conversion of one description. A class, so that ``root`` needn't be passed to every function."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._follow = References(root).follow

    def document(self) -> dict[str, Any]:
        root = self._root
        schemes = {
            name: self._scheme(node) for name, node in mapping(root.get("securityDefinitions")).items()
        }
        gone = ("swagger", "host", "basePath", "schemes", "consumes", "produces", "securityDefinitions")
        return {
            "openapi": "3.1.0",
            **{key: value for key, value in root.items() if key not in (*gone, "paths", "components")},
            "servers": list(self._servers(root)),
            "paths": {path: self._path_item(node) for path, node in mapping(root.get("paths")).items()},
            "components": {"schemas": mapping(root.get("definitions")), "securitySchemes": schemes},
        }

    def _servers(self, node: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        host = text(node.get("host", self._root.get("host")))
        base = text(self._root.get("basePath"))
        base = "/" + base.strip("/") if base.strip("/") else ""
        schemes = sequence(node.get("schemes")) or sequence(self._root.get("schemes")) or ["https"]
        # HTTPS first: requests go to the first server.
        for scheme in sorted(dict.fromkeys(map(text, schemes)), key=lambda s: s != "https"):
            yield {"url": f"{scheme}://{host}{base}" if host else base or "/"}
            if not host:
                return

    def _path_item(self, node: Any) -> Any:
        node = self._follow(node)
        if not isinstance(node, dict):
            return node
        shared = [self._follow(part) for part in sequence(node.get("parameters"))]
        item: dict[str, Any] = {}
        for key, part in node.items():
            if key == "parameters":
                item[key] = [self._parameter(p) for p in shared if _in(p) not in ("body", "formData")]
            else:
                item[key] = self._operation(part, shared) if key in METHODS else part
        return item

    def _operation(self, node: Any, shared: list[Any]) -> Any:
        if not isinstance(node, dict):
            return node
        own = [self._follow(part) for part in sequence(node.get("parameters"))]
        taken = {_key(p) for p in own}
        everything = [*(p for p in shared if _key(p) not in taken), *own]
        produces = _media_types(node, self._root, "produces")
        operation = {
            key: value
            for key, value in node.items()
            if key not in ("parameters", "responses", "consumes", "produces", "schemes")
        }
        parameters = [self._parameter(p) for p in own if _in(p) not in ("body", "formData")]
        if parameters:
            operation["parameters"] = parameters
        body = self._body(everything, _media_types(node, self._root, "consumes"))
        if body:
            operation["requestBody"] = body
        if "schemes" in node:
            operation["servers"] = list(self._servers(node))
        operation["responses"] = {
            status: part if status.startswith("x-") else self._response(self._follow(part), produces)
            for status, part in mapping(node.get("responses")).items()
        }
        return operation

    def _parameter(self, node: Any) -> Any:
        if not isinstance(node, dict) or "in" not in node:
            return node
        schema, rest = _parted(node)
        style, explode = _STYLES.get(text(node.get("collectionFormat")), ("", False))
        if node.get("collectionFormat") == "multi" and _in(node) in ("query", "formData"):
            style, explode = "form", True
        elif _in(node) == "query" and not style:
            style = "form"
        rest.pop("collectionFormat", None)
        if schema.get("type") == "array":
            rest |= {"style": style, "explode": explode} if style else {"explode": explode}
            _separate(schema)
        for key in ("x-example", "x-examples"):
            if key in rest and isinstance(rest[key], dict) == (key == "x-examples"):
                rest.setdefault("example", _first(rest[key]) if key == "x-examples" else rest[key])
        return {**rest, "schema": schema}

    def _body(self, parameters: list[Any], consumes: list[str]) -> dict[str, Any] | None:
        whole = next((p for p in parameters if _in(p) == "body"), None)
        if whole is not None:
            media_type = {"schema": whole.get("schema", {})}
            examples = mapping(whole.get("x-examples"))
            content = {
                name: {**media_type, **({"example": examples[name]} if name in examples else {})}
                for name in [c for c in consumes if c not in _FORMS] or ["application/json"]
            }
            return {
                "description": text(whole.get("description")),
                "required": whole.get("required") is True,
                "content": content,
                "x-body-name": text(whole.get("name")),
            }
        fields = [p for p in parameters if _in(p) == "formData"]
        return self._form(fields, consumes) if fields else None

    def _form(self, fields: list[Any], consumes: list[str]) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        encoding: dict[str, Any] = {}
        for field in fields:
            schema, rest = _parted(field)
            name = text(field.get("name"))
            properties[name] = {**schema, **({"description": d} if (d := rest.get("description")) else {})}
            if "x-example" in rest:
                properties[name]["example"] = rest["x-example"]
            if schema.get("type") == "array":
                style, explode = _STYLES.get(text(field.get("collectionFormat")), ("form", False))
                explode = explode or field.get("collectionFormat") == "multi"
                encoding[name] = {"style": style or "form", "explode": explode}
        schema = {"type": "object", "properties": properties}
        required = [text(f.get("name")) for f in fields if f.get("required") is True]
        if required:
            schema["required"] = required
        has_file = any(f.get("type") == "file" for f in fields)
        forms = [c for c in consumes if c in _FORMS]
        names = [_FORMS[1]] if has_file else forms or [_FORMS[0]]
        media_type = {"schema": schema, **({"encoding": encoding} if encoding else {})}
        return {"required": bool(required), "content": dict.fromkeys(names, media_type)}

    def _response(self, node: Any, produces: list[str]) -> Any:
        if not isinstance(node, dict):
            return node
        response = {key: value for key, value in node.items() if key not in ("schema", "examples", "headers")}
        response.setdefault("description", "")
        headers = mapping(node.get("headers"))
        if headers:
            response["headers"] = {name: self._header(part) for name, part in headers.items()}
        examples = dict(members(node.get("examples")))
        if "schema" in node or examples:
            schema = {"schema": node["schema"]} if "schema" in node else {}
            names = list(
                dict.fromkeys([*(produces or ([] if examples else ["application/json"])), *examples])
            )
            response["content"] = {
                name: {**schema, **({"example": examples[name]} if name in examples else {})}
                for name in names
            }
        return response

    def _header(self, node: Any) -> Any:
        if not isinstance(node, dict) or "$ref" in node:
            return node
        schema, rest = _parted(node)
        rest.pop("collectionFormat", None)
        return {**rest, "schema": schema}

    def _scheme(self, node: Any) -> Any:
        node = mapping(node)
        kind = node.get("type")
        rest = {key: node[key] for key in ("description",) if key in node}
        if kind == "basic":
            return {"type": "http", "scheme": "basic", **rest}
        if kind == "oauth2":
            flow = {key: node[key] for key in ("authorizationUrl", "tokenUrl") if key in node}
            flow["scopes"] = mapping(node.get("scopes"))
            return {"type": "oauth2", "flows": {_FLOWS.get(text(node.get("flow")), "implicit"): flow}, **rest}
        return node


def _in(parameter: Any) -> str:
    return text(mapping(parameter).get("in"))


def _key(parameter: Any) -> tuple[str, str]:
    """What identifies a parameter: its location and name. The body, of which there is one, has no name."""
    place = _in(parameter)
    return place, "" if place == "body" else text(mapping(parameter).get("name"))


def _first(examples: Mapping[str, Any]) -> Any:
    return next(iter(examples.values()), None)


def _parted(node: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of a parameter or header, and the rest of it."""
    schema = {key: value for key, value in node.items() if key in _VALUE}
    rest = {key: value for key, value in node.items() if key not in _VALUE}
    return schema, rest


def _separate(schema: dict[str, Any]) -> None:
    """Remove the ``collectionFormat`` of nested lists, which OpenAPI 3 can't express."""
    items = mapping(schema.get("items"))
    schema["items"] = {key: value for key, value in items.items() if key != "collectionFormat"}


def _media_types(node: Mapping[str, Any], root: Mapping[str, Any], key: str) -> list[str]:
    given = node[key] if isinstance(node.get(key), list) else root.get(key)
    return list(dict.fromkeys(text(name) for name in sequence(given) if text(name)))
