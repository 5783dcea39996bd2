"""Everything that openapi-spec-validator finds, each finding with its place.

The package walks a description in pure Python, which takes a second for each megabyte. What it asks is kept;
how it remembers what it has seen, and what checks a schema against its dialect, is replaced: together they
took most of the time. Errors that it gives no place get that of the node they were found at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import jsonschema_rs
from openapi_spec_validator import (
    OpenAPIV2SpecValidator,
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from generator.errors import Problem
from generator.reading.document import Document
from generator.reading.text import pointer, tokens
from generator.reading.validation import sentence

_PARTS = "callsheet_parts"
_CLASSES: Mapping[str, Any] = {
    "2.0": OpenAPIV2SpecValidator,
    "3.0": OpenAPIV30SpecValidator,
    "3.1": OpenAPIV31SpecValidator,
    "3.2": OpenAPIV32SpecValidator,
}


class _Finding(NamedTuple):
    kind: str
    """The class of the package's error; empty where the package itself fell over."""
    at: str
    what: str


def beyond(document: Document, own: Sequence[Problem]) -> Iterator[Problem]:
    """What the package finds in ``document`` and no finding of our ``own`` says in other words, each once.

    The structure is left out: it was checked before, by the package's own JSON Schema.
    """
    known: dict[tuple[str, str | None], list[str]] = {}
    for problem in own:
        known.setdefault((problem.place.file, problem.place.pointer), []).append(problem.what)
    for finding in dict.fromkeys(_findings(document.given, document.version)):
        problem = Problem(document.place_in_file(finding.at), finding.what)
        place = problem.place.file, problem.place.pointer
        if finding.kind == "UnresolvableParameterError":
            name = finding.what.split("'")[1]
            told = any(f"{{{name}}}" in what or repr(name) in what for what in known.get(place, ()))
        elif finding.kind == "DuplicateOperationIDError":
            told = (place[0], f"{place[1]}/operationId") in known
        else:
            # What it fell over, the structure check or that of references has told.
            told = not finding.kind and bool(known)
        if not told:
            yield problem


def _findings(root: Mapping[str, Any], version: str) -> Iterator[_Finding]:
    """Everything that the package finds; what it falls over in one path costs no finding in another."""
    validator = _validator(version)(dict(root))
    for at, check in _checks(validator):
        try:
            for error in check():
                parts = [*getattr(error, _PARTS, ()), *error.absolute_path]
                what = sentence(str(error.message).rstrip("."))
                yield _Finding(type(error).__name__, _canonical(root, parts), what)
        except Exception as error:  # it takes for granted that the structure is right
            reason = " ".join(f"{type(error).__name__} {error}".split())
            yield _Finding("", at, sentence(f"openapi-spec-validator ended early: {reason}"))


def _checks(validator: Any) -> Iterator[tuple[str, Callable[[], Iterable[Any]]]]:
    """What the package's own root validator does, in parts."""
    path, registry = validator.schema_path, validator.keyword_validators_registry
    if "tags" in path and "tags" in validator.keyword_validators:
        yield "/tags", partial(registry["tags"], path / "tags")
    for name, node in _members_of(path, "paths"):
        yield pointer("paths", name), partial(registry["path"], name, node)
    for name, node in _members_of(path, "components", "schemas"):
        yield pointer("components", "schemas", name), partial(registry["schema"], node)


def _members_of(path: Any, *keys: str) -> list[tuple[str, Any]]:
    try:
        for key in keys:
            if key not in path:
                return []
            path = path / key
        return list(path.items())
    except Exception:  # no object: told by the structure check
        return []


class _Seen(set[Any]):
    """What the package keeps in lists and looks up in them: the same, without the search."""

    def append(self, item: Any) -> None:
        self.add(item)


def _validator(version: str) -> type[Any]:
    base = _CLASSES[version]
    validators = {name: _located(cls) for name, cls in base.keyword_validators.items()}
    validators["schema"] = _located(_quick(base.keyword_validators["schema"], version))
    return type(base.__name__, (base,), {"keyword_validators": validators})


def _located(cls: type[Any]) -> type[Any]:
    """``cls`` with the place of the node noted on each error that was found at it."""

    class Located(cls):  # type: ignore[misc]
        def __call__(self, *args: Any, **more: Any) -> Iterator[Any]:
            node = next((arg for arg in args if hasattr(arg, "parts")), None)
            for error in super().__call__(*args, **more):
                if node is not None and not hasattr(error, _PARTS):
                    setattr(error, _PARTS, tuple(node.parts))
                yield error

    return Located


def _quick(cls: type[Any], version: str) -> type[Any]:
    class Quick(cls):  # type: ignore[misc]
        def __init__(self, registry: Any) -> None:
            super().__init__(registry)
            self.visited_schema_ids = _Seen()
            self.meta_checked_schema_ids = _Seen()
            self._collected: dict[int, tuple[Any, set[str]]] = {}

        def _validate_schema_meta(self, schema: Any, schema_value: Any) -> Any:
            if version in ("2.0", "3.0"):
                return None  # these versions' own JSON Schema covers Schema Objects whole
            if isinstance(schema_value, Mapping) and "$schema" in schema_value:
                return super()._validate_schema_meta(schema, schema_value)
            try:
                jsonschema_rs.meta.validate({"$schema": _DIALECT, "allOf": [schema_value]})
            except (jsonschema_rs.ValidationError, ValueError) as error:
                path = list(getattr(error, "instance_path", ()))[2:]
                return OpenAPIValidationError(getattr(error, "message", str(error)), path=path)
            return None

        def _collect_properties(self, schema: Any) -> set[str]:
            value = schema.read_value()
            if id(value) not in self._collected:
                self._collected[id(value)] = (value, set())  # closes circles
                self._collected[id(value)] = (value, super()._collect_properties(schema))
            return self._collected[id(value)][1]

    return Quick


_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _canonical(root: Any, parts: Sequence[Any]) -> str:
    """The pointer of the node that ``parts`` leads to, through references, as it stands in the file."""
    node, way = root, []
    for part in parts:
        seen = 0
        while (
            isinstance(node, Mapping) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/")
        ):
            way = list(tokens(node["$ref"][1:]))
            node = root
            for token in way:
                node = _member(node, token)
            seen += 1
            if seen > 50:
                break
        node = _member(node, part)
        way.append(part)
    return pointer(*way)


def _member(node: Any, part: Any) -> Any:
    if isinstance(node, Mapping):
        return node.get(part)
    if isinstance(node, list) and str(part).isdigit() and int(part) < len(node):
        return node[int(part)]
    return None
