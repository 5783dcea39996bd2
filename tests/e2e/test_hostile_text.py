"""A description is untrusted data: its texts stay text."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import yaml
from support import SECRET, items, newman, run

CALLSHEET = Path(sys.executable).parent / "callsheet"
HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "a\ntouch pwned",
    "\\'; touch pwned #",
    "HEADERS\ntouch pwned",
    "</script><script>alert(1)</script>",
    "'); require('fs').writeFileSync('pwned', ''); //",
    "{{CLIENT_SECRET}}",
    "{{ 7 * 7 }}{% raw %}",
    "../../pwned",
    "| a | b |\n```\n# h",
    "\u2028*/ throw 1 /*",
    "{IMS_ORG}$(touch pwned){API_KEY}",
]


def _description(text: str) -> dict:
    schema = {"type": "string", "example": text}
    return {
        "openapi": "3.1.0",
        "info": {"title": text, "version": "1", "description": text},
        "servers": [{"url": "https://platform.adobe.io/data/core/privacy"}],
        "tags": [{"name": text, "description": text}],
        "components": {
            "securitySchemes": {
                "ims": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": "https://ims-na1.adobelogin.com/ims/token/v3",
                            "scopes": {},
                        }
                    },
                }
            }
        },
        "security": [{"ims": []}],
        "paths": {
            "/things/{id}": {
                "post": {
                    "operationId": text,
                    "summary": text,
                    "description": text,
                    "tags": [text],
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": schema, "description": text},
                        {"name": "q", "in": "query", "required": True, "schema": schema, "description": text},
                        {"name": "X-Text", "in": "header", "required": True, "schema": schema},
                    ],
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {text: {"type": "string", "description": text}},
                                    "example": {text: text},
                                }
                            }
                        }
                    },
                    "responses": {"200": {"description": text}},
                }
            }
        },
    }


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile(request, tmp_path):
    (tmp_path / "privacy-service.yaml").write_text(yaml.safe_dump(_description(request.param)))
    done = run(CALLSHEET, "generate", "privacy-service.yaml", cwd=tmp_path)
    assert done.code == 0, done.output
    return tmp_path, request.param


def test_scripts_and_samples_run_nothing_but_curl(hostile):
    folder, _ = hostile
    tools = folder / "bin"
    tools.mkdir()
    (tools / "curl").write_text('#!/bin/bash\nprintf "%s\\0" "$@" >>"$RECORD"\ncat >/dev/null\n')
    (tools / "curl").chmod(0o755)
    path = run("bash", "-c", "echo $PATH").output.strip()
    env = {
        "PATH": f"{tools}:{path}",
        "RECORD": str(folder / "record"),
        "ACCESS_TOKEN": "t",
        "API_KEY": "k",
        "ORG_ID": "o",
        "BASE_URL": "http://127.0.0.1:9",
    }
    scripts = [p for p in (folder / "output/curl/scripts").iterdir() if p.name != "ims-token.sh"]
    pages = [p for p in (folder / "output/curl").glob("*.md") if p.name != "README.md"]
    assert len(scripts) == len(pages) == 1
    done = run("bash", scripts[0], env=env, cwd=folder)
    assert done.code == 0, done.output
    page = pages[0].read_text()
    sample = re.search(r"^(`{3,})shell\n(.*?)\n\1$", page, re.M | re.S)[2]
    assert run("bash", "-c", sample, env=env, cwd=folder).code == 0
    assert (folder / "record").read_bytes().count(b"-X\0POST\0") == 2
    assert not (folder / "pwned").exists()


def test_every_file_is_below_the_output_folder(hostile):
    folder, _ = hostile
    assert {p.name for p in folder.iterdir()} == {"privacy-service.yaml", "output"}


def test_the_collection_sends_the_text_and_neither_resolves_nor_runs_it(hostile, ours, mocked):
    folder, text = hostile
    local = mocked(ours)
    collection = folder / "output" / "privacy-service.postman_collection.json"
    (item,) = items(json.loads(collection.read_text()))
    done = newman(collection, local.environment, folder)
    assert SECRET not in done.output
    sent = [e for e in local.mock.log if not e["path"].startswith("/ims/")]
    assert len(sent) == 1, done.output
    assert SECRET not in json.dumps(sent)
    assert not (folder / "pwned").exists()
    if "{IMS_ORG}" not in text:
        assert json.loads(sent[0]["body"]) == {text: text}
    assert item["request"]["method"] == "POST"
