"""Converts a request of a collection from Postman's format 2.1.0 to format 3.0.0.

Unknown keys raise ``ValueError``: readers of format 3 drop them silently, and so would this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.targets.postman.requests import Json

#: An object in format 2.1.0.
Given = Mapping[str, Any]
_LANGUAGES = frozenset({"json", "xml", "html", "javascript", "text"})
#: The type of a script by the event that it listens to; on collections with the prefix ``http:``.
_LISTENERS = {"prerequest": "beforeRequest", "test": "afterResponse"}
#: The keys of a table's row, in the order in which they are written.
_ROW = ("key", "value", "src", "contentType", "description", "disabled")
_NO_AUTH: Json = {"type": "noauth"}


def known(given: Given, *keys: str) -> None:
    """Raise ``ValueError`` if ``given`` has a key other than ``keys``."""
    if unknown := [key for key in given if key not in keys]:
        raise ValueError(f"format 3 has no place for {', '.join(sorted(unknown))}")


def described(given: Given) -> Json:
    """The description, if there is one."""
    return {"description": given["description"]} if given.get("description") else {}


def request(item: Given) -> Json:
    """The keys of a request's file between its name and its examples."""
    known(item, "id", "name", "event", "protocolProfileBehavior", "request", "response")
    made = item["request"]
    known(made, "method", "header", "url", "body", "auth", "description")
    chosen, key = _auth(made.get("auth"))
    return {
        **described(made),
        **_call(made, key),
        **({"auth": chosen} if chosen else {}),
        **_settings(item.get("protocolProfileBehavior", {})),
        **scripts(item.get("event", ())),
    }


def _auth(given: Given | None) -> tuple[Json | None, Json | None]:
    """An authorization with its type and credentials, and the row of the query that replaces it.

    An API key in the query is such a row, since the runtime for format 3 sends every API key as a header.
    """
    if given is None:
        return None, None
    kind = given["type"]
    known(given, "type", kind)
    found = {}
    for row in given.get(kind, ()):
        known(row, "key", "value", "type")
        found[row["key"]] = row["value"]
    if kind == "apikey" and found["in"] == "query":
        return _NO_AUTH, {"key": found["key"], "value": found["value"]}
    return {"type": kind, **({"credentials": found} if found else {})}, None


def _call(made: Given, key: Given | None = None) -> Json:
    """Address, method, headers and body. ``key`` is an additional row of the query."""
    url = made["url"]
    known(url, "raw", "host", "path", "query", "variable")
    raw, query = url["raw"], url.get("query", [])
    if key:
        raw, query = f"{raw}{'&' if '?' in raw else '?'}{key['key']}={key['value']}", [*query, key]
    tables = {"headers": made["header"], "queryParams": query, "pathVariables": url.get("variable")}
    return {
        "url": raw,
        "method": made["method"],
        **{name: [_row(row) for row in rows] for name, rows in tables.items() if rows},
        **({"body": _body(made["body"])} if "body" in made else {}),
    }


def _row(row: Given, *more: str) -> Json:
    known(row, *_ROW, *more)
    # (An empty description is left out.)
    return {key: row[key] for key in _ROW if key in row and (key != "description" or row[key])}


def _body(body: Given) -> Json:
    mode = body["mode"]
    known(body, "mode", mode, *(["options"] if mode == "raw" else []))
    if mode == "raw":
        options = body.get("options", {"raw": {"language": "text"}})
        known(options, "raw")
        known(options["raw"], "language")
        language = options["raw"]["language"]
        if language not in _LANGUAGES:
            raise ValueError(f"format 3 has no language {language!r}")
        return {"type": language, "content": body["raw"]}
    if mode == "urlencoded":
        return {"type": mode, "content": [_row(row, "type") for row in body[mode]]}
    if mode == "formdata":
        return {"type": mode, "content": [_part(row) for row in body[mode]]}
    if mode == "file":
        known(body["file"], "src")
        return {"type": mode, "content": {"src": body["file"]["src"] or ""}}
    raise ValueError(f"format 3 has no body {mode!r}")


def _part(row: Given) -> Json:
    """A row of a form. A file that isn't chosen has an empty path, or the request would not be sent."""
    chosen = {"src": row["src"] or ""} if row["type"] == "file" else {}
    return {"type": row["type"], **_row({**row, **chosen}, "type")}


def _settings(given: Given) -> Json:
    """The settings, which format 2.1.0 calls ``protocolProfileBehavior``.

    There is no ``disableBodyPruning``: the runtime for format 3 sends every body, whatever the method.
    """
    known(given, "followRedirects", "disableBodyPruning")
    kept = {name: value for name, value in given.items() if name == "followRedirects"}
    return {"settings": kept} if kept else {}


def variables(given: Iterable[Given]) -> Json:
    """The variables of a collection."""
    found = []
    for variable in given:
        known(variable, "key", "value", "type")
        found.append({"key": variable["key"], "value": variable["value"]})
    return {"variables": found} if found else {}


def scripts(events: Iterable[Given], prefix: str = "") -> Json:
    """The scripts of a request; ``prefix`` is ``http:`` for those of a collection or folder."""
    found = []
    for event in events:
        known(event, "listen", "script")
        script = event["script"]
        known(script, "id", "type", "exec")
        kind = prefix + _LISTENERS[event["listen"]]
        found.append({"type": kind, "code": "\n".join(script["exec"]), "language": script["type"]})
    return {"scripts": found} if found else {}


def example(saved: Given) -> Json:
    """A saved example: the request as it was sent, and the response, which needs a status and a body."""
    known(
        saved,
        "id",
        "name",
        "originalRequest",
        "code",
        "status",
        "header",
        "body",
        "cookie",
        "_postman_previewlanguage",
    )
    known(saved["originalRequest"], "method", "header", "url", "body")
    if saved["cookie"]:
        raise ValueError("format 3 has no place for a response's cookies")
    headers = [_row(row) for row in saved["header"]]
    kind = saved["_postman_previewlanguage"]
    return {
        "request": _call(saved["originalRequest"]),
        "response": {
            # A response without a single status, such as ``default``, is shown as a success.
            "statusCode": saved.get("code", 200),
            "statusText": saved.get("status", ""),
            **({"headers": headers} if headers else {}),
            "body": {"type": kind if kind in _LANGUAGES else "text", "content": saved["body"]},
        },
    }


def environment(given: Given) -> Json:
    """An environment in the form of its file."""
    known(given, "id", "name", "values", "_postman_variable_scope")
    values = []
    for each in given["values"]:
        known(each, "key", "value", "enabled", "type")
        values.append({name: each[name] for name in ("key", "value", "enabled", "type")})
    return {"id": given["id"], "name": given["name"], "values": values}
