"""A local server with OAuth 2.0 token endpoints and an API that records requests."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit


@dataclass
class Server:
    """Logs requests in order. Each path ``/token/<manner>`` is a token endpoint with its own behavior."""

    secret: str
    address: str = ""
    log: list[dict[str, Any]] = field(default_factory=list)
    tokens: int = 0

    def tokens_of(self, manner: str) -> list[dict[str, Any]]:
        """The requests to one token endpoint."""
        return [entry for entry in self.log if entry["path"] == f"/token/{manner}"]

    def api(self, path: str) -> list[dict[str, str]]:
        """The headers of each request to one path of the API, with names in lower case."""
        return [entry["headers"] for entry in self.log if entry["path"] == f"/api/{path}"]

    def respond(self, entry: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body of the response to a request."""
        path, headers = entry["path"], entry["headers"]
        if path.startswith("/token/"):
            return self._token(path.removeprefix("/token/"), headers, parse_qs(entry["body"]))
        refused = "stale" in headers.get("authorization", "")
        if path.endswith("/digest") and "authorization" not in headers:
            return 401, {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}, {}
        return (401 if refused else 403 if path.endswith("/forbidden") else 200), {}, {}

    def _token(
        self, manner: str, headers: dict[str, str], form: dict[str, list[str]]
    ) -> tuple[int, dict[str, str], Any]:
        given = form.get("client_id", [""])[0], form.get("client_secret", [""])[0]
        if headers.get("authorization", "").startswith("Basic "):
            pair = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
            given = tuple(map(unquote_plus, pair.split(":", 1)))  # type: ignore[assignment]
        if manner == "echo":
            return 400, {}, {"error": given[1], "error_description": json.dumps(form)}
        if manner == "redirect":
            return 307, {"Location": f"{self.address.replace('127.0.0.1', 'localhost')}/api/elsewhere"}, {}
        in_body = "client_id" in form
        if given != ("the client", self.secret) or in_body != (manner == "body"):
            return 401, {}, {"error": "invalid_client"}
        if form.get("grant_type") != ["client_credentials"]:
            return 400, {}, {"error": "unsupported_grant_type"}
        self.tokens += 1
        lifetime = {"short": {"expires_in": 200}, "text": {"expires_in": "3600"}, "none": {}}
        response = {"access_token": f"{manner}-{self.tokens}", "token_type": "Bearer"}
        return 200, {}, response | lifetime.get(manner, {"expires_in": 3600})


@contextlib.contextmanager
def running(secret: str) -> Iterator[Server]:
    """Run the server on a free port of the loopback address."""
    server = Server(secret)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            entry = {
                "method": self.command,
                "path": parts.path,
                "query": parts.query,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": self.rfile.read(length).decode(),
            }
            server.log.append(entry)
            status, headers, body = server.respond(entry)
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *args: Any) -> None:
            """Log nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    server.address = f"http://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
