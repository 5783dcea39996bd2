"""References into other files: those below the description's folder are read, and nothing else."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from generator import load

SECRET = "type: string\nexample: not-for-you\n"


def test_references_in_other_files_are_relative_to_their_own_file(read, posting):
    api = read(
        posting("{$ref: 'schemas/pet.yaml'}", "components: {schemas: {X: {example: up}}}\n"),
        beside={
            "schemas/pet.yaml": "properties:\n  owner: {$ref: 'owner.json#/defs/a~1b'}\n"
            "  own: {$ref: '#/properties/n'}\n  n: {example: n}\n"
            "  up: {$ref: '../api.yaml#/components/schemas/X'}\n  tag: {$ref: '#tag'}\n"
            "  far: {$ref: 'my%20tags.yaml#far'}\n  t: {$anchor: tag, example: t}\n",
            "schemas/owner.json": '{"defs": {"a/b": {"example": "o"}}}',
            "schemas/my tags.yaml": "Far: {$anchor: far, example: f}\n",
        },
    )
    values = {"owner": "o", "own": "n", "n": "n", "up": "up", "tag": "t", "far": "f", "t": "t"}
    assert api.body == values
    assert api.problems == []
    assert {path.name for path in api.plan.inputs} >= {"api.yaml", "pet.yaml", "owner.json", "my tags.yaml"}


def test_files_may_refer_to_each_other_in_a_cycle(read, posting):
    beside = {
        "a.yaml": "properties: {v: {example: x}, b: {$ref: b.yaml}}\n",
        "b.yaml": "properties: {a: {$ref: a.yaml}}\n",
    }
    assert read(posting("{$ref: a.yaml}"), beside=beside).body["v"] == "x"


def test_whole_path_items_are_read_and_their_structure_is_checked(read, head):
    api = read(
        head() + "paths:\n  /a: {$ref: 'paths/a.yaml'}\n  /b: {$ref: 'all.yaml#/paths/~1b'}\n",
        beside={
            "paths/a.yaml": "get:\n  parameters: [{name: q, in: query, example: qq}]\n"
            "  responses: {'200': {$ref: '../all.yaml#/responses/Fine'}}\n",
            "all.yaml": "paths: {/b: {put: {operationId: b, responses: {'204': {description: None}}}}}\n"
            "responses: {Fine: {description: Fine}}\n",
        },
    )
    assert [(o.method, o.path, o.responses[0].description) for o in api.operations] == [
        ("GET", "/a", "Fine"),
        ("PUT", "/b", "None"),
    ]
    assert any(w.startswith("paths/a.yaml:2:16 (#/get/parameters/0)") for w in api.warnings), api.warnings


def test_maps_of_names_that_are_a_reference_to_another_file_are_read(read, head):
    api = read(
        head() + "paths: {$ref: paths.yaml}\ncomponents: {schemas: {$ref: 'schemas/all.yaml'}}\n",
        beside={
            "paths.yaml": "/a:\n  post:\n    requestBody: {content: {application/json: {schema: "
            "{$ref: 'api.yaml#/components/schemas/default'}}}}\n    responses: {}\n",
            "schemas/all.yaml": "default: {properties: {a: {$ref: '#/example'}}}\nexample: {example: x}\n",
        },
    )
    assert [(o.method, o.path) for o in api.operations] == [("POST", "/a")]
    assert api.body == {"a": "x"}


def test_a_discriminator_may_map_to_a_file(read, posting):
    schema = "{oneOf: [{$ref: cat.yaml}], discriminator: {propertyName: kind, mapping: {cat: cat.yaml}}}"
    beside = {"cat.yaml": "type: object\nrequired: [kind]\nproperties: {kind: {type: string}}\n"}
    assert read(posting(schema), beside=beside).body == {"kind": "cat"}


def test_findings_in_another_file_have_its_place(read, posting):
    beside = {
        "c.yaml": "properties:\n  a: {$ref: '#/nope'}\n  b: {$ref: no.yaml}\n  type: string\n  type: x\n"
    }
    api = read(posting("{$ref: c.yaml}"), beside=beside)
    assert [w for w in api.warnings if w.startswith("c.yaml:2:7 ") and "'c.yaml#/nope'" in w]
    assert [w for w in api.warnings if w.startswith("c.yaml:3:7 ") and "not there" in w]
    assert [w for w in api.warnings if w.startswith("c.yaml:5:3: The key 'type' appears twice")]


BROKEN = {
    "that is no YAML": (b"a: [\n", "b.yaml:2:1: This is not valid YAML"),
    "that is empty": (b"", "isn't an object"),
    "that holds a list": (b"[1]", "isn't an object"),
    "in no encoding": (b"\xfe\xb0\x81", "b.yaml: Byte 0 is not UTF-8"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file(read, posting, case):
    content, what = BROKEN[case]
    api = read(posting("{properties: {a: {example: x}, b: {$ref: b.yaml}}}"), beside={"b.yaml": content})
    assert api.body["a"] == "x"
    assert any(what in p for p in api.problems), api.problems


OUTSIDE = [
    "../outside.yaml",
    "a/../../outside.yaml",
    "%2e%2e/outside.yaml",
    "..%2foutside.yaml",
    "/{folder}/outside.yaml",
    "file:///{folder}/outside.yaml",
    "file:../outside.yaml",
    "link.yaml",
    "folder/outside.yaml",
    "loop.yaml",
    "api%00.yaml",
    "http://[x",
    "//example.invalid/outside.yaml",
    "x" * 5000 + ".yaml",
]


@pytest.mark.parametrize("reference", OUTSIDE, ids=lambda reference: reference[:40])
@pytest.mark.parametrize("kind", ["$ref", "externalValue"])
def test_a_reference_out_of_the_folder_is_refused_with_a_finding(read, posting, tmp_path, reference, kind):
    folder = tmp_path.parent / f"{tmp_path.name}-outside"
    folder.mkdir(exist_ok=True)
    (tmp_path.parent / "outside.yaml").write_text(SECRET)
    (folder / "outside.yaml").write_text(SECRET)
    (tmp_path / "link.yaml").symlink_to(folder / "outside.yaml")
    (tmp_path / "folder").symlink_to(folder)
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    reference = reference.replace("{folder}", str(folder).strip("/"))
    schema = f"{{$ref: '{reference}'}}" if kind == "$ref" else "{}"
    text = posting(schema)
    if kind == "externalValue":
        text = text.replace("schema: {}", f"examples: {{a: {{externalValue: '{reference}'}}}}")
    api = read(text)
    at = "schema/$ref" if kind == "$ref" else "examples/a/externalValue"
    for found in (api.warnings, api.problems):
        assert any(w.startswith("api.yaml:10:") and f"{at})" in w for w in found), found
    assert "not-for-you" not in "".join(r.text for r in api.plan.render().values())
    assert "not-for-you" not in "".join(api.problems)


def test_nothing_is_fetched_not_even_by_validate(read, posting):
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"example": "fetched"}')

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        more = (
            f"components: {{schemas: {{A: {{$ref: '{address}/a.json'}}}}, "
            "responses: {R: {description: R, content: {application/json: "
            f"{{schema: {{$ref: '{address}/r.json'}}}}}}}}}}}}\n"
        )
        text = posting(f"{{$ref: '{address}/s.json'}}", more).replace(
            "{'200': {description: Fine}}", "{'200': {$ref: '#/components/responses/R'}}"
        )
        api = read(text)
        found = api.problems
        server.shutdown()
    assert asked == []
    assert len([p for p in found if "nothing is fetched" in p]) >= 3


def test_examples_in_separate_files_are_read(read, head):
    api = read(
        head() + "paths:\n  /a:\n    post:\n      requestBody:\n        content:\n"
        "          application/json:\n            examples: {one: {externalValue: e/one.json}, "
        "two: {externalValue: e/two.yaml}}\n"
        "          text/plain: {examples: {t: {externalValue: 'e/t.txt'}}}\n"
        "          application/xml: {examples: {x: {externalValue: 'e/x.xml'}}}\n"
        "      responses: {'200': {description: Fine}}\n",
        beside={"e/one.json": '{"a": [1]}', "e/two.yaml": "a: [2]\n", "e/t.txt": "a\nb", "e/x.xml": "<a/>"},
    )
    content = {part.name: [e.value for e in part.examples] for part in api.operations[0].body.content}
    assert content == {
        "application/json": [{"a": [1]}, {"a": [2]}],
        "text/plain": ["a\nb"],
        "application/xml": ["<a/>"],
    }
    assert [e.name for e in api.operations[0].body.content[0].examples] == ["one", "two"]
    assert api.problems == []


def test_an_example_that_is_not_text_is_a_finding(read, posting):
    text = posting("{}").replace("schema: {}", "examples: {a: {externalValue: a.png}}")
    api = read(text, beside={"a.png": b"\x89PNG\xff"})
    assert any("examples/a/externalValue)" in w and "isn't text" in w for w in api.warnings)


def test_findings_name_a_file_relative_to_the_path_that_the_user_gave(read, posting, tmp_path, monkeypatch):
    read(posting("{$ref: b.yaml}"), beside={"b.yaml": "a: [\n"})
    monkeypatch.chdir(tmp_path.parent)
    plan = load(tmp_path.relative_to(tmp_path.parent) / "api.yaml")
    files = {problem.place.file for problem in plan.warnings}
    assert files == {f"{tmp_path.name}/api.yaml", f"{tmp_path.name}/b.yaml"}
