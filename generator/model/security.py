"""Which request headers carry a credential. OpenAPI 3.1.1, sections 4.8.27 and 4.8.30.

Descriptions declare credentials as security schemes, as they should, or as plain header parameters, as
many do. Both come to the same here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.auth.ims import CREDENTIAL_HEADERS
from generator.model.api import Credential
from generator.reading import Document
from generator.reading.text import pointer

#: The order in which sample calls show credentials; others follow by name.
_ORDER = tuple(CREDENTIAL_HEADERS)


def credential(header: str) -> Credential:
    """The credential that travels in ``header``, and the variable that holds it."""
    return Credential(header, CREDENTIAL_HEADERS.get(header.lower()) or _variable(header))


def is_credential(header: str) -> bool:
    """Whether a header parameter of that name carries a credential."""
    return header.lower() in CREDENTIAL_HEADERS


def credentials(
    document: Document, operation: Mapping[str, Any], headers: Iterator[str]
) -> tuple[Credential, ...]:
    """The credentials of one operation: those of its security requirement and those of its ``headers``."""
    found = {name.lower(): credential(name) for name in headers if is_credential(name)}
    for scheme in _required_schemes(document, operation):
        header = _scheme_header(scheme)
        if header:
            found.setdefault(header.lower(), credential(header))
    return tuple(sorted(found.values(), key=_rank))


def unsupported(document: Document) -> Iterator[tuple[str, str]]:
    """Security schemes whose credential is not written into requests: (pointer, sentence) pairs."""
    for name, node in (document.root.get("components", {}).get("securitySchemes") or {}).items():
        scheme = document.follow(node)
        if _scheme_header(scheme) is None:
            at = pointer("components", "securitySchemes", name)
            yield at, f"Security scheme {name!r} is not carried over; set its credential in Postman by hand."


def token_urls(document: Document) -> tuple[str, ...]:
    """The token endpoints of every OAuth 2.0 flow that the description declares."""
    urls: dict[str, None] = {}
    for node in (document.root.get("components", {}).get("securitySchemes") or {}).values():
        for flow in (document.follow(node).get("flows") or {}).values():
            if isinstance(flow, Mapping) and isinstance(flow.get("tokenUrl"), str):
                urls[flow["tokenUrl"]] = None
    return tuple(urls)


def _required_schemes(document: Document, operation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schemes of the first alternative that the operation requires, or that the API does."""
    requirements = operation.get("security", document.root.get("security")) or []
    schemes = document.root.get("components", {}).get("securitySchemes") or {}
    for name in requirements[0] if requirements else ():
        if name in schemes:
            yield document.follow(schemes[name])


def _scheme_header(scheme: Mapping[str, Any]) -> str | None:
    if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
        return str(scheme.get("name"))
    if scheme.get("type") in ("oauth2", "openIdConnect"):
        return "Authorization"
    if scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer":
        return "Authorization"
    return None


def _rank(item: Credential) -> tuple[int, str]:
    name = item.header.lower()
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


def _variable(header: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", header.upper()).strip("_")
