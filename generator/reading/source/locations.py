"""Find the line and column of the node at a JSON pointer, in YAML or JSON."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from generator.errors import Place
from generator.reading.json_pointer import tokens
from generator.reading.source.decoding import decoded, is_json, line_and_column

if TYPE_CHECKING:
    import yaml


class Places:
    """The places of the nodes of one file. In JSON, each object or list is scanned once for all of them."""

    def __init__(self, content: bytes, file: str) -> None:
        self._content = content.removeprefix(codecs.BOM_UTF8)
        self._file = file
        self._levels: dict[int, dict[str, tuple[int, int, Any]]] = {}
        self._root: tuple[int, Any] | None = None
        self._last = (0, 1, 1)
        """An offset with its line and column."""
        self._plain = self._content[:200].lstrip().startswith((b"{", b"[")) and b"\0" not in content[:4]

    def locate(self, at: str) -> Place:
        """The place of the node at the pointer ``at``, or of its nearest ancestor that exists."""
        if self._plain:
            try:
                return self._in_json(at)
            except (msgspec.DecodeError, ValueError, IndexError):
                self._plain = False
        return locate(self._text, self._file, at)

    @cached_property
    def _text(self) -> str:
        """The text of the file, needed unless places are found in its bytes."""
        return decoded(self._content, self._file)

    def _in_json(self, at: str) -> Place:
        if self._root is None:
            raw = msgspec.json.decode(self._content, type=msgspec.Raw)
            self._root = (self._content.index(memoryview(raw)[:1].tobytes()), raw)
        offset, raw = self._root
        mark = offset
        for token in tokens(at):
            if offset not in self._levels:
                self._levels[offset] = dict(_members(self._content, offset, raw))
            found = self._levels[offset].get(token)
            if found is None:
                break
            mark, offset, raw = found
        line, column = self._line_and_column(mark)
        return Place(self._file, line, column, at)

    def _line_and_column(self, mark: int) -> tuple[int, int]:
        """The line and column of an offset in bytes, counted from the last one if that is before it.

        Many descriptions consist of one line: for a thousand findings, it would be counted a thousand times.
        """
        known, line, column = self._last if self._last[0] <= mark else (0, 1, 1)
        between = self._content[known:mark]
        breaks = between.count(b"\n")
        if breaks:
            line, column, between = line + breaks, 1, between[between.rfind(b"\n") + 1 :]
        column += len(between.decode())
        self._last = mark, line, column
        return line, column


_BLANK = re.compile(rb"[ \t\r\n]*")
_KEY = re.compile(rb'"(?:[^"\\]|\\.)*"')


def _members(content: bytes, offset: int, raw: Any) -> Any:
    """The members of the value at ``offset``: token, (offset of the key, offset of the value, raw value).

    Values are skipped by the lengths that the parser gives, not scanned. Raises ``ValueError`` if a key is
    duplicated, since the parser returns only one of its values.
    """
    kind = content[offset : offset + 1]
    if kind not in (b"{", b"["):
        return
    place = _blank(content, offset + 1)
    if kind == b"[":
        for index, item in enumerate(msgspec.json.decode(raw, type=list[msgspec.Raw])):
            yield str(index), (place, place, item)
            place = _next(content, place + len(memoryview(item)))
        return
    for key, value in msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).items():
        match = _KEY.match(content, place)
        if match is None or (match.group()[1:-1] != key.encode() and json.loads(match.group()) != key):
            raise ValueError(key)
        begin = _blank(content, _blank(content, match.end()) + 1)
        yield key, (place, begin, value)
        place = _next(content, begin + len(memoryview(value)))


def _blank(content: bytes, offset: int) -> int:
    match = _BLANK.match(content, offset)
    return match.end() if match else offset


def _next(content: bytes, offset: int) -> int:
    """The offset of what follows the next comma, or of the closing bracket."""
    offset = _blank(content, offset)
    return _blank(content, offset + 1) if content[offset : offset + 1] == b"," else offset


def locate(text: str, file: str, at: str) -> Place:
    """The place of the node at the JSON pointer ``at``, or of its nearest ancestor that exists.

    For a member of an object, that is the place of its key.
    """
    return (_json_place if is_json(text) else _yaml_place)(text, file, at)


def _json_place(text: str, file: str, at: str) -> Place:
    """The same in JSON. The C scanner skips other values, so that megabytes take a fraction of a second."""
    scan = json.JSONDecoder(parse_int=str, strict=False).scan_once  # type: ignore[attr-defined]
    offset = mark = _space(text, 0)
    try:
        for token in tokens(at):
            found = _json_member(text, offset, token, scan)
            if found is None:
                break
            mark, offset = found
    except (StopIteration, ValueError, IndexError):
        return _yaml_place(text, file, at)  # what is not JSON was read as YAML
    return Place(file, *line_and_column(text, mark), at)


def _json_member(text: str, offset: int, token: str, scan: Callable[..., Any]) -> tuple[int, int] | None:
    """The offsets of the key (in a list, the value) and the value of a member of the node at ``offset``.

    Of a duplicated key, the last one counts, as in the parser.
    """
    kind, offset = text[offset], _space(text, offset + 1)
    if kind == "[" and token.isdigit():
        for _ in range(int(token)):
            if text[offset] == "]":
                return None
            _, offset = scan(text, offset)
            offset = _space(text, offset)
            if text[offset] == "]":
                return None
            offset = _space(text, offset + 1)
        return offset, offset
    found = None
    while kind == "{" and text[offset] == '"':
        key, end = json.decoder.scanstring(text, offset + 1, False)  # type: ignore[attr-defined]
        value = _space(text, _space(text, end) + 1)
        if key == token:
            found = offset, value
        _, end = scan(text, value)
        end = _space(text, end)
        if text[end] == "}":
            break
        offset = _space(text, end + 1)
    return found


_SPACE = re.compile(r"[ \t\r\n\ufeff]*")


def _space(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


@lru_cache(maxsize=2)
def _nodes(text: str) -> yaml.Node | None:
    """The node tree of ``text``, composed only to find a place, since reading doesn't need it."""
    import yaml

    from generator.reading.source.yaml_loader import check_depth

    check_depth(text)
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return None


def _yaml_place(text: str, file: str, at: str) -> Place:
    import yaml

    node = _nodes(text)
    mark = node.start_mark if node is not None else None
    for token in tokens(at):
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in reversed(node.value) if k.value == token), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        elif isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
            node = node.value[int(token)]
            mark = node.start_mark
        else:
            break
    return Place(file, mark.line + 1, mark.column + 1, at) if mark else Place(file, pointer=at)
