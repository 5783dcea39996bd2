"""Answers that break the description, each in one way: what contract tests have to notice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

Change = Callable[[Response], Response]


def wanted(break_answer: str | None, prefer: str) -> str | None:
    """The way in which to break an answer: the switch's, or that of a request's header ``Prefer``.

    The header holds ``break=enum`` and the like (RFC 7240, section 2); what it names otherwise is let be.
    """
    for preference in prefer.split(","):
        name, _, value = preference.strip().partition("=")
        if name.lower() == "break" and value in WAYS:
            return value
    return break_answer


def broken(response: Response, way: str) -> Response:
    """``response``, broken in one of ``WAYS``; as it is where it has nothing that can be broken so."""
    return WAYS[way](response)


# --- The answer as such ---------------------------------------------------------------------------------


def _with(
    response: Response, *, body: bytes | None = None, status: int = 0, headers: Mapping[str, str | None] = {}
) -> Response:
    """``response`` with another body, status or other headers; a header of value ``None`` is left out."""
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
    """A documented error, whose header holds no number."""
    del response
    error = {"error_code": "1030-400", "message": "Too many requests"}
    return JSONResponse(error, 429, {"Retry-After": "soon"})


# --- What a body holds ----------------------------------------------------------------------------------


def _body(change: Callable[[Any], Any]) -> Change:
    """Apply ``change`` to a body of JSON."""

    def changed(response: Response) -> Response:
        if response.media_type != "application/json":
            return response
        return _with(response, body=json.dumps(change(json.loads(bytes(response.body)))).encode())

    return changed


def _members(names: tuple[str, ...], change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Apply ``change`` to the members of these names, at any depth; those it makes ``...`` are left out."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(item) for item in value]
        if not isinstance(value, dict):
            return value
        found = {key: change(item) if key in names else changed(item) for key, item in value.items()}
        return {key: item for key, item in found.items() if item is not ...}

    return changed


def _last(value: Any) -> Any:
    """``value`` with its very last part, however deep it lies, an object in the place of what it was."""
    if isinstance(value, list) and value:
        return [*value[:-1], _last(value[-1])]
    filled = [key for key, item in value.items() if item not in ([], {})] if isinstance(value, dict) else []
    return {**value, filled[-1]: _last(value[filled[-1]])} if filled else {}


def _lists(value: Any) -> Any:
    """``value`` with every list an object."""
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items()}
    return {} if isinstance(value, list) else value


#: By the names of ``--break-answer``.
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
