"""JSON pointers (RFC 6901)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote


def pointer_of(reference: str) -> str:
    """The JSON pointer in the fragment of a reference: ``#/a%20b`` → ``/a b``."""
    return unquote(reference.partition("#")[2])


class UnresolvedReferenceError(Exception):
    """A reference leads nowhere. The message says why."""


def fragment(at: str) -> str:
    """The JSON pointer ``at`` as a URI fragment (RFC 6901, section 6)."""
    return at.replace("%", "%25")


def node_at(root: Any, at: str) -> Any:
    """The node at the JSON pointer ``at``. Raises ``UnresolvedReferenceError`` if there is none."""
    node = root
    for token in tokens(at):
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list) and token.isdigit() and int(token) < len(node):
            node = node[int(token)]
        else:
            raise UnresolvedReferenceError(f"no {token!r} there")
    return node


def tokens(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a JSON pointer (RFC 6901, section 4): ``/a~1b/0`` → ``("a/b", "0")``."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def _escaped(part: str) -> str:
    return "/" + part.replace("~", "~0").replace("/", "~1")


def pointer(*parts: str | int) -> str:
    """A JSON pointer made of its reference tokens: ``"a/b", 0`` → ``/a~1b/0``."""
    if len(parts) == 1:
        part = str(parts[0])
        return f"/{part}" if "/" not in part and "~" not in part else _escaped(part)
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
