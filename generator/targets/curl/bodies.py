"""A request's body for curl: in options if they can carry it, otherwise as a document on standard input.

curl never finds syntax of its own in the text. ``-d`` carries JSON objects, JSON arrays and encoded pairs,
which never begin with ``@``. ``--data-raw`` and ``--form-string`` take text literally. ``-F`` carries a part
that has a media type, with its text in curl's own quotes. What no option can carry is a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count, groupby
from typing import Any, NamedTuple

from generator.escaping.file_names import file_stem
from generator.escaping.hidden_characters import is_shown, json_shown
from generator.escaping.http import header_value, url_component
from generator.escaping.json_text import json_text
from generator.escaping.postman import query_name
from generator.model.media.media_types import BOUNDARY, MULTIPART, URLENCODED, essence, is_multipart, is_xml
from generator.model.styles import field_pairs
from generator.model.types import Example, MediaType, Operation, Part
from generator.targets.curl import curl_syntax
from generator.targets.curl.variables import (
    File,
    Piece,
    encoded_pieces,
    file_variable,
    path_names,
    pieces,
    url_text,
)
from generator.targets.shared import multiparts
from generator.targets.shared.multiparts import Written, form_parts, part_texts
from generator.targets.shared.payloads import is_json_text, shown_text
from generator.unused_names import unused

#: A body with more characters is passed on standard input. (A command line has at most 32,767 characters on
#: Windows, an argument at most 131,072 bytes on Linux.)
_LONGEST = 24_000
#: The beginning of a JSON object or list in a form's part, as opposed to that of a placeholder.
_STRUCTURE = re.compile(r"\{\s*(?:\\?\"|\})|\[\s*(?:\\?\"|[\[\]{\d-]|true|false|null)")
#: Names of fields contain no placeholders, so their braces are encoded.
_BRACES = str.maketrans({"{": "%7B", "}": "%7D"})


class Data(NamedTuple):
    """A curl option that carries the body, or a part of it."""

    option: str
    value: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The value without its variables and files."""
        return "".join(piece for piece in self.value if isinstance(piece, str))


class Body(NamedTuple):
    """The body of a curl call. All attributes are empty if there is none."""

    options: tuple[Data, ...] = ()
    document: tuple[Piece, ...] = ()
    """What curl reads from standard input if there are no options."""
    content_type: str = ""
    """The media type, unless curl chooses it."""


class _Field(NamedTuple):
    """A part of a form: a text, or a file."""

    name: str
    text: str
    content_type: str
    """A checked media type, or an empty string."""
    file: str = ""
    """The shell variable with the path of the file."""
    headers: tuple[str, ...] = ()
    """Further headers of the part: ``Name: value``."""

    @property
    def how(self) -> str:
        """How the values of variables are written in the text: ``json``, ``xml`` or ``text``."""
        if is_xml(self.content_type) and self.text.startswith("<"):
            return "xml"
        return _field_how(self.text)

    @property
    def is_for_curl(self) -> bool:
        """Whether a curl option can carry the part."""
        return (
            curl_syntax.is_field_name(self.name)
            and curl_syntax.is_part_type(self.content_type)
            and is_shown(self.text)
            and all(map(is_shown, self.headers))
        )


def body(operation: Operation) -> Body:
    """The body in the sample call of ``operation``."""
    if operation.body is None:
        return Body()
    media_type = operation.body.content[0]
    own = "" if essence(media_type.name) == MULTIPART else header_value(media_type.name)
    if operation.method == "HEAD":
        return Body(content_type=own)
    taken = frozenset(path_names(operation).values())
    if not media_type.examples:
        file = (Data("--data-binary", ("@", File(file_variable("", taken)))),) if media_type.binary else ()
        return Body(file, content_type=own)
    return _of_example(media_type, media_type.examples[0], own, taken)


def _of_example(media_type: MediaType, example: Example, own: str, taken: frozenset[str]) -> Body:
    value = example.value
    if example.omitted:
        value = {key: child for key, child in value.items() if key not in example.omitted}
    name = essence(media_type.name)
    if isinstance(value, dict) and name == URLENCODED and not example.serialized:
        return _urlencoded(media_type, value, own)
    if isinstance(value, dict | list) and name == MULTIPART and not example.serialized:
        return _form(list(_fields(media_type, value, taken)))
    if is_json_text(media_type, example) and not example.serialized:
        text = json_shown(json_text(value))
        option = "-d" if text.startswith(("{", "[")) else "--data-raw"
        if len(text) <= _LONGEST:
            return Body((Data(option, tuple(pieces(text.replace("\n", "\n  "), "json"))),), content_type=own)
        return Body(document=tuple(pieces(text, "json")), content_type=own)
    if is_multipart(media_type.name) and isinstance(value, dict | list) and not example.serialized:
        parts = list(multiparts.written(media_type, value))
        if any(part.file for part in parts):
            between = multiparts.boundary(media_type.name)
            return Body(document=tuple(_joined(list(_mixed(parts, between, taken)))), content_type=own)
    text = shown_text(media_type, example)
    found = tuple(pieces(text, _how(media_type, example)))
    own = own or multiparts.with_boundary(MULTIPART, text)
    if len(text) > _LONGEST or not is_shown(text):
        return Body(document=found, content_type=own)
    return Body((Data("--data-raw", found),), content_type=own)


def _mixed(parts: list[Written], between: str, taken: frozenset[str]) -> Iterator[Piece]:
    """A multipart body other than a form, including the files that the user chooses."""
    files = count(1)
    for part in parts:
        yield f"--{between}\r\n{part.head}\r\n"
        if part.file:
            number = next(files)
            yield File(file_variable(part.file if number == 1 else f"{part.file}-{number}", taken))
        yield from pieces(part.text, _field_how(part.text))
        yield "\r\n"
    yield f"--{between}--\r\n"


def _how(media_type: MediaType, example: Example) -> str:
    """How the values of variables are written in a body that is a single text."""
    if is_json_text(media_type, example) or media_type.sequence:
        return "json"
    return "xml" if media_type.markup is not None else "text"


# --- application/x-www-form-urlencoded ------------------------------------------------------------------


class _Pair(NamedTuple):
    """A name and value in a URL-encoded body."""

    name: str
    """Percent-encoded."""
    text: str
    is_encoded: bool
    """Whether ``text`` is percent-encoded except for variables in braces."""

    @property
    def encoded(self) -> tuple[Piece, ...]:
        """The pair as it is sent."""
        return (f"{self.name}=", *encoded_pieces(self.text if self.is_encoded else url_text(self.text)))

    @property
    def option(self) -> Data:
        """The option that carries the pair. curl encodes values, but reads a name with ``@`` as a file's."""
        if self.is_encoded:
            return Data("-d", self.encoded)
        if self.name and is_shown(self.text):
            return Data("--data-urlencode", (f"{self.name}=", *pieces(self.text, _field_how(self.text))))
        return Data("--data-raw", self.encoded)


def _urlencoded(media_type: MediaType, value: dict[str, Any], own: str) -> Body:
    pairs = list(_pairs(media_type, value))
    if sum(len(pair.name) + len(pair.text) for pair in pairs) <= _LONGEST:
        return Body(tuple(pair.option for pair in pairs), content_type=own)
    parts: list[Piece] = []
    for pair in pairs:
        parts += (["&"] if parts else []) + [*pair.encoded]
    return Body(document=tuple(parts), content_type=own)


def _pairs(media_type: MediaType, value: dict[str, Any]) -> Iterator[_Pair]:
    for key, child in value.items():
        part = media_type.parts.get(key, Part())
        if child is None:
            continue
        # The separators of a style's items must not be encoded, so curl can't be left to encode the value.
        by_style = part.by_style and not part.explode and isinstance(child, dict | list)
        for name, text in field_pairs(key, child, part, url_text if by_style else str):
            encoded = name.translate(_BRACES) if by_style else url_component(name)
            yield _Pair(query_name(encoded), text, by_style)


# --- multipart/form-data --------------------------------------------------------------------------------


def _fields(
    media_type: MediaType, value: dict[str, Any] | list[Any], taken: frozenset[str]
) -> Iterator[_Field]:
    for key, child, part in form_parts(media_type, value):
        headers = tuple(
            f"{name}: {header_value(value)}"
            for name, value in part.headers
            if name.lower() != "content-disposition"
        )
        if part.file:
            yield _Field(key, "", _part_type(part.content_type), file_variable(key, taken), headers)
        else:
            for name, text, content_type in part_texts(key, child, part, str):
                yield _Field(name, text, _part_type(content_type), headers=headers)


def _part_type(content_type: str) -> str:
    return "" if "*" in content_type else curl_syntax.media_type(content_type)


def _form(fields: list[_Field]) -> Body:
    """A form as curl options, one for each part, or as a document if curl's syntax can't express it."""
    length = sum(len(field.name) + len(field.text) for field in fields)
    if length <= _LONGEST and all(field.is_for_curl for field in fields):
        return Body(tuple(map(_option, fields)))
    boundary = _boundary(fields)
    parts = [piece for field in fields for piece in _part(field, boundary)]
    return Body(
        document=tuple(_joined([*parts, f"--{boundary}--\r\n"])),
        content_type=f"{MULTIPART}; boundary={boundary}",
    )


def _option(field: _Field) -> Data:
    """The option for a part of a form. Its name contains no variable: curl would look for syntax there."""
    kind = f";type={field.content_type}" if field.content_type else ""
    kind += "".join(f';headers="{curl_syntax.quoted(header)}"' for header in field.headers)
    if field.file:
        return Data("-F", (f"{field.name}=@", File(field.file), *([kind] if kind else [])))
    if not kind:
        return Data("--form-string", (f"{field.name}=", *pieces(field.text, field.how)))
    # Only ``-F`` takes a media type and headers. In its quotes, text has no syntax.
    how = f"quoted{'' if field.how == 'text' else field.how}"
    inner = (curl_syntax.quoted(p) if isinstance(p, str) else p for p in pieces(field.text, how))
    return Data("-F", (f'{field.name}="', *inner, f'"{kind}'))


def _field_how(text: str) -> str:
    """How the values of variables are written in the text of a field, which may be JSON."""
    return "json" if _STRUCTURE.match(text) else "text"


def _part(field: _Field, boundary: str) -> Iterator[Piece]:
    """A part with its headers (RFC 7578, section 4). Names are escaped as the HTML standard prescribes."""
    name = re.sub('[\r\n"]', lambda found: url_component(found[0]), field.name)
    file = f'; filename="{file_stem(field.name, "file")}"' if field.file else ""
    kind = field.content_type or ("application/octet-stream" if field.file else "")
    yield f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n'
    yield f"Content-Type: {kind}\r\n" if kind else ""
    yield "".join(f"{header}\r\n" for header in field.headers) + "\r\n"
    if field.file:
        yield File(field.file)
    yield from pieces(field.text, field.how)
    yield "\r\n"


def _boundary(fields: list[_Field]) -> str:
    """A boundary that occurs in none of the parts."""
    texts = [text for field in fields for text in (field.name, field.text)]
    return unused(BOUNDARY, lambda boundary: any(boundary in text for text in texts), separator="-")


def _joined(found: list[Piece]) -> Iterator[Piece]:
    """``found`` with adjacent texts merged."""
    for is_text, group in groupby(found, lambda piece: isinstance(piece, str)):
        if is_text:
            yield "".join(piece for piece in group if isinstance(piece, str))
        else:
            yield from group
