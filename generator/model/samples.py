"""A schema to one sample value that the schema accepts: the same value each time.

Documented examples come first, whatever they are; one that its own schema refuses is repaired, or made
anew, and the caller is told. Every value is checked by jsonschema-rs, formats asserted.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from generator.model.api import Schema
from generator.model.plausible import fold, strings
from generator.model.schemas import Schemas
from generator.reading import Document

_NOTHING = object()
"""No value can be made here; an optional property is then left out."""
_WHOLE_PLACEHOLDER = re.compile(r"\{[A-Z][A-Z0-9_]*\}")


class Samples:
    """Makes and checks the sample values of one document.

    ``concrete`` puts real values in the place of an example's placeholders (``{IMS_ORG}``): validity is
    judged with them in.
    """

    def __init__(self, document: Document, schemas: Schemas, concrete: Callable[[Any], Any]) -> None:
        self._document = document
        self._schemas = schemas
        self._concrete = concrete
        self._validators: dict[int, tuple[Schema, jsonschema_rs.Draft202012Validator]] = {}
        self._known: dict[str, list[Any]] = {}
        self.unchecked: dict[int, str] = {}

    def remember(self, name: str, value: Any) -> None:
        """Keep an example of the parameter or property ``name``, to be borrowed where none is given."""
        if isinstance(value, Mapping):
            for key, child in value.items():
                self.remember(str(key), child)
        elif isinstance(value, list):
            for child in value:
                if isinstance(child, Mapping):
                    self.remember("", child)
        elif name and not (isinstance(value, str) and _WHOLE_PLACEHOLDER.search(value)):
            self._known.setdefault(fold(name), []).append(value)

    def problems(self, value: Any, schema: Schema) -> Iterator[str]:
        """What ``schema`` refuses in ``value``, a sentence each."""
        for error in self._validator(schema).iter_errors(self._concrete(value)):
            at = "".join(f"/{part}" for part in error.instance_path)
            yield f"{at or 'The value'}: {error.message}"

    def accepts(self, value: Any, schema: Schema) -> bool:
        """Whether ``value`` is valid against ``schema``."""
        return self._validator(schema).is_valid(self._concrete(value))

    def _validator(self, schema: Schema) -> jsonschema_rs.Draft202012Validator:
        known = self._validators.get(id(schema))
        if known is None:
            # References start at the document's root, so the schema is judged from there.
            root = {
                key: self._document.root[key] for key in ("components", "paths") if key in self._document.root
            }
            judged = dict(schema) if isinstance(schema, Mapping) else schema
            try:
                validator = jsonschema_rs.Draft202012Validator(
                    {**root, "allOf": [judged]}, validate_formats=True
                )
            except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
                # Such as a pattern in a dialect of its own: nothing can be refused in its name.
                self.unchecked[id(schema)] = str(error).split("\n", 1)[0]
                validator = jsonschema_rs.Draft202012Validator(True)
            known = self._validators[id(schema)] = (schema, validator)
        return known[1]

    def why_unchecked(self, schema: Schema) -> str:
        """Why values can't be held against ``schema``; empty where they can."""
        self._validator(schema)
        return self.unchecked.get(id(schema), "")

    def made(self, schema: Schema, name: str, *, request: bool) -> Any:
        """A valid value for ``schema``, or ``None`` where none was found (see ``accepts``)."""
        value = self._make(schema, name, request, ())
        return None if value is _NOTHING else value

    def repaired(self, value: Any, schema: Schema, name: str, *, request: bool) -> Any:
        """``value`` if it is valid, else the valid value nearest to it that was found."""
        if self.accepts(value, schema):
            return value
        merged = self._schemas.merged(schema)
        for candidate in self._repairs(value, merged, request):
            if self.accepts(candidate, schema):
                return candidate
        for candidate in _coerced(value):
            if self.accepts(candidate, schema):
                return candidate
        return self.made(schema, name, request=request)

    def _repairs(self, value: Any, merged: Mapping[str, Any], request: bool) -> Iterator[Any]:
        """``value`` with its parts repaired one by one, then by each alternative of the schema."""
        if isinstance(value, Mapping):
            properties = merged.get("properties") or {}
            fixed = {
                key: self.repaired(child, properties[key], key, request=request)
                if key in properties
                else child
                for key, child in value.items()
            }
            yield fixed
            missing = [key for key in merged.get("required") or [] if key not in fixed and key in properties]
            fixed |= {key: self.made(properties[key], key, request=request) for key in missing}
            yield fixed
            yield {key: child for key, child in fixed.items() if key in properties}
        elif isinstance(value, list) and "items" in merged:
            yield [self.repaired(child, merged["items"], "", request=request) for child in value]
        for branch in (*(merged.get("oneOf") or ()), *(merged.get("anyOf") or ())):
            yield self.repaired(value, branch, "", request=request)

    def _make(self, schema: Schema, name: str, request: bool, open_: tuple[int, ...]) -> Any:
        merged = self._schemas.merged(schema)
        identity = self._schemas.identity(schema)
        if identity in open_:
            return _NOTHING
        open_ = (*open_, identity)
        for candidate in self._candidates(schema, merged, name, request, open_):
            if candidate is not _NOTHING and self.accepts(candidate, schema):
                return candidate
        return _NOTHING

    def _candidates(
        self, schema: Schema, merged: Mapping[str, Any], name: str, request: bool, open_: tuple[int, ...]
    ) -> Iterator[Any]:
        yield from documented(merged)
        types = self._schemas.types(schema)
        if types not in (("object",), ("array",)):
            yield from self._known.get(fold(name), ())
        yield from merged.get("enum") or ()
        for branch in (*(merged.get("oneOf") or ()), *(merged.get("anyOf") or ())):
            value = self._make(branch, name, request, open_)
            if isinstance(value, dict) and merged.get("properties"):
                value = {**self._object(merged, request, open_), **value}
            yield value
        for type_ in types or (("object",) if "required" in merged else ("string",)):
            yield from self._of_type(type_, merged, name, request, open_)

    def _of_type(
        self, type_: str, merged: Mapping[str, Any], name: str, request: bool, open_: tuple[int, ...]
    ) -> Iterable[Any]:
        if type_ == "object":
            return [self._object(merged, request, open_)]
        if type_ == "array":
            return self._arrays(merged, name, request, open_)
        if type_ == "string":
            return strings(merged, name)
        if type_ in ("integer", "number"):
            return _numbers(merged, whole=type_ == "integer")
        return [True, False] if type_ == "boolean" else [None]

    def _object(self, merged: Mapping[str, Any], request: bool, open_: tuple[int, ...]) -> Any:
        required = merged.get("required") or []
        result: dict[str, Any] = {}
        for key, child in (merged.get("properties") or {}).items():
            if self._schemas.merged(child).get("readOnly" if request else "writeOnly") is True:
                continue
            value = self._make(child, key, request, open_)
            if value is not _NOTHING:
                result[key] = value
            elif key in required:
                return _NOTHING
        return result

    def _arrays(
        self, merged: Mapping[str, Any], name: str, request: bool, open_: tuple[int, ...]
    ) -> Iterator[Any]:
        head = [self._make(part, name, request, open_) for part in merged.get("prefixItems") or ()]
        item = self._make(merged.get("items", {}), name.removesuffix("s"), request, open_)
        if item is not _NOTHING and _NOTHING not in head:
            yield [*head, *([item] * max(int(merged.get("minItems", 1)) - len(head), 0 if head else 1))]
        yield []


def documented(node: Mapping[str, Any]) -> Iterator[Any]:
    """The values that a schema itself offers, the best first: examples, default, const."""
    if "example" in node:
        yield node["example"]
    if isinstance(node.get("examples"), list):
        yield from node["examples"]
    if "default" in node:
        yield node["default"]
    if "const" in node:
        yield node["const"]


def _numbers(merged: Mapping[str, Any], *, whole: bool) -> Iterator[Any]:
    low, high = merged.get("minimum"), merged.get("maximum")
    above, below = merged.get("exclusiveMinimum"), merged.get("exclusiveMaximum")
    step = merged.get("multipleOf")
    yield 1
    if step is not None:
        base = low if low is not None else above if above is not None else 0
        yield from ((base // step + k) * step for k in (0, 1, 2))
    if low is not None:
        yield low
    if above is not None:
        yield above + 1
        if not whole:
            yield above + ((below if below is not None else above + 1) - above) / 2
    if high is not None:
        yield high
    if below is not None:
        yield below - 1
    yield 0


def _coerced(value: Any) -> Iterator[Any]:
    """``value`` as the other JSON types would write it: ``False`` as ``"false"``, ``"5"`` as ``5``."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            yield json.loads(value)
    elif value is not None:
        yield json.dumps(value)
    yield [value]
