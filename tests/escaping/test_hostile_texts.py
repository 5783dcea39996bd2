"""Small descriptions whose text requires endless work: each run ends soon, uses little memory, and says why.

Each case runs the real command with limits on its time and memory. The limit on processor time is higher than
the promised one, since the tests share their machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(sys.executable).parent / "callsheet"
SECONDS = 20
MEGABYTES = 512
N = 100_000


def _api(**more: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://api.example"}],
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"description": "ok"}}}}},
        **more,
    }


def _described(text: str) -> dict[str, Any]:
    operation = {
        "operationId": "a",
        "description": text,
        "parameters": [{"name": "q", "in": "query", "description": text, "schema": {"type": "string"}}],
        "responses": {"200": {"description": text}},
    }
    info = {"title": "t", "version": "1", "description": text}
    return _api(info=info, paths={"/a": {"get": operation}})


def _bodied(example: Any) -> dict[str, Any]:
    operation = {
        "requestBody": {"content": {"application/json": {"example": example}}},
        "responses": {"200": {"description": "ok"}},
    }
    return _api(paths={"/a": {"post": operation}})


def _nested(begin: str, end: str, levels: int) -> str:
    return json.dumps(_bodied("@")).replace('"@"', begin * levels + "1" + end * levels)


HEAD = 'openapi: 3.1.0\ninfo: {title: t, version: "1"}\npaths: {}\n'
#: A function that makes the description, and a text that the output of the command must contain.
CASES: dict[str, tuple[Callable[[], str | dict[str, Any]], str]] = {
    "a path of 4,000 parameters": (
        lambda: _api(paths={"".join(f"/{{p{i}}}" for i in range(4000)): {"get": {"responses": {}}}}),
        "8,000 characters or 100 parameters",
    ),
    "a path of 300,000 segments": (
        lambda: _api(paths={"/a" * 300_000: {"get": {"responses": {}}}}),
        "8,000 characters",
    ),
    "brackets in an example": (lambda: _bodied("[" * 50_000), ""),
    "an example nested 50,000 deep": (lambda: _nested("[", "]", 50_000), "limit of 1,000 levels"),
    "JSON nested 100,000 deep": (
        lambda: json.dumps(_api(**{"x-a": "@"})).replace('"@"', '{"a":' * N + "1" + "}" * N),
        "nested too deeply",
    ),
    "a schema nested 90,000 deep": (
        lambda: json.dumps(_api(components={"schemas": {"A": "@"}})).replace(
            '"@"', '{"items":' * 90_000 + "{}" + "}" * 90_000
        ),
        "nested too deeply",
    ),
    "YAML brackets that are never closed": (
        lambda: HEAD + "x-a: " + "[" * 50_000 + "\n",
        "nested too deeply",
    ),
    "100,000 nested flow collections": (
        lambda: HEAD + "x-a: " + "[" * N + "]" * N + "\n",
        "nested too deeply",
    ),
    "100,000 nested block lists": (lambda: HEAD + "x-a:\n " + "- " * N + "1\n", "nested too deeply"),
    "a YAML alias bomb": (
        lambda: (
            HEAD
            + "x-a:\n - &a0 [x]\n"
            + "".join(f" - &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))
        ),
        "20 million values",
    ),
    "anchors in a chain of 20,000": (
        lambda: HEAD + "x-a:\n - &a0 [x]\n" + "".join(f" - &a{i} [*a{i - 1}]\n" for i in range(1, 20_000)),
        "",
    ),
    "merge keys of merge keys": (
        lambda: (
            HEAD
            + "x-a:\n  a0: &a0 {k: v}\n"
            + "".join(f"  a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}\n" for i in range(1, 5000))
        ),
        "",
    ),
    "200,000 documents": (lambda: HEAD + "---\n" * 200_000, "not valid YAML"),
    "a number of 900,000 digits": (lambda: HEAD + "x-a: " + "1" * 900_000 + "\n", ""),
    "a scalar of 900,000 characters": (lambda: HEAD + "x-a: " + "a " * 450_000 + "\n", ""),
    "a key that stands 100,000 times": (
        lambda: (
            '{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, "x": {'
            + ",".join(['"a":1'] * N)
            + "}}"
        ),
        "appears twice",
    ),
    "a server URL of braces": (lambda: _api(servers=[{"url": "{" * N}]), "8,000 characters"),
    "a server URL of 5,000 braces": (lambda: _api(servers=[{"url": "{" * 99 + "a" * 5000}]), ""),
    "5,000 media types": (
        lambda: _api(
            paths={
                "/a": {
                    "post": {
                        "requestBody": {"content": {f"a/b{i}": {} for i in range(5000)}},
                        "responses": {"200": {"description": "ok"}},
                    }
                }
            }
        ),
        "limit of 500",
    ),
    "a parameter's name of 600,000 characters": (
        lambda: _api(
            paths={
                "/a": {
                    "get": {
                        "parameters": [
                            {"name": "aB_" * 200_000, "in": "query", "schema": {"type": "string"}}
                        ],
                        "responses": {"200": {"description": "ok"}},
                    }
                }
            }
        ),
        "limit of 1,000 characters",
    ),
    "an operationId of 900,000 characters": (
        lambda: _api(paths={"/a": {"get": {"operationId": "-" * 900_000, "responses": {}}}}),
        "limit of 500 characters",
    ),
    "a title of 900,000 characters": (
        lambda: _api(info={"title": "A b" * 300_000, "version": "1"}),
        "limit of 500 characters",
    ),
    **{
        f"Markdown: {name}": (lambda text=text: _described(text), "")  # type: ignore[misc]
        for name, text in {
            "# a and #s": "# a" + " #" * N,
            "# a, tabs and #s": "# a" + "\t#" * 70_000 + "x",
            "an address and )s": "http://a" + ")" * 2 * N,
            "brackets": "[" * 2 * N,
            "images": "![" * N,
            "links that end nowhere": "[a](" * 50_000,
            "backticks": "".join("`" * i + " " for i in range(1, 600)),
            "emphasis": "*a_" * 60_000,
            "tags": "<b>" * 60_000,
            "comments": "<!--" * 50_000,
            "CDATA": "<![CDATA[" * 20_000,
            "rows of a table": "a|b\n-|-\n" + "|\n" * 60_000,
            "items": "- a\n" * 50_000,
            "quotes": "> " * N + "a",
            "paragraphs": "a\n\n" * 60_000,
            "definitions": "[a]: b\n" * 30_000,
        }.items()
    },
}


#: Runs a command and reports its exit code and peak memory, in KiB. A process counts the memory of the
#: one that it was forked from, so this small one is between pytest and the command.
MEASURED = """
import json, os, resource, sys
report, seconds, *command = sys.argv[1:]
child = os.fork()
if child == 0:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    os.execv(command[0], command)
_, status, used = os.wait4(child, 0)
with open(report, "w") as file:
    json.dump([os.waitstatus_to_exitcode(status), used.ru_maxrss], file)
"""


def bounded(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the command within the limits; returns its exit code and output."""
    report = folder / "used.json"
    output = subprocess.run(
        [sys.executable, "-c", MEASURED, report, str(SECONDS), COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=True,
    ).stdout.decode()
    code, kibibytes = json.loads(report.read_text())
    assert kibibytes < MEGABYTES * 1024, f"{kibibytes // 1024} MiB"
    return code, output


@pytest.mark.parametrize("case", CASES)
def test_a_small_description_takes_little_time_and_memory(tmp_path, case):
    make, words = CASES[case]
    description = make()
    name = "api.json"
    if isinstance(description, dict):
        description = json.dumps(description)
    elif not description.startswith("{"):
        name = "api.yaml"
    (tmp_path / name).write_text(description)
    for arguments in (("validate", name), ("generate", name, "-o", "out")):
        code, output = bounded(tmp_path, *arguments)
        assert code in (0, 1, 2), output[-500:]
        assert "Traceback" not in output
        assert words in output


def test_an_overlay_whose_expression_explodes_is_refused(tmp_path):
    (tmp_path / "api.json").write_text(json.dumps(_described("a" * 60 + "!")))
    for target in (
        "$..[?match(@.description,'((a+)+)+$')]",
        "$..[?search(@.description,'(a|a)*b')]",
        "$" + "..*" * 30,
        "$" + "[?@..*]" * 40,
    ):
        overlay = {"overlay": "1.0.0", "info": {"title": "o", "version": "1"}}
        overlay["actions"] = [{"target": target, "update": {"x": 1}}]  # type: ignore[assignment]
        (tmp_path / "overlay.json").write_text(json.dumps(overlay))
        code, output = bounded(tmp_path, "validate", "api.json", "--overlay", "overlay.json")
        assert code in (1, 2), output[-500:]
        assert "Traceback" not in output
