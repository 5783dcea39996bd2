"""Explain mistakes in a project file: where they are, and which key or value was meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

import msgspec

from generator.errors import Problem
from generator.project.keys import (
    CollectionSettings,
    Criteria,
    EnvironmentSettings,
    GuardSettings,
    ProjectFile,
    TestSettings,
    VariationSettings,
)
from generator.reading.json_pointer import pointer
from generator.reading.source.locations import locate
from generator.suggestions import suggestion


def mistake(message: str, text: str, file: str) -> Problem:
    """The finding for a message of msgspec, with the place in ``text`` of the key that it is about."""
    what, _, path = message.partition(" - at `")
    parts = re.findall(r"\.([^.\[\]`]+)|\[(\d+)\]", path)
    at = pointer(*(name or index for name, index in parts))
    unknown = re.search(r"unknown field `(.+)`", what)
    if unknown:
        at += pointer(unknown.group(1))
        key = unknown.group(1)
        known = _owner(at).__struct_encode_fields__
        advice = f"Known keys: {', '.join(known)}. {_meant(key, known)}".rstrip()
        return Problem(locate(text, file, at), f"There is no key {key!r} here.", advice)
    value = re.search(r"Invalid enum value '(.*)'", what)
    accepted = _accepted(at) if value else ()
    if value is None or not accepted:
        return Problem(locate(text, file, at), f"{what}.")
    advice = f"Known values: {', '.join(accepted)}. {suggestion(value.group(1), accepted)}".rstrip()
    return Problem(locate(text, file, at), f"{what}.", advice)


def description_as_project_file(data: Mapping[str, Any], text: str, file: str) -> Problem:
    """The finding that ``data``, which was named as the project file, is an OpenAPI description."""
    version = "openapi" if "openapi" in data else "swagger"
    what = "This is an OpenAPI description, not a project file."
    return Problem(locate(text, file, pointer(version)), what, "Name it as SPEC, without -c.")


#: The structures of the objects in the file, by their keys.
_OWNERS: Mapping[str, type[msgspec.Struct]] = MappingProxyType(
    {
        "collection": CollectionSettings,
        "environments": EnvironmentSettings,
        "tests": TestSettings,
        "guards": GuardSettings,
        "variations": VariationSettings,
        "include": Criteria,
        "exclude": Criteria,
    }
)


def _owner(at: str) -> type[msgspec.Struct]:
    """The structure to which the key at the pointer ``at`` belongs."""
    _, first, *rest = at.split("/")
    return _OWNERS.get(first, ProjectFile) if rest else ProjectFile


def _meant(key: str, known: Sequence[str]) -> str:
    """Advice about an unknown ``key``: the closest of ``known``, or the object to which it belongs."""
    here = suggestion(key, known)
    if here:
        return here
    homes = [name for name, owner in _OWNERS.items() if key in owner.__struct_encode_fields__]
    if homes:
        return f"It belongs below {' or '.join(map(repr, homes))}."
    if key in ProjectFile.__struct_encode_fields__:
        return "It belongs at the top of the file."
    return ""


def _accepted(at: str) -> tuple[str, ...]:
    """The accepted values of the key at the pointer ``at``, if these are a few words; else none."""
    owner = _owner(at)
    names = dict(zip(owner.__struct_encode_fields__, owner.__struct_fields__, strict=True))
    kind = get_type_hints(owner).get(
        names.get(next(part for part in reversed(at.split("/")) if not part.isdigit()), "")
    )
    words = (value for part in (kind, *get_args(kind)) for value in get_args(part))
    return tuple(dict.fromkeys(value for value in words if isinstance(value, str)))
