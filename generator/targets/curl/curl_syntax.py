"""The door from document text to curl: whatever a description contains, curl finds no syntax in it.

curl reads a file if a value begins with ``@`` or ``<``. It parses attributes after ``;`` in the value of a
form, and expands ranges in brackets and braces of an address. It sends line ends in methods and headers.
"""

from __future__ import annotations

import re

from generator.escaping.hidden_characters import is_shown
from generator.escaping.http import header_name, url_component

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
#: A media type without parameters (RFC 9110, section 8.3.1), as long as RFC 6838, section 4.2, allows.
_ESSENCE = re.compile(r"[!#$&^_.+0-9A-Za-z-]{1,127}/[!#$&^_.+0-9A-Za-z-]{1,127}")
_PARAMETER = re.compile(rf'({_TOKEN})=({_TOKEN}|"(?:[ !#-\[\]-~]|\\[ -~])*")')
#: What curl reads as an attribute of a part wherever it appears.
_ATTRIBUTES = ("type", "filename", "headers", "encoder")


def method(name: str) -> str:
    """A request's method (RFC 9110, section 9.1), in which characters that no token allows are encoded."""
    return header_name(name) or "GET"


def address(url: str) -> str:
    """A server's address without anything that curl would expand. An IPv6 host keeps its brackets."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    if not re.fullmatch(r"\[[0-9A-Fa-f:.]+\](?::\d+)?", host):
        host = _without_ranges(host)
    return scheme + mark + host + slash + _without_ranges(path)


def is_web(url: str) -> bool:
    """Whether an address is an HTTP URL: curl supports other protocols as well, such as ``file``."""
    return url.startswith(("http://", "https://"))


def _without_ranges(text: str) -> str:
    return re.sub(r"[\[\]{}]", lambda found: url_component(found[0]), text)


def header(name: str, value: str) -> str:
    """The value of ``-H``. curl omits a header without a value unless it is written ``Name;``."""
    return f"{name}: {value}" if value else f"{name};"


def quoted(text: str) -> str:
    """``text`` for the inside of double quotes in a form's value or in a configuration file."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def is_field_name(name: str) -> bool:
    """Whether ``-F`` can carry the name of a field, which ends at the first ``=`` and can't be escaped."""
    return name != "" and "=" not in name and is_shown(name) and "\n" not in name and "\t" not in name


def media_type(text: str) -> str:
    """``text`` as a media type (RFC 9110, section 8.3.1), or an empty string if it isn't valid.

    If a parameter is malformed, all parameters are removed.
    """
    name, *given = _split(text) or [""]
    if not _ESSENCE.fullmatch(name):
        return ""
    if all(map(_PARAMETER.fullmatch, given)):
        return "; ".join([name, *given])
    return name


def is_part_type(checked: str) -> bool:
    """Whether ``;type=`` can carry a media type that ``media_type`` returned."""
    return not any(
        parameter.lower().startswith(tuple(f"{each}=" for each in _ATTRIBUTES)) or '"' in parameter
        for parameter in _split(checked)[1:]
    )


def _split(text: str) -> list[str]:
    """Split a media type into name and parameters. A ``;`` in quotes doesn't separate them."""
    found = re.findall(r'(?:[^;"]|"(?:[^"\\]|\\.)*"?)+', text, re.DOTALL)
    return [part.strip() for part in found if part.strip()]
