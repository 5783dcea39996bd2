"""Is it OpenAPI? The structure, and that every reference leads somewhere.

The JSON Schemas are those that openapi-spec-validator carries. They are read as files: importing the
package takes longer than all the rest of a run.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec

from generator.reading.references import UnresolvedReferenceError, follow, keyword_objects
from generator.reading.text import pointer

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def _structure(version: str) -> jsonschema_rs.Draft202012Validator | jsonschema_rs.Draft4Validator:
    spec = importlib.util.find_spec("openapi_spec_validator")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = Path(next(iter(spec.submodule_search_locations))) / "resources" / "schemas"
    schema = msgspec.json.decode((folder / f"v{version}" / "schema.json").read_bytes())
    return jsonschema_rs.validator_for(schema)  # type: ignore[return-value]


def findings(root: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with the structure of ``root``: (JSON pointer, sentence) pairs.

    ``root`` holds ``openapi: 3.0.x``, ``3.1.x`` or ``3.2.x``.
    """
    for error in _structure(root["openapi"][:3]).iter_errors(root):
        yield pointer(*error.instance_path), _sentence(error.message)
    if not root["openapi"].startswith("3.0"):
        # From 3.1 on, OpenAPI's own schema leaves Schema Objects to JSON Schema's.
        yield from _schema_findings(root)
    for at, node in keyword_objects(root):
        if isinstance(node.get("$ref"), str):
            try:
                if not isinstance(follow(root, node), dict | bool):
                    yield (
                        at + "/$ref",
                        f"The reference {node['$ref']!r} leads to something that is no object.",
                    )
            except UnresolvedReferenceError as error:
                yield at + "/$ref", str(error)


def _schema_findings(root: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for at, node in keyword_objects(root):
        named = node.get("schemas") if at == "/components" else None
        found = [(f"/schemas{pointer(name)}", schema) for name, schema in (named or {}).items()]
        found += [("/schema", node["schema"])] if "schema" in node else []
        for below, schema in found:
            try:
                jsonschema_rs.meta.validate({"$schema": _DIALECT, "allOf": [schema]})
            except jsonschema_rs.ValidationError as error:
                yield at + below + pointer(*error.instance_path[2:]), _sentence(error.message)


def _sentence(message: str) -> str:
    """The validator's message, with the quoted part of the document kept to a length a person reads."""
    if len(message) > 240:
        message = f"{message[:110]} … {message[-110:]}"
    return f"{message}."
