"""Choose the fields of a form that a sample request sends: the required ones, as for parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.budget import count
from generator.model.schemas.quick_checks import with_dependents
from generator.model.schemas.resolved import Schemas
from generator.model.types import Part
from generator.reading.lenient import mapping, sequence

NONE: frozenset[str] = frozenset()


def omitted_of_example(value: Any, parts: Mapping[str, Part]) -> frozenset[str]:
    """The fields that a request with a documented form leaves out: optional files, if it has other fields.

    A documented form is sent as its author wrote it, except for files, which a person has to choose.
    """
    files = _files(value, parts)
    return (
        frozenset(name for name in files if not parts[name].required) if _has_others(value, files) else NONE
    )


def omitted_of_sample(schemas: Schemas, schema: Any, value: Any, parts: Mapping[str, Part]) -> frozenset[str]:
    """The optional fields of a form that was made from its ``schema``, which its request leaves out.

    None is left out if the form would be empty and has only one field, or only files.
    """
    if not isinstance(value, dict):
        return NONE
    needed = _needed(schemas, schemas.merged(schema), value)
    optional = [name for name in value if name not in needed]
    is_bare = len(optional) == len(value)
    if is_bare and (len(value) == 1 or not _has_others(value, _files(value, parts))):
        return NONE
    return frozenset(optional)


def _files(value: Any, parts: Mapping[str, Part]) -> list[str]:
    names = value if isinstance(value, dict) else ()
    return [name for name in names if name in parts and parts[name].file] if parts else []


def _has_others(value: Any, files: list[str]) -> bool:
    return isinstance(value, dict) and len(files) < len(value)


def _needed(schemas: Schemas, merged: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, None]:
    """The names of properties without which ``value`` would be invalid, as far as keywords name them.

    JSON Schema validation 2020-12, sections 6.5.3, 6.5.4 and 6.5.2; core, section 10.2.
    """
    found = [name for name in sequence(merged.get("required")) if name in value]
    for keyword in ("oneOf", "anyOf"):
        found += _of_branches(schemas, merged.get(keyword), value)
    if "if" in merged:
        for keyword in ("if", "then", "else"):
            found += _required(schemas, merged.get(keyword), value) or ()
    needed = dict(with_dependents(found, (), mapping(merged.get("dependentRequired"))))
    least = count(merged.get("minProperties", 0))
    for name in value:
        if len(needed) >= least:
            break
        needed[name] = None
    return needed


def _of_branches(schemas: Schemas, branches: Any, value: Mapping[str, Any]) -> Iterable[str]:
    """The required names of the first alternative that matches: all are present, and constants agree."""
    found = (_required(schemas, branch, value) for branch in sequence(branches))
    return next((names for names in found if names is not None), ())


def _required(schemas: Schemas, branch: Any, value: Mapping[str, Any]) -> list[str] | None:
    """The required names of ``branch``; ``None`` if ``value`` lacks one, or has another constant for one."""
    if not isinstance(branch, dict):
        return []
    merged = schemas.merged(branch)
    names = list(sequence(merged.get("required")))
    if any(name not in value for name in names):
        return None
    constants = mapping(merged.get("properties"))
    return names if all(_agrees(schemas, constants.get(name), value[name]) for name in names) else None


def _agrees(schemas: Schemas, schema: Any, value: Any) -> bool:
    """Whether ``value`` is one that ``schema`` enumerates, if it does: that identifies an alternative."""
    merged = schemas.merged(schema) if isinstance(schema, dict) else {}
    if "const" in merged:
        return bool(merged["const"] == value)
    return "enum" not in merged or value in merged["enum"]
