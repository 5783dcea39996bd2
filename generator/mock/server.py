"""The local mock as a server: in the foreground for a person, in a thread for a test. Loopback alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click
import uvicorn

from generator.auth.ims import TOKEN_PATH
from generator.errors import CallsheetError, Place, Problem
from generator.mock import limits
from generator.mock.app import create_app
from generator.mock.request_log import RequestLog
from generator.mock.settings import MockSettings
from generator.mock.validation import base_path

_HOST = "127.0.0.1"


class MockError(CallsheetError):
    """The local mock can't be started."""


@dataclass
class Running:
    """A running mock. ``log`` holds the newest requests with their statuses, the oldest first."""

    url: str
    base_url: str
    log: RequestLog = field(default_factory=RequestLog)

    @property
    def ims(self) -> str:
        """The value for the variable ``IMS``."""
        return self.url

    def token_calls(self) -> list[dict[str, Any]]:
        """The calls of the token endpoint."""
        return [entry for entry in self.log if entry["path"] == TOKEN_PATH]


def serve(description: Mapping[str, Any], settings: MockSettings) -> None:
    """Serve until interrupted. Raises ``MockError`` if the port is taken."""
    listener = _listen(settings.port)
    url = f"http://{_HOST}:{listener.getsockname()[1]}"
    click.echo(
        f"This is a local mock, not the real Privacy Service: it holds invented data, in memory.\n"
        f"  baseUrl  {url}{base_path(description)}\n"
        f"  IMS      {url}\n"
        f"Use the environment `local`. Stop it with Ctrl+C."
    )
    _server(description, settings, None).run(sockets=[listener])


@contextmanager
def running(description: Mapping[str, Any], settings: MockSettings) -> Iterator[Running]:
    """A mock in a thread of this process, stopped at the end."""
    listener = _listen(settings.port)
    url = f"http://{_HOST}:{listener.getsockname()[1]}"
    mock = Running(url, url + base_path(description))
    server = _server(description, settings, mock.log)
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


def _server(description: Mapping[str, Any], settings: MockSettings, log: RequestLog | None) -> uvicorn.Server:
    return uvicorn.Server(limits.config(create_app(description, settings, log)))


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "a port is a number from 0 to 65535"
        what = f"Port {port} of {_HOST} can't be had: {reason}."
        raise MockError(
            Problem(Place("callsheet mock"), what, "Name another with --port, and in the environment.")
        ) from None
    return listener
