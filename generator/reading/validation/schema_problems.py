"""What openapi-spec-validator asks of the Schema Objects of a description, by a walk of our own.

The package recurses, and keeps for each schema the whole way by which it came there: through references, a
way can be as long as the description. This walk goes from one schema to the next without recursion, and
names each by its own place.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
from openapi_schema_validator import (
    OAS30Validator,
    OAS31Validator,
    OAS32Validator,
    oas30_format_checker,
)
from openapi_schema_validator.validators import OPENAPI_SPECIFICATIONS as REGISTRY  # type: ignore[attr-defined]
from openapi_spec_validator.validation.exceptions import ExtraParametersError, OpenAPIValidationError

from generator.budget import REQUIRED
from generator.identity import IdentityMemo
from generator.reading.json_pointer import UnresolvedReferenceError, node_at, tokens
from generator.reading.keywords import keyword_objects
from generator.reading.lenient import mapping, sequence
from generator.reading.limits.patterns import weight

PARTS = "callsheet_parts"
"""The attribute of an error that holds the way to its node."""
_HEAVIEST = 50_000
"""What a regular expression may weigh that is compiled to find out whether it is one."""
_COMBINING = ("allOf", "anyOf", "oneOf")
_SINGLE = ("not", "items")

_Way = tuple[Any, ...]
_Placed = tuple[Any, _Way]


class SchemaWalk:
    """The schemas of one description; each is looked at once, by whichever way it is reached."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._seen: IdentityMemo[bool] = IdentityMemo()
        self._targets: dict[str, _Placed] = {}
        self._left = REQUIRED
        self.is_cut = False
        """Whether names that are required were looked for in more schemas than the limit allows."""

    def is_new(self, schema: Any) -> bool:
        """Whether ``schema`` was not reached before."""
        return schema not in self._seen

    def reached(self, schema: Any, way: _Way) -> Iterator[_Placed]:
        """Every schema that is reached from ``schema`` on, itself included, that was not reached before.

        References are not among them; what they lead to is.
        """
        waiting = [(schema, way)]
        while waiting:
            node, here = waiting.pop()
            if isinstance(node, dict):
                if node in self._seen:
                    continue
                self._seen.keep(node, True)
                if "$ref" in node:
                    waiting.extend(self._target(node))
                    continue
                waiting.extend(reversed([*_parts(node, here), *_properties(node, here)]))
            yield node, here

    def undefined(self, node: Mapping[str, Any]) -> list[str]:
        """The names that ``node`` requires and that neither it nor any schema it combines has."""
        missing = dict.fromkeys(name for name in sequence(node.get("required")) if isinstance(name, str))
        for name in mapping(node.get("properties")):
            missing.pop(name, None)
        if not missing or "allOf" not in node:
            return []
        for properties in self._combined(node["allOf"]):
            for name in missing.keys() & properties.keys():
                del missing[name]
            if not missing:
                break
        return [] if self.is_cut else list(missing)

    def _combined(self, schemas: Any) -> Iterator[Mapping[str, Any]]:
        """The properties of ``schemas`` and of all that they combine."""
        waiting = list(sequence(schemas))
        seen: set[int] = set()
        while waiting:
            node = waiting.pop()
            if not isinstance(node, dict) or id(node) in seen:
                continue
            self._left -= 1
            self.is_cut = self.is_cut or self._left < 0
            if self.is_cut:
                return
            seen.add(id(node))
            if "$ref" in node:
                waiting.extend(target for target, _ in self._target(node))
                continue
            yield mapping(node.get("properties"))
            waiting.extend(part for part, _ in _parts(node, ()))

    def _target(self, node: Mapping[str, Any]) -> Iterable[_Placed]:
        """What the reference of ``node`` leads to; nothing where it leads nowhere, which others tell."""
        reference = node["$ref"]
        if not isinstance(reference, str) or not reference.startswith("#"):
            return ()
        if reference not in self._targets:
            at = unquote(reference[1:])
            try:
                self._targets[reference] = node_at(self._root, at), tokens(at)
            except UnresolvedReferenceError:
                return ()
        return (self._targets[reference],)


def _no_schema(node: Any) -> OpenAPIValidationError | None:
    """The package's error about ``node``, if that can't be a schema."""
    if isinstance(node, Mapping | bool):
        return None
    return OpenAPIValidationError(f"{node!r} is not of type 'object', 'boolean'")


def _not_defined(names: list[str]) -> ExtraParametersError:
    """The package's error about ``names`` that are required."""
    return ExtraParametersError(f"Required list has not defined properties: {names}")


def _has_default(node: Mapping[str, Any]) -> bool:
    """Whether ``node`` has a default that its keywords judge: not a null that `nullable` allows."""
    return "default" in node and (node["default"] is not None or node.get("nullable") is not True)


def _parts(node: Mapping[str, Any], way: _Way) -> Iterator[_Placed]:
    """The schemas that ``node`` combines or applies to items."""
    for key in _COMBINING:
        for index, part in enumerate(sequence(node.get(key))):
            yield part, (*way, key, index)
    for key in _SINGLE:
        if key in node:
            yield node[key], (*way, key)


def _properties(node: Mapping[str, Any], way: _Way) -> Iterator[_Placed]:
    for name, part in mapping(node.get("properties")).items():
        yield part, (*way, "properties", name)


def walking(cls: type[Any], version: str) -> type[Any]:
    """``cls``, the package's check of schemas, with its recursion replaced by a walk."""

    class Walking(cls):  # type: ignore[misc]
        def __init__(self, registry: Any) -> None:
            super().__init__(registry)
            self.meta_checked_schema_ids = set[int]()
            self.walk: SchemaWalk | None = None

        def __call__(self, schema: Any) -> Iterator[Any]:
            value = schema.read_value()
            if id(value) not in self.meta_checked_schema_ids:
                self.meta_checked_schema_ids.add(id(value))
                wrong = [*self._errors(schema, value)] if isinstance(value, Mapping | bool) else []
                yield from wrong
                if wrong:
                    return
            yield from self._nested(schema, value)

        def _errors(self, schema: Any, value: Any) -> Iterator[Any]:
            """What is wrong with a schema as a schema."""
            # The description is found as the package itself finds it.
            if has_dialect(schema._clone_with_parts(()), value):
                error = self._validate_schema_meta(schema, value)
                yield from () if error is None else (error,)
                return
            for path, message in meta_errors(value, version):
                yield OpenAPIValidationError(message, path=path)

        def _nested(self, schema: Any, value: Any) -> Iterator[Any]:
            """What is wrong with what its keywords say together, and with those of the schemas below it."""
            walk = self.walk = self.walk or SchemaWalk(schema._clone_with_parts(()).read_value())
            is_new = walk.is_new(value)
            for node, way in walk.reached(value, tuple(schema.parts)):
                error = _no_schema(node)
                if error is not None:
                    setattr(error, PARTS, way)
                    yield error
                elif isinstance(node, dict) and _has_default(node):
                    yield from self.default_validator(schema._clone_with_parts(way), node["default"])
            names = walk.undefined(value) if is_new and isinstance(value, dict) else []
            if names:
                yield _not_defined(names)

    return Walking


def has_dialect(root: Any, value: Any) -> bool:
    """Whether a schema, or the description, names a dialect of its own. OpenAPI 3.1.1, section 4.8.24.6."""
    return (isinstance(value, Mapping) and "$schema" in value) or "jsonSchemaDialect" in root


@cache
def _meta(version: str) -> Any:
    """The validator of schemas that the package has, by jsonschema-rs."""
    if version in ("2.0", "3.0"):
        return jsonschema_rs.Draft4Validator(OAS30Validator.META_SCHEMA)
    known = {name: REGISTRY.contents(name) for name in REGISTRY if "openapis" in name or "2020-12" in name}
    meta = OAS31Validator.META_SCHEMA if version == "3.1" else OAS32Validator.META_SCHEMA
    return jsonschema_rs.Draft202012Validator(
        meta, registry=jsonschema_rs.Registry(list(known.items())), validate_formats=False
    )


def meta_errors(value: Any, version: str) -> Iterator[tuple[list[Any], str]]:
    """What is wrong with a schema as a schema: the path, and a sentence."""
    try:
        if not _meta(version).is_valid(value):
            for error in _meta(version).iter_errors(value):
                yield list(error.instance_path), error.message
    except ValueError:
        yield [], "This is nested too deeply for it to be checked"
    for at, node in keyword_objects(value):
        patterns = node.get("patternProperties")
        found = [(["pattern"], node.get("pattern"))]
        found += [(["patternProperties"], name) for name in patterns] if isinstance(patterns, dict) else []
        for where, pattern in found:
            if isinstance(pattern, str) and not _is_regex(pattern):
                yield [*tokens(at), *where], f"{pattern!r} is not a 'regex'"


@lru_cache(maxsize=4096)
def _is_regex(pattern: str) -> bool:
    """Whether ``pattern`` is a regular expression: to Python, which the package asks, or of ECMA-262.

    JSON Schema Core 2020-12, section 6.4, has those of ECMA-262, which Python lacks parts of: ``\\p{L}``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's, about what its syntax may mean one day
        if oas30_format_checker.conforms(pattern, "regex"):
            return True
    if weight(pattern) > _HEAVIEST:
        return True  # it would take too much to find out
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True
