"""Responses that violate the description, each in one way, which contract tests have to detect."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

Change = Callable[[Response], Response]


def wanted(break_answer: str | None, prefer: str) -> str | None:
    """How to break a response: as the request's header ``Prefer`` says, otherwise as ``break_answer`` says.

    ``prefer`` is the header's value, such as ``break=enum`` (RFC 7240, section 2). Other preferences, and
    names that are not in ``WAYS``, are ignored.
    """
    for preference in prefer.split(","):
        name, _, value = preference.strip().partition("=")
        if name.lower() == "break" and value in WAYS:
            return value
    return break_answer


def broken(response: Response, way: str) -> Response:
    """``response``, broken in one of ``WAYS``; unchanged if it has nothing to break in that way."""
    return WAYS[way](response)


# --- Status, headers, and the body as a whole -----------------------------------------------------------


def _with(
    response: Response, *, body: bytes | None = None, status: int = 0, headers: Mapping[str, str | None] = {}
) -> Response:
    """``response`` with another body, status or headers; a header whose value is ``None`` is removed."""
    kept = {name: value for name, value in response.headers.items() if name != "content-length"}
    kept |= {name: value for name, value in headers.items() if value is not None}
    left_out = [name for name, value in headers.items() if value is None]
    return Response(
        bytes(response.body) if body is None else body,
        status or response.status_code,
        {name: value for name, value in kept.items() if name not in left_out},
    )


def _undocumented_status(response: Response) -> Response:
    return _with(response, status=203)


def _error_status(response: Response) -> Response:
    del response
    return JSONResponse({"error_code": "500", "message": "Internal service error"}, 500)


def _content_type(response: Response) -> Response:
    return _with(response, headers={"content-type": "text/html"}) if response.body else response


def _not_json(response: Response) -> Response:
    return _with(response, body=b"<html>A proxy was here.</html>") if response.body else response


def _no_body(response: Response) -> Response:
    return _with(response, body=b"")


def _missing_header(response: Response) -> Response:
    return _with(response, headers={"x-request-id": None})


def _header_value(response: Response) -> Response:
    return _with(response, headers={"x-request-id": "?"})


def _header_type(response: Response) -> Response:
    """A documented error whose header ``Retry-After`` is not a number."""
    del response
    error = {"error_code": "1030-400", "message": "Too many requests"}
    return JSONResponse(error, 429, {"Retry-After": "soon"})


# --- Values in the body ---------------------------------------------------------------------------------


def _body(change: Callable[[Any], Any]) -> Change:
    """Apply ``change`` to a JSON body."""

    def changed(response: Response) -> Response:
        if response.media_type != "application/json":
            return response
        return _with(response, body=json.dumps(change(json.loads(bytes(response.body)))).encode())

    return changed


def _members(names: tuple[str, ...], change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Apply ``change`` to the members called ``names``, at any depth, and remove those it makes ``...``."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(item) for item in value]
        if not isinstance(value, dict):
            return value
        found = {key: change(item) if key in names else changed(item) for key, item in value.items()}
        return {key: item for key, item in found.items() if item is not ...}

    return changed


def _last(value: Any) -> Any:
    """``value`` with its last leaf, at whatever depth, replaced by an empty object."""
    if isinstance(value, list) and value:
        return [*value[:-1], _last(value[-1])]
    filled = [key for key, item in value.items() if item not in ([], {})] if isinstance(value, dict) else []
    return {**value, filled[-1]: _last(value[filled[-1]])} if filled else {}


def _lists(value: Any) -> Any:
    """``value`` with every list replaced by an empty object."""
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items()}
    return {} if isinstance(value, list) else value


#: The ways to break a response, by the names that ``--break-answer`` takes.
WAYS: Mapping[str, Change] = {
    "undocumented-status": _undocumented_status,
    "error-status": _error_status,
    "content-type": _content_type,
    "not-json": _not_json,
    "no-body": _no_body,
    "missing-property": _body(_members(("jobId", "message"), lambda _: ...)),
    "null": _body(_members(("jobId", "message"), lambda _: None)),
    "type": _body(_members(("totalRecords", "jobId", "message"), lambda value: [value])),
    "enum": _body(
        _members(("status", "action"), lambda value: ["lost"] if isinstance(value, list) else "lost")
    ),
    "pattern": _body(_members(("createdDate",), lambda _: "yesterday")),
    "list": _body(_lists),
    "deep": _body(_last),
    "missing-header": _missing_header,
    "header-value": _header_value,
    "header-type": _header_type,
}
