"""A server of this machine that answers by a function, and keeps what came."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from support.recorder import Sent


class Answer(NamedTuple):
    """An answer; a body that is no text is JSON, and ``None`` is none."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = {}


class Answering(ThreadingHTTPServer):
    """Answers each request by ``answer``; what came is in ``sent``, in order."""

    def __init__(self, answer: Callable[[Sent], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.sent: list[Sent] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def calls(self, method: str, path: str) -> list[Sent]:
        """What came to one address, to the letter."""
        return [sent for sent in self.sent if (sent.method, sent.path) == (method, path)]


class _Handler(BaseHTTPRequestHandler):
    server: Answering
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
        answer = self.server.answer(sent)
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        content = b"" if answer.body is None else text.encode()
        kind = "text/plain" if isinstance(answer.body, str) else "application/json"
        self.send_response(answer.status)
        own = {"Content-Type": kind} if content else {}
        for name, value in {**own, **answer.headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def answering(answer: Callable[[Sent], Answer]) -> Iterator[Answering]:
    with Answering(answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
