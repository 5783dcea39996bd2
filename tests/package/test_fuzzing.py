"""A short, fixed part of ``make fuzz`` with the same inputs each time; and targets detect failures."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from fuzzing import mutating, seeds, targets
from fuzzing.choices import Choices
from fuzzing.targets import TARGETS, BrokenError
from support import ROOT

#: Number of seeds for each target: few enough to take some seconds all together.
RUNS = {"description": 6, "text": 12, "overlay": 6, "project": 8, "manifest": 4, "cache": 6, "option": 8}
#: Target → seeds whose inputs once revealed an error.
FOUND = {"description": (5052, 9021), "text": (27,), "overlay": (0,), "option": (1046,)}


def test_every_target_has_a_fixed_number_of_runs():
    assert set(RUNS) == set(TARGETS)


@pytest.mark.parametrize("target", RUNS)
def test_the_fixed_runs_find_nothing(target):
    for seed in (*range(RUNS[target]), *FOUND.get(target, ())):
        TARGETS[target](Choices.seeded(seed))


def test_the_same_seed_makes_the_same_input():
    made = [mutating.mutated(seeds.OPENAPI, Choices.seeded(7)) for _ in range(2)]
    assert repr(made[0]) == repr(made[1]) != repr(seeds.OPENAPI)


def test_mutated_inputs_stay_small():
    for seed in range(200):
        tree = mutating.mutated(seeds.OPENAPI, Choices.seeded(seed))
        assert len(repr(tree)) < 4 * mutating.LARGEST


@pytest.mark.parametrize("error", [ZeroDivisionError(), MemoryError(), KeyError("a")])
def test_an_undocumented_exception_is_found(error, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(targets.api, "load_document", fail)
    with pytest.raises(BrokenError, match=r"InternalError|OutOfMemoryError"):
        targets.overlay(Choices.seeded(1))


def test_a_file_written_outside_the_folder_is_found(monkeypatch):
    generate = targets.api.generate

    def stray(plan, folder, *more):
        (folder.parent.parent / "stray.txt").write_text("x")
        return generate(plan, folder, *more)

    monkeypatch.setattr(targets.api, "generate", stray)
    with pytest.raises(BrokenError, match="outside"):
        targets.manifest(Choices.seeded(1))


def test_a_file_whose_content_does_not_fit_its_name_is_found(monkeypatch, tmp_path):
    generate = targets.api.generate

    def broken(plan, folder, *more):
        states = generate(plan, folder, *more)
        next(folder.glob("*.postman_collection.json")).write_text("{")
        return states

    monkeypatch.setattr(targets.api, "generate", broken)
    (tmp_path / "a.json").write_text(json.dumps(seeds.SWAGGER))
    with pytest.raises(ValueError, match="property name"):
        targets._generated(tmp_path, tmp_path / "a.json", targets.api.Options())


def test_a_run_that_does_not_end_is_found(monkeypatch):
    def endless(*_: object, **__: object) -> None:
        while True:
            pass

    monkeypatch.setattr(targets, "PATIENCE", 0.5)
    monkeypatch.setattr(targets.api, "load_document", endless)
    with pytest.raises(BrokenError, match="not done after"):
        targets.overlay(Choices.seeded(1))


def test_the_command_runs_a_target_for_the_given_time():
    done = subprocess.run(
        [sys.executable, "-m", "fuzzing", "--seconds", "2", "--engine", "hypothesis", "option"],
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "option: hypothesis, 2 s" in done.stdout
    assert "Nothing was found." in done.stdout
