"""Schemas converted to draft 7 have the same meaning in Postman's own validator: each keyword, both runtimes.

One request gets the values of all cases as its response; its test script has their schemas, as scripts print
them, and validates each value against its own.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support import newman, postman_cli
from support.draft7_cases import CASES

from generator.escaping import javascript
from generator.model.draft7 import Draft7
from generator.model.draft7.ajv import INHERITED
from generator.model.schemas.resolved import Schemas
from generator.reading import Document

RUNTIMES = {"Newman": newman, "Postman CLI": postman_cli}
PROTOTYPE = "every object has no more than is known"
SCRIPT = """
const Ajv = require('ajv');
const SCHEMAS = %s;
pm.response.json().forEach(({ name, accepted, refused }) => {
  pm.test(name, () => {
    const { schema, definitions } = SCHEMAS[name];
    const validate = new Ajv({ allErrors: true, logger: false }).compile({ allOf: [schema], definitions });
    accepted.forEach((value) => pm.expect(validate(value), `accepts ${JSON.stringify(value)}`).to.be.true);
    refused.forEach((value) => pm.expect(validate(value), `accepts ${JSON.stringify(value)}`).to.be.false);
  });
});
pm.test('%s', () => {
  pm.expect(%s).to.include.members(Object.getOwnPropertyNames(Object.prototype));
});
"""


class ValuesHandler(BaseHTTPRequestHandler):
    """Responds with the values of all cases."""

    def do_GET(self) -> None:
        values = [
            {"name": case.name, "accepted": [*case.good, *case.lost], "refused": case.bad} for case in CASES
        ]
        body = json.dumps(values).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def _schemas() -> dict[str, Any]:
    found = {}
    for case in CASES:
        root = {"openapi": "3.1.0", "components": {"schemas": dict(case.components)}}
        document = Document("d", "d.yaml", b"", root, version="3.1")
        contract = Draft7(document, Schemas(document)).contract(case.schema, "/at")
        found[case.name] = {"schema": contract.schema, "definitions": dict(contract.definitions)}
    return found


def _collection(address: str) -> dict[str, Any]:
    script = SCRIPT % (javascript.literal(_schemas()), PROTOTYPE, javascript.literal(sorted(INHERITED)))
    test = {"listen": "test", "script": {"type": "text/javascript", "exec": script.split("\n")}}
    return {
        "info": {
            "name": "Draft 7",
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "item": [{"name": "Values", "event": [test], "request": {"method": "GET", "url": address}}],
    }


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, str]]]:
    """Runtime → test → an empty text, or the message of its failure."""
    folder = tmp_path_factory.mktemp("draft7")
    with ThreadingHTTPServer(("127.0.0.1", 0), ValuesHandler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        collection = folder / "collection.json"
        collection.write_text(json.dumps(_collection(f"http://127.0.0.1:{server.server_port}/")))
        with ThreadPoolExecutor() as pool:
            found = pool.map(lambda name: _outcome(name, collection, folder / name), RUNTIMES)
            yield dict(zip(RUNTIMES, found, strict=True))
        server.shutdown()
        thread.join()


def _outcome(name: str, collection: Path, folder: Path) -> dict[str, str]:
    folder.mkdir()
    done = RUNTIMES[name](collection, None, folder)
    assert done.report, done.output[-2000:]
    (execution,) = done.report["run"]["executions"]
    return {
        assertion["assertion"]: assertion.get("error", {}).get("message", "")
        for assertion in execution["assertions"]
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_validator_accepts_and_refuses_what_the_description_does(outcomes, runtime, case):
    assert outcomes[runtime][case.name] == ""


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_no_object_has_unexpected_properties(outcomes, runtime):
    assert outcomes[runtime][PROTOTYPE] == ""
