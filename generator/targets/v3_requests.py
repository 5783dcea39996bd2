"""One request of a collection as Postman's format 3.0.0 has it, made from what format 2.1.0 has.

What is not known here is an error: format 3 drops unknown keys in silence, and so would this.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.targets.requests import Json

_LANGUAGES = {"json": "json", "xml": "xml", "html": "html", "javascript": "javascript", "text": "text"}
_SETTINGS = frozenset({"disableBodyPruning", "followRedirects"})
#: A setting that the runtime for format 3 hasn't: it skips a request that has it, in silence.
_UNKNOWN_SETTINGS = frozenset({"disabledSystemHeaders"})
_ITEM = frozenset({"id", "name", "event", "protocolProfileBehavior", "request", "response", "description"})
_REQUEST = frozenset({"method", "header", "url", "body", "auth", "description"})
_ROW = frozenset({"key", "value", "description", "disabled", "type", "src", "contentType"})
#: The type of a script by what it listens to; on a collection with ``http:`` before it.
_LISTENERS = {"prerequest": "beforeRequest", "test": "afterResponse"}


def only(given: Mapping[str, Any], known: frozenset[str]) -> None:
    """Raises ``ValueError`` if ``given`` has a key that is not ``known``."""
    unknown = given.keys() - known
    if unknown:
        raise ValueError(f"format 3 has no place for {', '.join(sorted(unknown))}")


def request(item: Json) -> Json:
    """The keys of a request file between its name and its scripts."""
    only(item, _ITEM)
    made = _with_query_key(item["request"])
    only(made, _REQUEST)
    description = made.get("description", "")
    return {
        **({"description": description} if description else {}),
        **call(made),
        **({"auth": auth(made["auth"])} if "auth" in made else {}),
        **settings(item.get("protocolProfileBehavior", {})),
    }


def _with_query_key(made: Json) -> Json:
    """A request whose API key goes into the query has it there: the runtime would put it into a header."""
    given = made.get("auth", {})
    found = {each["key"]: each["value"] for each in given.get("apikey", ())}
    if found.get("in") != "query":
        return made
    row = {"key": found["key"], "value": found["value"]}
    url = made["url"]
    raw = f"{url['raw']}{'&' if '?' in url['raw'] else '?'}{row['key']}={row['value']}"
    query = [*url.get("query", ()), row]
    return {**made, "auth": {"type": "noauth"}, "url": {**url, "raw": raw, "query": query}}


def call(made: Json) -> Json:
    """Address, method, headers and body."""
    url = made["url"]
    only(url, frozenset({"raw", "host", "path", "query", "variable"}))
    rows = {"headers": made["header"], "queryParams": url.get("query"), "pathVariables": url.get("variable")}
    return {
        "url": url["raw"],
        "method": made["method"],
        **{key: [_row(row) for row in found] for key, found in rows.items() if found},
        **({"body": _body(made["body"])} if "body" in made else {}),
    }


def _row(row: Json) -> Json:
    only(row, _ROW)
    order = ("key", "value", "src", "contentType", "description", "disabled")
    found = {key: row[key] for key in order if key in row}
    return {key: value for key, value in found.items() if key != "description" or value}


def _body(body: Json) -> Json:
    mode = body["mode"]
    if mode == "raw":
        language = body.get("options", {}).get("raw", {}).get("language", "text")
        return {"type": _LANGUAGES[language], "content": body["raw"]}
    if mode == "urlencoded":
        return {"type": mode, "content": [_row(row) for row in body[mode]]}
    if mode == "formdata":
        return {"type": mode, "content": [{"type": row["type"], **_part(row)} for row in body[mode]]}
    if mode == "file":
        return {"type": mode, "content": {"src": body["file"]["src"] or ""}}
    raise ValueError(f"format 3 has no body {mode!r}")


def _part(row: Json) -> Json:
    # (A file field without ``src`` is dropped by the runtime, and its request with it, in silence.)
    return {**_row(row), "src": row["src"] or ""} if row["type"] == "file" else _row(row)


def auth(given: Json) -> Json:
    """An authorization: its type and its credentials by name."""
    kind = given["type"]
    only(given, frozenset({"type", kind}))
    found = {each["key"]: each["value"] for each in given.get(kind, ())}
    return {"type": kind, **({"credentials": found} if found else {})}


def settings(given: Json) -> Json:
    """What 2.1.0 calls ``protocolProfileBehavior``, without what would keep the request from being sent."""
    only(given, _SETTINGS | _UNKNOWN_SETTINGS)
    kept = {name: value for name, value in given.items() if name in _SETTINGS}
    return {"settings": kept} if kept else {}


def scripts(events: list[Json], prefix: str = "") -> Json:
    """The scripts of a request; ``prefix`` is ``http:`` for those of a collection or folder."""
    found = [
        {
            "type": prefix + _LISTENERS[event["listen"]],
            "code": "\n".join(event["script"]["exec"]),
            "language": event["script"]["type"],
        }
        for event in events
    ]
    return {"scripts": found} if found else {}


def example(saved: Json) -> Json:
    """A saved example: the request as it was sent, and the answer."""
    headers = [_row(row) for row in saved["header"]]
    kind = saved["_postman_previewlanguage"]
    return {
        "request": call(saved["originalRequest"]),
        "response": {
            # (An answer needs a status. One that the description has for any status is shown as 200.)
            "statusCode": saved.get("code", 200),
            "statusText": saved.get("status", ""),
            **({"headers": headers} if headers else {}),
            "body": {"type": kind if kind in _LANGUAGES else "text", "content": saved["body"]},
        },
    }
