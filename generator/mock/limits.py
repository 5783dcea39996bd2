"""Limits on what clients can use of the local mock: bytes, connections, time.

No well-behaved client reaches them.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import h11
import uvicorn
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

#: The host names that are served. A request for any other may come from a web page, by DNS rebinding.
HOSTS = ("localhost", "127.0.0.1", "[::1]")
MOST_BODY = 1 << 20
"""The size of a request's body in bytes."""
MOST_HEAD = 1 << 15
"""The size of a request's line and headers in bytes."""
MOST_SERVED = 128
"""The number of connections that are served; others get a 503."""
MOST_CONNECTIONS = 2 * MOST_SERVED
"""The number of connections that are accepted; others are closed."""


def limited(app: ASGIApp) -> ASGIApp:
    """``app``, behind checks that reject requests that are too large or for another host."""
    return TrustedHostMiddleware(
        _HeadLimit(RequestBodyLimitMiddleware(app, MOST_BODY)), list(HOSTS), www_redirect=False
    )


class _HeadLimit:
    """Rejects a request whose line and headers are too large: h11 checks only those that arrive in parts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = len(scope.get("raw_path", b"")) + len(scope.get("query_string", b""))
        size += sum(len(name) + len(value) for name, value in scope["headers"])
        app = self._app if size <= MOST_HEAD else _too_large
        await app(scope, receive, send)


_too_large = PlainTextResponse("Request Header Fields Too Large", 431, {"Connection": "close"})


def config(app: ASGIApp) -> uvicorn.Config:
    """The configuration with which uvicorn serves ``app``."""
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=MOST_SERVED,
        h11_max_incomplete_event_size=MOST_HEAD,
        timeout_keep_alive=5,
    )


class _Protocol(H11Protocol):
    """Closes idle connections: uvicorn waits without limit for a request, and for a client to read."""

    patience = 10.0
    """Seconds that a client has to send a whole request, or to read what was sent."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._timer)
        _cancel(self._writing)
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            _cancel(self._timer)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # (A client may already have sent a part of its next request.)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._await_request()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._writing = self._later(self._writing)

    def resume_writing(self) -> None:
        super().resume_writing()
        _cancel(self._writing)

    def send_400_response(self, msg: str) -> None:
        error = sys.exception()
        if getattr(error, "error_status_hint", 400) != 431 or self.conn.our_state is not h11.IDLE:
            super().send_400_response(msg)
            return
        head = (
            b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        )
        self.transport.write(head)
        self.transport.close()

    def _await_request(self) -> None:
        self._timer = self._later(self._timer)

    def _later(self, timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle:
        _cancel(timer)
        drop: Callable[[], None] = self.transport.abort
        return self.loop.call_later(self.patience, drop)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
