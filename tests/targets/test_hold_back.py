"""The function that holds a request back, in fake runtimes that lack one thing or another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support import ROOT, run

from generator import load
from generator.targets.postman.collections import collections
from generator.targets.postman.formats import FORMAT_2, FORMAT_3
from generator.targets.shared import templating
from generator.targets.shared.guards import Emptied
from generator.texts import json_pieces

EMPTIED = Emptied(addresses=("baseUrl", "baseUrl_other"), credentials=("ACCESS_TOKEN", "KEY"))
#: A fake runtime without what ``lacks`` names; it records the calls in order.
_STAND_IN = """
const fs = require('fs');
const vm = require('vm');
const { script, lacks, call } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const done = [];
const kept = {};
const note = (name) => (...values) => { done.push([name, ...values]); };
const pm = {
  execution: { skipRequest: note('skip'), setNextRequest: note('next') },
  request: { update: note('update') },
  variables: { get: (name) => kept[name], set: (name, value) => { kept[name] = value; } },
  expect: { fail: (message) => { done.push(['fail', message]); } },
  test: (name, check) => { done.push(['test', name]); check(); },
};
pm.test.skip = note('skipped');
const postman = { setNextRequest: note('postman next') };
const scope = { pm, postman, console: { log: note('log') } };
lacks.forEach((path) => {
  const names = path.split('.');
  const name = names.pop();
  const holder = names.reduce((found, part) => found[part], scope);
  delete holder[name];
});
vm.runInNewContext(`${script}\\n${call}`, scope);
console.log(JSON.stringify({ done, kept }));
"""
_REASON = "reason: 'Not sent: because.'"


def _script(*, skips: bool) -> str:
    names = ("hold-back", "hold-back-from-requests")
    parts = (templating.render(f"scripts/{name}.js.j2", emptied=EMPTIED, skips=skips) for name in names)
    return "\n".join(parts)


def _done(
    folder: Path, call: str = f"holdBack(pm, {{ {_REASON} }});", *lacks: str, skips: bool = True
) -> tuple[list[list[Any]], dict[str, str]]:
    """Run ``call`` in a runtime; returns its calls of the runtime in order, and the variables it sets."""
    (folder / "given.json").write_text(
        json.dumps({"script": _script(skips=skips), "lacks": lacks, "call": call})
    )
    (folder / "stand-in.js").write_text(_STAND_IN)
    done = run("node", folder / "stand-in.js", folder / "given.json")
    assert done.code == 0, done.output
    report = json.loads(done.output)
    return report["done"], report["kept"]


def _but_updates(done: list[list[Any]]) -> list[list[Any]]:
    return [each for each in done if each[0] != "update"]


def test_a_request_is_made_harmless_before_it_is_skipped(tmp_path):
    done, kept = _done(tmp_path)
    changed: dict[str, Any] = {}
    for name, *values in done[:5]:
        assert name == "update"
        changed |= values[0]
    assert changed == {
        "url": "not-sent://held-back",
        "method": "GET",
        "header": [],
        "body": {"mode": "raw", "raw": ""},
        "auth": {"type": "noauth"},
    }
    assert kept == {
        **dict.fromkeys(EMPTIED.addresses, "not-sent://held-back"),
        **dict.fromkeys(EMPTIED.credentials, ""),
        "heldBack": "request",
    }
    assert [each[0] for each in done[5:]] == ["log", "skipped", "skip"]


def test_a_failure_is_a_failing_test_and_can_end_the_run(tmp_path):
    call = f"holdBack(pm, {{ failure: 'Why', {_REASON}, endsRun: true }});"
    done, kept = _done(tmp_path, call)
    assert _but_updates(done) == [
        ["test", "Why"],
        ["fail", "Not sent: because."],
        ["next", None],
        ["skip"],
    ]
    assert kept["heldBack"] == "request"


@pytest.mark.parametrize("lacks", ["pm.execution", "pm.execution.skipRequest"])
def test_if_a_request_cannot_be_skipped_the_run_fails_and_ends(lacks, tmp_path):
    done, kept = _done(tmp_path, f"holdBack(pm, {{ {_REASON} }});", lacks)
    report = _but_updates(done)
    ends = "postman next" if lacks == "pm.execution" else "next"
    assert report[:3] == [
        ["log", "Not sent: because."],
        [ends, None],
        ["test", "The runtime can skip a request"],
    ]
    assert report[3][1].startswith("This runtime is too old to skip a request: Newman 6.1 or newer is needed")
    assert kept["heldBack"] == "run"


def test_newman_6_1_0_ends_the_run_with_the_older_call(tmp_path):
    call = f"holdBack(pm, {{ failure: 'Why', {_REASON}, endsRun: true }});"
    done, _ = _done(tmp_path, call, "pm.execution.setNextRequest")
    assert [each[0] for each in _but_updates(done)] == ["test", "fail", "postman next", "skip"]


@pytest.mark.parametrize(
    "lacks",
    [
        ["postman", "pm.execution"],
        ["pm.variables.set"],
        ["pm.request.update"],
        ["pm.request"],
        ["pm.variables"],
    ],
    ids=" ".join,
)
def test_all_other_steps_are_taken_whatever_a_runtime_lacks(lacks, tmp_path):
    done, kept = _done(tmp_path, f"holdBack(pm, {{ failure: 'Why', {_REASON} }});", *lacks)
    assert ["test", "Why"] in done
    assert (["skip"] in done) is ("pm.execution" not in lacks)
    if not lacks[0].startswith("pm.request"):
        assert ["update", {"url": "not-sent://held-back"}] in done
    if not lacks[0].startswith("pm.variables"):
        assert kept["ACCESS_TOKEN"] == ""


def test_in_format_3_the_script_of_a_request_does_not_skip(tmp_path):
    done, kept = _done(tmp_path, f"holdBackFromRequest(pm, {{ failure: 'Why', {_REASON} }});", skips=False)
    assert _but_updates(done) == [["test", "Why"], ["fail", "Not sent: because."]]
    assert kept["heldBack"] == "request"


@pytest.mark.parametrize(
    ("thrown", "named"),
    [
        ("undefined.x", "TypeError"),
        ("(() => { throw 'hidden'; })()", "string"),
        ("nothing()", "ReferenceError"),
    ],
)
def test_an_unexpected_error_holds_the_request_back_and_reveals_nothing(thrown, named, tmp_path):
    done, _ = _done(tmp_path, f"failingClosed(pm, (hidden) => {thrown})('hidden');")
    assert _but_updates(done) == [
        ["test", "The request is prepared"],
        ["fail", f"Not sent: a script of this collection failed unexpectedly ({named})."],
        ["skip"],
    ]


#: Runs test scripts without a response, and records what they do, which must be nothing. The first script is
#: that of the collection, whose functions the others call.
_WITHOUT_RESPONSE = """
const fs = require('fs');
const vm = require('vm');
const collections = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const done = [];
const note = (name) => (...values) => { done.push([name, ...values]); };
const variables = { get: () => 'value', set: note('set'), toObject: () => ({}) };
const test = Object.assign(note('test'), { skip: note('skipped') });
const headers = { all: () => [{ key: 'Authorization', value: 'Bearer value' }], get: () => 'Bearer value' };
const empty = { code: undefined, headers, text: () => undefined, json: () => JSON.parse('') };
[undefined, null, {}, empty].forEach((response) => {
  collections.forEach((scripts) => {
    const pm = {
      response, test, request: { headers }, variables, environment: variables, collectionVariables: variables,
      sendRequest: note('send'), expect: note('expect'),
    };
    const context = vm.createContext({ pm, console: { log: note('log') }, require, Buffer });
    scripts.forEach((script) => vm.runInContext(`(() => {${script}\\n})()`, context));
  });
});
console.log(JSON.stringify({ scripts: collections.flat().length, done }));
"""


def _test_scripts(part: dict[str, Any]) -> Iterator[str]:
    """The test scripts of a collection, folder or request, and of everything in it."""
    for event in part.get("event", ()):
        if event["listen"] == "test":
            yield "\n".join(event["script"]["exec"])
    for child in part.get("item", ()):
        yield from _test_scripts(child)


@pytest.mark.parametrize("form", [FORMAT_2, FORMAT_3], ids=["format 2.1", "format 3"])
def test_without_a_response_test_scripts_do_nothing(form, tmp_path):
    plan = load()
    paging = msgspec.structs.replace(plan.settings.tests, paging=True)
    settings = msgspec.structs.replace(plan.settings, tests=paging)
    made = [made for _, made in collections(plan.api, settings, form)]
    scripts = [list(dict.fromkeys(_test_scripts(json.loads("".join(json_pieces(each)))))) for each in made]
    (tmp_path / "scripts.json").write_text(json.dumps(scripts))
    (tmp_path / "run.js").write_text(_WITHOUT_RESPONSE)
    done = run("node", tmp_path / "run.js", tmp_path / "scripts.json")
    assert done.code == 0, done.output
    report = json.loads(done.output)
    # Those of collections, operations, and of variations, with links and paging.
    assert report["scripts"] > 10
    whole = "\n".join(script for each in scripts for script in each)
    for part in (
        "callsheet.keep(",
        "callsheet.nextPage(",
        "function explain401(",
        "callsheet.expectRefusal(",
    ):
        assert part in whole
    assert report["done"] == []


def test_no_other_script_skips_a_request_or_ends_a_run():
    """There is a single function for it, whatever the reason."""
    for path in (ROOT / "templates" / "scripts").glob("*.j2"):
        if path.name != "hold-back.js.j2":
            assert not re.search(r"skipRequest|setNextRequest", path.read_text()), path.name


def test_scripts_have_no_syntax_unknown_to_old_runtimes():
    """A script that can't be parsed isn't run, so that the request it should hold back is sent."""
    newer = re.compile(r"[\w)\]]\?\.[\w(\[]|\?\?|\|\|=|&&=|\bstatic \{|\bawait\b|\d_\d")
    for path in (ROOT / "templates" / "scripts").glob("*.j2"):
        for line in path.read_text().splitlines():
            code = re.sub(r"(^|\s)//\s.*", "", line)
            assert not newer.search(code), f"{path.name}: {line}"
