"""Run openapi-spec-validator, and give each of its findings a place.

The package walks a description in pure Python, which takes a second for each megabyte. Its checks are kept,
but its walks over schemas and tags, and its validation of schemas against their dialect, which took most of
the time, are replaced. Errors without a place get that of the node at which they were found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import unquote

from openapi_spec_validator import (
    OpenAPIV2SpecValidator,
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from openapi_spec_validator.validation.keywords import KeywordValidator, OperationValidator, TagsValidator

from generator.budget import DEEPEST_VALIDATED, REQUIRED_CUT
from generator.errors import Problem
from generator.reading.document import Document
from generator.reading.json_pointer import pointer, tokens
from generator.reading.lenient import mapping
from generator.reading.references.resolver import References
from generator.reading.validation.findings import MOST_FINDINGS, more
from generator.reading.validation.schema_problems import PARTS, has_dialect, meta_errors, walking
from generator.reading.validation.structure import sentence

_CLASSES: Mapping[str, Any] = {
    "2.0": OpenAPIV2SpecValidator,
    "3.0": OpenAPIV30SpecValidator,
    "3.1": OpenAPIV31SpecValidator,
    "3.2": OpenAPIV32SpecValidator,
}


class _Finding(NamedTuple):
    kind: str
    """The class of the package's error; empty if the package itself failed."""
    at: str
    what: str


def beyond(document: Document, own: Sequence[Problem]) -> Iterator[Problem]:
    """The findings of the package in ``document`` that aren't among ``own``, Callsheet's, each once.

    The structure isn't validated again: the reader has done so, by the package's own JSON Schema.
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
            is_known = any(f"{{{name}}}" in what or repr(name) in what for what in known.get(place, ()))
        elif finding.kind == "DuplicateOperationIDError":
            own_place = document.place_in_file(f"{finding.at}/operationId")
            is_known = (own_place.file, own_place.pointer) in known
        elif finding.kind:
            # Of the structure; the package quotes values differently.
            is_known = any(_unquoted(what) == _unquoted(finding.what) for what in known.get(place, ()))
        else:
            # The package fails on what the check of the structure or of references has reported already.
            is_known = bool(known)
        if not is_known:
            yield problem
    if len(found) > MOST_FINDINGS:
        yield document.problem("", more("findings of openapi-spec-validator"))


def _unquoted(what: str) -> str:
    return what.replace('"', "").replace("'", "")


def _distinct(findings: Iterable[_Finding]) -> list[_Finding]:
    """Each of ``findings`` once; those beyond the limit are not computed."""
    found: dict[_Finding, None] = {}
    for finding in findings:
        found[finding] = None
        if len(found) > MOST_FINDINGS:
            break
    return list(found)


def _why_not(document: Document) -> str:
    """Why the package can't process a description, as it recurses and follows every path; empty if it can."""
    deepest = f"it is nested deeper than {DEEPEST_VALIDATED} levels, which is the limit"
    # In document order: a node with a second, shorter pointer (see ``identifiers``) is met at its own place.
    waiting: list[tuple[Any, int]] = [(document.given, 0)]
    seen: set[int] = set()
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST_VALIDATED:
            return deepest
        if id(node) in seen:
            continue
        seen.add(id(node))
        children = node.values() if isinstance(node, dict) else node
        below = [(child, depth + 1) for child in children if isinstance(child, dict | list)]
        waiting.extend(reversed(below))
    if document.references.is_cut:
        return "one of its references leads to the next too often"
    return ""


def _findings(root: Mapping[str, Any], version: str) -> Iterator[_Finding]:
    """Everything that the package finds. If it fails in one path, the findings in others aren't lost."""
    validator = _validator(version)(_with_whole_path_items(root))
    for at, check in _checks(validator):
        try:
            for error in check():
                yield _finding(root, error)
        except Exception as error:  # the package relies on a valid structure
            reason = " ".join(f"{type(error).__name__} {error}".split())
            yield _Finding("", at, sentence(f"openapi-spec-validator ended early: {reason}"))
    walk = validator.keyword_validators_registry["schema"].walk
    if walk is not None and walk.is_cut:
        yield _Finding("Limit", "", REQUIRED_CUT)


def _with_whole_path_items(root: Mapping[str, Any]) -> dict[str, Any]:
    """``root`` with path items that have a ``$ref`` and other fields, which the package ignores, merged.

    OpenAPI 3.1.1, section 4.8.9.
    """
    follow = References(root).follow
    paths = {
        path: mapping(follow(item)) if len(mapping(item)) > 1 and "$ref" in item else item
        for path, item in mapping(root.get("paths")).items()
    }
    return {**root, "paths": paths} if isinstance(root.get("paths"), dict) else dict(root)


def _schema_findings(document: Document) -> Iterator[_Finding]:
    """What is wrong with Schema Objects, also in request bodies and headers, which the package doesn't check.

    Before 3.1, the structure check covers them all.
    """
    if document.version < "3.1":
        return
    for at, node in document.objects():
        for key in ("schema", "itemSchema"):
            schema = node.get(key)
            if isinstance(schema, dict | bool) and not has_dialect(document.given, schema):
                where = at + pointer(key)
                if isinstance(schema, dict) and str(schema.get("$ref")).startswith("#/x-files/"):
                    where, schema = unquote(schema["$ref"][1:]), document.follow(schema)
                for path, message in meta_errors(schema, document.version):
                    what = sentence(message.rstrip("."))
                    yield _Finding(OpenAPIValidationError.__name__, where + pointer(*path), what)


def _finding(root: Mapping[str, Any], error: Any) -> _Finding:
    parts = [*getattr(error, PARTS, ()), *error.absolute_path]
    return _Finding(type(error).__name__, _canonical(root, parts), sentence(str(error.message).rstrip(".")))


def _checks(validator: Any) -> Iterator[tuple[str, Callable[[], Iterable[Any]]]]:
    """The checks that the package's own root validator runs, one by one, each with its pointer."""
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
    except Exception:  # not an object, which the structure check reports
        return []


class _Refusing(dict[str, Any]):
    """Replaces the handlers by which the package fetches other documents, from any URL or file."""

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
    if version == "3.2":
        validators["tags"] = _located(_Tags)
    validators["default"] = _NoDefaults
    validators["operation"] = _located(_Operation)
    validators["schema"] = _located(walking(base.keyword_validators["schema"], version))
    changes = {"keyword_validators": validators, "resolver_handlers": _Refusing()}
    return type(base.__name__, (base,), changes)


def _located(cls: type[Any]) -> type[Any]:
    """A subclass of the keyword validator ``cls`` that stores the path of the node on each of its errors."""

    class Located(cls):  # type: ignore[misc]
        def __call__(self, *args: Any, **more: Any) -> Iterator[Any]:
            node = next((arg for arg in args if hasattr(arg, "parts")), None)
            for error in super().__call__(*args, **more):
                if node is not None and not hasattr(error, PARTS):
                    setattr(error, PARTS, tuple(node.parts))
                yield error

    return Located


class _NoDefaults(KeywordValidator):
    """Replaces the package's check of defaults, since the model validates them all."""

    def __call__(self, *_: Any) -> Iterator[Any]:
        return iter(())


class _Operation(OperationValidator):
    """The package's check of operations, with the names in a path as the model reads them.

    The package takes a path for a format string of Python's, where ``{{`` is a brace, and ``:`` ends a name.
    """

    def _get_path_params_from_url(self, url: str) -> Iterator[str]:
        return iter(re.findall(r"\{([^{}]+)\}", url))


class _Tags(TagsValidator):
    """The package's check of nested tags, in a time that is linear in their number."""

    def __call__(self, tags: Any) -> Iterator[Any]:
        yield from super().__call__(tags)
        parents = {tag["name"]: tag.get("parent") for tag in tags.read_value()}
        for name, parent in parents.items():
            if parent is not None and parent not in parents:
                yield OpenAPIValidationError(f"Tag '{name}' references unknown parent tag '{parent}'")
        seen: set[str] = set()
        for name in parents:
            circle = _circle(name, parents, seen)
            if circle:
                words = " -> ".join((*circle, circle[0]))
                yield OpenAPIValidationError(f"Circular tag hierarchy detected: {words}")


def _circle(name: str, parents: Mapping[str, str | None], seen: set[str]) -> list[str]:
    """The cycle to which the parents of ``name`` lead, unless ``seen``; adds them to ``seen``."""
    way: dict[str, int] = {}
    here: str | None = name
    while here is not None and here in parents and here not in seen:
        if here in way:
            seen.update(way)
            return list(way)[way[here] :]
        way[here] = len(way)
        here = parents[here]
    seen.update(way)
    return []


def _canonical(root: Any, parts: Sequence[Any]) -> str:
    """The pointer into the file of the node to which ``parts`` leads, through references."""
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
