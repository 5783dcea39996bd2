"""Paths, and helpers that run the real tools (Newman, the Postman CLI, Prism), for all tests."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from support import newman_runs

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
TOOLS = ROOT / "tests" / "tools" / "node_modules" / ".bin"
#: JUnit reports of the runs, for looking into a failure; CI keeps them too.
REPORTS = ROOT / "reports" / "junit"
OURS = ROOT / "specs" / "privacy-service.yaml"
#: The publisher's own description: an optional input beside the checkout.
UPSTREAM = ROOT.parent / "shared" / "reference" / "upstream" / "privacy-service.yaml"
UPSTREAM_ABSENT = "the publisher's description is not on this machine"
#: The Postman CLI reports its runs to Postman; behind a proxy that isn't there, it reaches only this machine.
OFFLINE = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9") | {
    "NO_PROXY": "127.0.0.1,127.0.0.2,localhost"
}
SECRET = "local-mock-only-not-a-secret"


@dataclass(frozen=True)
class Run:
    """The result of running a tool: exit code, printed text, and its JSON and JUnit reports, if any."""

    code: int
    output: str
    report: Mapping[str, Any] = field(default_factory=dict)
    junit: str = ""

    @property
    def requests(self) -> list[Mapping[str, Any]]:
        """The execution of each request sent; a script's own calls are listed under its request, untested."""
        sent = [e for e in self.report["run"]["executions"] if e.get("response")]
        tested = {e["item"]["id"]: e for e in sent if e.get("assertions")}
        return list({e["item"]["id"]: tested.get(e["item"]["id"], e) for e in sent}.values())


def run(*command: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Run:
    """Run a command until it exits; ``output`` is stdout and stderr together."""
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=180,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(errors="replace"))


def junit_report(tool: str) -> Path:
    """The path for the JUnit report of the current test's next run: ``….xml``, ``…-2.xml`` for the second."""
    file, _, test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0].partition("::")
    name = re.sub(r"[^\w.-]+", "-", test)[:140].strip("-")
    stem = f"{Path(file).stem}-{name}-{tool}"
    REPORTS.mkdir(parents=True, exist_ok=True)
    return next(
        path
        for number in itertools.count(1)
        if _is_mine(path := REPORTS / f"{stem}{f'-{number}' if number > 1 else ''}.xml")
    )


#: Reports written by this process; those of earlier processes are overwritten.
_reports: set[Path] = set()
_claim = threading.Lock()


def _is_mine(path: Path) -> bool:
    with _claim:
        if path in _reports:
            return False
        _reports.add(path)
        return True


def run_collection(
    tool: str,
    collection: Path,
    environment: Path | None,
    folder: Path,
    *options: str,
    env: Mapping[str, str] | None = None,
) -> Run:
    """Run a collection with ``postman`` or an npm package of Newman, without an account or a network.

    Its JSON report is written to ``folder``. For a collection in format 3, the Postman CLI writes no reports.
    """
    export = folder / f"{tool}.json"
    export.unlink(missing_ok=True)
    junit = junit_report(tool)
    command = ["collection", "run"] if tool == "postman" else ["run", "--disable-unicode"]
    chosen = ["-e", str(environment)] if environment else []
    reporters: list[str | Path] = []
    if collection.is_file():
        reporters = ["--reporters", "cli,json,junit", "--reporter-json-export", export]
        reporters += ["--reporter-junit-export", junit]
        reporters += ["--reporter-json-structure", "newman"] if tool == "postman" else []
    arguments = [*command, str(collection), *chosen, "--color", "off", *map(str, reporters), *options]
    surroundings = {**OFFLINE, "HOME": str(folder), **(env or {})}
    done = (None if tool == "postman" else _shared_run(tool, arguments, surroundings, folder)) or run(
        executable(tool), *arguments, env=surroundings, cwd=folder
    )
    if junit.exists():
        assert SECRET not in junit.read_text(), f"{junit.name} holds the secret"
    return Run(
        done.code,
        done.output,
        json.loads(export.read_text()) if export.exists() else {},
        junit.read_text() if junit.exists() else "",
    )


def _shared_run(tool: str, arguments: list[str], env: Mapping[str, str], folder: Path) -> Run | None:
    """Run Newman in the process that its runs share, unless another run is using that."""
    done = _shared(tool).run(arguments, folder, {**os.environ, "NO_COLOR": "1", **env})
    return Run(*done) if done else None


@cache
def _shared(tool: str) -> newman_runs.Shared:
    return newman_runs.Shared(executable(tool))


def executable(tool: str) -> Path:
    """The executable of ``tool``: all versions of Newman have the same command name, each in its package."""
    return TOOLS / tool if tool == "postman" else TOOLS.parent / tool / "bin" / "newman.js"


newman = partial(run_collection, "newman")
postman_cli = partial(run_collection, "postman")


def free_port() -> int:
    """A port on the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def prism(description: Path, log: Path) -> Iterator[str]:
    """Run Prism as a mock of ``description``; yields its base URL. Prism's output goes to ``log``."""
    port = free_port()
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [TOOLS / "prism", "mock", description, "--port", str(port), "--host", "127.0.0.1"],
            stdout=sink,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 60
            while "Prism is listening" not in log.read_text(errors="replace"):
                assert process.poll() is None, log.read_text(errors="replace")
                assert time.monotonic() < deadline, "Prism did not start"
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def environment_file(folder: Path, source: Path, **changes: str | None) -> Path:
    """Write a copy of an exported environment with some values changed; ``None`` removes a value."""
    environment = json.loads(source.read_text())
    values = {value["key"]: value for value in environment["values"]}
    for key, value in changes.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = {
                **values.get(key, {"key": key, "type": "default", "enabled": True}),
                "value": value,
            }
    copy = folder / "changed.postman_environment.json"
    copy.write_text(json.dumps({**environment, "values": list(values.values())}))
    return copy


def fetch(url: str, *, headers: Mapping[str, str] | None = None) -> bytes:
    """The response body of a GET request to a local server."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers or {}))) as response:
        return bytes(response.read())


def items(collection: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every request of a collection, those in folders included, in order."""
    found = []
    for part in collection["item"]:
        found += items(part) if "item" in part else [part]
    return found
