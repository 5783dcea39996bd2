"""Faulty token servers, the hosts that are allowed, and the explanations of refused tokens."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from support import environment_file, newman, oauth_server, postman_cli
from support.prerequest import IMS, SECRET, outcomes, script_of, shop, standard_jwt
from support.runtimes import RUNTIMES

from generator import load

BOTH = pytest.mark.parametrize("runner", [newman, postman_cli], ids=["Newman", "Postman CLI"])


@pytest.fixture(scope="module")
def ims() -> str:
    return script_of(load())


def _sent(code: int, body: Any, **headers: str) -> dict[str, Any]:
    return {"code": code, "body": body if isinstance(body, str) else json.dumps(body), "headers": headers}


def _error(code: str, **more: str) -> dict[str, Any]:
    return _sent(400, {"error": code, "error_description": SECRET, **more})


_REFUSED = "IMS refuses the token request"
_NO_TOKEN = "holds no access token that can be sent"
_NOT_JSON = "is not JSON. Is the variable IMS right"
_WAIT = "Wait a few minutes."
#: A response of IMS, or the code of a network error, and part of the message that explains it.
FAULTS: list[tuple[dict[str, Any], str]] = [
    (_error("invalid_client"), "API_KEY or CLIENT_SECRET is wrong"),
    (_sent(401, {"error": "invalid_client"}), "API_KEY or CLIENT_SECRET is wrong"),
    (_error("invalid_scope"), "refuses the scopes (invalid_scope). Check SCOPES"),
    (_error("unauthorized_client"), f"{_REFUSED} (400 unauthorized_client)"),
    (_error("unsupported_grant_type"), f"{_REFUSED} (400 unsupported_grant_type)"),
    (_error("invalid_request"), f"{_REFUSED} (400 invalid_request)"),
    (_error("invalid_grant"), f"{_REFUSED} (400 invalid_grant)"),
    (_error(SECRET), f"{_REFUSED} (400)."),
    (_error("a new code"), f"{_REFUSED} (400)."),
    (_sent(400, {"error": ["invalid_client"]}), f"{_REFUSED} (400)."),
    (_sent(400, {"error": None}), f"{_REFUSED} (400)."),
    (_sent(400, []), f"{_REFUSED} (400)."),
    (_sent(400, ""), f"{_REFUSED} (400)."),
    (_sent(400, SECRET), f"{_REFUSED} (400)."),
    (_sent(403, "<html>"), f"{_REFUSED} (403)."),
    (_sent(404, "not found"), f"{_REFUSED} (404)."),
    (_sent(405, "{}"), f"{_REFUSED} (405)."),
    (_sent(407, "proxy"), f"{_REFUSED} (407)."),
    (_sent(200, {"error": "invalid_client"}), "(invalid_client)"),
    (_sent(200, {"error": {"code": SECRET}}), f"{_REFUSED} (200)."),
    (_sent(200, ""), _NOT_JSON),
    (_sent(200, "<html>proxy</html>"), _NOT_JSON),
    (_sent(200, '{"access_token": "cut'), _NOT_JSON),
    (_sent(200, "null"), _NOT_JSON),
    (_sent(200, '"text"'), _NOT_JSON),
    (_sent(200, "17"), _NOT_JSON),
    (_sent(204, ""), _NOT_JSON),
    (_sent(200, []), _NO_TOKEN),
    (_sent(200, {}), _NO_TOKEN),
    (_sent(200, {"access_token": ""}), _NO_TOKEN),
    (_sent(200, {"access_token": None}), _NO_TOKEN),
    (_sent(200, {"access_token": {"a": SECRET}}), _NO_TOKEN),
    (_sent(200, {"access_token": [SECRET]}), _NO_TOKEN),
    (_sent(200, {"access_token": "a\r\nx-evil: 1"}), _NO_TOKEN),
    (_sent(200, {"access_token": "{{CLIENT_SECRET}}"}), _NO_TOKEN),
    (_sent(301, ""), "redirects the token request (301), and the secret was not sent on"),
    (_sent(302, ""), "redirects the token request (302)"),
    (_sent(307, "", Location="https://evil.example"), "redirects the token request (307)"),
    (_sent(308, "", Location="https://evil.example"), "redirects the token request (308)"),
    (
        _sent(429, "{}", **{"Retry-After": "30"}),
        "too many token requests (429). Retry-After says 30 seconds.",
    ),
    (_sent(429, "{}"), f"too many token requests (429). {_WAIT}"),
    (_sent(500, {"error": "invalid_client"}), "IMS failed (500)"),
    (_sent(502, SECRET), "IMS failed (502)"),
    (_sent(503, ""), "IMS failed (503)"),
    ({"error": "ECONNREFUSED"}, "IMS could not be reached (ECONNREFUSED)"),
    ({"error": f"certificate for {SECRET}"}, "IMS could not be reached."),
]


def test_each_of_46_faults_of_ims_gives_a_plain_message_and_a_failed_run(ims, tmp_path):
    assert len(FAULTS) == 46
    found = outcomes(tmp_path, ims, [[{"environment": IMS, "response": sent}] for sent, _ in FAULTS])
    for (outcome,), (_, words) in zip(found, FAULTS, strict=True):
        assert len(outcome["asked"]) == 1
        (said,) = outcome["said"]
        assert words in said
        assert said.startswith("Not sent. ")
        assert SECRET not in said
        assert "evil" not in said
        assert outcome["sent"] is None
        assert outcome["ended"]
        assert "ACCESS_TOKEN" not in outcome["kept"]["environment"]


RETRY_AFTER = {
    **{"1": 1, " 30 ": 30, "007": 7, "86400": 86400, "86401": 0, "99999": 0, "1000000": 0, "0": 0, "-5": 0},
    **{"1e3": 0, "0x10": 0, "1.5": 0, "3,600": 0, "": 0, "+5": 0, "٣": 0, "Infinity": 0, SECRET: 0},
    "Wed, 21 Oct 2026 07:28:00 GMT": 0,
}


def test_retry_after_is_shown_only_as_a_number_of_seconds_up_to_a_day(ims, tmp_path):
    cases = [
        [{"environment": IMS, "response": _sent(429, "{}", **{"Retry-After": text})}] for text in RETRY_AFTER
    ]
    found = outcomes(tmp_path, ims, cases)
    said = [outcome["said"][0].partition("(429). ")[2] for (outcome,) in found]
    assert said == [f"Retry-After says {n} seconds." if n else _WAIT for n in RETRY_AFTER.values()]


_OK = "https://ims-na1.adobelogin.com"
#: Value of ``IMS`` → the origin to which the secret is sent.
HOSTS: dict[str, str] = {
    "ims-na1.adobelogin.com": _OK,
    " ims-na1.adobelogin.com\n": _OK,
    "IMS-NA1.AdobeLogin.com": _OK,
    "ims-na1.adobelogin.com:443": _OK,
    "ims-na1.adobelogin.com:8443": f"{_OK}:8443",
    "ims-na1.adobelogin.com/": _OK,
    "ims-na1.adobelogin.com/ims/token/v2?a=b": _OK,
    "https://ims-na1.adobelogin.com": _OK,
    "https://ims-na1.adobelogin.com/ims/token/v3": _OK,
    "adobelogin.com": "https://adobelogin.com",
    "a.b.adobelogin.com": "https://a.b.adobelogin.com",
    "http://127.0.0.1:8080": "http://127.0.0.1:8080",
    "http://localhost": "http://localhost",
    "http://[::1]:8080": "http://[::1]:8080",
    "127.0.0.1:8080": "https://127.0.0.1:8080",
    "http://ims-na1.adobelogin.com": "",
    "HTTP://ims-na1.adobelogin.com": "",
    "ftp://ims-na1.adobelogin.com": "",
    "javascript:alert(1)//adobelogin.com": "",
    "//ims-na1.adobelogin.com": "",
    "evil.example": "",
    "https://evil.example": "",
    "adobelogin.com.evil.example": "",
    "evil-adobelogin.com": "",
    "adobelogin.com@evil.example": "",
    "https://adobelogin.com@evil.example": "",
    "https://adobelogin.com:443@evil.example": "",
    "https://user:password@ims-na1.adobelogin.com": "",
    "https://evil.example#.adobelogin.com": "",
    "https://evil.example?.adobelogin.com": "",
    "https://evil.example/.adobelogin.com": "",
    "https://evil.example\\.adobelogin.com": "",
    "https://evil.example\\@ims-na1.adobelogin.com": "",
    "https:\\\\evil.example": "",
    "https:ims-na1.adobelogin.com": "",
    "https://ims-na1.adobelogin.com:80:80": "",
    "https://ims-na1.adobelogin.com:evil": "",
    "https://ims na1.adobelogin.com": "",
    "https://evil.example%2eadobelogin.com": "",
    "https://evil.example%00.adobelogin.com": "",
    "https://еvil.adobelogin.com": "",
    "https://evil.example\u3002adobelogin.com": "",
    "http://127.0.0.1.evil.example": "",
    "http://2130706433": "",
    "http://localhost.evil.example": "",
}


def test_for_45_values_of_ims_the_secret_is_sent_only_to_adobe_by_https_or_to_this_machine(ims, tmp_path):
    assert len(HOSTS) == 45
    found = outcomes(tmp_path, ims, [[{"environment": {**IMS, "IMS": host}}] for host in HOSTS])
    for (outcome,), (host, origin) in zip(found, HOSTS.items(), strict=True):
        assert [asked["url"] for asked in outcome["asked"]] == (
            [f"{origin}/ims/token/v3"] if origin else []
        ), host
        assert origin or "the variable IMS names neither" in outcome["said"][0]
        assert SECRET not in "".join(outcome["said"])


_API = "https://platform.adobe.io"
_MOCK = "http://127.0.0.1:8080"
#: Value of ``baseUrl`` → whether credentials are sent there.
BASE_URLS: dict[str, bool] = {
    **dict.fromkeys(
        [
            *(_API, f"{_API}/", f"{_API}/data/core/privacy", f"{_API}:443/x", f"{_API}:8443", f"{_API}?x=y"),
            *("https://PLATFORM.Adobe.IO/x", "HTTPS://platform.adobe.io", "https://platform-stage.adobe.io"),
            *("https://a.b.c.adobe.io/x", "https://gateway.example", "https://gateway.example:8443/x"),
            *("https://ported.example:8443", _MOCK, "http://localhost:1", "http://[::1]:8080/x"),
            *("https://127.0.0.1", f"{_API}/x#y", f"{_API}//evil.example"),
        ],
        True,
    ),
    **dict.fromkeys(
        [
            *("", " ", "/", "platform.adobe.io", "//platform.adobe.io", "http://platform.adobe.io"),
            *("http://gateway.example", "https://ported.example", "https://ported.example:443"),
            *("https://evil.example", "https://adobe.io", "https://evil-adobe.io", f"{_API}.evil.example"),
            *(f"{_API}.", f"{_API}@evil.example", f"{_API}:443@evil.example", f"{_API}:p@evil.example/x"),
            *("https://evil.example\\.adobe.io", "https://evil.example\\@platform.adobe.io"),
            *("https:\\\\platform.adobe.io", "https:/platform.adobe.io", "https:platform.adobe.io"),
            *("https://evil.example#.adobe.io", "https://evil.example?.adobe.io", f"{_API}%2eevil.example"),
            *(
                "https://pl\u0430tform.adobe.io",
                "https://[2001:db8::1]",
                "https://0x7f.1",
                "http://2130706433",
            ),
            *("https://{{host}}.adobe.io@evil.example", "https://{{host}}", f"{_API}\t.evil.example"),
            *("ftp://platform.adobe.io",),
        ],
        False,
    ),
}
#: Value of ``ALLOW_HOSTS`` → whether it allows ``https://gateway.example:8443``.
ALLOWED: dict[str, bool] = {
    **dict.fromkeys(
        ["gateway.example", " GATEWAY.example ,x", "x gateway.example:8443", "x,gateway.example"], True
    ),
    **dict.fromkeys(
        ["", "*", "*.example", ".example", "example", "gateway.example:443", "way.example"], False
    ),
}


def test_for_52_values_of_base_url_and_11_of_allow_hosts_credentials_are_sent_only_to_allowed_hosts(
    ims, tmp_path
):
    assert (len(BASE_URLS), len(ALLOWED)) == (52, 11)
    values = {**IMS, "ACCESS_TOKEN": "opaque-token", "host": "evil.example"}
    allowed = "gateway.example, ported.example:8443"
    cases = [[{"environment": {**values, "ALLOW_HOSTS": allowed, "baseUrl": url}}] for url in BASE_URLS]
    address = "https://gateway.example:8443"
    cases += [[{"environment": {**values, "ALLOW_HOSTS": hosts, "baseUrl": address}}] for hosts in ALLOWED]
    found = outcomes(tmp_path, ims, cases)
    named = zip([*BASE_URLS.items(), *ALLOWED.items()], found, strict=True)
    assert [name for (name, is_sent), (outcome,) in named if bool(outcome["sent"]) != is_sent] == []
    for (outcome,) in found:
        assert outcome["asked"] == []
        assert "opaque-token" not in "".join(outcome["said"])


@BOTH
def test_with_redirects_disabled_a_runtime_does_not_pass_on_the_secret(runner, tmp_path):
    """By default, a runtime follows redirects of a script's requests, and no script can prevent that."""
    with oauth_server.running("the secret") as server:
        values = {"CLIENT_ID": "the client", "CLIENT_SECRET": "the secret", "CLIENT_AUTHENTICATION": "body"}
        environment = shop(tmp_path, server.address, TOKEN_URL=f"{server.address}/token/redirect", **values)
        collection = RUNTIMES[0].collection(tmp_path / "output")
        done = runner(collection, environment, tmp_path, "--ignore-redirects")
        assert [entry["path"] for entry in server.log] == ["/token/redirect"]
        assert done.code != 0
        assert "redirects the token request (307), and the secret was not sent on" in " ".join(
            done.output.split()
        )


# --- Responses of the API to a token -----------------------------------------------------------------------


class _Forbidding(BaseHTTPRequestHandler):
    """Responds to everything with 403."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("age", "secret", "said"),
    [
        (600, SECRET, "set ACCESS_TOKEN_RENEW to true, and the next request fetches a fresh token"),
        (600, "", "paste a fresh token into ACCESS_TOKEN"),
        (60, SECRET, ""),
        (None, SECRET, "set ACCESS_TOKEN_RENEW to true"),
    ],
)
def test_a_403_says_that_a_fresh_token_may_help_if_the_token_is_old(age, secret, said, ours, tmp_path):
    token = "opaque-token-of-somebody" if age is None else standard_jwt(time.time() - age, 86400)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Forbidding) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        address = f"http://127.0.0.1:{server.server_port}"
        values = {"baseUrl": address, "ACCESS_TOKEN": token, "CLIENT_SECRET": secret}
        environment = environment_file(tmp_path, ours.environment("local"), **values)
        done = newman(ours.collection, environment, tmp_path, "--folder", "List privacy jobs")
        server.shutdown()
    words = " ".join(done.output.split())
    assert "The service forbids this (403)" in words
    assert (said or "403") in words
    assert ("If permissions have changed since the access token was made" in words) == bool(said)


@BOTH
def test_each_request_of_a_run_has_the_token_for_the_current_values(runner, tmp_path):
    """Tests of some requests change the scopes, and those of another one ask for a fresh token."""
    with oauth_server.running("the secret") as server:
        values = {"CLIENT_ID": "the client", "CLIENT_SECRET": "the secret", "SCOPES": "a b"}
        environment = environment_file(tmp_path, shop(tmp_path, server.address), **values)
        collection = RUNTIMES[0].collection(tmp_path / "output")
        definition = json.loads(collection.read_text())
        one, two = definition["item"]
        changes = (
            ("again", "pm.environment.set('SCOPES', 'b, c');"),
            ("other", "pm.environment.set('SCOPES', 'b a');"),
            ("back", "pm.environment.set('ACCESS_TOKEN_RENEW', 'true');"),
            ("renewed", ""),
            ("last", ""),
        )
        definition["item"] = [one, two] + [
            {**two, "id": name, "name": name, "event": [{"listen": "test", "script": {"exec": [change]}}]}
            for name, change in changes
        ]
        collection.write_text(json.dumps(definition))
        done = runner(collection, environment, tmp_path)
        assert done.code == 0, done.output
        sent = [
            entry["headers"]["authorization"] for entry in server.log if entry["path"].startswith("/api/")
        ]
        assert sent == [f"Bearer m-{number}" for number in (1, 1, 1, 2, 3, 4, 4)]
