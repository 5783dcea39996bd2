"""Measures how much of a description is in a collection, without using any code of the generator.

It works for any converter's output in format 2.1.0: which operations and parameters are there, which JSON
bodies are valid against their own schema, and how many of the declared properties the bodies contain.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from support import items

METHODS = frozenset("get put post delete options head patch trace query".split())
Json = Any


@dataclass
class Findings:
    """Counts, and a list of what is missing or invalid."""

    operations: int = 0
    parameters: int = 0
    bodies: int = 0
    """Number of operations with a JSON request body whose schema a validator can compile."""
    valid: int = 0
    properties: int = 0
    """Properties declared for bodies without an example, except those that can't or need not be present."""
    present: int = 0
    missing_operations: list[str] = field(default_factory=list)
    missing_parameters: list[str] = field(default_factory=list)
    invalid: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    """For each invalid body: operation, JSON pointers to where the body is described, and what is wrong."""

    def __iadd__(self, other: Findings) -> Findings:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self


def measured(description: Json, collection: Json) -> Findings:
    """Compare ``collection`` with ``description``, both parsed JSON."""
    found = Findings()
    document = _Description(description)
    waiting = defaultdict(list)
    for item in items(collection):
        waiting[_key_of_item(item)].append(item)
    validators = _Schemas(document)
    bodies = []
    for operation in document.operations():
        found.operations += 1
        same = waiting.get((operation.method, _plain_path(operation.path)))
        if not same:
            found.missing_operations.append(operation.label)
            continue
        item = _of_that_name(same, operation)
        if len(same) > 1:
            same.remove(item)
        _parameters(found, document, operation, item, collection)
        schema = document.json_schema(operation)
        if schema is not None:
            bodies.append((operation, item, schema, validators.add(schema)))
    check = validators.compiled()
    for operation, item, schema, index in bodies:
        problem = _body_problem(item, index, check)
        if problem is None:
            continue
        found.bodies += 1
        if problem:
            found.invalid.append((operation.label, document.body_places(operation), problem))
        else:
            found.valid += 1
        if not document.has_example(operation):
            value = _json_of(item)
            if value is not None:
                declared, present = document.completeness(schema, value)
                found.properties += declared
                found.present += present
    return found


@dataclass(frozen=True)
class _Operation:
    method: str
    path: str
    node: Mapping[str, Any]
    item: Mapping[str, Any]
    at: str

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"


class _Description:
    def __init__(self, root: Json) -> None:
        self.root = root
        self.old = "swagger" in root
        self.nullable = self.old or str(root.get("openapi", "")).startswith("3.0")

    def follow(self, node: Json) -> Json:
        for _ in range(50):
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
                return node
            node = self.at(node["$ref"])
        return {}

    def at(self, reference: str) -> Json:
        node = self.root
        for part in unquote(reference.removeprefix("#")).split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict):
                node = node.get(part)
            elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
                node = node[int(part)]
            else:
                return None
        return node

    def operations(self) -> Iterator[_Operation]:
        for path, reference in _object(self.root.get("paths")).items():
            item = _object(self.follow(reference))
            if path.startswith("x-"):
                continue
            for method, node in item.items():
                if method.lower() in METHODS and isinstance(node, dict):
                    at = f"/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}"
                    yield _Operation(method.upper(), path, node, item, at)

    def parameters(self, operation: _Operation) -> list[Mapping[str, Any]]:
        found = {}
        for owner in (operation.item, operation.node):
            for reference in _list(owner.get("parameters")):
                node = _object(self.follow(reference))
                if isinstance(node.get("name"), str) and node["name"] and isinstance(node.get("in"), str):
                    name = node["name"].lower() if node["in"] == "header" else node["name"]
                    found[node["in"], name] = node
        return list(found.values())

    def json_schema(self, operation: _Operation) -> Json:
        """The schema of the JSON body, or ``None`` if there is no such body."""
        if self.old:
            body = next((p for p in self.parameters(operation) if p["in"] == "body"), None)
            consumes = operation.node.get("consumes", self.root.get("consumes"))
            if body is None or (_list(consumes) and not any(map(_is_json, _list(consumes)))):
                return None
            return body.get("schema")
        content = _object(_object(self.follow(operation.node.get("requestBody"))).get("content"))
        return next((_object(m).get("schema") for name, m in content.items() if _is_json(name)), None)

    def body_places(self, operation: _Operation) -> tuple[str, ...]:
        """JSON pointers to where the body is described: the operation, and the targets of its references."""
        places = [operation.at]
        nodes = [operation.node.get("requestBody"), operation.item, *_list(operation.node.get("parameters"))]
        nodes += _list(operation.item.get("parameters"))
        for node in nodes:
            while isinstance(node, dict) and isinstance(node.get("$ref"), str):
                places.append(node["$ref"].removeprefix("#"))
                node = self.at(node["$ref"])
        schema = self.json_schema(operation)
        while isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
            places.append(schema["$ref"].removeprefix("#"))
            schema = self.at(schema["$ref"])
        return tuple(places)

    def has_example(self, operation: _Operation) -> bool:
        content = _object(_object(self.follow(operation.node.get("requestBody"))).get("content"))
        media_types = [m for name, m in content.items() if _is_json(name)]
        media_types += [p for p in self.parameters(operation) if p["in"] == "body"]
        return any(
            {"example", "examples", "x-example", "x-examples"} & m.keys() for m in map(_object, media_types)
        )

    # --- Declared and present properties ------------------------------------------------------------------

    def completeness(self, schema: Json, value: Json, open_: frozenset[int] = frozenset()) -> tuple[int, int]:
        """Count declared and present properties. A property that would close a circle need not be present."""
        node = self.follow(schema)
        if not isinstance(node, dict) or {"example", "examples", "default", "maxProperties"} & node.keys():
            return 0, 0
        open_ = open_ | {id(node)}
        if isinstance(value, list):
            counts = [self.completeness(node.get("items"), item, open_) for item in value[:20]]
            return sum(c[0] for c in counts), sum(c[1] for c in counts)
        if not isinstance(value, dict):
            return 0, 0
        declared = present = 0
        for name, child in self._properties(node, 0).items():
            part = _object(self.follow(child))
            # In 3.0, `readOnly` beside a reference is ignored by the letter, but every author means it.
            hidden = part.get("readOnly") is True or _object(child).get("readOnly") is True
            if hidden or child is False or self._closes(child, open_, 0):
                continue
            declared += 1
            if name in value:
                present += 1
                inner = self.completeness(child, value[name], open_)
                declared, present = declared + inner[0], present + inner[1]
        return declared, present

    def _properties(self, node: Json, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for branch in _list(_object(node).get("allOf")):
            if depth < 10:
                found |= self._properties(self.follow(branch), depth + 1)
        return found | _object(_object(node).get("properties"))

    def _closes(self, child: Json, open_: frozenset[int], depth: int) -> bool:
        """Whether a value for ``child``, or a required part of it, is within another for the same schema."""
        node = self.follow(child)
        if not isinstance(node, dict) or depth > 6:
            return False
        if id(node) in open_:
            return True
        inner = [
            node.get("items"),
            *_list(node.get("allOf")),
            *_list(node.get("oneOf")),
            *_list(node.get("anyOf")),
        ]
        required = [
            _object(node.get("properties")).get(n) for n in _list(node.get("required")) if isinstance(n, str)
        ]
        return any(self._closes(part, open_ | {id(node)}, depth + 1) for part in (*inner, *required) if part)


# --- Operations and parameters ----------------------------------------------------------------------------


def _key_of_item(item: Json) -> tuple[str, str]:
    request = item["request"]
    url = request["url"]
    path = "/" + "/".join(str(p if isinstance(p, str) else p.get("value", "")) for p in url.get("path") or [])
    return request["method"].upper(), _plain_path(path)


def _of_that_name(same: list[Json], operation: _Operation) -> Json:
    """The item with the operation's name among several at one address, or the first one."""
    names = {" ".join(str(operation.node.get(key, "")).split()) for key in ("summary", "operationId")}
    return next((item for item in same if item.get("name") in names), same[0])


def _plain_path(path: str) -> str:
    """A path in lower case with each variable, in any notation, as a star: ``/Jobs/{id}`` → ``jobs/*``."""
    path = re.sub(r"\{\{[^{}]*\}\}|\{[^{}]*\}", "*", unquote(path))
    segments = ["*" if s.startswith(":") else s for s in re.split("[?#]", path)[0].split("/")]
    return "/".join(s for s in segments if s).lower()


def _parameters(
    found: Findings, document: _Description, operation: _Operation, item: Json, collection: Json
) -> None:
    request = item["request"]
    url = request["url"]
    auth = request.get("auth") or collection.get("auth") or {}
    header = {str(h.get("key", "")).lower() for h in _list(request.get("header"))}
    query = [unquote(str(q.get("key", ""))) for q in _list(url.get("query"))]
    cookies = " ".join(
        str(h.get("value")) for h in _list(request.get("header")) if str(h.get("key")).lower() == "cookie"
    )
    body = _object(request.get("body"))
    fields = [
        unquote(str(f.get("key"))) for f in (*_list(body.get("urlencoded")), *_list(body.get("formdata")))
    ]
    keyed = {str(p.get("value")).lower() for p in _list(auth.get("apikey")) if p.get("key") == "key"}
    variables = {str(v.get("key")) for v in _list(url.get("variable"))}
    path = "/".join(map(str, url.get("path") or []))
    for node in document.parameters(operation):
        name, place = node["name"], node["in"]
        kind = _object(document.follow(node.get("schema"))).get("type", node.get("type"))
        present = {
            "path": name in variables
            or ("{" + name + "}" in operation.path.partition("?")[2] and bool(query))
            or f"{_word(name)}}}}}" in path
            or "{" + name + "}" not in operation.path,
            "query": any(
                q == name or q.startswith((f"{name}[", f"{name}.")) or q == f"{name}[]" for q in query
            )
            or (kind in ("object", None) and bool(query))
            or name.lower() in keyed
            or f"{name}=" in operation.path,
            "header": name.lower() in header
            or name.lower() in keyed
            or (name.lower() == "authorization" and auth.get("type", "noauth") != "noauth")
            or (name.lower() == "content-type" and bool(fields)),
            "cookie": f"{name}=" in cookies or name.lower() in keyed,
            "querystring": bool(query),
            "body": bool(body),
            "formData": name in fields
            or any(f.startswith(f"{name}[") for f in fields)
            or body.get("mode") == "raw",
        }.get(place, True)
        found.parameters += 1
        if not present:
            found.missing_parameters.append(f"{operation.label}: {place} {name}")


def _word(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name).strip("_")


# --- Bodies -----------------------------------------------------------------------------------------------


def _json_of(item: Json) -> Json:
    body = _object(item["request"].get("body"))
    try:
        return json.loads(re.sub(r"\{\{(\w+)\}\}", r"\1", body.get("raw") or "null"))
    except ValueError:
        return None


def _body_problem(item: Json, index: int, check: Mapping[int, Any]) -> str | None:
    """What is wrong with a body, ``""`` if it is valid, or ``None`` if no validator can use its schema."""
    validator = check.get(index)
    if validator is None:
        return None
    body = _object(item["request"].get("body"))
    raw = body.get("raw")
    if not raw:
        return "the body is left out"
    try:
        # A variable's value is text.
        value = json.loads(re.sub(r"\{\{(\w+)\}\}", r"\1", raw))
    except ValueError:
        return "the body is not JSON"
    try:
        error = next(validator.iter_errors(value), None)
    except ValueError:
        return None
    return "" if error is None else f"/{'/'.join(map(str, error.instance_path))}: {error.message}"[:300]


class _Schemas:
    """Collects the schemas of request bodies, and converts them to JSON Schema 2020-12."""

    def __init__(self, document: _Description) -> None:
        self._document = document
        self._roots: list[Json] = []
        self._names: dict[str, str] = {}
        self._defs: dict[str, Any] = {}

    def add(self, schema: Json) -> int:
        self._roots.append(schema)
        return len(self._roots) - 1

    def compiled(self) -> dict[int, Any]:
        """A validator for each schema that compiles, by the index that ``add`` returned."""
        found = {}
        for index, schema in enumerate(self._roots):
            root = self._plain(schema)
            self._close()
            needed = self._needed(root)
            try:
                found[index] = jsonschema_rs.Draft202012Validator(
                    {"$defs": needed, "allOf": [root]}, validate_formats=True
                )
            except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
                continue
        return found

    def _needed(self, root: Json) -> dict[str, Any]:
        found: dict[str, Any] = {}
        waiting = list(_names_in(root))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = self._defs[name]
                waiting += _names_in(found[name])
        return found

    def _close(self) -> None:
        missing = True
        while missing:
            missing = [(r, n) for r, n in self._names.items() if n not in self._defs]
            for reference, name in missing:
                self._defs[name] = True
                target = self._document.at(reference)
                self._defs[name] = self._plain(target) if isinstance(target, dict | bool) else True

    def _plain(self, node: Json) -> Json:
        if not isinstance(node, dict):
            return node if isinstance(node, bool) else True
        if isinstance(node.get("$ref"), str):
            name = self._names.setdefault(node["$ref"], str(len(self._names)))
            result: dict[str, Any] = {"$ref": f"#/$defs/{name}"}
            if self._document.nullable:
                return result
        else:
            result = {}
        for key, value in node.items():
            part = self._keyword(key, value, node)
            if part is not None:
                result[key] = part
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if node.get(exclusive) is True and bound in result:
                result[exclusive] = result.pop(bound)
        if node.get("nullable") is True or node.get("x-nullable") is True:
            return {"anyOf": [{"type": "null"}, result]}
        return result

    def _keyword(self, key: str, value: Json, node: Json) -> Json:
        """The value of a keyword, or ``None`` if it is an annotation or malformed."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if key == "type":
            names = [value] if isinstance(value, str) else _list(value)
            known = [
                n for n in names if n in ("array", "boolean", "integer", "null", "number", "object", "string")
            ]
            return known or None
        if key in ("properties", "patternProperties", "dependentSchemas") and isinstance(value, dict):
            return {
                n: self._plain(c) for n, c in value.items() if key != "patternProperties" or _is_pattern(n)
            }
        if key in ("allOf", "anyOf", "oneOf", "prefixItems"):
            return [self._plain(c) for c in _list(value) if isinstance(c, dict | bool)] or None
        if key in ("items", "not", "if", "then", "else", "additionalProperties", "propertyNames", "contains"):
            return self._plain(value) if isinstance(value, dict | bool) else None
        if key == "required":
            hidden = {
                n
                for n, c in self._document._properties(node, 0).items()
                if _object(self._document.follow(c)).get("readOnly") is True
            }
            return [
                n for n in dict.fromkeys(v for v in _list(value) if isinstance(v, str)) if n not in hidden
            ]
        if key == "pattern":
            return value if isinstance(value, str) and _is_pattern(value) else None
        if key == "enum":
            return value if isinstance(value, list) and value else None
        if key == "multipleOf":
            return value if number and value > 0 else None
        if key in ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"):
            return value if number and value >= 0 and value == int(value) else None
        if key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            return value if number else None
        if key in ("const", "uniqueItems", "format") and (key != "uniqueItems" or isinstance(value, bool)):
            return value if key != "format" or isinstance(value, str) else None
        if key == "dependentRequired" and isinstance(value, dict):
            return value
        return None


def _names_in(node: Json) -> Iterator[str]:
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            reference = part.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/$defs/"):
                yield reference.removeprefix("#/$defs/")
            stack += part.values()
        elif isinstance(part, list):
            stack += part


_PATTERNS: dict[str, bool] = {}


def _is_pattern(pattern: str) -> bool:
    if pattern not in _PATTERNS:
        try:
            jsonschema_rs.Draft202012Validator({"pattern": pattern})
            _PATTERNS[pattern] = True
        except (ValueError, jsonschema_rs.ValidationError):
            _PATTERNS[pattern] = False
    return _PATTERNS[pattern]


def _is_json(media_type: Any) -> bool:
    name = str(media_type).split(";")[0].strip().lower()
    return name in ("application/json", "text/json") or name.endswith("+json")


def _object(node: Any) -> dict[str, Any]:
    return node if isinstance(node, dict) else {}


def _list(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []
