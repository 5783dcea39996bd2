"""Validate the structure of a description, quickly enough for every run.

The JSON Schemas are those of openapi-spec-validator. They are read as files, since importing the package
takes longer than the rest of a run. ``full_validation`` runs its other checks.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from generator.errors import shortened
from generator.reading.json_pointer import node_at, pointer, tokens
from generator.reading.lenient import mapping

if TYPE_CHECKING:
    import jsonschema_rs

_FOLDERS: Mapping[str, str] = {"2.0": "v2.0", "3.0": "v3.0", "3.1": "v3.1", "3.2": "v3.2"}
_TOO_DEEP = "This is nested too deeply for its structure to be checked."


@cache
def _validator(version: str) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs

    spec = importlib.util.find_spec("openapi_spec_validator")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = Path(next(iter(spec.submodule_search_locations))) / "resources" / "schemas"
    schema = msgspec.json.decode((folder / _FOLDERS[version] / "schema.json").read_bytes())
    return jsonschema_rs.validator_for(corrected(schema, version))  # type: ignore[return-value]


def corrected(schema: dict[str, Any], version: str) -> dict[str, Any]:
    """The JSON Schema of a ``version``, changed to accept what the specification allows, though it doesn't.

    The one for 3.1 is from 2022. The OpenAPI Initiative corrected it later, except for the parameters of
    links.
    """
    definitions = schema.get("$defs", {})
    if version in ("3.1", "3.2"):
        # 3.1.1, section 4.8.20: the value of a link's parameter may be of any type.
        definitions["link"]["properties"]["parameters"] = {"type": "object"}
    if version == "3.1":
        # Section 4.8.9: a Path Item Object has `$ref` as one of its fields.
        definitions["path-item"]["properties"]["$ref"] = {"type": "string", "format": "uri-reference"}
        definitions["path-item-or-reference"] = {"$ref": "#/$defs/path-item"}
        # Section 4.8.20.1: `server`, which was called `body`.
        link = definitions["link"]["properties"]
        link["server"] = link.pop("body")
        # Section 4.8.23: fields beside `$ref` are ignored.
        definitions["reference"].pop("unevaluatedProperties")
    return schema


def structure(root: Mapping[str, Any], version: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the structure of ``root``: (JSON pointer, sentence) pairs."""
    validator = _validator(version)
    try:
        if not validator.is_valid(root):
            for error in validator.iter_errors(root):
                yield from _innermost(error)
    except ValueError:
        yield "", _TOO_DEEP


def path_items_elsewhere(root: Mapping[str, Any], version: str) -> Iterator[tuple[str, str]]:
    """The same for path items in other files, once these are part of ``root``."""
    places: dict[str, str] = {}
    items: dict[str, Any] = {}
    for path, item in mapping(root.get("paths")).items():
        reference = mapping(item).get("$ref")
        if isinstance(reference, str) and reference.startswith("#/x-files/"):
            places[pointer("paths", path)] = unquote(reference[1:])
            items[path] = node_at(root, unquote(reference[1:]))
    if items:
        about = {key: root[key] for key in ("openapi", "swagger", "info") if key in root}
        for at, what in structure({**about, "paths": items}, version):
            place = pointer(*tokens(at)[:2])
            if place in places:
                yield places[place] + at[len(place) :], what


def _innermost(error: Any) -> Iterator[tuple[str, str]]:
    """The innermost errors of ``error``: of a choice, those of the branch with the fewest errors."""
    kind = error.kind
    branches = list(getattr(kind, "context", None) or ())
    # `oneOf: [Schema, Reference]`: a node with a `$ref` is meant as a Reference, any other as a Schema.
    found = [branch for branch in branches if not any(e.message.startswith('"$ref"') for e in branch)]
    least = min(map(len, found), default=0)
    nearest = [branch for branch in found if len(branch) == least]
    if least and len(nearest) == 1:
        for inner in nearest[0]:
            yield from _innermost(inner)
    else:
        yield pointer(*error.instance_path), sentence(error.message)


def sentence(message: str) -> str:
    """The validator's message as a sentence, its middle left out if it quotes too much of the description."""
    return f"{shortened(message)}."
