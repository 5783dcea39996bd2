"""Restrict requests to a local server: for this machine only, with limits on size and time."""

from __future__ import annotations

import io
import re
import socket
import time

#: The names of this machine. By any other that resolves to it, a foreign site could read pages (DNS
#: rebinding).
_OWN_NAME = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
MOST_HEAD = 1 << 15
"""Bytes of a request line and the headers."""
MOST_CONNECTIONS = 64
"""Connections that may be open at once; a browser opens six."""
PATIENCE = 15.0
"""Seconds for a client to send a whole request, and to receive the response."""


def is_for_this_machine(hosts: list[str]) -> bool:
    """Whether a request has exactly one ``Host`` header, with a name of this machine."""
    return len(hosts) == 1 and _OWN_NAME.fullmatch(hosts[0]) is not None


class HeadReader(io.RawIOBase):
    """Reads requests without a body from a connection, each with limits on time and size."""

    def __init__(self, connection: socket.socket, patience: float) -> None:
        self._connection = connection
        self._patience = patience
        self._deadline = 0.0
        self._left = 0
        self.is_too_large = False
        """Whether a request exceeded the limit on size; nothing more is read then."""
        self.begin()

    def begin(self) -> None:
        """Begin to wait for the next request."""
        self._deadline = time.monotonic() + self._patience
        self._left = MOST_HEAD

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into ``buffer``; 0 beyond the limit on size. Raises ``TimeoutError`` after the time limit."""
        if self._left <= 0:
            self.is_too_large = True
            return 0
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._connection.settimeout(remaining)
        count = self._connection.recv_into(memoryview(buffer)[: self._left + 1])
        self._left -= count
        return count
