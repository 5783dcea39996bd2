"""Requests signed with AWS Signature Version 4, in both formats of Postman and by curl."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from support import environment_file, newman, postman_cli, run
from support.recorder import Sent, recorder

from generator import generate, load

KEY, KEY_SECRET, TOKEN = "AKIDEXAMPLE", 'wJalr "XUt\\nFEMI$K7MDENG', "session/token=+"
RUNTIMES = ("Newman", "Postman CLI", "Postman CLI, format 3", "curl")
_SCHEME = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "x-amazon-apigateway-authtype": "awsSigv4",
}
_SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(\w+)/\d{8}/([\w-]+)/([\w-]+)/aws4_request, ?"
    r"SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})"
)


class Made(NamedTuple):
    """The output for an API behind API Gateway, whose requests are signed."""

    collection: Path
    folder: Path
    environment: Path
    script: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("signed")
    root = {
        "openapi": "3.0.1",
        "info": {"title": "signed", "version": "1"},
        "servers": [{"url": "https://a1.execute-api.eu-west-1.amazonaws.com"}],
        "paths": {"/orders": {"get": {"operationId": "orders", "responses": {"200": {"description": "OK"}}}}},
        "security": [{"sigv4": []}],
        "components": {"securitySchemes": {"sigv4": _SCHEME}},
    }
    (folder / "signed.json").write_text(json.dumps(root))
    out = folder / "out"
    generate(load(folder / "signed.json"), out)
    (environment,) = (out / "environments").iterdir()
    found = next(f for f in (out / "postman" / "collections").iterdir() if "variations" not in f.name)
    return Made(
        out / "signed.postman_collection.json", found, environment, out / "curl" / "scripts" / "orders.sh"
    )


def _sent(made: Made, runtime: str, token: str, folder: Path) -> Sent:
    values = {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY_SECRET,
        "AWS_SESSION_TOKEN": token,
        "AWS_SERVICE": "other",
    }
    with recorder() as server:
        if runtime == "curl":
            done = run("bash", made.script, env={"BASE_URL": server.address, **values}, cwd=folder)
        else:
            environment = environment_file(folder, made.environment, baseUrl=server.address, **values)
            collection = made.folder if runtime.endswith("3") else made.collection
            tool = newman if runtime == "Newman" else postman_cli
            done = tool(collection, environment, folder)
        assert KEY_SECRET not in done.output
        (sent,) = server.in_order
    return sent


@pytest.mark.parametrize("token", ["", TOKEN])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_request_is_signed_with_the_values_of_the_environment(
    made: Made, runtime: str, token: str, tmp_path: Path
):
    sent = _sent(made, runtime, token, tmp_path)
    found = _SIGNATURE.fullmatch(sent.header("Authorization") or "")
    assert found is not None, sent.header("Authorization")
    assert found.group(1, 2, 3) == (KEY, "eu-west-1", "other")
    assert (sent.header("X-Amz-Security-Token") or "") == token
    assert ("x-amz-security-token" in found[4].split(";")) == bool(token)


def test_no_secret_becomes_an_argument_of_curl(made: Made, tmp_path: Path):
    spy = tmp_path / "curl"
    spy.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$ARGUMENTS"\n')
    spy.chmod(0o755)
    log = tmp_path / "arguments"
    subprocess.run(
        ["bash", str(made.script)],
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "ARGUMENTS": str(log),
            "BASE_URL": "http://127.0.0.1:9",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY_SECRET,
            "AWS_SESSION_TOKEN": TOKEN,
        },
        check=True,
        timeout=60,
    )
    text = log.read_text()
    assert "aws:amz:eu-west-1:execute-api" in text
    assert not any(secret in text for secret in (KEY, KEY_SECRET, TOKEN))
