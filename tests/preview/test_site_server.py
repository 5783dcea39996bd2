"""The preview of the site: what is served, to whom, and how open pages follow changes."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import free_port, run

from generator import api
from generator.cli import single
from generator.cli.main import main
from generator.errors import CallsheetError
from generator.preview import local_requests
from generator.preview.builds import NewestBuild, files
from generator.preview.server import Server
from generator.preview.watcher import Watcher
from generator.project import site_inputs
from generator.targets.shared import templating

CALLSHEET = Path(sys.executable).parent / "callsheet"
DESCRIPTION = """
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: 'https://api.example.com'}]
paths:
  /things: {get: {operationId: list, responses: {'200': {description: Fine}}}}
"""
PAGES = {
    "index.html": b"<!doctype html><body><p>Start</p></body></html>",
    "operations/index.html": b"<p>All</p>",
    "operations/list things.html": b"<p>List</p>",
    "site.css": b"p {}",
    "search.js": b"1",
    "icon.svg": b"<svg/>",
    "openapi.yaml": b"openapi: 3.1.0",
    "openapi.json": b"{}",
    "unknown.bin": b"?",
}


class Response:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.text = response.status, response.headers, response.read().decode()


class Client:
    """Sends requests to a server, each on a connection of its own."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.port = server.server_address[1]

    def ask(self, path: str, method: str = "GET", **headers: str) -> Response:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers=headers)
            return Response(connection.getresponse())
        finally:
            connection.close()

    @property
    def start(self) -> str:
        return self.ask("/").text


@contextmanager
def _serving(site: NewestBuild, *, watched: bool = False) -> Iterator[Client]:
    with Server(site, 0, watched=watched) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Client(server)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    site = NewestBuild()
    site.put(PAGES)
    with _serving(site) as client:
        yield client


# --- What is served -------------------------------------------------------------------------------------

KINDS = {
    "/": "text/html; charset=utf-8",
    "/index.html?q=1": "text/html; charset=utf-8",
    "/operations/": "text/html; charset=utf-8",
    "/operations/list%20things.html": "text/html; charset=utf-8",
    "/site.css": "text/css; charset=utf-8",
    "/search.js": "text/javascript; charset=utf-8",
    "/icon.svg": "image/svg+xml; charset=utf-8",
    "/openapi.yaml": "text/plain; charset=utf-8",
    "/openapi.json": "application/json; charset=utf-8",
    "/unknown.bin": "application/octet-stream",
}


@pytest.mark.parametrize("path", KINDS)
def test_each_file_is_served_with_its_type_and_not_cached(path, client):
    response = client.ask(path)
    assert (response.status, response.headers["Content-Type"]) == (200, KINDS[path])
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Server"] == "callsheet"
    head = client.ask(path, "HEAD")
    assert (head.status, head.text) == (200, "")
    assert head.headers["Content-Length"] == str(len(response.text))


def test_a_folder_without_a_slash_redirects_to_its_page(client):
    response = client.ask("/operations")
    assert (response.status, response.headers["Location"]) == (301, "/operations/")


@pytest.mark.parametrize(
    "path",
    [
        *("/no.html", "/docs/", "/index.html/", "//example.com/", "/%00", "/%ff"),
        *("/../pyproject.toml", "/%2e%2e/%2e%2e/etc/passwd"),
        *("/.callsheet/reload.js", "/.callsheet/changed.js?since=1"),
    ],
)
def test_a_path_outside_the_site_is_not_found(path, client):
    response = client.ask(path)
    assert response.status == 404
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_get_and_head_are_allowed(method, client):
    response = client.ask("/", method)
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.headers["Connection"] == "close"


@pytest.mark.parametrize("host", ["localhost", "localhost:9000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_names_of_this_machine_are_served(host, client):
    assert client.ask("/", Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    ["example.com", "localhost.example.com", "127.0.0.1.example.com:80", "", "localhost@a.b", "0.0.0.0"],
)
def test_a_foreign_name_that_resolves_to_this_machine_gets_nothing(host, client):
    response = client.ask("/", Host=host)
    assert response.status == 421
    assert "Start" not in response.text


@pytest.mark.parametrize("target", ["http://[/", "http://[::1/.callsheet/changed.js", "/ x", "/ HTTP/x"])
def test_the_response_to_a_malformed_request_line_is_400_and_nothing_is_printed(target, client, capfd):
    with socket.create_connection(("127.0.0.1", client.port), timeout=20) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        with connection.makefile("rb") as response:
            text = response.read()
    assert text.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nConnection: close\r\n" in text
    assert client.start
    assert capfd.readouterr() == ("", "")


def _sent(client: Client, *parts: bytes) -> bytes:
    """What a connection receives until it is closed; empty if it was reset."""
    with socket.create_connection(("127.0.0.1", client.port), timeout=20) as connection:
        said = b""
        with contextlib.suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
            while content := connection.recv(1 << 16):
                said += content
        return said


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("header", ["Content-Length: 1000000000000", "Transfer-Encoding: chunked"])
def test_a_request_with_a_body_is_refused_and_its_body_is_not_a_second_request(method, header, client):
    second = b"GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n"
    said = _sent(client, f"{method} / HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode() + second)
    assert said.startswith(b"HTTP/1.1 413 ") or said == b""
    assert said.count(b"HTTP/1.1") <= 1
    assert b"Start" not in said


HEADS = {
    "a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 60_000 + b"\r\n\r\n",
    "headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + (b"X: " + b"x" * 900 + b"\r\n") * 60 + b"\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: 1\r\n" * 500 + b"\r\n",
    "an address": b"GET /" + b"x" * 60_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.parametrize("what", HEADS)
def test_a_head_that_is_too_large_is_refused(what, client, capfd):
    head = HEADS[what]
    for parts in ([head], [head[n : n + 5000] for n in range(0, len(head), 5000)]):
        said = _sent(client, *parts)
        assert said.startswith(b"HTTP/1.1 431 ") or said == b""
    assert client.start
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"", b""),
        (b"GET /", b"x"),
        (b"GET / HTTP/1.1\r\n", b"X: 1\r\n"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\n", b"X: 1\r\n"),
    ],
)
def test_a_slow_client_is_dropped(first, then, client, monkeypatch):
    monkeypatch.setattr(local_requests, "PATIENCE", 0.5)
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", client.port), timeout=0.1) as connection:
        connection.sendall(first)
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < 15:
                with contextlib.suppress(TimeoutError):
                    connection.sendall(then)
                    if connection.recv(1 << 16) == b"":
                        break
    assert time.monotonic() - began < 10


def test_a_client_that_does_not_read_is_dropped(monkeypatch):
    monkeypatch.setattr(local_requests, "PATIENCE", 0.5)
    site = NewestBuild()
    site.put({"index.html": b"x" * 20_000_000})
    before = threading.active_count()
    with _serving(site) as client, contextlib.ExitStack() as stack:
        address = ("127.0.0.1", client.port)
        connection = stack.enter_context(socket.create_connection(address, timeout=20))
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        deadline = time.monotonic() + 10
        time.sleep(0.2)
        while threading.active_count() > before + 1:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_the_number_of_connections_is_bounded_and_the_server_recovers(monkeypatch):
    monkeypatch.setattr(local_requests, "MOST_CONNECTIONS", 3)
    site = NewestBuild()
    site.put(PAGES)
    with _serving(site) as client, contextlib.ExitStack() as stack:
        address = ("127.0.0.1", client.port)
        for _ in range(3):
            stack.enter_context(socket.create_connection(address, timeout=20))
        time.sleep(0.2)
        assert _sent(client).startswith(b"HTTP/1.1 503 ")
        stack.close()
        deadline = time.monotonic() + 10
        while (
            _sent(client, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")[9:12] != b"200"
        ):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_without_watching_a_page_is_served_as_it_is(client):
    assert client.start.encode() == PAGES["index.html"]


# --- Watching -------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with all inputs of a site, and a target that shows each of them."""
    monkeypatch.chdir(tmp_path)
    ours = tmp_path / "ours" / "templates"
    (ours / "docs").mkdir(parents=True)
    (ours / "docs" / "page.html.j2").write_text("<body>ours {{ title }} {{ guides }}</body>")
    for module in (
        "generator.project.site_inputs",
        "generator.targets.shared.templating",
        "generator.preview.watcher",
    ):
        monkeypatch.setattr(f"{module}.resource", lambda name: tmp_path / "ours" / name)
    templating._page_environment.cache_clear()

    def render(api_, settings):
        guides = " ".join(guide.title for guide in settings.guides)
        text = templating.page("docs/page.html.j2", settings.templates, title=api_.title, guides=guides)
        yield "docs/index.html", text

    monkeypatch.setattr(api, "TARGETS", {"docs": render})
    (tmp_path / "mine" / "docs").mkdir(parents=True)
    (tmp_path / "api.yaml").write_text(DESCRIPTION)
    (tmp_path / "start.md").write_text("# Begin\n")
    (tmp_path / "p.yaml").write_text("description: api.yaml\ntemplates: mine\nguides: [start.md]\n")
    yield tmp_path
    templating._page_environment.cache_clear()


@pytest.fixture
def watched(project: Path) -> Iterator[Client]:
    site = NewestBuild()
    watcher = Watcher(site, lambda: single.read(single.Request(None, Path("p.yaml"), Path(), ("docs",))))
    watcher.build()
    with _serving(site, watched=True) as client:
        thread = threading.Thread(target=watcher.run)
        thread.start()
        try:
            yield client
        finally:
            watcher.stop()
            thread.join(timeout=10)
            assert not thread.is_alive()


def _write(path: Path, text: str) -> None:
    """Replace a file as a whole, as editors do. (For other ways of writing, the server waits a moment.)"""
    aside = Path(".aside")
    aside.write_text(text)
    aside.replace(path)


def _since(page: str) -> int:
    """The number of the build of a page, which it sends when it asks for the next one."""
    (found,) = re.findall(
        r'<script src="/\.callsheet/reload\.js\?since=(\d+)" defer></script>\n</body>', page
    )
    return int(found)


def _after(client: Client, change: object) -> str:
    """The script that an open page receives after ``change``."""
    since = _since(client.start)
    script: list[str] = []
    thread = threading.Thread(
        target=lambda: script.append(client.ask(f"/.callsheet/changed.js?since={since}").text)
    )
    thread.start()
    change()  # type: ignore[operator]
    thread.join(timeout=20)
    assert script, "the page was sent nothing"
    return script[0]


CHANGES = {
    "description": ("api.yaml", DESCRIPTION.replace("Things", "Others"), "ours Others Begin"),
    "guide": ("start.md", "# Anew\n", "ours Things Anew"),
    "project file": ("p.yaml", "description: api.yaml\n", "ours Things "),
    "template of theirs": ("mine/docs/page.html.j2", "<body>mine {{ title }}</body>", "mine Things"),
    "template of ours": ("ours/templates/docs/page.html.j2", "<body>new {{ title }}</body>", "new Things"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_served_and_open_pages_are_notified(what, project, watched):
    before = watched.start
    assert "ours Things Begin" in before
    name, text, shown = CHANGES[what]
    assert _after(watched, lambda: _write(project / name, text)) == "location.reload();\n"
    assert shown in watched.start
    assert _since(watched.start) == _since(before) + 1


def test_a_template_that_is_removed_is_noticed(project, watched):
    mine = project / "mine/docs/page.html.j2"
    _after(watched, lambda: _write(mine, "<body>mine</body>"))
    _after(watched, mine.unlink)
    assert "ours Things" in watched.start


ERRORS = {
    "description": ("api.yaml", "openapi: [", r"api\.yaml:2:1: .* not valid YAML"),
    "project file": ("p.yaml", "description: api.yaml\nguide: []\n", r"p\.yaml:2:1 .* no key 'guide'"),
    "guide": ("start.md", "Begin\n", r"start\.md:1:1: A guide begins with its title"),
    "template": ("mine/docs/page.html.j2", "\n{{ no }}<script>", r"page\.html\.j2:2: .*'no' is undefined"),
    "unknown template": ("mine/docs/no.j2", "", r"no\.j2: There is no template of this name"),
}


@pytest.mark.parametrize("what", ERRORS)
def test_an_error_is_reported_and_the_last_site_stays_until_it_is_corrected(what, project, watched, capsys):
    name, text, said = ERRORS[what]
    path = project / name
    before = path.read_text() if path.exists() else None
    page = watched.start
    script = _after(watched, lambda: _write(path, text))
    assert re.search(said, script)
    assert "callsheet-failed" in script
    assert "location" not in script
    assert watched.start == page
    assert re.search(r"error: .*" + said, capsys.readouterr().err)
    # A page opened in the meantime gets the error at once; one that has it waits until it is fixed.
    number = int(re.search(r'"build": (\d+)', script)[1])
    assert watched.ask(f"/.callsheet/changed.js?since={_since(page)}").text == script
    (path.unlink if before is None else lambda: _write(path, before))()
    assert watched.ask(f"/.callsheet/changed.js?since={number}").text == "location.reload();\n"
    assert re.search(r"Rebuilt in \d+\.\d s\.\n", capsys.readouterr().out)


def test_a_missing_file_is_noticed_when_it_is_created(project, watched):
    assert "no file 'new/more.md'" in _after(
        watched, lambda: _write(project / "p.yaml", "description: api.yaml\nguides: [new/more.md]\n")
    )
    number = watched.server.site.build.number
    (project / "new").mkdir()
    _write(project / "new" / "more.md", "# More\n")
    assert watched.ask(f"/.callsheet/changed.js?since={number}").text == "location.reload();\n"
    assert "ours Things More" in watched.start


def test_a_change_while_the_site_is_built_is_not_missed(project):
    site = NewestBuild()

    def load():
        plan = single.read(single.Request(None, Path("p.yaml"), Path(), ("docs",)))
        if plan.api.title == "Things":
            (project / "api.yaml").write_text(DESCRIPTION.replace("Things", "Later"))
        return plan

    watcher = Watcher(site, load)
    watcher.build()
    number = site.build.number
    thread = threading.Thread(target=watcher.run)
    thread.start()
    try:
        assert site.wait(number, 10)
        assert b"Later" in site.build.files["index.html"]
    finally:
        watcher.stop()
        thread.join(timeout=10)


def test_a_change_that_does_not_affect_the_site_makes_no_new_build(project):
    site = NewestBuild()
    site.put({"index.html": b"a"})
    number = site.build.number
    site.put({"index.html": b"a"})
    assert site.build.number == number
    site.fail("no")
    site.put({"index.html": b"a"})
    assert site.build.number == number + 2


def test_a_page_without_a_response_for_long_asks_again(watched):
    watched.server.patience = 0.05
    response = watched.ask(f"/.callsheet/changed.js?since={_since(watched.start)}")
    assert (response.status, response.text) == (200, "")
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    # A page of an earlier server has another number.
    assert watched.ask("/.callsheet/changed.js?since=7").text == "location.reload();\n"
    assert watched.ask("/.callsheet/changed.js?since=x").text == "location.reload();\n"
    assert watched.ask("/.callsheet/no.js").status == 404
    assert watched.ask("/.callsheet/changed.js?since=7", Host="example.com").status == 421


def test_an_error_is_a_string_in_the_script_that_reports_it(watched):
    watched.server.site.fail("</script> \u2028 \" ' ${x}\n")
    script = watched.ask("/.callsheet/changed.js?since=7").text
    assert script.count("\n") == 1
    assert "</script>" not in script
    assert "\u2028" not in script


#: A page of build 5, whose script meets no new build, a server that is gone, a failed build, and a new one.
PAGE = """
const handlers = {}, log = [];
const element = (kind) => ({ kind, style: {}, remove() {}, setAttribute() {} });
let asked = null, box = null;
globalThis.setTimeout = (work, delay) => { log.push(delay); work(); };
globalThis.document = {
  hidden: true,
  currentScript: { src: 'http://127.0.0.1:8000/.callsheet/reload.js?since=5' },
  createElement: (kind) => element(kind),
  head: { append: (script) => { asked = script; log.push(script.src.replace(/.*callsheet./, '')); } },
  body: { appendChild: (child) => { box = child; log.push(child.kind); return child; } },
  addEventListener: (name, handler) => { handlers[name] = handler; },
};
eval(require('fs').readFileSync(process.argv[1], 'utf8'));
log.push('hidden');
document.hidden = false;
handlers.visibilitychange();
asked.onload();
asked.onerror();
for (const error of ['<b>no</b>', 'still no']) {
  handlers['callsheet-failed']({ detail: { build: 6, error } });
}
log.push(box.textContent, box.style.position);
asked.onload();
console.log(JSON.stringify(log));
"""


def test_the_script_of_a_page_asks_while_it_is_visible_and_shows_errors_as_text(watched, tmp_path):
    text = watched.ask("/.callsheet/reload.js").text
    (tmp_path / "reload.js").write_text(text)
    done = run("node", "-e", PAGE, tmp_path / "reload.js")
    five, six = "changed.js?since=5", "changed.js?since=6"
    shown = ["pre", "still no", "fixed"]
    assert json.loads(done.output) == ["hidden", five, 200, five, 1000, five, *shown, 200, six]
    for unsafe in ("innerHTML", "eval", "document.write", "fetch", "setAttribute('style"):
        assert unsafe not in text


def test_a_page_without_a_body_element_asks_as_well():
    site = NewestBuild()
    site.put({"index.html": b"<!doctype html><p>Short"})
    with _serving(site, watched=True) as client:
        assert re.search(
            r"Short<script src=\"/\.callsheet/reload\.js\?since=\d+\" defer></script>\n$", client.start
        )


# --- The command ----------------------------------------------------------------------------------------


@contextmanager
def _command(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The running command, and the port that it prints."""
    process = subprocess.Popen(
        [CALLSHEET, "docs", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CALLSHEET_CACHE": str(folder / "cache")},
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.fullmatch(r"The site is at http://127\.0\.0\.1:(\d+)/\n", said)
        assert found, said + (process.stderr.read() if process.stderr else "")
        yield process, int(found[1])
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("options", [(), ("--watch",)], ids=" ".join)
def test_ctrl_c_exits_with_130_frees_the_port_and_leaves_nothing_behind(options, tmp_path):
    (tmp_path / "api.yaml").write_text(DESCRIPTION)
    with _command(tmp_path, "api.yaml", "--port", "0", *options) as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.status == 200
        assert (b"/.callsheet/reload.js" in response.read()) == bool(options)
        if options:
            # A page that still waits delays nothing.
            since = int(time.time()) + 10**6
            connection.request("GET", f"/.callsheet/changed.js?since={since}")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
        connection.close()
    assert (process.returncode, errors) == (130, "Interrupted.\n")
    with Server(NewestBuild(), port):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["api.yaml"]


def test_a_port_that_is_in_use_is_reported_with_advice(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.yaml").write_text(DESCRIPTION)
    with Server(NewestBuild(), free_port()) as server:
        port = server.server_address[1]
        done = CliRunner().invoke(main, ["docs", "api.yaml", "--port", str(port)])
    assert done.exit_code == 2
    assert f"error: callsheet docs: Port {port} of 127.0.0.1 can't be opened: " in done.output
    assert "--port" in done.output


def test_without_watchfiles_the_command_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "generator.preview.watcher", None)
    monkeypatch.delitem(sys.modules, "generator.preview.watcher")
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    done = CliRunner().invoke(main, ["docs", "--watch", "--port", "0"])
    assert done.exit_code == 2
    assert "The package 'watchfiles' is not installed." in done.output
    assert "pip install '.[docs]'" in done.output


@pytest.mark.parametrize(
    "options", [("no.yaml",), ("api.yaml", "--strict"), ("api.yaml", "--since", "no.yaml")]
)
def test_an_unreadable_input_at_the_start_is_an_error(options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.yaml").write_text(DESCRIPTION + "no: 5\n")
    done = CliRunner().invoke(main, ["docs", *options, "--port", "0"])
    assert done.exit_code == 2
    assert "error: " in done.output
    assert "Traceback" not in done.output


def test_a_mistake_in_a_template_of_the_user_writes_nothing(project, monkeypatch):
    first = {"curl": lambda *_: iter([("curl/scripts/list.sh", "curl")])}
    monkeypatch.setattr(api, "TARGETS", {**first, **api.TARGETS})
    (project / "mine" / "docs" / "page.html.j2").write_text("\n{{ no }}")
    done = CliRunner().invoke(main, ["generate", "-c", "p.yaml", "-o", "out"])
    assert done.exit_code == 2
    assert f"error: {Path('mine/docs/page.html.j2')}:2: " in done.output
    assert not (project / "out").exists()
    with pytest.raises(CallsheetError):
        files(single.read(single.Request(None, Path("p.yaml"), Path())))
    assert site_inputs.known_templates() == ("docs/page.html.j2",)
