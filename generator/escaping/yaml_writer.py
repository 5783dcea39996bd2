"""YAML as people write it: literal blocks for long texts, quotes where needed, nothing folded.

The output means the same in YAML 1.1 (https://yaml.org/spec/1.1/) and YAML 1.2.2
(https://yaml.org/spec/1.2.2/): a text that either version would read as another type is quoted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

#: Characters that are always escaped: those that YAML calls non-printable, and line breaks other than line
#: feeds. (A character class of all printable ones would take a hundredth of a second to compile.)
_UNPRINTED = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
#: Texts that would be a number, a date, a boolean or null in either version.
_TYPED = re.compile(
    r"~|=|<<|y|n|yes|no|on|off|true|false|null"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?"
    r"|[-+]?\.[0-9_]+(?:e[-+]?[0-9]+)?|[-+]?0(?:b[01_]+|o[0-7_]+|x[0-9a-f_]+)|[-+]?\.(?:inf|nan)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:t|[ \t]+)[0-9].*)?",
    re.IGNORECASE,
)
#: What makes quotes necessary; a text with a Postman variable in it is always quoted.
_UNPLAIN = re.compile(rf"""^[\s\-?:,\[\]{{}}#&*!|>'"%@`]|\{{\{{|:(?=\s|$)|\s\#|\s$|[\t\n{_UNPRINTED}]""")
#: Characters that a literal block can't represent.
_NO_BLOCK = re.compile(f"[{_UNPRINTED}]")
_SPECIAL = re.compile(rf'["\\\t\n{_UNPRINTED}]')
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def yaml_text(value: dict[str, Any]) -> str:
    """``value`` as a YAML document.

    Its values are mappings, lists, strings, integers, booleans and ``None``. Keys must not be longer than
    YAML allows for a key on one line: 1,024 characters.
    """
    return _mapping(value, "")


def yaml_body(value: Any) -> str:
    """Any JSON value as a YAML document, including numbers with fractions."""
    if isinstance(value, dict) and value:
        return _mapping(value, "")
    if isinstance(value, list) and value:
        return "".join([_item(child, "") for child in value])
    return _line(value) + "\n" if isinstance(value, str) else f"{_plain(value)}\n"


def _mapping(value: dict[str, Any], pad: str) -> str:
    return "".join([f"{pad}{_line(key)}:{_after(child, pad)}" for key, child in value.items()])


def _after(value: Any, pad: str) -> str:
    """What follows a key and its colon, including the last line end. ``pad`` is the key's indentation."""
    if isinstance(value, str):
        return f" {_text(value, pad)}\n"
    if isinstance(value, dict) and value:
        return "\n" + _mapping(value, pad + "  ")
    if isinstance(value, list) and value:
        return "\n" + "".join([_item(child, pad + "  ") for child in value])
    return f" {_plain(value)}\n"


def _item(value: Any, pad: str) -> str:
    """An item of a list. ``pad`` is the indentation of its dash."""
    inner = pad + "  "
    if isinstance(value, dict) and value:
        return f"{pad}- {_mapping(value, inner)[len(inner) :]}"
    if isinstance(value, list) and value:
        return f"{pad}- {''.join([_item(child, inner) for child in value])[len(inner) :]}"
    return f"{pad}-{_after(value, pad)}"


def _plain(value: Any) -> str:
    """A number, a boolean, ``None``, or an empty collection. Raises ``TypeError`` for anything else."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # YAML 1.1 recognizes a number with an exponent by its decimal point and the exponent's sign.
        return re.sub(r"^(-?\d+)(?=e)", r"\1.0", re.sub(r"e(?=\d)", "e+", repr(value)))
    if isinstance(value, dict | list) and not value:
        return "{}" if isinstance(value, dict) else "[]"
    raise TypeError(f"{type(value).__name__} has no place in a collection")


def _text(text: str, pad: str) -> str:
    """A string that begins on the line of its key. ``pad`` is the key's indentation."""
    if "\n" in text and not _NO_BLOCK.search(text):
        # Not every parser keeps a last line that consists of white space.
        last = text.rstrip("\n").rpartition("\n")[2]
        if last and not last.isspace():
            return _block(text, pad + "  ")
    return _line(text)


def _block(text: str, pad: str) -> str:
    """A literal block. YAML 1.2.2, section 8.1."""
    body = text.rstrip("\n")
    ending = len(text) - len(body)
    keep = "-" if ending == 0 else "" if ending == 1 else "+"
    indented = "\n".join([pad + line if line else "" for line in body.split("\n")])
    # Parsers infer the indentation from the first line that isn't empty; if that line begins with spaces of
    # its own, the indentation has to be given.
    indicator = "2" if body.lstrip("\n").startswith(" ") else ""
    return f"|{indicator}{keep}\n{indented}" + "\n" * max(ending - 1, 0)


@lru_cache(maxsize=4096)
def _line(text: str) -> str:
    """A string on one line, in quotes if it needs them."""
    if text and not _UNPLAIN.search(text) and not _TYPED.fullmatch(text):
        return text
    if _SURROGATE.search(text):
        # A pair of surrogates becomes the character that it encodes; a lone one stays.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    special = _SPECIAL.findall(text)
    if special and all(each in '"\\' for each in special):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _SPECIAL.sub(_escaped, text) + '"'


def _escaped(match: re.Match[str]) -> str:
    """A character as an escape sequence. YAML 1.2.2, section 5.7."""
    character = match[0]
    number = ord(character)
    return _ESCAPES.get(character) or (f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}")
