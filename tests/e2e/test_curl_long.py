"""A sample too long for a command-line argument is sent on curl's standard input instead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from support import decoding, run
from support.recorder import Recorder, Sent, recorder

from generator import Plan, generate, load
from generator.model.types import Operation
from generator.targets.curl.calls import Call
from generator.targets.curl.sample_calls import Notation, SampleCalls

#: Longer than Linux allows for one argument (131,072 bytes), with syntax of the shell and of curl.
LONG = "@/etc/hostname " + 'it\'s $HOME `id` \\ % "x" é\n' * 8000 + "end"
FILE = {"type": "string", "format": "binary"}
BODIES: dict[str, dict[str, Any]] = {
    "text/plain": {"example": LONG},
    "application/json": {"example": {"a": LONG, "org": "{IMS_ORG}"}},
    "application/xml": {
        "schema": {"type": "object", "xml": {"name": "x"}},
        "example": {"a": LONG, "org": "{IMS_ORG}"},
    },
    "application/x-www-form-urlencoded": {"example": {"a": LONG, "org": "{IMS_ORG}"}},
    "multipart/form-data": {
        "schema": {"type": "object", "required": ["f"], "properties": {"a": {}, "org": {}, "f": FILE}},
        "example": {"a": LONG, "org": "{IMS_ORG}", "f": ""},
    },
}
ORG = 'an "org" & a \\ % é@AdobeOrg'
#: Shell variable → value from the reader or the environment.
VALUES = {"ORG_ID": ORG, "KEY": "the-key", "Q": "the other"}


def _description(address: str) -> dict[str, Any]:
    key = {"type": "apiKey", "in": "header", "name": "X-Key"}
    in_query = {"type": "apiKey", "in": "query", "name": "q"}
    paths = {
        f"/{index}": {
            "post": {
                "operationId": f"op{index}",
                "requestBody": {"required": True, "content": {kind: media_type}},
                "responses": {"200": {"description": "d"}},
            }
        }
        for index, (kind, media_type) in enumerate(BODIES.items())
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "long", "version": "1"},
        "servers": [{"url": address}],
        "components": {"securitySchemes": {"key": key, "other": in_query}},
        "security": [{"key": [], "other": []}],
        "paths": paths,
    }


@pytest.fixture(scope="module")
def server() -> Iterator[Recorder]:
    with recorder() as found:
        yield found


@pytest.fixture(scope="module")
def plan(server, tmp_path_factory) -> Plan:
    source = tmp_path_factory.mktemp("long") / "long.json"
    source.write_text(json.dumps(_description(server.address)))
    return load(source)


def _expected(index: int, sent: Sent) -> None:
    kind = list(BODIES)[index]
    assert sent.header("X-Key") == "the-key"
    assert sent.query == "q=the%20other"
    if kind == "text/plain":
        assert sent.body.decode() == LONG
    elif kind == "application/json":
        assert json.loads(sent.body) == {"a": LONG, "org": ORG}
    elif kind == "application/xml":
        assert [child.text for child in ElementTree.fromstring(sent.body)] == [LONG, ORG]
    elif kind == "multipart/form-data":
        parts = decoding.multipart(sent.body, sent.header("Content-Type") or "")
        assert [content for _, _, content in parts] == [LONG.encode(), ORG.encode(), b"\x00\xffbytes"]
        assert parts[2][1]["filename"] == "f"
    else:
        assert parse_qs(sent.body.decode()) == {"a": [LONG], "org": [ORG]}
        assert sent.header("Content-Type") == kind


def test_scripts_send_it_without_credentials_as_arguments(server, plan, tmp_path):
    generate(plan, tmp_path / "out", targets=("curl",))
    file = tmp_path / "a file"
    file.write_bytes(b"\x00\xffbytes")
    env = {**VALUES, "BASE_URL": server.address, "F_FILE": str(file)}
    server.sent.clear()
    for index, script in enumerate(sorted((tmp_path / "out" / "curl" / "scripts").glob("op*.sh"))):
        done = run("bash", script, env=env, cwd=tmp_path)
        assert done.code == 0, done.output[:2000]
        (sent,) = server.sent[str(index)]
        _expected(index, sent)
        assert "the-key" not in script.read_text()


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_the_copied_sample_sends_it(shell, server, plan, tmp_path):
    file = tmp_path / "a file"
    file.write_bytes(b"\x00\xffbytes")
    for index, operation in enumerate(plan.api.operations):
        server.sent.clear()
        script = tmp_path / f"{index}.sh"
        script.write_text(_filled(plan, operation).replace("{F_FILE}", str(file)))
        done = run(shell, script, cwd=tmp_path)
        assert done.code == 0, done.output[:2000]
        (sent,) = server.sent[str(index)]
        _expected(index, sent)


def _filled(plan: Plan, operation: Operation) -> str:
    """The sample call, filled in like the site's script does."""

    write = {
        "header": str,
        "text": str,
        "url": lambda text: quote(text, safe=""),
        "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
        "xml": escape,
    }
    calls = SampleCalls(plan.api.servers[0].address(), {operation.id: Call.of(operation)})
    return calls.request(operation, Notation(variable=lambda name, how: write[how](VALUES[name])))
