"""Which way a value is sent, and which properties are not sent that way. OpenAPI 3.1.1, section 4.8.24."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any


class Direction(Enum):
    """Whether a value is part of a request or of a response."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"

    def __init__(self, hidden: str) -> None:
        self._hidden = hidden

    #: The memos of samples have directions in their keys: this is quicker than the hash of the name.
    __hash__ = object.__hash__

    @classmethod
    def of(cls, request: bool) -> Direction:
        """The direction of a value that is or isn't part of a request."""
        return cls.REQUEST if request else cls.RESPONSE

    @property
    def is_request(self) -> bool:
        """Whether this is the direction of requests."""
        return self is Direction.REQUEST

    def hides(self, merged: Mapping[str, Any]) -> bool:
        """Whether a property with this ``merged`` schema is not sent: in requests, a ``readOnly`` one."""
        return merged.get(self._hidden) is True
