"""Which fields of a form a sample request sends: those that are required, as for parameters."""

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
    """The fields of a documented form that its request leaves out: optional files, beside other fields.

    A documented form is sent as its author wrote it. Only a file can't be: a person has to choose it.
    """
    files = _files(value, parts)
    return (
        frozenset(name for name in files if not parts[name].required) if _has_others(value, files) else NONE
    )


def omitted_of_sample(schemas: Schemas, schema: Any, value: Any, parts: Mapping[str, Part]) -> frozenset[str]:
    """The optional fields of a form that was made from its ``schema``.

    A form that would be empty for want of its only field, or of its only files, keeps them.
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
    """The names without which ``value`` would no longer fit its schema, as far as the keywords name them.

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
    """What the first alternative requires whose required names are all there."""
    found = (_required(schemas, branch, value) for branch in sequence(branches))
    return next((names for names in found if names is not None), ())


def _required(schemas: Schemas, branch: Any, value: Mapping[str, Any]) -> list[str] | None:
    """What ``branch`` requires; ``None`` where ``value`` lacks some of it."""
    if not isinstance(branch, dict):
        return []
    merged = schemas.merged(branch)
    names = list(sequence(merged.get("required")))
    if any(name not in value for name in names):
        return None
    constants = mapping(merged.get("properties"))
    return names if all(_agrees(schemas, constants.get(name), value[name]) for name in names) else None


def _agrees(schemas: Schemas, schema: Any, value: Any) -> bool:
    """Whether ``value`` is the word that tells this alternative from the others, where there is one."""
    merged = schemas.merged(schema) if isinstance(schema, dict) else {}
    if "const" in merged:
        return bool(merged["const"] == value)
    return "enum" not in merged or value in merged["enum"]
