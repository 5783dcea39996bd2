"""A local server whose responses come from a function, and that keeps every request."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from support.recorder import Sent


class Response(NamedTuple):
    """A response. ``body`` is sent as text if it is a string, else as JSON; ``None`` sends no body."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = {}


class ScriptedServer(ThreadingHTTPServer):
    """Responds to each request with ``respond(request)``; ``sent`` has the requests, in order."""

    def __init__(self, respond: Callable[[Sent], Response]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.respond = respond
        self.sent: list[Sent] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def calls(self, method: str, path: str) -> list[Sent]:
        """The requests with exactly this method and path."""
        return [sent for sent in self.sent if (sent.method, sent.path) == (method, path)]


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._take
        raise AttributeError(name)

    def _take(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sent = Sent(self.command, path, query, tuple(self.headers.items()), body)
        self.server.sent.append(sent)
        response = self.server.respond(sent)
        text = response.body if isinstance(response.body, str) else json.dumps(response.body)
        content = b"" if response.body is None else text.encode()
        kind = "text/plain" if isinstance(response.body, str) else "application/json"
        self.send_response(response.status)
        own = {"Content-Type": kind} if content else {}
        for name, value in {**own, **response.headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def scripted_server(respond: Callable[[Sent], Response]) -> Iterator[ScriptedServer]:
    with ScriptedServer(respond) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
