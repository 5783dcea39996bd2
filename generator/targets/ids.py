"""Ids that stay: UUIDv5 (RFC 9562, section 5.5) of stable names, so a new operation changes no other's."""

from __future__ import annotations

import uuid

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:callsheet")


def stable_id(*names: str) -> str:
    """The id of what ``names`` name, from the project inwards."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(names)))
