"""Inputs that are named by a URL: nothing is fetched, so the message says how to get the file.

The parts of a URL that may be secret, its user information (RFC 3986, section 3.2.1) and its query, are never
repeated.
"""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple
from urllib.parse import unquote

#: ``pathlib`` merges two slashes into one. A scheme of one letter would be a drive on Windows.
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,30}):/+([^/?#]*)([^?#]*)(\?[^#]*)?")
#: ``localhost:8080/v3/api-docs``, ``example.com/openapi.json``: a file, or a URL without its scheme.
_HOST_FIRST = re.compile(r"(localhost|[\d.]+:\d+|([a-z0-9-]+\.)+[a-z]{2,})(:\d+)?/[^?#@]*", re.ASCII | re.I)
_FETCHED_BY_CURL = ("http", "https", "ftp", "ftps")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
_ANY_NAME = "openapi.yaml"


class RefusedAddress(NamedTuple):
    """The URL as it may be printed, why it is not read, and what to do."""

    name: str
    what: str
    advice: str


def refusal(name: str) -> RefusedAddress | None:
    """Why the input called ``name`` is not read if it is a URL; ``None`` if it isn't."""
    found = _ADDRESS.match(name)
    if found is None:
        return None
    scheme, authority, path, query = (part or "" for part in found.groups())
    scheme = scheme.lower()
    if scheme == "file":
        # ``file:///a/b`` has no host; ``file:/a/b`` looks as if ``a`` were one.
        whole = unquote(f"/{authority}{path}")
        return RefusedAddress(
            f"file://{whole}", "A file is named by its path.", f"Write {shlex.quote(whole)}."
        )
    host = authority.rpartition("@")[2]
    shown = f"{scheme}://{host}{path}"
    what = "This is an address, and nothing is fetched."
    if scheme not in _FETCHED_BY_CURL:
        return RefusedAddress(shown, what, "Save the file on this machine, and name that.")
    is_whole = not query and host == authority
    return RefusedAddress(shown, what, _advice(host, shown if is_whole else None, path))


def hint(name: str) -> str:
    """What to do if ``name``, which no file has, may be a URL without ``https://``; else an empty string."""
    if not _HOST_FIRST.fullmatch(name):
        return ""
    host, _, rest = name.partition("/")
    is_local = host.lower().startswith("localhost") or ":" in host
    address = f"{'http' if is_local else 'https'}://{name}"
    return f"If it is an address: nothing is fetched. {_advice(host, address, f'/{rest}')}"


def _advice(host: str, address: str | None, path: str) -> str:
    """How to get the file with curl, and what to name then. ``address`` is ``None`` if it may be secret."""
    last = path.rstrip("/").rpartition("/")[2]
    name = last if _PLAIN_NAME.fullmatch(last) else _ANY_NAME
    if address is None:
        command = f"curl -fsSL -o {name} 'ADDRESS'"
        return f"Get the file with `{command}`, where ADDRESS is what you wrote here, and name {name}."
    if host.lower() in ("github.com", "www.github.com"):
        # The page that shows a file is HTML; the file itself is at this address.
        address = address.replace("/blob/", "/raw/", 1)
    saved = "-fsSLO" if name == last else f"-fsSL -o {name}"
    return f"Get the file with `curl {saved} {shlex.quote(address)}`, and name {name}."
