"""The package contains its templates and descriptions, however it is installed."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from support import ROOT, run


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_wheel_contains_templates_and_descriptions(distributions):
    (wheel,) = distributions.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for path in ("specs/privacy-service.yaml", "specs/callsheet.yaml", "templates/scripts/prerequest.js.j2"):
        assert f"generator/{path}" in names
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"generator"}


def test_the_wheel_contains_everything_for_the_site(distributions):
    (wheel,) = distributions.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    folders = (ROOT / "specs" / "guides", ROOT / "templates" / "docs")
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    expected = {f"generator/{path.relative_to(ROOT).as_posix()}" for path in files}
    assert {name for name in expected if "__pycache__" not in name} <= names
    assert "generator/preview/reload.js" in names


def test_the_source_distribution_contains_everything_for_the_wheel(distributions):
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert {
        "templates/curl/tag.md.j2",
        "specs/privacy-service.yaml",
        "generator/cli/main.py",
        "docs/commands.md",
        "LICENSE",
    } <= names
    assert not [name for name in names if "node_modules" in name]


def test_the_installed_wheel_writes_the_committed_output_in_an_empty_folder(distributions, tmp_path):
    (wheel,) = distributions.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet"]
    locked = [*install, "--require-hashes", "--requirement", ROOT / "locks" / "generator.txt"]
    assert subprocess.run(locked, check=False).returncode == 0
    assert subprocess.run([*install, "--no-deps", wheel], check=False).returncode == 0
    empty = tmp_path / "empty"
    empty.mkdir()
    done = run(tmp_path / "venv" / "bin" / "callsheet", "generate", cwd=empty)
    assert done.code == 0, done.output

    def files(folder: Path) -> dict[str, bytes]:
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    assert files(empty / "output") == files(ROOT / "output")

    without_extra = run(tmp_path / "venv" / "bin" / "callsheet", "mock", cwd=empty)
    assert without_extra.code == 2
    assert "pip install '.[mock]'" in without_extra.output


def test_the_editable_install_finds_the_folders_of_the_repository():
    from generator.resources import resource

    assert resource("templates") == ROOT / "templates"
    assert (resource("specs") / "callsheet.yaml").is_file()
