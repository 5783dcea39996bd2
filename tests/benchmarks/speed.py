"""Time whole processes of callsheet and openapi-to-postmanv2: GitHub, Privacy Service, growing descriptions.

python tests/benchmarks/speed.py [--runs N] [--most OPERATIONS]
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from running import GITHUB, Measured, Pair, callsheet, in_turn, machine, measured, peer, table

SPECS = Path(__file__).parent.parent.parent / "specs"
PRIVACY_SERVICE = SPECS / "privacy-service.yaml"
#: The output that the peer writes too: a collection without contract tests.
BARE = ("--target", "postman", "--tests", "off")


def main() -> None:
    """Measure everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="turns that count")
    parser.add_argument("--most", type=int, default=10_000, help="operations of the largest description")
    options = parser.parse_args()
    print(f"Medians of {options.runs} turns; {machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        print(table(_files(Path(folder), options.runs)), end="\n\n")
        print(table(_growing(Path(folder), options.runs, options.most)), end="\n\n")
        print(table(_remembered(Path(folder), options.runs)))


def _files(folder: Path, runs: int) -> list[list[str]]:
    cases = {
        "GitHub, collection without tests": (GITHUB, BARE),
        "GitHub, collection with contract tests": (GITHUB, BARE[:2]),
        "Privacy Service, all targets": (PRIVACY_SERVICE, ()),
        "Privacy Service, collections without tests": (PRIVACY_SERVICE, BARE),
    }
    rows = [["", "ours", "the peer", "faster", "memory"]]
    rows += [_row(name, _pair(folder, spec, more, runs)) for name, (spec, more) in cases.items()]
    helped = in_turn(lambda: measured(callsheet("--help")), lambda: measured(["node", "--version"]), runs)
    return [
        *rows,
        ["`callsheet --help` (`node --version`)", _cost(helped.ours), _cost(helped.theirs), "", ""],
    ]


def _growing(folder: Path, runs: int, most: int) -> list[list[str]]:
    rows = [["operations", "ours", "the peer", "faster", "memory"]]
    costs: list[tuple[int, float]] = []
    count = 100
    while count <= most:
        spec = folder / f"{count}.json"
        spec.write_text(json.dumps(synthetic(count)))
        few = runs if count < 10_000 else min(runs, 3)
        pair = _pair(folder, spec, BARE, few, warm_up=count < 10_000)
        costs.append((count, pair.ours.cpu))
        rows.append(_row(f"{count:,}", pair))
        count *= 10
    (first, least), (last, greatest) = costs[0], costs[-1]
    smallest = folder / "smallest.json"
    smallest.write_text(json.dumps(synthetic(5)))
    start = _pair(folder, smallest, BARE, runs).ours.cpu
    exponent = math.log((greatest - start) / (least - start)) / math.log(last / first)
    return [
        *rows,
        [f"grows with the power of {exponent:.2f} (less what five operations take)", "", "", "", ""],
    ]


def _remembered(folder: Path, runs: int) -> list[list[str]]:
    rows = [["unchanged input", "first", "second", "share"]]
    for name, spec in (("Privacy Service", PRIVACY_SERVICE), ("GitHub", GITHUB)):
        cache = folder / "cache"
        output = folder / "remembered"
        command = callsheet("generate", spec, "-o", output)

        def second(command: Any = command, cache: Path = cache) -> Measured:
            return measured(command, env={"CALLSHEET_CACHE": str(cache)})

        def first(
            second: Callable[[], Measured] = second, cache: Path = cache, output: Path = output
        ) -> Measured:
            shutil.rmtree(cache, ignore_errors=True)
            shutil.rmtree(output, ignore_errors=True)
            return second()

        pair = in_turn(first, second, runs)
        share = pair.theirs.wall / pair.ours.wall
        rows.append([name, _cost(pair.ours), _cost(pair.theirs), f"{share:.2f}"])
    return rows


def _pair(folder: Path, spec: Path, more: tuple[str, ...], runs: int, *, warm_up: bool = True) -> Pair:
    written = folder / "theirs.json"

    def ours() -> Measured:
        shutil.rmtree(folder / "ours", ignore_errors=True)
        return measured(callsheet("generate", spec, "-o", folder / "ours", *more))

    return in_turn(ours, lambda: measured(peer(spec, written)), runs, warm_up)


def _row(name: str, pair: Pair) -> list[str]:
    return [
        name,
        _cost(pair.ours),
        _cost(pair.theirs),
        f"{pair.faster:.1f} ×",
        f"{1 / pair.lighter:.2f} of the peer's",
    ]


def _cost(cost: Measured) -> str:
    return f"{cost.wall:.2f} s, {cost.memory:.0f} MiB"


def synthetic(operations: int) -> dict[str, Any]:
    """A description with that many operations, five for each resource, with bodies, responses, parameters."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for number in range(operations // 5):
        name = f"Resource{number}"
        schemas[name] = {
            "type": "object",
            "required": ["name"],
            "properties": {
                "id": {"type": "string", "format": "uuid", "readOnly": True},
                "name": {"type": "string", "minLength": 1, "maxLength": 80},
                "status": {"type": "string", "enum": ["active", "closed"]},
                "amount": {"type": "number", "minimum": 0},
                "tags": {"type": "array", "items": {"type": "string"}},
                "owner": {"$ref": "#/components/schemas/Owner"},
                "parent": {"$ref": f"#/components/schemas/{name}"},
            },
        }
        one = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        many = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
        answer = {
            "200": {"description": "OK", "content": one},
            "404": {"$ref": "#/components/responses/Missing"},
        }
        tag = {"tags": [f"group {number % 20}"]}
        identifier = [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        ]
        paths[f"/resources{number}"] = {
            "get": {
                **tag,
                "operationId": f"list{name}",
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                    {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["name", "-name"]}},
                ],
                "responses": {
                    "200": {"description": "OK", "content": {"application/json": {"schema": many}}}
                },
            },
            "post": {
                **tag,
                "operationId": f"create{name}",
                "requestBody": {"content": one},
                "responses": answer,
            },
        }
        paths[f"/resources{number}/{{id}}"] = {
            "parameters": identifier,
            "get": {**tag, "operationId": f"get{name}", "responses": answer},
            "put": {
                **tag,
                "operationId": f"replace{name}",
                "requestBody": {"content": one},
                "responses": answer,
            },
            "delete": {**tag, "operationId": f"delete{name}", "responses": {"204": {"description": "Gone"}}},
        }
    owner = {
        "type": "object",
        "properties": {"email": {"type": "string", "format": "email"}, "city": {"type": "string"}},
    }
    error = {"type": "object", "properties": {"code": {"type": "integer"}, "message": {"type": "string"}}}
    missing = {
        "description": "Not found",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": f"{operations} operations", "version": "1"},
        "servers": [{"url": "https://api.example.com/v1"}],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Owner": owner, "Error": error},
            "responses": {"Missing": missing},
        },
    }


if __name__ == "__main__":
    main()
