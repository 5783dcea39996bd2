"""The supply chain: dependencies are pinned by hash and audited, and builds are reproducible."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from support import ROOT, auditing

LOCKS = sorted((ROOT / "locks").glob("*.txt"))
NPM_LOCKS = [ROOT / folder / "package-lock.json" for folder in auditing.PACKAGES]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def _requirements(lock: Path) -> list[str]:
    """The requirements of a lock, each with its continuation lines, without comments."""
    lines = [line for line in lock.read_text().splitlines() if not line.lstrip().startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines).strip())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_python_package_is_pinned_by_hash_and_none_by_url(lock):
    for requirement in _requirements(lock):
        assert re.match(r"[a-z0-9.-]+==[\w.!+-]+( ;[^\\]+)? \\\n", requirement), requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", requirement)
    assert not re.search(r"://|--(index|find|extra|trusted)|^ *-e |@", lock.read_text(), re.MULTILINE)


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~ ;\[]", each)[0].lower().replace("_", "-") for each in requirements}


def test_every_dependency_is_in_its_lock():
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    extras = project["optional-dependencies"]
    locks = {lock.stem: _names(_requirements(lock)) for lock in LOCKS}
    assert set(locks) == set(auditing.LOCKS)
    assert _names([*project["dependencies"], *groups["build"]]) <= locks["generator"]
    assert locks["generator"] <= locks["development"]
    assert _names([*extras["mock"], *extras["docs"], *extras["dev"]]) <= locks["development"]
    assert _names(groups["audit"]) <= locks["audit"]
    assert _names(groups["fuzzing"]) <= locks["fuzzing"]


def test_locks_pin_the_same_versions():
    generator, development = (
        dict(
            re.findall(
                r"^([a-z0-9.-]+)==([\w.]+)", (ROOT / "locks" / f"{name}.txt").read_text(), re.MULTILINE
            )
        )
        for name in ("generator", "development")
    )
    assert generator.items() <= development.items()


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda lock: lock.parent.name)
def test_every_npm_package_is_pinned_by_hash_and_none_by_url(lock):
    packages = {path: each for path, each in json.loads(lock.read_text())["packages"].items() if path}
    for path, each in packages.items():
        assert re.match(r"sha512-[\w+/]+=*", each.get("integrity", "")), path
        assert "resolved" not in each


def test_make_installs_only_by_hash():
    makefile = (ROOT / "Makefile").read_text()
    for line in re.findall(r"pip install.*|\$\(PIP_INSTALL\).*", makefile):
        assert (
            "--require-hashes" in line or "--no-deps" in line or line.endswith("--disable-pip-version-check")
        ), line


# --- Workflows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_actions_are_pinned_by_commit_and_get_the_least_permissions(workflow):
    text = workflow.read_text()
    used = re.findall(r"uses: *(\S+)(.*)", text)
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action
    parsed = yaml.safe_load(text)
    assert parsed["permissions"] == {}
    for job in parsed["jobs"].values():
        assert "contents" in job["permissions"]
        for step in job["steps"]:
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False
            # Text from a pull request must not become part of a command.
            assert "${{" not in step.get("run", "")
    assert "pull_request_target" not in text


def test_a_commit_has_one_version_everywhere():
    pins = {pin for workflow in WORKFLOWS for pin in re.findall(r"uses: *(\S+ # \S+)", workflow.read_text())}
    actions = [pin.split("@")[0] for pin in pins]
    assert len(actions) == len(set(actions))


# --- The audit ------------------------------------------------------------------------------------------


def test_audited_and_skipped_packages_are_counted():
    output = json.dumps(
        {
            "dependencies": [
                {"name": "a", "version": "1", "vulns": []},
                {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]},
                {"name": "c", "skip_reason": "Dependency not found on PyPI"},
            ],
            "fixes": [],
        }
    )
    audit = auditing.of_pip("lock", 4, output, "")
    assert (audit.audited, audit.vulnerable) == (2, ("b 2: CVE-1",))
    assert str(audit).splitlines() == [
        "lock: 2 of 4 packages audited, 2 not: Dependency not found on PyPI; 1 vulnerable",
        "  b 2: CVE-1",
    ]
    assert auditing.code([audit]) == auditing.VULNERABLE


def test_npms_report_is_read():
    report = {
        "vulnerabilities": {"tar": {"range": "<6", "severity": "high"}},
        "metadata": {"dependencies": {"total": 12}},
    }
    audit = auditing.of_npm("lock", 12, json.dumps(report), "")
    assert (audit.audited, audit.vulnerable) == (12, ("tar <6: high",))
    assert auditing.code([audit]) == auditing.VULNERABLE


NOTHING = {
    "no network, pip": (
        auditing.of_pip,
        "",
        "WARNING\nConnectionError: no route",
        "ConnectionError: no route",
    ),
    "not installed": (auditing.of_pip, "", "[Errno 2] No such file", "[Errno 2] No such file"),
    "nothing said": (auditing.of_pip, "", "", "it printed nothing"),
    "every one skipped": (
        auditing.of_pip,
        json.dumps({"dependencies": [{"name": "a", "skip_reason": "not found"}]}),
        "",
        "not found",
    ),
    "no network, npm": (
        auditing.of_npm,
        json.dumps({"message": "request failed", "error": {"summary": "", "detail": ""}}),
        "npm error",
        "request failed",
    ),
    "npm refused": (auditing.of_npm, json.dumps({"error": {"summary": "405"}}), "", "405"),
    "npm broken": (auditing.of_npm, "oops", "npm error audit failed", "npm error audit failed"),
}


@pytest.mark.parametrize("case", NOTHING)
def test_a_failed_audit_is_skipped_with_the_reason_and_does_not_count_as_success(case):
    read, output, errors, reason = NOTHING[case]
    audit = read("lock", 3, output, errors)
    assert str(audit) == f"lock: skipped (3 packages not audited): {reason}; 0 vulnerable"
    whole = auditing.Audit("other", 5, 5)
    assert auditing.code([whole, audit]) == auditing.SKIPPED == 77
    assert auditing.code([whole]) == 0


def test_pins_are_counted_in_both_kinds_of_lock():
    for lock in LOCKS:
        assert auditing.pinned_by_pip(lock.read_text()) == len(_requirements(lock))
    for lock in NPM_LOCKS:
        assert auditing.pinned_by_npm(lock.read_text()) > 10


# --- The package ----------------------------------------------------------------------------------------

#: Files that appear in a checkout, and that no package may contain.
STRAY = (
    "generator/__pycache__/x.pyc",
    "templates/docs/__pycache__/x.py",
    ".venv/x",
    ".pytest_cache/x",
    "reports/x",
)


def _build(folder: Path, *, umask: str, timezone: str, when: int) -> dict[str, bytes]:
    """Build both packages from a copy of the sources, as in another user's checkout from ``when``."""
    source = folder / "checkout"
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in sorted(filter(None, tracked), reverse=when % 2 == 0):
        if (ROOT / name).is_file():
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
            target.chmod(0o644 if umask == "022" else 0o600)
            os.utime(target, (when, when))
    for name in STRAY:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(str(when))
    command = f"umask {umask}; exec '{sys.executable}' -m build --no-isolation --outdir ../dist ."
    env = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=source,
        env={**env, "TZ": timezone, "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.name: path.read_bytes() for path in (folder / "dist").iterdir()}


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: which files belong to the sources is not known")
    return [
        _build(tmp_path_factory.mktemp("a"), umask="022", timezone="UTC", when=1_600_000_000),
        _build(
            tmp_path_factory.mktemp("other-folder"), umask="077", timezone="Asia/Tokyo", when=1_700_000_001
        ),
    ]


def test_two_builds_give_the_same_bytes(builds):
    """The builds differ in folder, time, order of files, umask and time zone."""
    first, second = (
        {name: hashlib.sha256(data).hexdigest() for name, data in built.items()} for built in builds
    )
    assert sorted(name.rpartition(".")[2] for name in first) == ["gz", "whl"]
    assert first == second


def test_a_package_contains_no_stray_files_of_a_checkout(builds, tmp_path):
    for name, data in builds[0].items():
        (tmp_path / name).write_bytes(data)
        if name.endswith(".whl"):
            names = zipfile.ZipFile(tmp_path / name).namelist()
        else:
            with tarfile.open(tmp_path / name) as archive:
                names = archive.getnames()
        left = ("__pycache__", "/.venv", "/.pytest_cache")
        assert not [each for each in names if any(name in each for name in left)]


def test_the_source_distribution_contains_the_locks_and_the_security_policy(builds, tmp_path):
    (name,) = (name for name in builds[0] if name.endswith(".tar.gz"))
    (tmp_path / name).write_bytes(builds[0][name])
    with tarfile.open(tmp_path / name) as archive:
        names = {each.split("/", 1)[-1] for each in archive.getnames()}
    assert {"SECURITY.md", *(f"locks/{lock.name}" for lock in LOCKS)} <= names


def test_the_security_policy_names_existing_tests():
    text = (ROOT / "SECURITY.md").read_text()
    named = set(re.findall(r"`(tests/[^`]*)`", text))
    assert len(named) > 10
    # A name may be a pattern, which has to match at least one file.
    assert not [name for name in named if not list(ROOT.glob(name.rstrip("/")))]
    assert len(text.splitlines()) <= 120
