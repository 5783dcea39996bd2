"""Serve the site from memory, over HTTP and for this machine only, to whoever writes the description."""

from __future__ import annotations

import io
import re
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from generator import console
from generator.errors import InternalError, Place, Problem, SiteError
from generator.escaping.javascript import js
from generator.installation import install
from generator.preview import local_requests
from generator.preview.builds import Build, NewestBuild, files

if TYPE_CHECKING:
    from generator.api import Plan
    from generator.preview.watcher import Watcher

HOST = "127.0.0.1"
_WATCHED = "/.callsheet/"
#: Seconds for which a page's request for the next build is kept open.
_PATIENCE = 25.0
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
    **dict.fromkeys((".txt", ".md", ".yaml", ".yml", ".sh"), "text/plain"),
}
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Server(ThreadingHTTPServer):
    """Serves ``site``. If ``watched``, its pages ask for the next build. Raises ``SiteError``."""

    daemon_threads = True

    def __init__(self, site: NewestBuild, port: int, *, watched: bool = False) -> None:
        self.site = site
        self.watched = watched
        self.patience = _PATIENCE
        self._places = threading.BoundedSemaphore(local_requests.MOST_CONNECTIONS)
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else "a port is a number from 0 to 65535"
            what = f"Port {port} of {HOST} can't be opened: {reason}."
            advice = "Name another with --port; 0 takes any free one."
            raise SiteError(Problem(Place("callsheet docs"), what, advice)) from None

    @property
    def url(self) -> str:
        """The URL of the first page."""
        return f"http://{HOST}:{self.server_address[1]}/"

    def server_bind(self) -> None:
        """Bind without looking up the name of the machine, as ``HTTPServer`` would: it may take seconds."""
        socketserver.TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Handle a connection in a thread of its own, or refuse it if there are too many."""
        if not self._places.acquire(blocking=False):
            with suppress(OSError):
                request.settimeout(0)
                request.send(_TOO_MANY)
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Handle a connection until it ends, and let another take its place."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print a fault in one line. A browser that closes the connection isn't a fault."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            fault = InternalError.of(error)
            with suppress(OSError):
                console.failure(fault)


def serve(load: Callable[[], Plan], port: int, *, watch: bool = False) -> None:
    """Serve the site of the plan that ``load`` returns, until interrupted.

    With ``watch``, rebuild it when its inputs change. Raises ``SiteError`` if the port can't be opened, or a
    package that watching needs is not installed.
    """
    site = NewestBuild()
    watcher = _watcher(site, load) if watch else None
    with Server(site, port, watched=watch) as server:
        if watcher is None:
            site.put(files(load()))
        else:
            watcher.build()
            threading.Thread(target=_follow, args=(watcher,), daemon=True).start()
        hint = "It is rebuilt when its files change. " if watch else ""
        console.say(f"The site is at {server.url}")
        console.say(f"{hint}Stop it with Ctrl+C.")
        try:
            server.serve_forever()
        finally:
            if watcher is not None:
                watcher.stop()


def _follow(watcher: Watcher) -> None:
    """Run ``watcher``, and print its failure, since the site would not be rebuilt any more."""
    try:
        watcher.run()
    except Exception as error:
        with suppress(OSError):
            console.failure(InternalError.of(error))


def _watcher(site: NewestBuild, load: Callable[[], Plan]) -> Watcher:
    try:
        from generator.preview.watcher import Watcher
    except ModuleNotFoundError as error:
        what = f"The package {error.name!r} is not installed."
        advice = f"In a clone of the repository, run: {install('docs')}"
        raise SiteError(Problem(Place("callsheet docs --watch"), what, advice)) from None
    return Watcher(site, load)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        """Read requests through a ``HeadReader``, which limits their size and time."""
        super().setup()
        self.head = local_requests.HeadReader(self.connection, local_requests.PATIENCE)
        self.rfile.close()
        self.rfile = io.BufferedReader(self.head)

    def handle_one_request(self) -> None:
        """Handle one request within the time limit."""
        self.head.begin()
        super().handle_one_request()

    def parse_request(self) -> bool:
        """Parse the request; false if it has been refused."""
        parsed = super().parse_request()
        if self.head.is_too_large:
            self.close_connection = True
            if parsed:
                # (A request line that was cut off may look like HTTP/0.9, whose responses have no status.)
                self.request_version = self.protocol_version
                self.send_error(431)
            return False
        return parsed

    def do_GET(self) -> None:
        if not local_requests.is_for_this_machine(self.headers.get_all("Host", [])):
            self.close_connection = True
            self._respond(421, f"This is the site at {self.server.url}, and no other.\n".encode())
            return
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            # The body, which is not read, must not be taken for the next request.
            self.close_connection = True
            self._respond(413, b"A request for a page has no body.\n")
            return
        try:
            target = urlsplit(self.path)
        except ValueError:
            self.close_connection = True
            self._respond(400, b"This is not an address of this site.\n")
            return
        path = unquote(target.path)
        if self.server.watched and path.startswith(_WATCHED):
            self._script(path.removeprefix(_WATCHED), target.query)
        else:
            self._file(path.removeprefix("/"), self.server.site.build)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _refuse(self) -> None:
        # The body, which is not read, must not be taken for the next request.
        self.close_connection = True
        self._respond(405, b"Only GET and HEAD.\n", {"Allow": "GET, HEAD"})

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _refuse  # noqa: N815

    def _file(self, path: str, build: Build) -> None:
        name = f"{path}index.html" if path == "" or path.endswith("/") else path
        content = build.files.get(name)
        if content is None and f"{path}/index.html" in build.files:
            self._respond(301, b"", {"Location": f"/{quote(path)}/"})
        elif content is None:
            self._respond(404, b"There is no such page.\n")
        else:
            kind = _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
            if self.server.watched and kind == "text/html":
                content = _with_script(content, build.made)
            self._respond(200, content, kind=kind)

    def _script(self, name: str, query: str) -> None:
        """Send the script by which pages wait for the next build, or the one that announces it to them."""
        if name == "reload.js":
            self._respond(200, Path(__file__).with_name("reload.js").read_bytes(), kind="text/javascript")
        elif name == "changed.js":
            given = parse_qs(query).get("since", [""])[0]
            since = int(given) if re.fullmatch(r"[0-9]{1,15}", given) else 0
            build = self.server.site.wait(since, self.server.patience if self.command == "GET" else 0)
            self._respond(200, _announcement(build).encode(), kind="text/javascript")
        else:
            self._respond(404, b"There is no such script.\n")

    def _respond(
        self, status: int, content: bytes, headers: Mapping[str, str] | None = None, kind: str = "text/plain"
    ) -> None:
        self.send_response(status)
        charset = "" if kind == "application/octet-stream" else "; charset=utf-8"
        self.send_header("Content-Type", kind + charset)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.connection.settimeout(local_requests.PATIENCE)
            self.wfile.write(content)

    def end_headers(self) -> None:
        """End the headers, after adding those of every response."""
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        super().end_headers()

    def version_string(self) -> str:
        """The value of the header ``Server``, without the version of Python."""
        return "callsheet"

    def log_message(self, *_: object) -> None:
        """Log nothing: the terminal is for messages to the user."""


def _with_script(page: bytes, made: int) -> bytes:
    """``page`` of the build ``made``, with the script that waits for a newer one."""
    script = f'<script src="{_WATCHED}reload.js?since={made}" defer></script>\n'.encode()
    end = page.lower().rfind(b"</body>")
    return page[:end] + script + page[end:] if end >= 0 else page + script


def _announcement(build: Build | None) -> str:
    """A script that reloads a page, or shows it the error of the newest build; ``""`` if there is none."""
    if build is None:
        return ""
    if not build.error:
        return "location.reload();\n"
    detail = js({"build": build.number, "error": build.error})
    return f"document.dispatchEvent(new CustomEvent('callsheet-failed', {{ detail: {detail} }}));\n"
