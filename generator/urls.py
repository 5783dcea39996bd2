"""URLs taken apart and joined: what is no URL has no parts, instead of raising ``ValueError``.

Descriptions hold any text where a URL belongs. What refuses a wrong one calls ``urllib.parse`` itself.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit

_NOTHING = SplitResult("", "", "", "", "")


def split(url: str) -> SplitResult:
    """The parts of ``url`` (RFC 3986, section 3), none where it is none, such as ``https://[1-9]/``."""
    try:
        return urlsplit(url)
    except ValueError:
        return _NOTHING


def joined(base: str, reference: str) -> str:
    """``reference`` resolved against ``base`` (RFC 3986, section 5.2); as it is where either is no URL."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def is_absolute(url: str) -> bool:
    """Whether ``url`` has a scheme and a host that it may have."""
    parts = split(url)
    return bool(parts.scheme and parts.netloc)
