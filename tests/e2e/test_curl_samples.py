"""The curl samples work, with the real bash, curl and shellcheck."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from support import ROOT, SECRET, run

SHELLCHECK = Path(sys.executable).parent / "shellcheck"
CREDENTIALS = {"API_KEY": "local-mock-api-key", "ORG_ID": "10CA10CA10CA10CA10CA10CA@AdobeOrg"}


def _scripts(generated) -> list[Path]:
    return sorted((generated.folder / "curl" / "scripts").glob("*.sh"))


def _script(generated, name: str) -> Path:
    return generated.folder / "curl" / "scripts" / f"{name}.sh"


def _recording(env: dict[str, str], folder: Path) -> dict[str, str]:
    """``env`` with a fake curl that sends nothing, and keeps its arguments for ``_recorded``."""
    (folder / "bin").mkdir(exist_ok=True)
    stand_in = folder / "bin" / "curl"
    stand_in.write_text(f'#!/bin/bash\ncat >/dev/null\nprintf "%s\\n" "$@" >>{folder / "sent"}\n')
    stand_in.chmod(0o755)
    return {**env, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}


def _recorded(folder: Path) -> str:
    return (folder / "sent").read_text() if (folder / "sent").exists() else ""


def _shell_blocks(folder: Path) -> list[str]:
    pages = sorted((folder / "curl").glob("*.md"))
    return [
        block
        for page in pages
        for block in re.findall(r"^```shell\n(.*?)^```", page.read_text(), re.M | re.S)
    ]


def _token(generated, local, tmp_path, **more: str) -> str:
    script = generated.folder / "curl" / "scripts" / "ims-token.sh"
    env = {**CREDENTIALS, "CLIENT_SECRET": SECRET, "IMS": local.mock.ims, **more}
    done = run("bash", script, env=env, cwd=tmp_path)
    assert done.code == 0, done.output
    return done.output.strip()


def test_every_script_sends_one_request_with_a_documented_success(generated, mocked, tmp_path):
    local = mocked(generated)
    env = {**CREDENTIALS, "ACCESS_TOKEN": _token(generated, local, tmp_path), "BASE_URL": local.mock.base_url}
    local.mock.log.clear()
    scripts = [s for s in _scripts(generated) if s.name != "ims-token.sh"]
    assert len(scripts) == 5
    for script in scripts:
        done = run("bash", script, env=env, cwd=tmp_path)
        assert done.code == 0, done.output
    assert len(local.mock.log) == 5
    assert {e["status"] for e in local.mock.log} == {200, 202}
    saved = list(tmp_path.glob("*.[zb]i[pn]"))
    assert [file.read_bytes()[:2] for file in saved] == [
        b"PK"
    ] or generated.description.parent != ROOT / "specs"


def test_a_wrong_token_makes_every_script_fail(ours, mocked, tmp_path):
    local = mocked(ours)
    env = {**CREDENTIALS, "ACCESS_TOKEN": "wrong", "BASE_URL": local.mock.base_url}
    for script in _scripts(ours):
        if script.name != "ims-token.sh":
            assert run("bash", script, env=env, cwd=tmp_path).code != 0


def test_missing_credentials_are_named_and_nothing_is_sent(ours, mocked, tmp_path):
    local = mocked(ours)
    for script in _scripts(ours):
        env = {"BASE_URL": local.mock.base_url, "IMS": local.mock.ims}
        done = run("env", "-u", "ACCESS_TOKEN", "-u", "API_KEY", "bash", script, env=env, cwd=tmp_path)
        assert done.code == 2
        assert "API_KEY" in done.output
    assert local.mock.log == []


def test_a_write_to_another_machine_has_to_be_allowed(ours, tmp_path):
    for address in ("https://platform.adobe.io", "https://platform-stage.adobe.io:443/data"):
        for allowed in ("", "no", "1"):
            env = {**CREDENTIALS, "ACCESS_TOKEN": "any", "BASE_URL": address, "ALLOW_WRITES": allowed}
            done = run("bash", _script(ours, "createPrivacyJob"), env=_recording(env, tmp_path), cwd=tmp_path)
            assert done.code == 3
            assert "ALLOW_WRITES" in done.output
    assert _recorded(tmp_path) == ""
    env = _recording({**env, "ALLOW_WRITES": "True"}, tmp_path)
    assert run("bash", _script(ours, "createPrivacyJob"), env=env, cwd=tmp_path).code == 0
    assert "https://platform-stage.adobe.io:443/data/jobs" in _recorded(tmp_path)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "http://platform.adobe.io",
        "https://platform.adobe.io@evil.example/x",
        "http://127.0.0.1:80@evil.example",
        "https://evil.example\\.adobe.io",
        "https://evil.example?.adobe.io",
        "https://evil.example#.adobe.io/",
        "https://platform.adobe.io.",
        "https://pl\u0430tform.adobe.io",
        "https://xn--pltform-9fg.example",
        "https://[2001:db8::1]/x",
        "//platform.adobe.io",
        "ftp://platform.adobe.io",
        "platform.adobe.io",
        "https://.adobe.io.evil.example",
        "https:// platform.adobe.io",
    ],
)
def test_no_script_sends_credentials_to_another_host(address, ours, tmp_path):
    env = {**CREDENTIALS, "ACCESS_TOKEN": "any", "BASE_URL": address, "ALLOW_WRITES": "true"}
    for name in ("listPrivacyJobs", "createPrivacyJob"):
        done = run("bash", _script(ours, name), env=_recording(env, tmp_path), cwd=tmp_path)
        assert done.code == 2, done.output
        assert "ALLOW_HOSTS" in done.output
    assert _recorded(tmp_path) == ""


@pytest.mark.parametrize(
    ("address", "allowed", "sent"),
    [
        ("https://PLATFORM.adobe.io/x", "", True),
        ("https://localhost:8443", "", True),
        ("http://[::1]:8080/x", "", True),
        ("https://Proxy.example/x", "proxy.example", True),
        ("https://proxy.example:8443/x", "other.example, PROXY.example", True),
        ("http://proxy.example", "proxy.example", False),
        ("https://proxy.example.evil.example", "proxy.example", False),
        ("https://evil.example", "*", False),
        ("", "  ", True),
    ],
)
def test_a_script_sends_credentials_to_allowed_hosts(address, allowed, sent, ours, tmp_path):
    env = {**CREDENTIALS, "ACCESS_TOKEN": "any", "BASE_URL": address, "ALLOW_HOSTS": allowed}
    script = _script(ours, "listPrivacyJobs")
    done = run("bash", script, env=_recording(env, tmp_path), cwd=tmp_path)
    assert done.code == (0 if sent else 2), done.output
    assert bool(_recorded(tmp_path)) is sent


def test_without_an_address_a_script_says_that_it_calls_production(ours, tmp_path):
    stand_in = tmp_path / "curl"
    stand_in.write_text("#!/bin/bash\ncat >/dev/null\n")
    stand_in.chmod(0o755)
    path = f"{tmp_path}:{run('bash', '-c', 'echo $PATH').output.strip()}"
    env = {**CREDENTIALS, "ACCESS_TOKEN": "any", "BASE_URL": "", "PATH": path}
    done = run("bash", ours.folder / "curl" / "scripts" / "listPrivacyJobs.sh", env=env, cwd=tmp_path)
    assert "calling production: https://platform.adobe.io/data/core/privacy" in done.output


def test_neither_token_nor_secret_becomes_an_argument_of_curl(ours, mocked, tmp_path):
    stand_in = tmp_path / "bin"
    stand_in.mkdir()
    real = run("bash", "-c", "command -v curl").output.strip()
    record = tmp_path / "arguments"
    (stand_in / "curl").write_text(f'#!/bin/bash\nprintf "%s\\n" "$@" >>{record}\nexec {real} "$@"\n')
    (stand_in / "curl").chmod(0o755)
    path = f"{stand_in}:{run('bash', '-c', 'echo $PATH').output.strip()}"
    local = mocked(ours)
    token = _token(ours, local, tmp_path, PATH=path)
    env = {**CREDENTIALS, "ACCESS_TOKEN": token, "BASE_URL": local.mock.base_url, "PATH": path}
    for script in _scripts(ours):
        if script.name != "ims-token.sh":
            assert run("bash", script, env=env, cwd=tmp_path).code == 0
    arguments = record.read_text()
    assert "/data/core/privacy/jobs" in arguments
    assert token not in arguments
    assert SECRET not in arguments


@pytest.mark.parametrize("secret", ["a&b=c+d%e\"f'g\\h", "@/etc/hostname", "$(id) `id`"])
def test_any_secret_reaches_the_token_endpoint_intact(secret, ours, mocked, tmp_path):
    local = mocked(ours, client_secret=secret)
    assert _token(ours, local, tmp_path, CLIENT_SECRET=secret)


def test_a_script_says_which_variables_become_arguments(ours):
    head = _script(ours, "createPrivacyJob").read_text().split("\nset -euo")[0]
    assert (
        "# Needs ACCESS_TOKEN, API_KEY, ORG_ID in the environment. ACCESS_TOKEN, API_KEY reach curl" in head
    )
    assert "\n# ORG_ID is part of the request, which becomes an argument.\n# Optional" in head
    head = _script(ours, "listPrivacyJobs").read_text().split("\nset -euo")[0]
    assert (
        "ORG_ID in the environment. They reach curl on its standard input:\n# arguments can be seen" in head
    )
    assert "which is an argument" not in head


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("", "https://ims-na1.adobelogin.com/ims/token/v3"),
        ("IMS-na1.AdobeLogin.com", "https://ims-na1.adobelogin.com/ims/token/v3"),
        ("https://ims-na1.adobelogin.com/ims/token/v3", "https://ims-na1.adobelogin.com/ims/token/v3"),
        ("https://ims-na1.adobelogin.com:443/", "https://ims-na1.adobelogin.com:443/ims/token/v3"),
        ("http://[::1]:8080", "http://[::1]:8080/ims/token/v3"),
        ("http://LOCALHOST:8080/x", "http://localhost:8080/ims/token/v3"),
        ("http://ims-na1.adobelogin.com", None),
        ("https://evil.example", None),
        ("https://ims-na1.adobelogin.com@evil.example", None),
        ("https://evil.example#.adobelogin.com", None),
        ("https://evil.example?.adobelogin.com", None),
        ("https://evil.example\\.adobelogin.com", None),
        ("https://evil-adobelogin.com", None),
        ("https://[2001:db8::1]", None),
        ("ftp://ims-na1.adobelogin.com", None),
    ],
)
def test_the_secret_is_sent_only_to_adobes_token_endpoint_in_any_notation(address, sent, ours, tmp_path):
    env = {**CREDENTIALS, "CLIENT_SECRET": SECRET, "IMS": address}
    done = run("bash", _script(ours, "ims-token"), env=_recording(env, tmp_path), cwd=tmp_path)
    # The fake curl returns no token.
    assert done.code == (1 if sent else 2), done.output
    assert [line for line in _recorded(tmp_path).splitlines() if "://" in line] == ([sent] if sent else [])


def test_a_refused_exchange_prints_no_token_and_fails(ours, mocked, tmp_path):
    local = mocked(ours)
    env = {**CREDENTIALS, "CLIENT_SECRET": "wrong", "IMS": local.mock.ims}
    done = run("bash", ours.folder / "curl" / "scripts" / "ims-token.sh", env=env, cwd=tmp_path)
    assert done.code != 0
    assert "invalid_client" in done.output
    assert "wrong" not in done.output


def test_a_secret_repeated_by_the_server_is_not_printed(ours, mocked, tmp_path):
    secret = "a_quiet_secret"
    local = mocked(ours, ims_error="echo", client_secret=secret)
    env = {**CREDENTIALS, "CLIENT_SECRET": secret, "IMS": local.mock.ims}
    done = run("bash", ours.folder / "curl" / "scripts" / "ims-token.sh", env=env, cwd=tmp_path)
    assert done.code != 0
    assert "gave no token" in done.output
    assert secret not in done.output


def test_shellcheck_is_silent_on_scripts_and_samples(generated, tmp_path):
    blocks = _shell_blocks(generated.folder)
    assert len(blocks) >= 5
    for index, block in enumerate(blocks):
        (tmp_path / f"block-{index}.sh").write_text(block)
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        blocks = re.findall(r"^```shell(?: run)?\n(.*?)^```", page.read_text(), re.M | re.S)
        (tmp_path / f"block-{page.name}.sh").write_text("\n".join(blocks))
    done = run(SHELLCHECK, "--shell=bash", *sorted(tmp_path.glob("block-*.sh")), *_scripts(generated))
    assert (done.code, done.output) == (0, "")


def test_the_samples_of_the_pages_run_with_their_placeholders_filled_in(generated, mocked, tmp_path):
    local = mocked(generated)
    values = {**CREDENTIALS, "ACCESS_TOKEN": _token(generated, local, tmp_path)}
    local.mock.log.clear()
    calls = [b for b in _shell_blocks(generated.folder) if b.startswith("curl -X")]
    assert len(calls) == 5
    for call in calls:
        for name, value in values.items():
            call = call.replace("{" + name + "}", value)
        call = call.replace("https://platform.adobe.io/data/core/privacy", local.mock.base_url)
        assert run("bash", "-c", call, cwd=tmp_path).code == 0
    assert {e["status"] for e in local.mock.log} == {200, 202}


def test_each_call_has_the_six_parts_of_the_conventions(generated):
    for page in (generated.folder / "curl").glob("*.md"):
        if page.name == "README.md":
            continue
        for section in re.split(r"^## ", page.read_text(), flags=re.M)[1:]:
            if section.startswith("Values of "):
                continue  # a list that calls link to
            marks = [
                section.find(m)
                for m in ("**API format**", "```http", "**Request**", "```shell", "**Response**")
            ]
            assert -1 not in marks
            assert marks == sorted(marks)
            request = re.search(r"```shell\n(.*?)```", section, re.S)[1]
            names = re.findall(r"-H '([^:]+):", request)
            order = ["Authorization", "Content-Type", "x-api-key", "x-gw-ims-org-id", "Accept"]
            assert names == [n for n in order if n in names]
            assert {"Authorization", "x-api-key", "x-gw-ims-org-id"} <= set(names)
            for body in re.findall(r"```json\n(.*?)```", section, re.S):
                json.loads(body)
