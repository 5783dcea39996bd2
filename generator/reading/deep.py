"""Everything that openapi-spec-validator finds, each finding with its place.

The package walks a description in pure Python, which takes a second for each megabyte. What it asks is kept;
how it remembers what it has seen, and what checks a schema against its dialect, is replaced: together they
took most of the time. Errors that it gives no place get that of the node they were found at.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import unquote

import jsonschema_rs
from openapi_schema_validator import (
    OAS30Validator,
    OAS31Validator,
    OAS32Validator,
    oas30_format_checker,
)
from openapi_schema_validator.validators import OPENAPI_SPECIFICATIONS as REGISTRY  # type: ignore[attr-defined]
from openapi_spec_validator import (
    OpenAPIV2SpecValidator,
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from generator.budget import DEEPEST_VALIDATED
from generator.errors import Problem
from generator.reading.document import Document
from generator.reading.findings import MOST_FINDINGS, more
from generator.reading.references import keyword_objects
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
    reason = _why_not(document)
    if reason:
        yield document.problem("", f"openapi-spec-validator doesn't look at this description: {reason}.")
        return
    known: dict[tuple[str, str | None], list[str]] = {}
    for problem in own:
        known.setdefault((problem.place.file, problem.place.pointer), []).append(problem.what)
    found = _distinct(chain(_findings(document.given, document.version), _schema_findings(document)))
    for finding in found[:MOST_FINDINGS]:
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
    if len(found) > MOST_FINDINGS:
        yield document.problem("", more("findings of openapi-spec-validator"))


def _distinct(findings: Iterable[_Finding]) -> list[_Finding]:
    """Each of ``findings`` once; beyond the limit, none is asked for."""
    found: dict[_Finding, None] = {}
    for finding in findings:
        found[finding] = None
        if len(found) > MOST_FINDINGS:
            break
    return list(found)


def _why_not(document: Document) -> str:
    """Why the package can't be trusted with a description: it recurses, and goes every way there is."""
    deepest = f"it is nested deeper than {DEEPEST_VALIDATED} levels, which is the limit"
    waiting: list[tuple[Any, int]] = [(document.given, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST_VALIDATED:
            return deepest
        if isinstance(node, dict):
            waiting.extend((child, depth + 1) for child in node.values() if isinstance(child, dict | list))
        elif isinstance(node, list):
            waiting.extend((child, depth + 1) for child in node if isinstance(child, dict | list))
    if document.references.is_cut:
        return "one of its references leads to the next too often"
    return ""


def _findings(root: Mapping[str, Any], version: str) -> Iterator[_Finding]:
    """Everything that the package finds; what it falls over in one path costs no finding in another."""
    validator = _validator(version)(dict(root))
    for at, check in _checks(validator):
        try:
            for error in check():
                yield _finding(root, error)
        except Exception as error:  # it takes for granted that the structure is right
            reason = " ".join(f"{type(error).__name__} {error}".split())
            yield _Finding("", at, sentence(f"openapi-spec-validator ended early: {reason}"))
    for other in validator.keyword_validators_registry["schema"].others:
        yield _finding(root, other)


def _schema_findings(document: Document) -> Iterator[_Finding]:
    """The same about every Schema Object: the package looks at none in request bodies or headers.

    Before 3.1 the structure check has seen them all.
    """
    if document.version < "3.1":
        return
    for at, node in document.objects():
        for key in ("schema", "itemSchema"):
            schema = node.get(key)
            if isinstance(schema, dict | bool) and not _has_dialect(document.given, schema):
                where = at + pointer(key)
                if isinstance(schema, dict) and str(schema.get("$ref")).startswith("#/x-files/"):
                    where, schema = unquote(schema["$ref"][1:]), document.follow(schema)
                for path, message in _meta_errors(schema, document.version):
                    what = sentence(message.rstrip("."))
                    yield _Finding(OpenAPIValidationError.__name__, where + pointer(*path), what)


def _finding(root: Mapping[str, Any], error: Any) -> _Finding:
    parts = [*getattr(error, _PARTS, ()), *error.absolute_path]
    return _Finding(type(error).__name__, _canonical(root, parts), sentence(str(error.message).rstrip(".")))


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


class _Refusing(dict[str, Any]):
    """In the place of what the package fetches other documents with, from any address or file."""

    def __contains__(self, scheme: object) -> bool:
        return True

    def __getitem__(self, scheme: str) -> Any:
        return self._refuse

    @staticmethod
    def _refuse(uri: str) -> Any:
        raise LookupError(f"{uri} is not read")


def _validator(version: str) -> type[Any]:
    base = _CLASSES[version]
    validators = {name: _located(cls) for name, cls in base.keyword_validators.items()}
    validators["schema"] = _located(_quick(base.keyword_validators["schema"], version))
    changes = {"keyword_validators": validators, "resolver_handlers": _Refusing()}
    return type(base.__name__, (base,), changes)


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
            self.others: list[Any] = []
            """Beyond the first error of a schema, at which the package stops."""
            self._collected: dict[int, tuple[Any, set[str]]] = {}
            self._faultless: dict[int, Any] = {}
            """Schemas within those that nothing is wrong with, by their identity."""

        def _validate_schema_meta(self, schema: Any, schema_value: Any) -> Any:
            if id(schema_value) in self._faultless:
                return None
            # The description is found as the package itself finds it.
            if _has_dialect(schema._clone_with_parts(()), schema_value):
                return super()._validate_schema_meta(schema, schema_value)
            first = None
            for path, message in _meta_errors(schema_value, version):
                error = OpenAPIValidationError(message, path=path)
                setattr(error, _PARTS, tuple(schema.parts))
                if first is None:
                    first = error
                else:
                    self.others.append(error)
            if first is None:
                self._faultless |= {id(node): node for _, node in keyword_objects(schema_value)}
            return first

        def _collect_properties(self, schema: Any) -> set[str]:
            value = schema.read_value()
            if id(value) not in self._collected:
                self._collected[id(value)] = (value, set())  # closes circles
                self._collected[id(value)] = (value, super()._collect_properties(schema))
            return self._collected[id(value)][1]

    return Quick


def _has_dialect(root: Any, value: Any) -> bool:
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


def _meta_errors(value: Any, version: str) -> Iterator[tuple[list[Any], str]]:
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
    """Whether the package takes ``pattern`` for a regular expression."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's, about what its syntax may mean one day
        return bool(oas30_format_checker.conforms(pattern, "regex"))


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
