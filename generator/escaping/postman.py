"""Text in Postman, which replaces ``{{NAME}}`` by a variable wherever it finds it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass
from generator.escaping.http import _TRIPLET, header_value, url_component
from generator.escaping.json_text import json_text
from generator.escaping.placeholders import _PLACEHOLDER, with_placeholders

#: Stands for a brace that must not become Postman's until the text around it is complete.
_BRACE = "\ue000"


def postman_variable(name: str) -> str:
    """Postman's reference to the variable ``name``."""
    return "{{" + name + "}}"


def postman_json(value: Any) -> str:
    """A JSON body for Postman: placeholders become variables, and nothing else does.

    Postman resolves ``{{NAME}}`` wherever it stands, so a description that wrote ``{{CLIENT_SECRET}}``
    into an example would have the secret sent. Braces of its own are written as JSON escapes.
    """

    return _postman_json(value, json_text)


def postman_json_line(value: Any) -> str:
    """The same in one line."""
    return _postman_json(value, lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _postman_json(value: Any, write: Callable[[Any], str]) -> str:
    text = write(value)
    if "{{" not in text and not _PLACEHOLDER.search(text):
        return text

    def change(text: str) -> str:
        return with_placeholders(text, postman_variable, lambda rest: rest.replace("{{", _BRACE * 2))

    return write(_with_names(value, change)).replace(_BRACE, "\\u007b")


def _with_names(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {change(key): _with_names(child, change) for key, child in value.items()}
    if isinstance(value, list):
        return [_with_names(child, change) for child in value]
    return change(value) if isinstance(value, str) else value


#: What means something in a URL, or is none of its characters, and is yet sent by Postman as it stands.
_LEFT_ALONE = "%+{}&#[]|\\^`"


def postman_query(text: str, *, item: bool = False, reserved: bool = False) -> str:
    """A query value for Postman, with encoded what Postman leaves alone.

    ``item`` is one of a list that commas, spaces or pipes separate: none of them is left in it. With
    ``reserved`` (``allowReserved``) what is percent-encoded already stays so (RFC 6570, section 3.2.3).
    """
    characters = _LEFT_ALONE + (", " if item else "")

    def rest(text: str) -> str:
        parts = _TRIPLET.split(text) if reserved else [text]
        return "".join(part if i % 2 else _encoded(part, characters) for i, part in enumerate(parts))

    return with_placeholders(text, postman_variable, rest)


def query_name(encoded: str) -> str:
    """An encoded name in a query: its brackets stay as they are read, since every server takes them so."""
    return encoded.replace("=", "%3D").replace("%5B", "[").replace("%5D", "]")


def postman_path(text: str, *, item: bool = False) -> str:
    """A path variable's value for Postman, which leaves separators alone; ``item`` as for a query."""
    characters = _LEFT_ALONE + "?/" + (",;=" if item else "")
    return with_placeholders(text, postman_variable, lambda rest: _encoded(rest, characters))


def postman_text(text: str) -> str:
    """Text for Postman where nothing can be escaped: a pair of braces is parted."""
    if "{" not in text:
        return text
    return with_placeholders(text, postman_variable, postman_name)


def postman_name(text: str) -> str:
    """What a request is called: a pair of braces is parted, or reports of runs hold what they name."""
    return re.sub(r"\{(?=\{)", "{ ", text)


def postman_xml(text: str) -> str:
    """An XML document for Postman: braces of its own are written as character references."""
    if "{" not in text or "<![CDATA[" in text:
        return postman_text(text)
    return with_placeholders(text, postman_variable, lambda rest: re.sub(r"\{(?=\{)", "&#123;", rest))


def postman_header(text: str) -> str:
    """A header's value for Postman. RFC 9110, section 5.5."""
    return postman_text(header_value(text))


def _encoded(text: str, characters: str) -> str:
    """``text`` with each of ``characters``, and every control character, percent-encoded."""
    return text.translate(_encodings(characters))


@cache
def _encodings(characters: str) -> dict[int, str]:
    controls = map(chr, (*range(32), 127))
    return {ord(c): url_component(c) for c in (*controls, *characters)}
