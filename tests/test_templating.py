"""Templates are compiled once, and what is kept of that changes nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.targets import templating

PROGRAM = """
import sys
from pathlib import Path
from generator.targets import templating
templating.resource = lambda name: Path(sys.argv[1])
print(templating.render("greeting.j2", name="you"))
"""


def _rendered(folder: Path, *options: str) -> str:
    command = [sys.executable, *options, "-c", PROGRAM, str(folder)]
    done = subprocess.run(
        command,
        env={"PYTHONPATH": str(Path(templating.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "greeting.j2").write_text("Hello {{ name | js }}{{ 'a' | js }}")
    return tmp_path


def test_a_compiled_template_is_kept_and_one_that_changed_is_compiled_anew(folder):
    first = _rendered(folder)
    (kept,) = (folder / "__pycache__").iterdir()
    assert _rendered(folder) == first
    assert [each.name for each in (folder / "__pycache__").iterdir()] == [kept.name]
    (folder / "greeting.j2").write_text("Goodbye {{ name }}")
    assert _rendered(folder) == "Goodbye you"


def test_nothing_is_kept_where_python_keeps_nothing(folder):
    _rendered(folder, "-B")
    assert not (folder / "__pycache__").exists()


def test_where_nothing_can_be_kept_the_template_is_rendered_all_the_same(folder):
    (folder / "__pycache__").write_text("in the way")
    assert _rendered(folder).startswith("Hello")


def test_what_is_kept_and_damaged_is_compiled_anew(folder):
    first = _rendered(folder)
    (kept,) = (folder / "__pycache__").iterdir()
    kept.write_bytes(kept.read_bytes()[:40])
    assert _rendered(folder) == first
