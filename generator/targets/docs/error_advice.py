"""Advice on how clients should handle responses other than successes. RFC 9110, section 15."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Api
from generator.targets.shared.wording import status_code, status_title

_ADVICE = {
    400: (
        "Compare the request with its parameters and the body's schema; the response usually says "
        "which part is wrong. Sent again as it is, it fails again."
    ),
    401: (
        "Get a new access token, or look whether the credentials are sent at all. Then send the "
        "request again, once."
    ),
    402: "Look at the account's plan or balance.",
    403: (
        "The credentials are known but may not do this: ask whoever manages them for the "
        "permission. A new token alone doesn't help."
    ),
    404: (
        "Check the ids in the path and the base URL. What was deleted, or belongs to somebody "
        "else, is answered like this as well."
    ),
    405: "Check the method and the path.",
    406: "Ask for a media type in `Accept` that the operation offers.",
    408: "Send the request again, after a while.",
    409: "Look at the present state first: somebody changed it, or it exists already.",
    410: "It is gone for good. Remove what refers to it.",
    412: "Read it again, take over its new version, and repeat the change.",
    413: "Send less at a time.",
    415: "Send the body in a media type that the operation takes, and name it in `Content-Type`.",
    422: "The request can be read, but a value in it is not accepted; the response usually names it.",
    423: "Wait until it is no longer locked.",
    428: "Send the condition that is asked for, such as `If-Match`.",
    429: "Wait as long as `Retry-After` says, or else longer each time, and send less often.",
    451: "It is withheld for legal reasons.",
    501: "This is not offered here.",
}
_SERVER = (
    "The service has a fault of its own: try again after a while, longer each time. A request "
    "that writes may have been carried out; look before it is repeated."
)
_REDIRECT = "Follow the address in `Location`, without credentials if its host is another one."
_CLIENT = "The request was refused. The response says why."


class DocumentedError(NamedTuple):
    """A documented status, what descriptions say it means, and what to do about it."""

    title: str
    meanings: tuple[str, ...]
    """The distinct descriptions, as CommonMark."""
    advice: str


def documented_errors(api: Api) -> tuple[DocumentedError, ...]:
    """All documented statuses other than successes, in order; ``default`` and ranges come last."""
    meanings: dict[str, dict[str, None]] = {}
    codes: dict[str, int | None] = {}
    for operation in (each for each in api.operations if each.kind == "path"):
        for response in operation.responses:
            if response.status[:1] in "12":
                continue
            title = status_title(response)
            codes[title] = status_code(response)
            said = meanings.setdefault(title, {})
            if response.description.strip():
                said[response.description.strip()] = None
    ordered = sorted(meanings, key=lambda title: codes[title] or 1000)
    return tuple(
        DocumentedError(title, tuple(meanings[title]), _advice(title, codes[title])) for title in ordered
    )


def _advice(title: str, code: int | None) -> str:
    if code is not None and code in _ADVICE:
        return _ADVICE[code]
    first = str(code)[:1] if code is not None else next(_digits(title), "")
    return {"5": _SERVER, "3": _REDIRECT}.get(first, _CLIENT)


def _digits(title: str) -> Iterator[str]:
    return (character for character in title if character.isdigit())
