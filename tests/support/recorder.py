"""Local servers that accept every request, and keep it exactly as it was sent."""

from __future__ import annotations

import contextlib
import re
import socketserver
import threading
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Sent(NamedTuple):
    """A request as it was received."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header, or ``None``; asserts that it isn't repeated."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(found) < 2, found
        return found[0] if found else None


class Recorder(ThreadingHTTPServer):
    """Responds to everything with 200, and keeps requests by the first segment of their path."""

    def __init__(self, host: str) -> None:
        super().__init__((host, 0), _Handler)
        self.host = host
        self.sent: dict[str, list[Sent]] = defaultdict(list)
        self.in_order: list[Sent] = []

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Recorder
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._record
        raise AttributeError(name)

    def _record(self) -> None:
        path, _, query = self.path.partition("?")
        sent = Sent(self.command, path, query, tuple(self.headers.items()), self._body())
        self.server.sent[path.split("/")[1]].append(sent)
        self.server.in_order.append(sent)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        # After sending a file, Newman and the Postman CLI don't exit before the connection is closed.
        self.send_header("Connection", "close")
        self.end_headers()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def recorder(host: str = "127.0.0.1") -> Iterator[Recorder]:
    with Recorder(host) as server, _serving(server):
        yield server


class Wire(socketserver.ThreadingTCPServer):
    """Keeps every byte received, and takes any input for a request.

    Its response is an empty JSON object. Used as a proxy, it receives requests to any host.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: str) -> None:
        super().__init__((host, 0), _Bytes)
        self.host = host
        self.received: list[bytes] = []

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.server_address[1]}"

    @property
    def requests(self) -> list[str]:
        """Method and path of each request, in order: ``GET /jobs``, also if a proxy was sent a whole URL."""
        lines = (each.partition(b"\r\n")[0].decode().split(" ") for each in self.received)
        return [f"{method} {re.sub(r'^https?://[^/]*', '', target)}" for method, target, *_ in lines]


_EMPTY = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
)


class _Bytes(socketserver.BaseRequestHandler):
    server: Wire

    def handle(self) -> None:
        self.request.settimeout(10)
        index = len(self.server.received)
        self.server.received.append(b"")
        with contextlib.suppress(OSError):
            while not self._is_whole(self.server.received[index]):
                more = self.request.recv(65536)
                if not more:
                    break
                self.server.received[index] += more
            self.request.sendall(_EMPTY)

    @staticmethod
    def _is_whole(received: bytes) -> bool:
        head, end, body = received.partition(b"\r\n\r\n")
        found = re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)
        return bool(end) and len(body) >= (int(found[1]) if found else 0)


@contextlib.contextmanager
def wire(host: str = "127.0.0.1") -> Iterator[Wire]:
    with Wire(host) as server, _serving(server):
        yield server
