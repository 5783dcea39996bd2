"""The local mock as a server, on loopback alone: in the foreground for users, in a thread for tests."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from generator import console
from generator.auth.ims import TOKEN_PATH
from generator.errors import InternalError, MockError, Place, Problem
from generator.mock import limits
from generator.mock.app import create_app
from generator.mock.request_log import RequestLog
from generator.mock.settings import MockSettings
from generator.mock.validation import base_path

_HOST = "127.0.0.1"


@dataclass
class Running:
    """A running mock. ``log`` holds the newest requests and the statuses of their responses, oldest first."""

    url: str
    base_url: str
    log: RequestLog = field(default_factory=RequestLog)

    @property
    def ims(self) -> str:
        """The value of the variable ``IMS``."""
        return self.url

    def token_calls(self) -> list[dict[str, Any]]:
        """The logged requests to the token endpoint."""
        return [entry for entry in self.log if entry["path"] == TOKEN_PATH]


def serve(description: Mapping[str, Any], settings: MockSettings) -> None:
    """Serve until interrupted. Raises ``MockError`` if the port or the description can't be used."""
    server, base = _server(description, settings, None)
    listener = _listen(settings.port)
    url = f"http://{_HOST}:{listener.getsockname()[1]}"
    for line in (
        "This is a local mock, not the real Privacy Service: it holds invented data, in memory.",
        f"  baseUrl  {url}{base}",
        f"  IMS      {url}",
        "Use the environment `local`. Stop it with Ctrl+C.",
    ):
        console.say(line)
    server.run(sockets=[listener])


@contextmanager
def running(description: Mapping[str, Any], settings: MockSettings) -> Iterator[Running]:
    """Run a mock in a thread of this process until exit. Raises ``MockError`` if it doesn't start."""
    log = RequestLog()
    server, base = _server(description, settings, log)
    listener = _listen(settings.port)
    url = f"http://{_HOST}:{listener.getsockname()[1]}"
    mock = Running(url, url + base, log)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise MockError(Problem(Place(url), "The local mock did not start."))
            time.sleep(0.005)
        yield mock
    finally:
        server.should_exit = server.force_exit = True
        thread.join(timeout=10)


def _server(
    description: Mapping[str, Any], settings: MockSettings, log: RequestLog | None
) -> tuple[uvicorn.Server, str]:
    """Create the server. Returns it with the base path of the API.

    Raises ``MockError`` if openapi-core can't use the description.
    """
    try:
        app, base = create_app(description, settings, log), base_path(description)
    except Exception as error:  # openapi-core takes it for granted that a description is valid
        what = f"The mock can't be made of this description ({type(error).__name__})."
        advice = "Correct what `callsheet validate` finds in it."
        raise MockError(Problem(Place("callsheet mock"), what, advice)) from error
    config = limits.config(app)
    logger = logging.getLogger("uvicorn.error")
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    logger.handlers = [_Log()]
    return uvicorn.Server(config), base


class _Log(logging.Handler):
    """Prints uvicorn's messages as all others are printed, escaped: a request may contain anything."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print ``record`` on one line; ``--debug`` adds its traceback."""
        with suppress(OSError):
            error = record.exc_info[1] if record.exc_info else None
            if error is None:
                console.error(record.getMessage())
            else:
                fault = InternalError.of(error)
                console.failure(fault)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "a port is a number from 0 to 65535"
        what = f"Port {port} of {_HOST} can't be opened: {reason}."
        raise MockError(
            Problem(Place("callsheet mock"), what, "Name another with --port, and in the environment.")
        ) from None
    return listener
