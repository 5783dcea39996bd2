"""Split and join URLs without raising ``ValueError`` for a text that isn't one.

Descriptions may hold any text where a URL belongs. Code that refuses an invalid URL calls ``urllib.parse``
itself.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit

_NOTHING = SplitResult("", "", "", "", "")


def split(url: str) -> SplitResult:
    """The parts of ``url`` (RFC 3986, section 3), all empty if it is invalid, as ``https://[1-9]/`` is."""
    try:
        return urlsplit(url)
    except ValueError:
        return _NOTHING


def joined(base: str, reference: str) -> str:
    """``reference`` resolved against ``base`` (RFC 3986, section 5.2), or unchanged if either is invalid."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def is_absolute(url: str) -> bool:
    """Whether ``url`` is valid, and has a scheme and an authority."""
    parts = split(url)
    return bool(parts.scheme and parts.netloc)
