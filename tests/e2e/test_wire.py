"""Requests arrive as described: every style and every body, sent by the real tools to a recorder.

A case is an operation of one description. The collection is run by Newman and the Postman CLI, the scripts by
bash and curl, each against its own recorder; ``decoding`` decodes the requests.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import pytest
from support import decoding, environment_file, items, newman, postman_cli, run
from support.recorder import Sent, recorder
from support.wire_cases import CASES, CONTENT, FORM, HARD, JSON, NESTED, TEXT, Case, description

from generator import generate, load

RUNTIMES = ("Newman", "Postman CLI", "curl")


class Wire(NamedTuple):
    """The requests and the output of each runtime, and the collection."""

    sent: dict[str, dict[str, list[Sent]]]
    output: dict[str, str]
    codes: dict[str, int]
    collection: dict[str, Any]

    def only(self, runtime: str, id_: str) -> Sent:
        """The only request of an operation."""
        found = self.sent[runtime][id_]
        assert len(found) == 1, self.output[runtime]
        return found[0]

    def item(self, id_: str) -> dict[str, Any]:
        """The request of an operation in the collection."""
        return next(item for item in items(self.collection) if item["name"] == id_)


def _choose(collection: Path, file: Path) -> None:
    """Add copies of the requests that need a file, with a file chosen as if by hand."""
    content = json.loads(collection.read_text())
    copies = [json.loads(json.dumps(i)) for i in items(content) if i["name"] in ("upload", "bytes")]
    for item in copies:
        body = item["request"]["body"]
        fields = body["formdata"] if body["mode"] == "formdata" else [body["file"]]
        next(field for field in fields if "src" in field)["src"] = str(file)
        item["name"] = f"{item['name']}, with a file"
        item["id"] = f"{item['id']}-with-a-file"
    content["item"] += copies
    collection.write_text(json.dumps(content))


UPLOADED = b"\x89PNG\r\n\x00\xff"


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder = tmp_path_factory.mktemp("wire")
    upload = folder / 'a "photo" ;x.png'
    upload.write_bytes(UPLOADED)
    with contextlib.ExitStack() as stack:
        recorders = {name: stack.enter_context(recorder()) for name in RUNTIMES}
        (folder / "wire.json").write_text(json.dumps(description("http://127.0.0.1:9")))
        generate(load(folder / "wire.json"), folder / "out")
        collection = folder / "out" / "wire.postman_collection.json"
        _choose(collection, upload)
        (source,) = (folder / "out" / "environments").iterdir()

        def start(name: str) -> Any:
            own = folder / name.replace(" ", "-")
            own.mkdir()
            address = recorders[name].address
            if name == "curl":
                loop = 'for script in "$0"/*.sh; do bash "$script" || echo "failed: $script"; done'
                files = {"PHOTO_FILE": str(upload), "FILE": str(upload)}
                scripts = folder / "out" / "curl" / "scripts"
                return run("bash", "-c", loop, scripts, env={"BASE_URL": address, **files}, cwd=own)
            environment = environment_file(own, source, baseUrl=address, ALLOW_WRITES="true")
            return (newman if name == "Newman" else postman_cli)(collection, environment, own)

        with ThreadPoolExecutor() as pool:
            done = dict(zip(RUNTIMES, pool.map(start, RUNTIMES), strict=True))
        yield Wire(
            {name: server.sent for name, server in recorders.items()},
            {name: result.output for name, result in done.items()},
            {name: result.code for name, result in done.items()},
            json.loads(collection.read_text()),
        )


@pytest.fixture(params=RUNTIMES)
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# --- Parameters -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=[case.id for case in CASES])
def test_a_parameter_arrives_in_its_style(wire: Wire, runtime: str, number: int, case: Case):
    sent = wire.only(runtime, f"case-{number}")
    if case.where == "path":
        raw = sent.path.removeprefix(f"/case-{number}/").removesuffix("/end")
        found = decoding.path_value(raw, "p", case.style, case.explode, case.value)
    elif case.where == "query":
        found = decoding.query_value(sent.query, "p", case.style, case.explode, case.value)
    elif case.where == "header":
        found = decoding.header_value(sent.header("p") or "", case.explode, case.value)
    else:
        found = decoding.cookie_value(sent.header("Cookie") or "", "p", case.style, case.explode, case.value)
    assert found == (_texts if case.style == "deepObject" else decoding.as_read)(case.value)


def _texts(value: Any) -> Any:
    """A value in which every leaf is text."""
    if isinstance(value, dict):
        return {key: _texts(child) for key, child in value.items()}
    return [_texts(child) for child in value] if isinstance(value, list) else decoding.as_text(value)


def test_content_parameters_arrive_as_json(wire: Wire, runtime: str):
    sent = wire.only(runtime, "content")
    raw = sent.path.removeprefix("/content/").removesuffix("/end")
    assert json.loads(decoding.plain(raw)) == CONTENT
    assert json.loads(decoding.query_value(sent.query, "d", "form", True, "")) == CONTENT
    cookie = decoding.cookie_value(sent.header("Cookie") or "", "f", "form", True, "")
    assert json.loads(cookie) == CONTENT
    # Headers can only have ASCII characters; all others are percent-encoded.
    assert json.loads((sent.header("E") or "").replace("%C3%A9", "é")) == CONTENT


def test_reserved_characters_are_kept_where_allowed(wire: Wire, runtime: str):
    assert wire.only(runtime, "reserved").query == "r=http://x.y/a?b=c%26d=%C3%A9%23f%5B1%5D%2B%20"


def test_an_empty_value_is_sent(wire: Wire, runtime: str):
    assert wire.only(runtime, "empty").query == "e="


def test_names_of_query_parameters_arrive(wire: Wire, runtime: str):
    pairs = decoding.pairs(wire.only(runtime, "names").query)
    assert [decoding.plain_name(name) for name, _ in pairs] == ["a=b&c", "page[size]", "é x"]
    assert [entry["key"] for entry in wire.item("names")["request"]["url"]["query"]][1] == "page[size]"


def test_a_form_can_be_the_whole_query(wire: Wire, runtime: str):
    pairs = decoding.pairs(wire.only(runtime, "whole-query").query)
    assert [(decoding.plain_name(name), decoding.plain(text)) for name, text in pairs] == list(_flat(FORM))


def test_json_can_be_the_whole_query(wire: Wire, runtime: str):
    assert json.loads(decoding.plain(wire.only(runtime, "json-query").query)) == CONTENT


def test_variables_within_segments_are_set_and_literal_parts_are_kept(wire: Wire, runtime: str):
    verb, ending, call = (wire.only(runtime, id_).path for id_ in ("verb", "ending", "call"))
    assert verb.startswith("/verb/tasks/")
    assert decoding.plain(verb.removeprefix("/verb/tasks/")) == f"{HARD}:cancel"
    assert ending == "/ending/send.json"
    assert call.count("/") == 2
    assert decoding.plain(call) == f"/call/p(a={HARD},b={HARD})"


def test_a_colon_at_the_beginning_of_a_segment_stays_a_colon(wire: Wire, runtime: str):
    assert wire.only(runtime, "colon").path == "/colon/docs/d1/:analyze"
    assert wire.only(runtime, "colons").path == "/colons/:d%201/:/:a~b!/x"
    # The path variable of a parameter with the name of the segment gets another name.
    assert wire.only(runtime, "same-colon").path == "/same-colon/x/:analyze/:analyze"
    assert wire.only(runtime, "near-colons").path == "/near-colons/:a~/:a/x/y/:a-3/v1/x:a"
    rows = {row["key"]: row["value"] for row in wire.item("colons")["request"]["url"]["variable"]}
    assert list(rows) == ["x", "colons_id", "colon", "a-b"]
    assert {key: rows[key] for key in ("colon", "a-b")} == {"colon": ":", "a-b": ":a~b!"}


def test_a_query_in_the_path_is_a_query_and_a_fragment_is_not_sent(wire: Wire, runtime: str):
    sent = wire.only(runtime, "query-in-path")
    assert sent.path == "/query-in-path/find"
    at = decoding.pairs(sent.query)[1][1]
    assert sent.query == f"kind=1&at={at}&wsdl&q=v"
    assert decoding.plain(at) == HARD


def test_declared_headers_arrive_without_a_body_too(wire: Wire, runtime: str):
    sent = wire.only(runtime, "headers")
    assert sent.header("Content-Type") == "application/vnd.x+json"
    assert sent.header("Accept") == "application/vnd.y+json"
    assert sent.header("If-Match") == '"abc"'
    assert sent.body == b""
    assert unquote(sent.header("X-Name") or "").replace("{ {", "{{") == "Zoë {{CLIENT_SECRET}}"


def test_headers_that_every_client_sets_are_left_to_it(wire: Wire, runtime: str):
    sent = wire.only(runtime, "own-length")
    assert json.loads(sent.body) == JSON
    assert (sent.header("Host") or "").startswith("127.0.0.1:")
    assert sent.header("Content-Length") == str(len(sent.body))
    entries = wire.item("own-length")["request"]["header"]
    assert [e["key"] for e in entries if e.get("disabled")] == ["Content-Length", "Host", "Transfer-Encoding"]


def test_optional_parameters_are_present_but_not_sent(wire: Wire, runtime: str):
    sent = wire.only(runtime, "optional")
    assert (sent.query, sent.header("X-O"), sent.header("Cookie")) == ("", None, None)
    request = wire.item("optional")["request"]
    entries = [*request["url"]["query"], *request["header"]]
    assert [(e["key"], e["value"], e["disabled"]) for e in entries] == [
        ("o", "v", True),
        ("X-O", "v", True),
        ("Cookie", "oc=v", True),
    ]


def test_an_invalid_header_does_not_prevent_a_request(wire: Wire, runtime: str):
    assert wire.only(runtime, "no-header").method == "GET"
    (entry,) = wire.item("no-header")["request"]["header"]
    assert (entry["key"], entry["disabled"]) == ("X Y", True)


# --- Bodies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_", "method", "kind", "value"),
    [
        ("json", "POST", "application/json", JSON),
        ("json-string", "POST", "application/json", "@/etc/hostname"),
        ("json-null", "POST", "application/json", None),
        ("merge-patch", "PATCH", "application/merge-patch+json", {"a": None}),
        ("json-patch", "PATCH", "application/json-patch+json", [{"op": "remove", "path": "/a"}]),
        ("get-with-body", "GET", "application/json", {"a": 1}),
        ("query-method", "QUERY", "application/json", {"a": 1}),
    ],
)
def test_a_json_body_arrives_with_one_content_type(
    wire: Wire, runtime: str, id_: str, method: str, kind: str, value: Any
):
    sent = wire.only(runtime, id_)
    assert (sent.method, sent.header("Content-Type")) == (method, kind)
    assert json.loads(sent.body) == value


def test_an_additional_method_is_sent_unchanged(wire: Wire, runtime: str):
    assert wire.only(runtime, "other-method").method == "COPY"


def test_text_arrives_unchanged(wire: Wire, runtime: str):
    assert wire.only(runtime, "text").body.decode() == TEXT
    sent = wire.only(runtime, "text-at")
    assert (sent.header("Content-Type"), sent.body) == ("text/plain; charset=utf-8", b"@/etc/hostname")


def _flat(form: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The pairs of a form without styles: items of a list repeat its name, objects are JSON."""
    for name, value in form.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, decoding.as_text(item)


def test_a_form_keeps_objects_under_their_keys_and_repeats_lists(wire: Wire, runtime: str):
    sent = wire.only(runtime, "form")
    assert sent.header("Content-Type") == "application/x-www-form-urlencoded"
    found = parse_qsl(sent.body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
    assert found == list(_flat(FORM))


def test_a_form_with_encoding_follows_its_styles(wire: Wire, runtime: str):
    body = wire.only(runtime, "styled-form").body.decode()
    assert parse_qsl(body, keep_blank_values=True, strict_parsing=True) == [
        ("commas", "1,3 4"),
        ("pipes", "x|z&"),
        ("deep[length]", "3"),
        ("deep[list][0]", "p"),
        ("deep[list][1]", "q"),
        ("k", "v w"),
    ]


def test_each_field_and_each_item_is_a_part(wire: Wire, runtime: str):
    sent = wire.only(runtime, "parts")
    parts = decoding.multipart(sent.body, sent.header("Content-Type") or "")
    # curl's options for forms don't support a name with `=`.
    wanted = [pair for pair in _flat(FORM) if "=" not in pair[0]]
    found = [(p["name"], content.decode().replace("\r\n", "\n")) for _, p, content in parts][: len(wanted)]
    assert found == wanted
    kinds = {p["name"]: headers.get("content-type", "").split(";")[0] for headers, p, _ in parts}
    assert kinds["text"] == "text/csv"
    assert kinds["address"] == kinds["rows"] == "application/json"
    assert kinds["list"] in ("", "text/plain")


def test_chosen_files_are_sent_unchanged(wire: Wire, runtime: str):
    sent = wire.only(runtime, "upload")
    title, photo = decoding.multipart(sent.body, sent.header("Content-Type") or "")
    assert (title[1]["name"], title[2].decode()) == ("title", HARD)
    assert (photo[1]["name"], photo[2]) == ("photo", UPLOADED)
    assert photo[0]["content-type"] == "image/png"
    body = wire.only(runtime, "bytes")
    assert (body.header("Content-Type"), body.body) == ("application/octet-stream", UPLOADED)


@pytest.mark.parametrize("runtime", ["Newman", "Postman CLI"])
def test_without_a_chosen_file_nothing_is_sent_and_the_run_names_it(wire: Wire, runtime: str):
    # Only the copies with a chosen file were sent, once each.
    assert wire.codes[runtime] == 1
    text = " ".join(wire.output[runtime].split())
    assert "Not sent: no file is chosen for photo." in text
    assert "Not sent: no file is chosen for the body." in text
    # Nothing else in this run fails.
    assert text.count("AssertionError") == 2


def test_every_script_succeeds(wire: Wire):
    assert wire.codes["curl"] == 0
    assert "failed" not in wire.output["curl"]


def test_other_multipart_bodies_have_parts_too(wire: Wire, runtime: str):
    sent = wire.only(runtime, "mixed")
    kind = sent.header("Content-Type") or ""
    assert kind.startswith("multipart/mixed; boundary=")
    parts = decoding.multipart(sent.body, kind)
    assert [(headers["content-type"], content) for headers, _, content in parts] == [
        ("text/plain", HARD.encode()),
        ("application/json", b'{"c":1}'),
    ]


def test_xml_arrives_as_xml(wire: Wire, runtime: str):
    from xml.etree import ElementTree

    sent = wire.only(runtime, "xml")
    root = ElementTree.fromstring(sent.body)
    assert sent.header("Content-Type") == "application/xml"
    assert [(child.tag, child.text) for child in root] == [
        ("a", HARD + "<>\"'{{x}}"),
        ("b", "1"),
        ("b", "2"),
    ]


def test_xml_in_a_part_of_a_form_arrives_as_xml(wire: Wire, runtime: str):
    from xml.etree import ElementTree

    sent = wire.only(runtime, "xml-part")
    (headers, part, content), (_, title, text) = decoding.multipart(
        sent.body, sent.header("Content-Type") or ""
    )
    assert (part["name"], headers["content-type"]) == ("pet", "application/xml")
    root = ElementTree.fromstring(content)
    assert (root.tag, root.get("id")) == ("animal", "1")
    assert [(child.tag, child.text) for child in root] == [("name", HARD + "<>\"'{{x}}")]
    assert (title["name"], text) == ("title", b"t")


def test_sequences_arrive_item_by_item(wire: Wire, runtime: str):
    lines = wire.only(runtime, "ndjson").body.decode()
    assert [json.loads(line) for line in lines.removesuffix("\n").split("\n")] == NESTED
    records = wire.only(runtime, "json-seq").body.decode().split("\x1e")
    assert records[0] == ""
    assert [json.loads(record) for record in records[1:]] == NESTED
    events = wire.only(runtime, "events").body.decode()
    assert events == 'event: add\ndata: line 1\ndata: line 2\nid: 1\n\ndata: {"a":[1,2]}\n\n'


def test_no_sample_contains_a_marker_instead_of_a_value(wire: Wire):
    text = json.dumps(wire.collection)
    assert not any(marker in text for marker in ("<string>", "<integer>", "Circular", "too many levels"))
