"""Runs a collection's pre-request script with a fake ``pm``: many cases in one Node.js process."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator import generate, load
from generator.api import Plan
from support import ROOT, environment_file, run

Step = dict[str, Any]
_RUNNER = ROOT / "tests" / "tools" / "run-prerequest.js"

SECRET = "a-secret-of-twenty-chars"
#: A complete environment for Adobe's identity service.
IMS: dict[str, Any] = {
    "baseUrl": "https://platform.adobe.io/data/core/privacy",
    "IMS": "ims-na1.adobelogin.com",
    "API_KEY": "key-one",
    "CLIENT_SECRET": SECRET,
    "SCOPES": "openid,AdobeID",
    "IMS_ORG": "ONE@AdobeOrg",
}


def jwt(claims: dict[str, Any]) -> str:
    """An unsigned JSON Web Token with ``claims``."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(claims)}.signature"


def standard_jwt(issued: float, lifetime: float) -> str:
    """A token with ``iat`` and ``exp`` (RFC 7519, section 4.1), both in seconds."""
    return jwt({"iat": issued, "exp": issued + lifetime})


def script_of(plan: Plan) -> str:
    """The pre-request script of the first collection of ``plan``."""
    collection = json.loads(next(iter(plan.render(["postman"]).values())).text)
    return "\n".join(collection["event"][0]["script"]["exec"])


def outcomes(folder: Path, script: str, cases: Sequence[Sequence[Step]]) -> list[list[dict[str, Any]]]:
    """Run the steps of each case, and return their outcomes; ``run-prerequest.js`` documents both."""
    given = folder / "given.json"
    given.write_text(json.dumps({"script": script, "cases": cases}))
    done = run("node", _RUNNER, given)
    assert done.code == 0, done.output
    found: list[list[dict[str, Any]]] = json.loads(done.output)
    for outcome in (each for case in found for each in case):
        assert outcome["failed"] == ""
        assert not (outcome["said"] and outcome["sent"]), "a failure that lets the request through"
    return found


def shop(folder: Path, address: str, **values: str) -> Path:
    """Generate two GETs with OAuth 2.0 into ``folder / "output"``; returns an environment with ``values``."""
    flow = {"tokenUrl": f"{address}/token/m", "scopes": {}}
    description = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": f"{address}/api"}],
        "security": [{"m": []}],
        "components": {"securitySchemes": {"m": {"type": "oauth2", "flows": {"clientCredentials": flow}}}},
        "paths": {
            f"/{name}": {"get": {"operationId": name, "responses": {"200": {"description": "OK"}}}}
            for name in ("one", "two")
        },
    }
    (folder / "shop.json").write_text(json.dumps(description))
    generate(load(folder / "shop.json"), folder / "output")
    (source,) = (folder / "output" / "environments").iterdir()
    return environment_file(folder, source, **values)
