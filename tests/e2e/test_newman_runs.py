"""Runs of Newman that share a process are like runs in processes of their own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support import Run, executable, run, run_collection
from support.recorder import Wire, wire

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
VERSIONS = ("newman", "newman-5", "newman-6.0", "newman-6.1")
#: A test that fails, one that passes, a variable that is left from an earlier run if anything is.
_SCRIPT = """
pm.test('passes', () => {});
pm.test('fails', () => pm.expect(pm.environment.get('left') || '').to.equal('nothing'));
console.log(pm.environment.get('left'), pm.collectionVariables.get('left'), pm.globals.get('left'));
pm.environment.set('left', 1);
pm.collectionVariables.set('left', 1);
pm.globals.set('left', 1);
"""


def _collection(*addresses: str) -> dict[str, Any]:
    event = {"listen": "test", "script": {"exec": _SCRIPT.split("\n")}}
    items = [
        {"name": f"To {place}", "request": {"method": "GET", "url": address}, "event": [event]}
        for place, address in enumerate(addresses)
    ]
    return {"info": {"name": "Two", "schema": SCHEMA}, "item": items}


def _alone(tool: str, collection: Path, folder: Path, *options: str, env: dict[str, str]) -> Run:
    arguments = ["run", "--disable-unicode", str(collection), "--color", "off", "--reporters", "cli,json"]
    export = folder / "alone.json"
    arguments += ["--reporter-json-export", str(export)]
    done = run(executable(tool), *arguments, *options, env={"HOME": str(folder), **env}, cwd=folder)
    return Run(done.code, done.output, json.loads(export.read_text()))


def _text(done: Run) -> str:
    """What a run printed, without times, and without the lines and spaces that depend on their width."""
    return re.sub(r"[\s-]+", " ", re.sub(r"[\d.]+m?s\b", "", done.output))


def _assertions(done: Run) -> list[tuple[str, str, bool]]:
    return [
        (execution["item"]["name"], test["assertion"], "error" in test)
        for execution in done.report["run"]["executions"]
        for test in execution.get("assertions", [])
    ]


def _taken(*servers: Wire) -> list[list[str]]:
    """The requests that each server received since the last call."""
    found = [server.requests for server in servers]
    for server in servers:
        server.received.clear()
    return found


@pytest.mark.parametrize("tool", VERSIONS)
def test_a_run_in_a_shared_process_is_like_one_in_its_own(tool, tmp_path):
    """Each run has its own options and proxy, and nothing of the runs before it."""
    with wire() as server, wire() as proxy:
        collection = tmp_path / "two.json"
        collection.write_text(json.dumps(_collection(server.address, "http://elsewhere.example/")))
        direct = {"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}
        by_proxy = {"HTTP_PROXY": proxy.address, "NO_PROXY": ""}
        results = {}
        for options, env in (((), direct), (("--folder", "To 0"), by_proxy)):
            done = _alone(tool, collection, tmp_path, *options, env=env)
            results[options] = env, done, _taken(server, proxy)
        # The first one once more, after a run that differs.
        for options in (*results, ()):
            env, alone, received = results[options]
            shared = run_collection(tool, collection, None, tmp_path, *options, env=env)
            assert (shared.code, _text(shared)) == (alone.code, _text(alone))
            assert _assertions(shared) == _assertions(alone) != []
            assert _taken(server, proxy) == received


def test_a_command_line_that_is_wrong_fails(tmp_path):
    done = run_collection("newman", tmp_path / "missing.json", None, tmp_path)
    assert done.code == 1
    assert "missing.json" in done.output
