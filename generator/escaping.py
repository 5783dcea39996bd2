"""The only doors from document text into another language.

A description is data from somebody else. Whatever it says, it must stay text in the JavaScript, shell,
Markdown, URL, file name or Postman variable that it is written into. Three doors have a module of their own:
``targets/html_text.py`` to HTML, ``targets/yaml_text.py`` to YAML, and ``targets/file_names.py`` to the file
names that people read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from generator.auth.ims import PLACEHOLDERS

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_PLACEHOLDER = re.compile(r"(?<!\{)\{(" + "|".join(map(re.escape, PLACEHOLDERS)) + r")\}(?!\})")
_TCHAR = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
#: Stands for a brace that must not become Postman's until the text around it is complete.
_BRACE = "\ue000"


def with_placeholders(text: str, notation: Callable[[str], str], rest: Callable[[str], str] = str) -> str:
    """``text`` with each ``{IMS_ORG}`` and its like as ``notation`` of its variable, all else as ``rest``."""
    if "{" not in text:
        return rest(text)
    parts = _PLACEHOLDER.split(text)
    return "".join(notation(PLACEHOLDERS[p]) if i % 2 else rest(p) for i, p in enumerate(parts))


def parted(text: str) -> Iterator[tuple[str, str]]:
    """``text`` in parts: each is document text or the variable that a placeholder means, the other empty."""
    for index, part in enumerate(_PLACEHOLDER.split(text)):
        yield ("", PLACEHOLDERS[part]) if index % 2 else (part, "")


def placeholder_variables(text: str) -> tuple[str, ...]:
    """The variables that the placeholders in ``text`` mean, each once."""
    return tuple(dict.fromkeys(PLACEHOLDERS[name] for name in _PLACEHOLDER.findall(text)))


def variables_in(value: Any) -> tuple[str, ...]:
    """The variables that the placeholders in ``value`` mean, in names of properties too, each once."""
    found: dict[str, None] = {}
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, str):
            found |= dict.fromkeys(placeholder_variables(each))
        elif isinstance(each, dict):
            left += (*each.keys(), *each.values())
        elif isinstance(each, list):
            left += each
    return tuple(sorted(found))


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """``value`` with ``change`` applied to every string in it, names of properties excepted."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(child, change) for key, child in value.items()}
    if isinstance(value, list):
        return [mapped(child, change) for child in value]
    return value


# --- JavaScript ---------------------------------------------------------------------------------------


#: Ends a script element or a line of older JavaScript; or is not seen, turns what follows, has no UTF-8.
_UNSEEN = re.compile("[<\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def js(value: Any) -> str:
    """``value`` as a JavaScript literal, safe inside an HTML script element, and the same as it looks."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def js_string(text: str) -> str:
    """The same in single quotes, where ``text`` has none of its own."""
    written = js(text)
    if "'" in text:
        return written
    return "'" + re.sub(r"\\(.)", lambda found: '"' if found[1] == '"' else found[0], written[1:-1]) + "'"


# --- JSON ---------------------------------------------------------------------------------------------


def json_text(value: Any) -> str:
    """``value`` as JSON, indented by two spaces."""
    try:
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    except (OverflowError, UnicodeError, ValueError):
        # Numbers beyond 64 bits, and halves of surrogate pairs.
        return json.dumps(value, indent=2).encode("utf-8", "replace").decode()


# --- Postman ------------------------------------------------------------------------------------------


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
_TRIPLET = re.compile(r"(%[0-9A-Fa-f]{2})")


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


def cookie_value(text: str) -> str:
    """A cookie's value, not encoded but for what no cookie may hold (RFC 6265, section 4.1.1)."""
    characters = ' ",;\\{}'
    return "".join(url_component(c) if c in characters or not "!" <= c <= "~" else c for c in text)


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


def header_value(text: str) -> str:
    """``text`` as a field value: visible ASCII and spaces, all else percent-encoded."""
    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line
    return "".join(c if " " <= c <= "~" else url_component(c) for c in line)


def header_name(text: str) -> str:
    """``text`` as the name of a header or cookie: what is no ``tchar`` (RFC 9110, 5.6.2) percent-encoded."""
    return "".join(c if c in _TCHAR else url_component(c) for c in text.strip())


def _encoded(text: str, characters: str) -> str:
    """``text`` with each of ``characters``, and every control character, percent-encoded."""
    return text.translate(_encodings(characters))


@cache
def _encodings(characters: str) -> dict[int, str]:
    controls = map(chr, (*range(32), 127))
    return {ord(c): url_component(c) for c in (*controls, *characters)}


#: What a reader of a shell block doesn't see, or a browser changes: control characters, marks that turn the
#: direction of text, halves of surrogate pairs, and the characters that pages keep for marks of their own.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ue001-\ue003\ufeff]"
)


def is_shown(text: str) -> bool:
    """Whether a page can show ``text`` as it is, and a reader copy it without a loss."""
    return _HIDDEN.search(text) is None


def json_shown(text: str) -> str:
    """A JSON document as a page can show it: what is hidden, which only its strings hold, as JSON escapes."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


# --- URLs and the shell -------------------------------------------------------------------------------


def url_component(text: str) -> str:
    """Percent-encoded, everything but RFC 3986's unreserved characters; curl's globbing finds nothing."""
    return quote(text, safe="", errors="replace")


def url_reserved(text: str) -> str:
    """The same for ``allowReserved``: RFC 3986's reserved characters stay, but for those that end a value."""
    parts = _TRIPLET.split(text)
    safe = ":/?@!$'()*,;="
    return "".join(p if i % 2 else quote(p, safe=safe, errors="replace") for i, p in enumerate(parts))


@lru_cache(maxsize=4096)
def quote_literal(text: str) -> str:
    """Literal text of a path template, encoded where RFC 3986, section 3.3, does not allow it."""
    return quote(text, safe="!$&'()*+,;=:@-._~", errors="replace")


def shell_quote(text: str) -> str:
    """``text`` as one single-quoted shell word."""
    return f"'{shell_inner(text)}'"


def shell_inner(text: str) -> str:
    """``text`` inside single quotes of a shell, without NUL, which no word can hold."""
    return text.replace("\0", "").replace("'", "'\\''")


def shell_word(text: str) -> str:
    """``text`` as a shell word, quoted only where it has to be."""
    return text if re.fullmatch(r"[A-Za-z0-9_.-]+", text) else shell_quote(text)


def shell_double(text: str) -> str:
    """``text`` inside double quotes of a shell."""
    return re.sub(r'[\\"$`]', r"\\\g<0>", text.replace("\0", ""))


def shell_here(text: str) -> str:
    """``text`` as part of a line of a here-document in which variables are expanded."""
    return re.sub(r"[\\$`]", r"\\\g<0>", " ".join(text.replace("\0", "").splitlines()))


def printf_format(text: str) -> str:
    """``text`` as a format of ``printf``: control characters as octal numbers, line ends left to be read."""
    escaped = text.replace("\\", "\\\\").replace("%", "%%").replace("\r", "\\r")
    return _HIDDEN.sub(_octal, escaped)


def _octal(found: re.Match[str]) -> str:
    return "".join(f"\\{byte:03o}" for byte in found[0].encode("utf-8", "replace"))


def shell_comment(text: str) -> str:
    """``text`` as one line that can stand in a comment, and be printed."""
    return _HIDDEN.sub("", " ".join(text.split()))


# --- Markdown -----------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def markdown_block(text: str) -> str:
    """A description (CommonMark) for a page of ours; see ``targets/markdown_text.py``."""
    from generator.targets import markdown_text as door

    return door.block(text)


@cache
def _commonmark() -> MarkdownIt:
    """Imported where a page of tables is written, which a collection doesn't need."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


#: A line end, with the backslash that would make it a break (CommonMark, section 6.7).
_BREAK = re.compile(r"(?<!\\)\\\n|\n")


#: A paragraph of a single line without any mark: it needs no parser.
_PLAIN_LINE = re.compile(r"[A-Za-z](?:[A-Za-z0-9 /.,-]*[A-Za-z0-9.,])?")


def markdown_line(text: str) -> str:
    """A description in one line, fit for a cell of a table: paragraphs joined, lists as sentences."""
    return _one_line(text, _cell, markdown_code)


def markdown_sentence(text: str) -> str:
    """The same for a line of text, where a bar is a bar."""
    return _one_line(text, str, code_span)


def _one_line(text: str, words_of: Callable[[str], str], code_of: Callable[[str], str]) -> str:
    if not text.strip():
        return ""
    if _PLAIN_LINE.fullmatch(text):
        return text
    words: list[str] = []
    for token in _tokens(markdown_block(text)):
        if token.type == "list_item_open" and words and not words[-1].endswith((".", ":", ";", ",")):
            words[-1] += ";"
        if token.type == "inline":
            words.append(words_of(" ".join(map(str.strip, _BREAK.split(token.content)))))
        elif token.type in ("fence", "code_block"):
            words.append(code_of(token.content))
    return " ".join(words)


def _tokens(text: str) -> Iterator[Token]:
    from generator.targets import commonmark

    for part, is_plain in commonmark.portions(text):
        # A part with very many marks is no prose: what is escaped in it stays escaped, as code would be.
        yield from _commonmark().parse(markdown_text(part) if is_plain else part)


def _cell(text: str) -> str:
    return text.replace("\\|", "|").replace("|", "\\|")


def markdown_text(text: str) -> str:
    """Plain text for Markdown: shown as it is, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>|#]|&(?=[#\w]))", r"\\\1", " ".join(text.split()))


def markdown_name(text: str) -> str:
    """A name as a line of Markdown, in which authors write code and emphasis; HTML is text in it."""
    return markdown_text(text) if "<" in text or "&" in text else markdown_line(text)


@lru_cache(maxsize=4096)
def markdown_code(text: str) -> str:
    """``text`` as a code span that also fits a cell of a table."""
    return code_span(text.replace("|", "\\|"))


def code_span(text: str) -> str:
    """``text`` as a code span of a sentence, where a bar is a bar. CommonMark, section 6.1."""
    text = " ".join(text.split())
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fenced(text: str, language: str) -> str:
    """``text`` as a fenced code block, with a fence longer than any inside. CommonMark, section 4.5."""
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


# --- File names ---------------------------------------------------------------------------------------

_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def file_stem(name: str, fallback: str = "unnamed") -> str:
    """``name`` as a file's stem for every file system: letters, digits, ``-`` and ``_``, 60 at most."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60].strip("-") or fallback
    return stem + "_" if _RESERVED.match(stem) else stem


def slug(name: str) -> str:
    """``name`` as a lower-case file stem with hyphens."""
    return file_stem(name).lower().replace("_", "-")


def unique_names(names: list[str]) -> list[str]:
    """``names`` made unique without regard to case, the first keeping its own."""
    taken: set[str] = set()
    result = []
    for name in names:
        unique, count = name, 2
        while unique.lower() in taken:
            unique, count = f"{name}-{count}", count + 1
        taken.add(unique.lower())
        result.append(unique)
    return result
