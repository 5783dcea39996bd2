"""Samples copied from the site: exact to the byte, with the reader's values, which are sent nowhere else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from support import SECRET, run
from support.browsing import on_disk
from support.recorder import recorder
from support.sites import Site, calls, copied, fill_in, made, on_a_server, written

CREDENTIALS = {"API_KEY": "local-mock-api-key", "ORG_ID": "10CA10CA10CA10CA10CA10CA@AdobeOrg"}
#: Defines a `curl` that sends, and fails unless the response is a success.
_SENDING = 'curl() { command curl --fail-with-body -sS -o /dev/null -w "%{http_code}\n" "$@"; }\n'
#: Defines a `curl` that sends nothing, and prints its arguments.
_TELLING = "curl() { printf '%s\\0' \"$@\"; }\n"
TYPED = [
    "it's",
    'say "hi"',
    "a b  c",
    "$(touch ran) `touch ran` ${HOME} $HOME",
    "back\\slash \\' \\n \\\\",
    "'; touch ran; '",
    "' ; touch ran #",
    "a&b=c;d|e>ran",
    "!history *?[a-z]{a,b} ~",
    "ünï ✓ \U0001f600",
    "</code><script>ran = 1</script>",
    "{API_KEY} {{x}} %41 $& $1",
    "@/etc/hostname",
    "</etc/hostname",
    "v;headers=@/etc/hostname;type=text/html",
    '"v";filename="x',
]


@pytest.fixture(scope="module")
def small(ours) -> Site:
    return Site(ours.plan, ours.folder / "docs", on_disk(ours.folder / "docs"))


@pytest.fixture(scope="module")
def every_kind(tmp_path_factory) -> Site:
    """A site with calls that write values in each way: header, URL, JSON, credentials, curl's quotes."""
    key = {"type": "apiKey", "in": "query", "name": "key"}
    org = {"type": "string", "example": "{IMS_ORG}"}
    responses = {"200": {"description": "Done."}}
    form = {
        "schema": {
            "type": "object",
            "properties": {"note": org, "plain": org},
            "required": ["note", "plain"],
        },
        "encoding": {"note": {"contentType": "text/markdown"}},
    }
    description = {
        "openapi": "3.1.0",
        "info": {"title": "Every kind", "version": "1"},
        "servers": [{"url": "https://api.example.com/it's/v1"}],
        "components": {
            "securitySchemes": {
                "key": key,
                "head": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "org": {"type": "apiKey", "in": "header", "name": "x-gw-ims-org-id"},
                "user": {"type": "http", "scheme": "basic"},
            }
        },
        "paths": {
            "/json": {
                "post": {
                    "operationId": "sendJson",
                    "security": [{"key": [], "head": [], "org": []}],
                    "requestBody": {
                        "content": {
                            "application/json": {"example": {"org": "{IMS_ORG}", "it's": "a 'b' \\ \"c\""}}
                        }
                    },
                    "responses": responses,
                }
            },
            "/form": {
                "post": {
                    "operationId": "sendForm",
                    "security": [{"user": []}],
                    "requestBody": {"content": {"multipart/form-data": form}},
                    "responses": responses,
                }
            },
        },
    }
    return made(description, tmp_path_factory.mktemp("kinds"))


def _arguments(call: str, folder: Path) -> list[str]:
    """The arguments that curl gets when bash runs a call."""
    done = run("bash", "-c", _TELLING + call, cwd=folder)
    assert done.code == 0, done.output
    return done.output.split("\0")[:-1]


def _guides(ours) -> list[str]:
    """The sample calls of the curl pages."""
    pages = sorted((ours.folder / "curl").glob("*.md"))
    blocks = [
        b for page in pages for b in re.findall(r"^```shell\n(.*?)\n```", page.read_text(), re.M | re.S)
    ]
    return calls(blocks)


def test_the_copied_text_is_the_shown_text_to_the_byte(small, visit):
    visited = visit(small.address, clipboard=True)
    shown = written(visited.page)
    assert copied(visited) == shown
    assert len(shown) > 20
    visited.assert_quiet()


def test_copying_works_on_a_page_from_a_server_too(small, visit):
    with on_a_server(small) as served:
        visited = visit(served.address, clipboard=True)
        button = visited.page.locator(".samples button.copy").first
        assert button.get_attribute("aria-label") == "Copy the request"
        button.click()
        assert visited.clipboard().startswith("curl -X GET")
        assert button.inner_text() == "Copied"
        visited.page.wait_for_function(
            "() => document.querySelector('[role=status]').textContent === 'Copied.'"
        )
        visited.assert_quiet()


def test_samples_are_those_of_the_curl_pages(small, ours, visit):
    found = calls(written(visit(small.address).page))
    guides = _guides(ours)
    assert len(guides) == len(small.operations)
    assert [call for call in guides if call not in found] == []


def test_every_copied_call_runs_in_bash_and_succeeds(small, ours, visit, mocked, tmp_path):
    local = mocked(ours)
    env = {**CREDENTIALS, "CLIENT_SECRET": SECRET, "IMS": local.mock.ims}
    token = run("bash", small.folder / "downloads" / "ims-token.sh", env=env, cwd=tmp_path)
    assert token.code == 0, token.output
    visited = visit(small.address, clipboard=True)
    fill_in(visited, {**CREDENTIALS, "ACCESS_TOKEN": token.output.strip()}, local.mock.base_url)
    local.mock.log.clear()
    found = calls(copied(visited))
    assert len(found) >= len(small.operations)
    for call in found:
        done = run("bash", "-c", _SENDING + call, cwd=tmp_path)
        assert done.code == 0, (call, done.output)
        assert re.fullmatch(r"20[02]\n", done.output), (call, done.output)
    assert len(local.mock.log) == len(found)
    assert {entry["status"] for entry in local.mock.log} == {200, 202}
    visited.assert_quiet()


def test_the_chosen_server_is_in_every_sample(small, visit):
    page = visit(small.address).page
    page.locator("#credentials summary").click()
    for server in range(3):
        page.select_option("#fill-server", index=server)
        address = page.input_value("#fill-server")
        assert not page.locator("#fill-address").is_visible()
        for call in calls(written(page)):
            assert f"'{address}/" in call


def test_typed_values_stay_text_in_bash(every_kind, visit, tmp_path):
    visited = visit(every_kind.address)
    names = visited.page.eval_on_selector_all("[data-fill]", "all => all.map(each => each.dataset.fill)")
    kinds = visited.page.eval_on_selector_all(".fill", "all => all.map(each => each.dataset.as)")
    assert {"header", "url", "json", "text", "quoted", "address"} <= set(kinds)
    untouched = written(visited.page)
    for value in TYPED:
        fill_in(visited, dict.fromkeys(names, value), f" http://127.0.0.1:1/{value}// ")
        form_call, json_call = sorted(calls(written(visited.page)), key=lambda call: "/json" in call)
        sent = _arguments(json_call, tmp_path)
        encoded = quote(value, safe="!'()*-._~")
        # curl would take brackets and braces for ranges and lists.
        path = re.sub(r"[\[\]{}]", lambda found: quote(found[0]), value)
        assert sent[2] == f"http://127.0.0.1:1/{path}/json?key={encoded}"
        assert f"X-Key: {value}" in sent
        body = json.loads(sent[sent.index("-d") + 1])
        assert body == {"org": value, "it's": "a 'b' \\ \"c\""}
        sent = _arguments(form_call, tmp_path)
        assert sent[sent.index("-u") + 1] == f"{value}:{value}"
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        assert f'note="{escaped}";type=text/markdown' in sent
        assert f"plain={value}" in sent
    assert list(tmp_path.iterdir()) == []
    fill_in(visited, dict.fromkeys(names, ""))
    visited.page.select_option("#fill-server", index=0)
    assert written(visited.page) == untouched
    assert visited.page.evaluate("window.ran") is None
    visited.assert_quiet()


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ("http://[::1]:8080/[1-3]{a,b}/", "http://[::1]:8080/%5B1-3%5D%7Ba,b%7D"),
        ("http://[1-9].example", "http://%5B1-9%5D.example"),
        ("-K/etc/hostname", "https://-K/etc/hostname"),
        ("file:///etc/hostname", "https:///etc/hostname"),
        ("FILE://localhost/etc/hostname", "http://localhost/etc/hostname"),
        ("ftp.example.com", "https://ftp.example.com"),
        ("localhost:8080", "http://localhost:8080"),
        ("https://api.example.com/v1//", "https://api.example.com/v1"),
    ],
)
def test_a_typed_address_becomes_a_single_http_address(typed, called, every_kind, visit, tmp_path):
    visited = visit(every_kind.address)
    fill_in(visited, {}, typed)
    for call in calls(written(visited.page)):
        assert _arguments(call, tmp_path)[2].startswith(f"{called}/")


def test_no_typed_value_makes_curl_read_a_file(every_kind, visit, tmp_path):
    (tmp_path / "canary").write_text("canary-of-a-local-file")
    visited = visit(every_kind.address)
    names = visited.page.eval_on_selector_all("[data-fill]", "all => all.map(each => each.dataset.fill)")
    with recorder() as server:
        for sign in ("@", "<", '"', "v;headers=@", "v;headers=<", '";headers=@', "=@", "=<", ",@", "\\@"):
            for file in ("canary", str(tmp_path / "canary")):
                fill_in(visited, dict.fromkeys(names, sign + file), server.address)
                for call in calls(written(visited.page)):
                    done = run("bash", "-c", _SENDING + call, cwd=tmp_path)
                    assert done.code == 0, done.output
        assert len(server.in_order) == 40
        assert not [sent for sent in server.in_order if b"canary-of" in repr(sent).encode()]
        notes = [sent.body for sent in server.in_order if sent.path.endswith("/form")]
        assert all(b"canary" in body for body in notes)


def test_a_pasted_line_end_does_not_add_a_header(every_kind, visit, tmp_path):
    visited = visit(every_kind.address)
    for name in visited.page.eval_on_selector_all("[data-fill]", "all => all.map(each => each.dataset.fill)"):
        fill_in(visited, {name: "a\r\nX-Other: b\n"})
    for call in calls(written(visited.page)):
        for argument in _arguments(call, tmp_path):
            assert not re.search(r"^X-Other", argument, re.M)


@pytest.mark.parametrize("where", ["from disk", "from a server"])
def test_typed_values_are_stored_nowhere_and_sent_nowhere(where, small, visit):
    if where == "from disk":
        _assert_forgotten(visit(small.address), small)
        return
    with on_a_server(small) as served:
        _assert_forgotten(visit(served.address), served)


def _assert_forgotten(visited, site: Site) -> None:
    page = visited.page
    before = page.content()
    asked: list[str] = []
    visited.settle()
    visited.context.on("request", lambda request: asked.append(request.url))
    values = {"API_KEY": "typed-key", "ORG_ID": "typed-org", "ACCESS_TOKEN": "typed-token"}
    fill_in(visited, values, "http://127.0.0.1:9/typed-address")
    assert page.get_attribute("[data-fill='ACCESS_TOKEN']", "type") == "password"
    assert page.locator(".fill", has_text="typed-").count() > 15
    assert "typed-" not in page.url
    kept = page.evaluate(
        """async () => [localStorage, sessionStorage].map(each => JSON.stringify(each)).concat(
          [document.cookie, window.name, JSON.stringify(history.state)],
          (await indexedDB.databases()).map(each => each.name))"""
    )
    assert kept == ["{}", "{}", "", "", "null"]
    assert visited.context.cookies() == []
    visited.settle()
    assert asked == []
    page.reload()
    assert "typed-" not in page.content()
    assert len(page.content()) == len(before)
    assert (
        page.eval_on_selector_all("[data-fill], #fill-address", "all => all.map(each => each.value)")
        == [""] * 4
    )
    # The browser's history forgets them too.
    fill_in(visited, values)
    page.goto("about:blank")
    page.go_back()
    assert page.eval_on_selector_all("[data-fill]", "all => all.map(each => each.value)") == [""] * 3
    assert page.locator(".fill", has_text="typed-").count() == 0
    visited.assert_quiet()
