"""The address of a server, whatever its `url` says: whole, without `//`, and with nothing left to fill in.

OpenAPI 3.2.0, sections 4.8.5 and 4.5.3.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from urllib.parse import quote

from generator.urls import is_absolute, split

#: Where a relative address starts: nothing tells where the description was published, and on this machine
#: no credential can reach a stranger.
ORIGIN = "http://localhost"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
#: A host that somebody wrote without its scheme: `api.example.com`, `localhost:8080`, `10.0.0.1`.
_HOST = re.compile(
    r"(?:(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::\d+)?|[A-Za-z0-9-]+:\d+|localhost|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?)$"
)
_LOCAL = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$")
#: What a URL may hold (RFC 3986, section 2.2). Braces are not among them: to Postman they are a variable.
_ALLOWED = "%!$&'()*+,;=:@/[]-._~"


@lru_cache(maxsize=1024)
def whole(url: str, base: str = ORIGIN) -> str:
    """``url`` as an address with scheme and host, single slashes and no closing one.

    What is relative starts at the origin of ``base``. A query or fragment belongs to no server.
    """
    url = re.sub(r"[?#].*", "", url.strip(), flags=re.DOTALL)
    if not _SCHEME.match(url):
        url = _with_origin(url, base)
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.lstrip("/").partition("/")
    if not authority:
        scheme, _, authority = ORIGIN.partition("://")
    elif not is_absolute(f"http://{authority}"):
        # Such as `https://[1-9]/`. Nothing is sent to a stranger.
        scheme, _, authority = ORIGIN.partition("://")
    path = posixpath.normpath(f"/{path}").lstrip("/")
    return quote(f"{scheme.lower()}://{authority}" + (f"/{path}" if path else ""), safe=_ALLOWED)


def names_a_bad_host(url: str) -> bool:
    """Whether ``url`` names a host that no address can have, so that ``whole`` leaves it out."""
    authority = re.sub(r"[/?#].*", "", url.partition("://")[2], flags=re.DOTALL)
    return bool(_SCHEME.match(url) and authority) and not is_absolute(f"http://{authority}")


def is_relative(url: str) -> bool:
    """Whether ``url`` names no host."""
    return not _SCHEME.match(url) and not url.startswith("//") and not _HOST.match(url.partition("/")[0])


def _with_origin(url: str, base: str) -> str:
    host = url.lstrip("/").partition("/")[0]
    if url.startswith("//") or (_HOST.match(host) and not url.startswith("/")):
        return f"{'http' if _LOCAL.match(host) else 'https'}://{url.lstrip('/')}"
    parts = split(base)
    return f"{parts.scheme}://{parts.netloc}/{url}"
