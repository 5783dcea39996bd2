"""Requests to a server on this machine: from this machine alone, of bounded size, in bounded time."""

from __future__ import annotations

import io
import re
import socket
import time

#: A page of a foreign site whose name leads to this machine gets nothing (DNS rebinding).
_OWN_NAME = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
MOST_HEAD = 1 << 15
"""Bytes of a request's line and headers."""
MOST_CONNECTIONS = 64
"""Connections that are open at once; a browser opens six."""
PATIENCE = 15.0
"""Seconds for a whole request, and for a client to take what it is sent."""


def is_for_this_machine(hosts: list[str]) -> bool:
    """Whether the ``Host`` headers of a request are one, and a name of this machine."""
    return len(hosts) == 1 and _OWN_NAME.fullmatch(hosts[0]) is not None


class HeadReader(io.RawIOBase):
    """Reads requests without a body from a connection, each within bounds of time and size."""

    def __init__(self, connection: socket.socket, patience: float) -> None:
        self._connection = connection
        self._patience = patience
        self._deadline = 0.0
        self._left = 0
        self.is_too_large = False
        """Whether more came than there is room for; no more is read then."""
        self.begin()

    def begin(self) -> None:
        """A request is waited for."""
        self._deadline = time.monotonic() + self._patience
        self._left = MOST_HEAD

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Raises ``TimeoutError`` once the time is over; ends where there is no more room."""
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
