"""Check Schema Objects as openapi-spec-validator does, by a walk that doesn't recurse.

The package recurses, and keeps for each schema the whole path by which it was reached. Through references, a
path can be as long as the description. This walk locates each schema by its own place instead.
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
"""The attribute of an error that holds the path to its node."""
_HEAVIEST = 50_000
"""The greatest weight of a regular expression that is compiled to find out whether it is valid."""
_COMBINING = ("allOf", "anyOf", "oneOf")
_SINGLE = ("not", "items")

_Way = tuple[Any, ...]
_Placed = tuple[Any, _Way]


class SchemaWalk:
    """The schemas of one description, each visited once, by whichever path it is reached first."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._seen: IdentityMemo[bool] = IdentityMemo()
        self._targets: dict[str, _Placed] = {}
        self._left = REQUIRED
        self.is_cut = False
        """Whether the search for required names was ended by the limit on schemas."""

    def is_new(self, schema: Any) -> bool:
        """Whether ``schema`` hasn't been reached before."""
        return schema not in self._seen

    def reached(self, schema: Any, way: _Way) -> Iterator[_Placed]:
        """Every schema that can be reached from ``schema``, including itself, and hasn't been reached before.

        References are not among them, but their targets are.
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
        """The required names of ``node``, if it has ``allOf``, that none of the combined schemas defines."""
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
        """The properties of ``schemas`` and of all schemas that they combine."""
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
        """The target of the reference in ``node``; empty if it leads nowhere, which is reported elsewhere."""
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
    """The package's error about ``node`` if it can't be a schema; else ``None``."""
    if isinstance(node, Mapping | bool):
        return None
    return OpenAPIValidationError(f"{node!r} is not of type 'object', 'boolean'")


def _not_defined(names: list[str]) -> ExtraParametersError:
    """The package's error about ``names`` that are required but not defined."""
    return ExtraParametersError(f"Required list has not defined properties: {names}")


def _parts(node: Mapping[str, Any], way: _Way) -> Iterator[_Placed]:
    """The schemas that ``node`` combines, negates or applies to items."""
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
    """A subclass of ``cls``, the package's check of schemas, that walks instead of recursing."""

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
            """The errors of ``schema`` by its metaschema."""
            # The description is obtained as the package itself does.
            if has_dialect(schema._clone_with_parts(()), value):
                error = self._validate_schema_meta(schema, value)
                yield from () if error is None else (error,)
                return
            for path, message in meta_errors(value, version):
                yield OpenAPIValidationError(message, path=path)

        def _nested(self, schema: Any, value: Any) -> Iterator[Any]:
            """Contradictions between the keywords of ``schema``, and those of the schemas below it."""
            walk = self.walk = self.walk or SchemaWalk(schema._clone_with_parts(()).read_value())
            is_new = walk.is_new(value)
            for node, way in walk.reached(value, tuple(schema.parts)):
                error = _no_schema(node)
                if error is not None:
                    setattr(error, PARTS, way)
                    yield error
            names = walk.undefined(value) if is_new and isinstance(value, dict) else []
            if names:
                yield _not_defined(names)

    return Walking


def has_dialect(root: Any, value: Any) -> bool:
    """Whether a schema, or the description, names a dialect of its own. OpenAPI 3.1.1, section 4.8.24.6."""
    return (isinstance(value, Mapping) and "$schema" in value) or "jsonSchemaDialect" in root


@cache
def _meta(version: str) -> Any:
    """The package's validator of schemas, by jsonschema-rs."""
    if version in ("2.0", "3.0"):
        return jsonschema_rs.Draft4Validator(OAS30Validator.META_SCHEMA)
    known = {name: REGISTRY.contents(name) for name in REGISTRY if "openapis" in name or "2020-12" in name}
    meta = OAS31Validator.META_SCHEMA if version == "3.1" else OAS32Validator.META_SCHEMA
    return jsonschema_rs.Draft202012Validator(
        meta, registry=jsonschema_rs.Registry(list(known.items())), validate_formats=False
    )


def meta_errors(value: Any, version: str) -> Iterator[tuple[list[Any], str]]:
    """The errors of a schema by its metaschema: the path of each, and a message without its full stop."""
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
    """Whether ``pattern`` is a regular expression of Python's, as the package demands, or of ECMA-262.

    JSON Schema Core 2020-12, section 6.4, recommends ECMA-262. Python lacks parts of it, such as ``\\p{L}``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's, about syntax that may change its meaning
        if oas30_format_checker.conforms(pattern, "regex"):
            return True
    if weight(pattern) > _HEAVIEST:
        return True  # compiling it would take too much
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True
