"""An access token that a pre-request script fetches: what it needs, and which hosts may get the secret."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from generator.urls import joined, split

#: The endings of the variables beside a token's own: ``ACCESS_TOKEN_MADE_FROM`` and the like.
TOKEN_FACTS = ("EXPIRES_AT", "MADE_AT", "MADE_FROM", "FINGERPRINT", "RENEW")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_URL = re.compile(r"(https?)://(\[::1\]|[^/?#@:\\\s]+)(?::\d+)?(?:[/?][^#\\\s]*)?", re.IGNORECASE | re.ASCII)
#: A label of a name of DNS. RFC 1123, section 2.1.
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_BYTES = frozenset(map(str, range(256)))
#: What makes a URL parser take a whole host for an IPv4 address, if it is the last label.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class Token(msgspec.Struct, frozen=True):
    """One token. ``variable``, ``client_id`` and the like are names of variables."""

    variable: str
    server: str
    """How messages call the token server."""
    url: str
    client_id: str
    client_secret: str
    scopes: str
    hosts: tuple[str, ...] = ()
    """The hosts that may receive the secret over https: ``*.example.com`` is every host below it."""
    follows_api: bool = False
    """Whether the API's own host may receive it, since the description gives the token URL relative to it."""
    address: str = ""
    """The token URL where the variable holds none."""
    path: str = ""
    """The path of the token URL, where it is the same at every host."""
    separator: str = " "
    """What separates scopes: a space (RFC 6749, section 3.3)."""
    authentication: str = ""
    """The variable that says how the client shows who it is; without one, always in the body."""
    required: tuple[str, ...] = ()
    """What has to have a value before a token can be asked for."""
    beside: tuple[str, ...] = ()
    """What is sent beside the token, and so needs a value even with one. Another value is another token."""
    where: Mapping[str, str] = {}
    """Where a person finds the value of a variable."""
    refused: str = ""
    """What to look at when the API refuses a fresh token."""

    @property
    def renewal(self) -> str:
        """The variable that asks the script for a fresh token, once, by ``true``."""
        return f"{self.variable}_RENEW"


def whole_url(url: str, base: str) -> str:
    """``url`` as an absolute one without user name and fragment. ``base`` is the address of the API.

    A relative URL that begins with a slash starts at the host (RFC 3986, section 5.2); any other continues
    the address of the API, which is what its authors mean.
    """
    if not url:
        return ""
    whole = joined(base.rstrip("/") + "/", url.strip().replace("\\", "/"))
    if split(whole) == split(""):
        return ""
    return re.sub(r"^(https?://)[^/?#]*@", r"\1", whole.partition("#")[0], flags=re.IGNORECASE)


def is_relative(url: str) -> bool:
    """Whether ``url`` names no host."""
    return not re.match(r"(?:[a-z][a-z0-9+.-]*:)?//", url.strip(), re.IGNORECASE)


def trusted_host(url: str) -> str:
    """The host of a token URL that a secret may be sent to, or nothing.

    That is a host behind https, or this machine. ``{tenant}.example.com`` is any host below ``example.com``.
    """
    found = _URL.fullmatch(url)
    # (Some letters beyond ASCII have a lower case within it.)
    if not found or not found[2].isascii():
        return ""
    scheme, host = found[1].lower(), found[2].lower()
    if "{" in host:
        fixed = host.rpartition("}")[2]
        host = f"*{fixed}" if fixed.startswith(".") and fixed.count(".") > 1 else ""
    if not is_plain_host(host.removeprefix("*.")):
        return ""
    return host if scheme == "https" or host in LOOPBACK else ""


def is_plain_host(host: str) -> bool:
    """Whether ``host``, in lower case, is a name of DNS, a dotted IPv4 address or ``[::1]``.

    Clients differ in what they make of anything else: an empty label, a dot at the end, ``0x7f.1``.
    """
    if host == "[::1]":
        return True
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return len(labels) == 4 and all(label in _BYTES for label in labels)
    return all(map(_LABEL.fullmatch, labels))


def host_of(url: str) -> str:
    """The host of an address, lower case, or nothing."""
    return (split(url).hostname or "").lower()
