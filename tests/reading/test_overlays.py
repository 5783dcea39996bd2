"""OpenAPI Overlay 1.0 and 1.1, with JSONPath as in RFC 9535."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml
from support import ROOT, UPSTREAM, UPSTREAM_ABSENT, run

from generator import load
from generator.api import Options, validate
from generator.errors import DescriptionError

CALLSHEET = Path(sys.executable).parent / "callsheet"
OVERLAY = ROOT / "specs" / "overlays" / "privacy-service.yaml"
TEXT = """\
openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: https://api.example.org}]
tags: [{name: a}, {name: b}, {name: c}]
paths:
  /a:
    get: {summary: one, tags: [a], responses: &r {'200': {description: Fine}}}
  /b:
    get: {summary: two, tags: [b], responses: *r}
    post: {summary: three, x-internal: true, responses: *r}
"""


def overlay(*actions: str, version: str = "1.1.0") -> str:
    lines = "".join(f"  - {action}\n" for action in actions)
    return f"overlay: {version}\ninfo: {{title: O, version: '1'}}\nactions:\n{lines}"


@pytest.fixture
def laid_over(read):
    """Read the description above with overlays applied."""

    def laid_over(*overlays: str):
        files = {f"o{number}.yaml": text for number, text in enumerate(overlays)}
        return read(TEXT, beside=files, overlays=tuple(files))

    return laid_over


FOUR = [{"name": name} for name in "abcd"]
ACTIONS = {
    "objects are merged": (
        "{target: $.info, update: {title: New, contact: {name: N}}}",
        "info",
        {"title": "New", "version": "1", "contact": {"name": "N"}},
    ),
    "an item joins an array": ("{target: $.tags, update: {name: d}}", "tags", FOUR),
    "an array joins an array": ("{target: $.tags, update: [{name: d}]}", "tags", FOUR),
    "the root is merged": ("{target: $, update: {tags: [{name: d}]}}", "tags", FOUR),
    "a plain value is replaced": (
        "{target: $.info.title, update: New}",
        "info",
        {"title": "New", "version": "1"},
    ),
    "items are removed from the end": (
        "{target: '$.tags[?@.name != \"b\"]', remove: true}",
        "tags",
        [{"name": "b"}],
    ),
    "a node is copied": (
        "{target: '$.tags[0]', copy: '$.tags[2]'}",
        "tags",
        [{"name": "c"}, {"name": "b"}, {"name": "c"}],
    ),
    "remove comes before update": ("{target: $.tags, remove: true, update: {name: d}}", "tags", None),
}


@pytest.mark.parametrize("case", ACTIONS)
def test_an_action(laid_over, case):
    action, key, value = ACTIONS[case]
    api = laid_over(overlay(action))
    assert api.plan.document.root.get(key) == value
    assert api.warnings == []


def test_actions_and_overlays_are_applied_in_their_order(laid_over):
    first = overlay(
        "{target: $.paths, update: {/c: {}}}", "{target: \"$.paths['/c']\", copy: \"$.paths['/a']\"}"
    )
    second = overlay("{target: \"$.paths['/a']\", remove: true}", version="1.0.0")
    third = overlay("{target: $.paths..summary, update: same}")
    api = laid_over(first, second, third)
    assert [(o.path, o.method, o.name) for o in api.operations] == [
        ("/b", "GET", "same"),
        ("/b", "POST", "same"),
        ("/c", "GET", "same"),
    ]


def test_a_filter_selects_what_is_removed(laid_over):
    api = laid_over(overlay("{target: \"$.paths.*[?@['x-internal'] == true]\", remove: true}"))
    assert [(o.path, o.method) for o in api.operations] == [("/a", "GET"), ("/b", "GET")]


def test_a_node_that_an_alias_shares_is_changed_only_at_the_target(laid_over):
    target = "\"$.paths['/a'].get.responses"
    api = laid_over(
        overlay(
            f"{{target: {target}\", update: {{'404': {{description: Gone}}}}}}",
            f"{{target: {target}['200'].description\", update: Own}}",
        )
    )
    responses = [[(r.status, r.description) for r in o.responses] for o in api.operations]
    assert responses == [[("200", "Own"), ("404", "Gone")], [("200", "Fine")], [("200", "Fine")]]


def test_an_overlay_may_add_references_to_other_files(read):
    change = overlay(
        "{target: \"$.paths['/a'].get.responses['200']\", update: {content: {a/b: {$ref: m.yaml}}}}"
    )
    api = read(TEXT, beside={"o.yaml": change, "m.yaml": "example: x\n"}, overlays=("o.yaml",))
    assert [e.value for e in api.operations[0].responses[0].content[0].examples] == ["x"]


WARNED = {
    "that matches nothing": ("{target: $.nope, update: {}}", "4:6 (#/actions/0/target)", "matches nothing"),
    "that does nothing": ("{target: $.info}", "4:5 (#/actions/0)", "neither"),
    "with update and copy": ("{target: $.info, update: {}, copy: $}", "4:5 (#/actions/0)", "with both"),
    "that copies nothing": ("{target: $.info, copy: $.nope}", "4:22 (#/actions/0/copy)", "matches no node"),
    "that copies several": ("{target: $.info, copy: '$.tags[*]'}", "4:22 (#/actions/0/copy)", "3 nodes"),
}


@pytest.mark.parametrize("case", WARNED)
def test_an_action_is_left_out_with_a_warning(laid_over, case):
    action, place, what = WARNED[case]
    api = laid_over(overlay(action))
    assert [w for w in api.warnings if w.startswith(f"o0.yaml:{place}: ") and what in w], api.warnings
    assert len(api.operations) == 3
    assert [p for p in api.problems if what in p]


REFUSED = {
    "that is no JSONPath": (
        overlay("{target: '$.a[', update: {}}"),
        r"o0.yaml:4:6 .*not a JSONPath \(RFC 9535\)",
    ),
    "that is empty": (overlay("{target: '', update: {}}"), r"o0.yaml:4:6 .*'' is not a JSONPath"),
    "of JSONPath beyond RFC 9535": (
        overlay("{target: '$.tags[?@.name =~ /a/]', remove: true}"),
        "not a JSONPath",
    ),
    "that merges an object with text": (
        overlay("{target: $.info.title, update: {a: 1}}"),
        "o0.yaml:4:28 .*An object can't be merged with a plain value",
    ),
    "that merges text with an object": (overlay("{target: $, update: {info: x}}"), "can't be merged"),
    "of another version": (
        overlay("{target: $, update: {}}", version="2.0.0"),
        "o0.yaml:1:1 .*version 1.0 or 1.1",
    ),
    "in no overlay": ("openapi: 3.1.0\n", "not an OpenAPI Overlay"),
    "in broken YAML": ("overlay: [\n", "o0.yaml:2:1: This is not valid YAML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_action_is_refused(laid_over, case):
    text, message = REFUSED[case]
    with pytest.raises(DescriptionError, match=message):
        laid_over(text)


def test_a_missing_overlay_is_named(read):
    with pytest.raises(DescriptionError, match=r"no\.yaml: There is no such file. Name an overlay"):
        read(TEXT, overlays=("no.yaml",))


def test_overlays_of_the_project_file_come_before_those_of_the_command(tmp_path):
    (tmp_path / "api.yaml").write_text(TEXT)
    (tmp_path / "callsheet.yaml").write_text("description: api.yaml\noverlays: [one.yaml]\n")
    (tmp_path / "one.yaml").write_text(overlay("{target: $.info.title, update: One}"))
    (tmp_path / "two.yaml").write_text(
        overlay("{target: '$.info[?@ == \"One\"]', update: Two}", "{target: $.nope, update: {}}")
    )
    two = (*("-c", "callsheet.yaml"), *("--overlay", "two.yaml"))
    done = run(CALLSHEET, "generate", *two, "--target", "postman", cwd=tmp_path)
    assert done.code == 0, done.output
    assert "warning: two.yaml:5:6 (#/actions/1/target): The target '$.nope' matches nothing." in done.output
    collection = (tmp_path / "output" / "api.postman_collection.json").read_text()
    assert '"name": "Two"' in collection
    assert run(CALLSHEET, "generate", *two, "--strict", cwd=tmp_path).code == 2


def test_the_overlay_for_the_publishers_file_leaves_no_warning_and_every_action_matches():
    if not UPSTREAM.exists():
        pytest.skip(UPSTREAM_ABSENT)
    assert load(UPSTREAM).warnings != ()
    assert validate(UPSTREAM, (OVERLAY,)) == ()
    plan = load(UPSTREAM, None, Options(overlays=(OVERLAY,)))
    assert plan.warnings == ()
    operations = {operation.id: operation for operation in plan.api.operations}
    assert len(operations) == 5
    for operation in operations.values():
        statuses = [response.status for response in operation.responses]
        assert statuses.count("401") == statuses.count("429") == 1
    body = operations["createPrivacyJob"].body.content[0].examples[0].value
    assert body["expandIds"] is False
    names = {p.name: p.sample for p in operations["listPrivacyJobs"].parameters}
    assert names == {
        "regulation": "ccpa",
        "size": 25,
        "page": 1,
        "status": "complete",
        "fromDate": "2026-01-01",
        "toDate": "2026-01-15",
        "filterDate": "2026-01-15",
    }
    assert [part.name for part in operations["retrievePrivacyJobContent"].responses[0].content] == [
        "application/zip",
        "application/octet-stream",
        "application/json",
    ]
    created = operations["createPrivacyJob"].responses[0].content[0]
    assert {p.name for p in created.properties} >= {"requestId", "totalRecords", "jobs", "jobs.jobId"}


def test_the_overlay_repeats_no_sentence_of_the_publishers_file():
    if not UPSTREAM.exists():
        pytest.skip(UPSTREAM_ABSENT)

    def sentences(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {str(node["description"])} if isinstance(node.get("description"), str) else set()
            return own.union(*map(sentences, node.values()))
        return set().union(*map(sentences, node)) if isinstance(node, list) else set()

    ours, theirs = (sentences(yaml.safe_load(file.read_text())) for file in (OVERLAY, UPSTREAM))
    assert ours
    assert not ours & theirs
