"""JSON documents."""

from __future__ import annotations

import json
from typing import Any

import msgspec


def json_text(value: Any) -> str:
    """``value`` as JSON, indented by two spaces."""
    try:
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    except (OverflowError, UnicodeError, ValueError):
        # Numbers beyond 64 bits, and lone surrogates.
        return json.dumps(value, indent=2).encode("utf-8", "replace").decode()
