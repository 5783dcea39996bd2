"""Stable ids: UUIDv5 (RFC 9562, section 5.5) of names, so that a new operation changes no other id."""

from __future__ import annotations

import hashlib
import uuid

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:callsheet").bytes


def stable_id(*names: str) -> str:
    """The id for ``names``, which lead from the project to a part of it.

    The result equals that of ``uuid.uuid5``, which spends most of its time on creating a ``UUID`` object.
    """
    digest = hashlib.sha1(_NAMESPACE + "\n".join(names).encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
