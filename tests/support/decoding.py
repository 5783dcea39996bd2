"""Decodes requests as a server does, by the rules of OpenAPI 3.1.1, section 4.8.12.2, and RFC 6570.

It is written from the specifications, and independent of the generator: it is the other end of the wire.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

#: Text allowed in a path or a query (RFC 3986, sections 3.3 and 3.4), except ``+``, which is ambiguous.
_URL_TEXT = re.compile(r"(?:[A-Za-z0-9._~!$&'()*,;=:@/?-]|%[0-9A-Fa-f]{2})*")


def as_text(value: Any) -> str:
    """A JSON value as the text of a parameter: a bare string, ``true``, ``3``; objects and lists as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def as_read(value: Any) -> Any:
    """The value that a server can decode at best: ``{"a": 1}`` → ``{"a": "1"}``, since text has no type."""
    if isinstance(value, dict):
        return {key: as_text(child) for key, child in value.items()}
    if isinstance(value, list):
        return [as_text(child) for child in value]
    return as_text(value)


def plain(text: str) -> str:
    """Percent-decode a text. ``+`` is refused: some servers decode it to a space, others leave it as is."""
    assert _URL_TEXT.fullmatch(text), f"{text!r} is no part of a URL, or means two things"
    return unquote(text, errors="strict")


def plain_name(text: str) -> str:
    """Percent-decode a name in a query, where every server accepts brackets unencoded."""
    return plain(text.replace("[", "%5B").replace("]", "%5D"))


def pairs(raw: str) -> list[tuple[str, str]]:
    """The pairs of a query or an urlencoded body, still encoded."""
    return [(name, value) for name, _, value in (part.partition("=") for part in raw.split("&") if part)]


def _listed(raw: str, separator: str) -> list[str]:
    return [plain(item) for item in raw.split(separator)]


def _alternating(items: list[str]) -> dict[str, str]:
    return dict(zip(items[::2], items[1::2], strict=True))


def _assigned(items: list[str]) -> dict[str, str]:
    return {plain(key): plain(value) for key, _, value in (item.partition("=") for item in items)}


def path_value(raw: str, name: str, style: str, explode: bool, value: Any) -> Any:
    """Decode a path parameter to text, or to a list or object if ``value`` is one."""
    prefix = {"simple": "", "label": ".", "matrix": ";"}[style]
    assert raw.startswith(prefix)
    raw = raw[len(prefix) :]
    exploded = explode and style != "simple"
    if style == "matrix" and not (explode and isinstance(value, dict | list)):
        key, _, raw = raw.partition("=")
        assert plain(key) == name
    if isinstance(value, dict):
        if explode:
            return _assigned(raw.split(prefix or ","))
        return _alternating(_listed(raw, ","))
    if isinstance(value, list):
        items = raw.split(prefix) if exploded else raw.split(",")
        if style == "matrix" and explode:
            assert {plain(item.partition("=")[0]) for item in items} == {name}
            items = [item.partition("=")[2] for item in items]
        return [plain(item) for item in items]
    return plain(raw)


def query_value(raw: str, name: str, style: str, explode: bool, value: Any) -> Any:
    """Decode a query parameter, cookie or form field that is the only one in ``raw``."""
    found = pairs(raw)
    if style == "deepObject" and isinstance(value, dict):
        return deep_object(raw, name)
    if explode and isinstance(value, dict):
        return {plain_name(key): plain(text) for key, text in found}
    assert {plain_name(key) for key, _ in found} == {name}
    if explode and isinstance(value, list):
        return [plain(text) for _, text in found]
    ((_, text),) = found
    separator = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}[style]
    if isinstance(value, dict):
        return _alternating(_listed(text, separator))
    return _listed(text, separator) if isinstance(value, list) else plain(text)


def deep_object(raw: str, name: str) -> Any:
    """Decode ``name[a][b]=1``: each pair of brackets is a level, and numbers are indexes of a list."""
    root: dict[str, Any] = {}
    for encoded, text in pairs(raw):
        key = plain_name(encoded)
        assert key.startswith(name + "["), key
        assert key.endswith("]"), key
        steps = key[len(name) + 1 : -1].split("][")
        node = root
        for step in steps[:-1]:
            node = node.setdefault(step, {})
        assert steps[-1] not in node
        node[steps[-1]] = plain(text)
    return _with_lists(root)


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_with_lists(node[str(index)]) for index in range(len(node))]
    return {key: _with_lists(child) for key, child in node.items()}


def header_value(raw: str, explode: bool, value: Any) -> Any:
    """Decode a header parameter, in which nothing is percent-encoded."""
    if isinstance(value, dict):
        items = raw.split(",")
        return dict(item.partition("=")[::2] for item in items) if explode else _alternating(items)
    return raw.split(",") if isinstance(value, list) else raw


def cookie_value(raw: str, name: str, style: str, explode: bool, value: Any) -> Any:
    """Decode a cookie parameter that is the only one in ``raw``; with style ``cookie`` nothing is encoded."""
    found = cookies(raw)
    if style == "form":
        return query_value("&".join("=".join(pair) for pair in found), name, style, explode, value)
    if explode and isinstance(value, dict):
        return dict(found)
    assert {key for key, _ in found} == {name}
    texts = [text for _, text in found]
    if explode and isinstance(value, list):
        return texts
    (text,) = texts
    items = text.split(",")
    return _alternating(items) if isinstance(value, dict) else items if isinstance(value, list) else text


def cookies(raw: str) -> list[tuple[str, str]]:
    """The pairs of a ``Cookie`` header (RFC 6265, section 4.2.1), still encoded."""
    return [(name, value) for name, _, value in (part.strip().partition("=") for part in raw.split(";"))]


def multipart(body: bytes, content_type: str) -> list[tuple[dict[str, str], dict[str, str], bytes]]:
    """The parts of a multipart body (RFC 7578): headers, parameters of ``Content-Disposition``, content."""
    from email.message import Message

    message = Message()
    message["Content-Type"] = content_type
    boundary = str(message.get_param("boundary")).encode()
    head, *chunks = (b"\r\n" + body).split(b"\r\n--" + boundary)
    assert head == b""
    assert chunks[-1].startswith(b"--")
    found = []
    for chunk in chunks[:-1]:
        top, _, content = chunk.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        part = Message()
        for line in top.decode().split("\r\n"):
            key, _, text = line.partition(":")
            part[key] = text.strip()
        fields = {key: str(text) for key, text in part.get_params(header="Content-Disposition", failobj=[])}
        found.append(({key.lower(): str(text) for key, text in part.items()}, fields, content))
    return found
