"""Absolute addresses of servers, normalized, from whatever a `url` says.

OpenAPI 3.2.0, sections 4.8.5 and 4.5.3.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from urllib.parse import quote

from generator.urls import is_absolute, split

#: The base of relative addresses: it is not known where the description was published, and on this machine
#: no credential can reach a stranger.
ORIGIN = "http://localhost"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
#: A host without a scheme: `api.example.com`, `localhost:8080`, `10.0.0.1`.
_HOST = re.compile(
    r"(?:(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::\d+)?|[A-Za-z0-9-]+:\d+|localhost|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?)$"
)
_LOCAL = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$")
#: Characters left as they are (RFC 3986, section 2.2). Braces are encoded: to Postman they are a variable.
_ALLOWED = "%!$&'()*+,;=:@/[]-._~"


@lru_cache(maxsize=1024)
def whole(url: str, base: str = ORIGIN) -> str:
    """``url`` as an absolute address: ``api.example.com//v1/`` → ``https://api.example.com/v1``.

    A relative ``url`` is resolved against the origin of ``base``. A query or a fragment is dropped.
    """
    url = re.sub(r"[?#].*", "", url.strip(), flags=re.DOTALL)
    if not _SCHEME.match(url):
        url = _with_origin(url, base)
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.lstrip("/").partition("/")
    if not authority:
        scheme, _, authority = ORIGIN.partition("://")
    elif not is_absolute(f"http://{authority}"):
        # Such as `https://[1-9]/`. Requests must not reach a stranger.
        scheme, _, authority = ORIGIN.partition("://")
    path = posixpath.normpath(f"/{path}").lstrip("/")
    return quote(f"{scheme.lower()}://{authority}" + (f"/{path}" if path else ""), safe=_ALLOWED)


def names_a_bad_host(url: str) -> bool:
    """Whether ``url`` names a host that no address can have, so that ``whole`` replaces it."""
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
