"""The newest requests that the local mock received, for tests to inspect."""

from __future__ import annotations

from typing import Any

_MOST = 10_000
_MOST_BYTES = 1 << 24


class RequestLog(list[dict[str, Any]]):
    """Requests in the order received, with the status of each response.

    The oldest are dropped once there are too many.
    """

    def __init__(self) -> None:
        super().__init__()
        self._bytes = 0

    def append(self, entry: dict[str, Any]) -> None:
        """Append ``entry``, and drop as many older ones as the limits require."""
        super().append(entry)
        self._bytes += _size(entry)
        while len(self) > _MOST or (self._bytes > _MOST_BYTES and len(self) > 1):
            self._bytes -= _size(self.pop(0))

    def clear(self) -> None:
        """Remove all requests."""
        super().clear()
        self._bytes = 0


def _size(entry: dict[str, Any]) -> int:
    texts = (entry["path"], entry["query"], entry["body"], *entry["headers"], *entry["headers"].values())
    return sum(map(len, texts))
