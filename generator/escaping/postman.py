"""Text in Postman, which replaces ``{{NAME}}`` with a variable's value wherever it finds it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from generator.escaping.http import _TRIPLET, header_value, url_component
from generator.escaping.json_text import json_text
from generator.escaping.placeholders import has_placeholders, with_placeholders

#: Takes the place of a literal brace until the text around it is complete.
_BRACE = "\ue000"


def postman_variable(name: str) -> str:
    """Postman's reference to a variable: ``ORG`` → ``{{ORG}}``."""
    return "{{" + name + "}}"


def postman_json(value: Any) -> str:
    """``value`` as a JSON body in Postman: placeholders become variables, and nothing else does.

    Postman resolves ``{{NAME}}`` everywhere, so a description with ``{{CLIENT_SECRET}}`` in an example would
    make it send the secret. Therefore a description's own braces are written as JSON escapes.
    """

    return _postman_json(value, json_text)


def postman_json_line(value: Any) -> str:
    """The same as ``postman_json``, on one line."""
    return _postman_json(value, lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _postman_json(value: Any, write: Callable[[Any], str]) -> str:
    text = write(value)
    if "{{" not in text and not has_placeholders(text):
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


#: Characters that have a meaning in URLs, or aren't allowed there, but that Postman sends as they are.
_LEFT_ALONE = "%+{}&#[]|\\^`"


def postman_query(text: str, *, item: bool = False, reserved: bool = False) -> str:
    """``text`` as a query value in Postman, with those characters encoded that Postman doesn't encode itself.

    ``item``: ``text`` is an item of a list that is separated by commas, spaces or pipes, so these are encoded
    as well. ``reserved`` (``allowReserved``): what is percent-encoded already stays so (RFC 6570, section
    3.2.3).
    """
    characters = _LEFT_ALONE + (", " if item else "")

    def rest(text: str) -> str:
        parts = _TRIPLET.split(text) if reserved else [text]
        return "".join(part if i % 2 else _encoded(part, characters) for i, part in enumerate(parts))

    return with_placeholders(text, postman_variable, rest)


def query_name(encoded: str) -> str:
    """An encoded query name with readable brackets, which every server accepts: ``a%5Bb%5D`` → ``a[b]``."""
    return encoded.replace("=", "%3D").replace("%5B", "[").replace("%5D", "]")


def postman_path(text: str, *, item: bool = False) -> str:
    """``text`` as a path variable's value in Postman, which doesn't encode separators.

    ``item`` has the same meaning as in ``postman_query``, with the separators ``,``, ``;`` and ``=``.
    """
    characters = _LEFT_ALONE + "?/" + (",;=" if item else "")
    return with_placeholders(text, postman_variable, lambda rest: _encoded(rest, characters))


def postman_text(text: str) -> str:
    """``text`` in Postman where braces can't be escaped: a literal ``{{`` becomes ``{ {``."""
    if "{" not in text:
        return text
    return with_placeholders(text, postman_variable, postman_name)


def postman_name(text: str) -> str:
    """``text`` as the name of a request: ``{{`` becomes ``{ {``, or reports would show a variable's value."""
    return re.sub(r"\{(?=\{)", "{ ", text)


def postman_xml(text: str) -> str:
    """``text`` as an XML document in Postman: its own braces are written as character references."""
    if "{" not in text or "<![CDATA[" in text:
        return postman_text(text)
    return with_placeholders(text, postman_variable, lambda rest: re.sub(r"\{(?=\{)", "&#123;", rest))


def postman_header(text: str) -> str:
    """``text`` as a header's value in Postman. RFC 9110, section 5.5."""
    return postman_text(header_value(text))


def _encoded(text: str, characters: str) -> str:
    """``text`` with each of ``characters``, and every control character, percent-encoded."""
    return text.translate(_encodings(characters))


@cache
def _encodings(characters: str) -> dict[int, str]:
    controls = map(chr, (*range(32), 127))
    return {ord(c): url_component(c) for c in (*controls, *characters)}
