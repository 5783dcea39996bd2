"""How a collection depends on Postman's format, since each format has a runtime of its own."""

from __future__ import annotations

import msgspec


class Format(msgspec.Struct, frozen=True):
    """What the runtime of a format supports."""

    inherits_auth: bool
    """Whether requests may inherit the collection's authorization.

    The runtime of format 3 also adds it to requests that scripts send, whatever they specify: the token
    request would carry the token.
    """
    skips_in_requests: bool
    """Whether a request's own script may skip the request.

    The runtime of format 3 crashes if one does, and the rest of the run is lost.
    """


FORMAT_2 = Format(inherits_auth=True, skips_in_requests=True)
FORMAT_3 = Format(inherits_auth=False, skips_in_requests=False)
