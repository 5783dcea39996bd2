"""Components of URLs, header fields and cookies. RFC 3986, RFC 9110, RFC 6265."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

_TCHAR = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


_TRIPLET = re.compile(r"(%[0-9A-Fa-f]{2})")


def cookie_value(text: str) -> str:
    """``text`` as a cookie's value; only what cookies can't contain is encoded (RFC 6265, section 4.1.1)."""
    characters = ' ",;\\{}'
    return "".join(url_component(c) if c in characters or not "!" <= c <= "~" else c for c in text)


def header_value(text: str) -> str:
    """``text`` as a header's value: visible ASCII and single spaces; anything else is percent-encoded."""
    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line
    return "".join(c if " " <= c <= "~" else url_component(c) for c in line)


def header_name(text: str) -> str:
    """``text`` as the name of a header or cookie, with all but ``tchar`` (RFC 9110, 5.6.2) encoded."""
    return "".join(c if c in _TCHAR else url_component(c) for c in text.strip())


def url_component(text: str) -> str:
    """Percent-encode all but RFC 3986's unreserved characters; curl finds nothing to expand in the result."""
    return quote(text, safe="", errors="replace")


def url_reserved(text: str) -> str:
    """Percent-encode ``text`` for ``allowReserved``.

    RFC 3986's reserved characters stay, except those that end or change a value (``&``, ``#``, ``+``) and
    brackets. What is percent-encoded already stays, too.
    """
    parts = _TRIPLET.split(text)
    safe = ":/?@!$'()*,;="
    return "".join(p if i % 2 else quote(p, safe=safe, errors="replace") for i, p in enumerate(parts))


@lru_cache(maxsize=4096)
def quote_literal(text: str) -> str:
    """Percent-encode literal text of a path template where RFC 3986, section 3.3, doesn't allow it."""
    return quote(text, safe="!$&'()*+,;=:@-._~", errors="replace")
