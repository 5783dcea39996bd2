"""Each failure of the pre-request script gives a plain message, sends no request and shows no secret."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from support import SECRET, environment_file, free_port, newman, postman_cli
from support.runtimes import RUNTIMES

from generator.auth.ims import SCOPES

GET = ("--folder", "List privacy jobs")


def _jwt(created: float, lifetime: float) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"created_at": str(int(created * 1000)), "expires_in": str(int(lifetime * 1000))}
    return f"{part({'alg': 'none'})}.{part(claims)}.signature"


def _api_calls(local) -> list[dict]:
    return [e for e in local.mock.log if not e["path"].startswith("/ims/")]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ("invalid_client", "CLIENT_SECRET"),
        ("invalid_scope", "SCOPES"),
        ("unauthorized_client", "unauthorized_client"),
        ("429", "Retry"),
        ("500", "500"),
        ("not-json", "JSON"),
    ],
)
@pytest.mark.parametrize("runner", [newman, postman_cli], ids=["Newman", "Postman CLI"])
def test_a_failed_exchange_ends_the_run_after_one_token_request(
    runner, failure, said, ours, mocked, tmp_path
):
    local = mocked(ours, ims_error=failure)
    done = runner(ours.collection, local.environment, tmp_path)
    assert done.code != 0
    assert said.lower() in done.output.lower()
    assert _api_calls(local) == []
    assert len(local.mock.token_calls()) == 1
    assert SECRET not in done.output


def test_an_exchange_without_a_response_times_out_after_ten_seconds(ours, mocked, tmp_path):
    local = mocked(ours, ims_error="hang")
    started = time.monotonic()
    done = newman(ours.collection, local.environment, tmp_path, "--timeout-request", "15000")
    assert done.code != 0
    assert 9 < time.monotonic() - started < 40
    assert "10 seconds" in done.output or "10 s" in done.output
    assert _api_calls(local) == []
    assert len(local.mock.token_calls()) == 1


def test_a_secret_repeated_by_the_server_is_not_printed(ours, mocked, tmp_path):
    secret = "a_quiet_secret"
    local = mocked(ours, {"CLIENT_SECRET": secret}, ims_error="echo", client_secret=secret)
    done = newman(ours.collection, local.environment, tmp_path)
    assert done.code != 0
    assert "IMS refuses the token request (400)" in done.output
    assert secret not in done.output


def test_an_unreachable_ims_is_reported(ours, mocked, tmp_path):
    local = mocked(ours, {"IMS": f"http://127.0.0.1:{free_port()}"})
    done = newman(ours.collection, local.environment, tmp_path)
    assert done.code != 0
    assert "could not be reached" in done.output
    assert local.mock.log == []


@pytest.mark.parametrize("ims", ["{}/", "{}/ims/token/v3"])
def test_ims_may_be_a_full_address(ims, ours, mocked, tmp_path):
    local = mocked(ours)
    environment = environment_file(tmp_path, local.environment, IMS=ims.format(local.mock.ims))
    done = newman(ours.collection, environment, tmp_path, *GET)
    assert done.code == 0, done.output


@pytest.mark.parametrize("scopes", ["{}", '["{}"]', " {} "])
@pytest.mark.parametrize("separator", [",", " ", ", "])
def test_scopes_may_have_any_of_the_usual_separators(scopes, separator, ours, mocked, tmp_path):
    names = SCOPES.split(",")
    text = json.dumps(names) if "[" in scopes else scopes.format(separator.join(names))
    local = mocked(ours, {"SCOPES": text})
    done = newman(ours.collection, local.environment, tmp_path, *GET)
    assert done.code == 0, done.output


@pytest.mark.parametrize("name", ["IMS", "API_KEY", "CLIENT_SECRET", "SCOPES", "IMS_ORG"])
def test_a_missing_credential_is_named_before_any_request(name, ours, mocked, tmp_path):
    local = mocked(ours, {name: ""})
    done = newman(ours.collection, local.environment, tmp_path, *GET)
    assert done.code != 0
    assert name in done.output
    assert local.mock.log == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"JOB_ID": ""},
            "no value for JOB_ID. Set it in the environment, or among the request's path variables.",
        ),
        ({"baseUrl": ""}, "no value for baseUrl. Set it in the environment."),
    ],
)
def test_the_missing_part_of_an_address_is_named_with_where_to_set_it(changes, said, ours, mocked, tmp_path):
    local = mocked(ours, changes)
    done = newman(ours.collection, local.environment, tmp_path, "--folder", "Retrieve a privacy job")
    messages = [failure["error"]["message"] for failure in done.report["run"]["failures"]]
    assert messages == [f"Not sent: {said}"]
    assert local.mock.log == []


def test_variables_of_the_discontinued_jwt_credential_are_explained(ours, mocked, tmp_path):
    local = mocked(ours, {"SCOPES": None, "PRIVATE_KEY": "-----BEGIN", "META_SCOPE": "ent_gdpr_sdk"})
    done = newman(ours.collection, local.environment, tmp_path, *GET)
    assert done.code != 0
    assert "JWT" in done.output
    assert local.mock.log == []


@pytest.mark.parametrize("secret", ["a&b=c+d%e\"f'g\\h", "%41 {{API_KEY}} ü€"])
@pytest.mark.parametrize("runner", [newman, postman_cli], ids=["Newman", "Postman CLI"])
def test_any_characters_of_a_secret_arrive_intact(runner, secret, ours, mocked, tmp_path):
    local = mocked(ours, {"CLIENT_SECRET": secret}, client_secret=secret)
    done = runner(ours.collection, local.environment, tmp_path)
    assert done.code == 0, done.output
    assert secret not in done.output


@pytest.mark.parametrize(
    "host",
    [
        "https://adobelogin.com.example.org",
        "http://ims-na1.adobelogin.com",
        "https://ims.adobelogin.com@127.0.0.2",
    ],
)
def test_the_secret_is_sent_to_no_other_host(host, ours, mocked, tmp_path):
    local = mocked(ours, {"IMS": host})
    done = newman(ours.collection, local.environment, tmp_path, *GET)
    assert done.code != 0
    assert "adobelogin.com" in done.output
    assert _api_calls(local) == []
    assert SECRET not in done.output


def test_a_pasted_token_with_time_left_is_used_without_a_token_request(ours, mocked, tmp_path):
    local = mocked(ours, {"ACCESS_TOKEN": _jwt(time.time(), 3600), "CLIENT_SECRET": ""}, reject_tokens=True)
    newman(ours.collection, local.environment, tmp_path, *GET)
    assert [e["path"] for e in local.mock.log] == ["/data/core/privacy/jobs"]


def test_a_pasted_token_that_is_about_to_expire_is_renewed(ours, mocked, tmp_path):
    local = mocked(ours, {"ACCESS_TOKEN": _jwt(time.time() - 3600, 3600 + 240)})
    done = newman(ours.collection, local.environment, tmp_path, *GET)
    assert done.code == 0, done.output
    assert len(local.mock.token_calls()) == 1


def test_a_token_without_expiry_is_used_whatever_was_remembered_for_another(ours, mocked, tmp_path):
    local = mocked(ours, {"ACCESS_TOKEN": "opaque", "ACCESS_TOKEN_EXPIRES_AT": "1000"})
    newman(ours.collection, local.environment, tmp_path, *GET)
    assert local.mock.token_calls() == []
    assert _api_calls(local)[0]["headers"]["authorization"] == "Bearer opaque"


def test_opaque_tokens_are_fetched_once_for_a_run_too(ours, mocked, tmp_path):
    local = mocked(ours, opaque_tokens=True)
    done = newman(ours.collection, local.environment, tmp_path)
    assert done.code == 0, done.output
    assert len(local.mock.token_calls()) == 1


def test_a_token_valid_for_a_few_minutes_is_used_by_the_whole_run(ours, mocked, tmp_path):
    local = mocked(ours, token_lifetime=200)
    done = newman(ours.collection, local.environment, tmp_path)
    assert done.code == 0, done.output
    assert len(local.mock.token_calls()) == 1


def test_a_refused_old_token_is_dropped_and_the_next_request_fetches_another(ours, mocked, tmp_path):
    local = mocked(ours, {"ACCESS_TOKEN": _jwt(time.time() - 600, 86400)})
    done = newman(ours.collection, local.environment, tmp_path)
    assert done.code != 0
    assert [e["status"] for e in _api_calls(local)] == [401, 202, 200, 200, 202]
    assert len(local.mock.token_calls()) == 1


def test_five_refusals_of_fresh_tokens_cause_at_most_two_token_requests(ours, mocked, tmp_path):
    local = mocked(ours, reject_tokens=True)
    done = newman(ours.collection, local.environment, tmp_path)
    assert done.code != 0
    assert [e["status"] for e in _api_calls(local)] == [401] * 5
    assert len(local.mock.token_calls()) <= 2
    assert "fresh" in done.output.lower()


def test_a_refused_token_without_credentials_to_renew_it_asks_for_a_new_one(ours, mocked, tmp_path):
    local = mocked(ours, {"ACCESS_TOKEN": _jwt(time.time() - 600, 86400), "CLIENT_SECRET": ""})
    done = newman(ours.collection, local.environment, tmp_path, *GET)
    assert done.code != 0
    assert "paste" in done.output.lower()


@pytest.mark.parametrize(
    ("switch", "said"), [({"forbid": True}, "product profile"), ({"rate_limit": 0}, "Retry-After")]
)
def test_403_and_429_are_explained(switch, said, ours, mocked, tmp_path):
    local = mocked(ours, **switch)
    done = newman(ours.collection, local.environment, tmp_path, *GET)
    assert done.code != 0
    assert said.lower() in " ".join(done.output.split()).lower()


def test_no_output_contains_a_token_or_secret(ours, mocked, tmp_path):
    for switches in ({}, {"reject_tokens": True}, {"forbid": True}, {"ims_error": "invalid_client"}):
        local = mocked(ours, **switches)
        done = newman(ours.collection, local.environment, tmp_path)
        tokens = {e["headers"].get("authorization", "").removeprefix("Bearer ") for e in local.mock.log} - {
            ""
        }
        assert bool(tokens) != ("ims_error" in switches)
        assert not [token for token in tokens if token in done.output]
        assert SECRET not in done.output


class _Repeating(BaseHTTPRequestHandler):
    """Refuses every token, and repeats it in the status line, the media type and a URL."""

    def do_GET(self) -> None:
        token = str(self.headers["Authorization"]).removeprefix("Bearer ")
        self.send_response(401, f"No {token}")
        self.send_header("Content-Type", token)
        self.send_header("Location", f"https://{token}.example.com/")
        self.send_header("Content-Length", "1")
        self.end_headers()
        self.wfile.write(b"x")

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("runtime", RUNTIMES, ids=lambda runtime: runtime.name)
def test_a_refused_token_is_dropped_and_not_shown_even_if_the_service_repeats_it(runtime, ours, tmp_path):
    token = _jwt(time.time() - 600, 86400)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Repeating) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        address = f"http://127.0.0.1:{server.server_port}"
        environment = environment_file(
            tmp_path, ours.environment("local"), baseUrl=address, IMS=address, ACCESS_TOKEN=token
        )
        done = runtime.run(runtime.collection(ours.folder), environment, tmp_path, only="List privacy jobs")
        server.shutdown()
    # The runner's own line for the request shows the status line as received; no script can change that.
    words = " ".join(re.sub(r"\[401 [^\[\]]*\]", "", done.output).split())
    assert "ACCESS_TOKEN was dropped" in words
    assert "The response is 401 " in words
    assert "but the response is …" in words
    for text in (token, token[20:60]):
        assert text.lower() not in words.lower()
        assert text.lower() not in done.junit.lower()
