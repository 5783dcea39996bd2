"""Access tokens that a pre-request script requests: what it needs, and which hosts may get the secret."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from generator.urls import joined, split

#: Suffixes of the variables that accompany a token's own, such as ``ACCESS_TOKEN_MADE_FROM``.
TOKEN_FACTS = ("EXPIRES_AT", "MADE_AT", "MADE_FROM", "FINGERPRINT", "RENEW")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_URL = re.compile(r"(https?)://(\[::1\]|[^/?#@:\\\s]+)(?::\d+)?(?:[/?][^#\\\s]*)?", re.IGNORECASE | re.ASCII)
#: A label of a DNS name. RFC 1123, section 2.1.
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_BYTES = frozenset(map(str, range(256)))
#: A last label that makes URL parsers read the whole host as an IPv4 address.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class Token(msgspec.Struct, frozen=True):
    """An access token.

    ``variable``, ``url``, ``client_id``, ``client_secret`` and ``scopes`` are the names of variables.
    """

    variable: str
    server: str
    """The name of the token server in messages."""
    url: str
    client_id: str
    client_secret: str
    scopes: str
    hosts: tuple[str, ...] = ()
    """The hosts that may receive the secret over https; ``*.example.com`` is every subdomain of it."""
    follows_api: bool = False
    """Whether the API's own host may receive the secret, since the description has a relative token URL."""
    address: str = ""
    """The token URL to use if the variable holds none."""
    path: str = ""
    """The path of the token URL if it is the same on every host."""
    separator: str = " "
    """The separator of scopes; in RFC 6749, section 3.3, a space."""
    authentication: str = ""
    """The variable that chooses how the client authenticates; if empty, credentials go into the body."""
    required: tuple[str, ...] = ()
    """The variables that need a value before a token can be requested."""
    beside: tuple[str, ...] = ()
    """Variables sent along with the token, and therefore required even if there is a token already.

    If one of their values changes, another token is needed.
    """
    where: Mapping[str, str] = {}
    """Where the user finds the value of each variable."""
    refused: str = ""
    """What to check if the API rejects a new token."""
    script: str = ""
    """The stem of the shell script that prints it, if that has a template of its own in ``curl/``."""

    @property
    def renewal(self) -> str:
        """The variable that makes the script request a new token, once, if its value is ``true``."""
        return f"{self.variable}_RENEW"


def whole_url(url: str, base: str) -> str:
    """Resolve ``url`` against ``base``, the API's address, and remove its user information and fragment.

    A relative URL that begins with a slash replaces the path of ``base`` (RFC 3986, section 5.2). Any other
    is appended to it, which is what authors of descriptions mean: ``token`` at ``https://a.example/v1`` is
    ``https://a.example/v1/token``. Returns an empty string if ``url`` is empty or can't be parsed.
    """
    if not url:
        return ""
    whole = joined(base.rstrip("/") + "/", url.strip().replace("\\", "/"))
    if split(whole) == split(""):
        return ""
    return re.sub(r"^(https?://)[^/?#]*@", r"\1", whole.partition("#")[0], flags=re.IGNORECASE)


def is_relative(url: str) -> bool:
    """Whether ``url`` has no host."""
    return not re.match(r"(?:[a-z][a-z0-9+.-]*:)?//", url.strip(), re.IGNORECASE)


def trusted_host(url: str) -> str:
    """The host of the token URL ``url`` if a secret may be sent there, otherwise an empty string.

    A secret may be sent over https, or to this machine. Any subdomain may take the place of a template:
    ``https://{tenant}.example.com/token`` → ``*.example.com``.
    """
    found = _URL.fullmatch(url)
    # (Some letters outside ASCII become ASCII in lower case.)
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
    """Whether ``host``, in lower case, is a DNS name, a dotted-decimal IPv4 address or ``[::1]``.

    Clients interpret anything else in different ways: an empty label, a trailing dot, ``0x7f.1``.
    """
    if host == "[::1]":
        return True
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return len(labels) == 4 and all(label in _BYTES for label in labels)
    return all(map(_LABEL.fullmatch, labels))


def host_of(url: str) -> str:
    """The host of ``url`` in lower case, or an empty string."""
    return (split(url).hostname or "").lower()
