"""The tools that run collections: versions of Newman, and the Postman CLI on a file or format 3's folder."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from support import OFFLINE, Run, run_collection


class Runtime(NamedTuple):
    """A tool that runs collections; ``chooses`` is its flag to run one request or folder by name."""

    name: str
    tool: str
    """``postman``, or an npm package of Newman."""
    chooses: str
    format3: bool = False
    skips: bool = True
    """Whether it supports ``pm.execution.skipRequest``."""

    def collection(self, output: Path) -> Path:
        """The collection in a generated folder; if there are two, the one without variations."""
        found = (
            (output / "postman" / "collections").iterdir()
            if self.format3
            else output.glob("*_collection.json")
        )
        return next(path for path in sorted(found) if "variations" not in path.name)

    def run(
        self,
        collection: Path,
        environment: Path,
        folder: Path,
        *,
        only: str = "",
        data: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Run:
        """Run a collection, or ``only`` that request or folder of it, with the rows of the file ``data``."""
        options = [self.chooses, only] if only else []
        options += ["-d", str(data)] if data else []
        return run_collection(self.tool, collection, environment, folder, *options, env=env)


RUNTIMES = (
    Runtime("Newman", "newman", "--folder"),
    Runtime("Postman CLI", "postman", "-i"),
    Runtime("Postman CLI, format 3", "postman", "-i", format3=True),
)

#: The last Newman 5, the last Newman that can't skip a request, and the first one that can.
OLD_RUNTIMES = (
    Runtime("Newman 5.3.2", "newman-5", "--folder", skips=False),
    Runtime("Newman 6.0.0", "newman-6.0", "--folder", skips=False),
    Runtime("Newman 6.1.0", "newman-6.1", "--folder"),
)


#: Hosts that the Postman CLI contacts by itself.
_OWN = (".pstmn.io", ".getpostman.com", ".postman.com", ".postman.co")


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy that connects to nothing; ``asked`` lists the hosts requested, with their ports."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Refusal)
        self.asked: list[str] = []

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that make a tool use the proxy for all hosts but this machine."""
        address = f"http://127.0.0.1:{self.server_address[1]}"
        return {**dict.fromkeys(OFFLINE, address), "NO_PROXY": OFFLINE["NO_PROXY"]}


class _Refusal(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        method, target, _ = self.rfile.readline().decode().split()
        while self.rfile.readline().strip():
            pass
        host = target if method == "CONNECT" else target.split("/")[2]
        if not host.partition(":")[0].endswith(_OWN):
            self.server.asked.append(host)
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")


@contextlib.contextmanager
def proxy() -> Iterator[Proxy]:
    with Proxy() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
