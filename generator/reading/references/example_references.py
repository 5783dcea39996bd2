"""Follow a ``$ref`` in the value of an example: to OpenAPI it is data, yet most authors mean its target.

It is followed if it leads to an Example Object or to a value, unless the schema of the value has a property
called ``$ref``. A reference that leads nowhere, to a schema without an example, or to a value that it is part
of stays as data and is a finding. OpenAPI 3.1.1, sections 4.8.19 and 4.8.23.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from generator.budget import MOST_INLINED
from generator.identity import Same
from generator.reading.json_pointer import UnresolvedReferenceError, node_at, pointer, tokens
from generator.reading.keywords import keyword_objects
from generator.reading.lenient import mapping
from generator.reading.references.external_files import Files, Target, is_wide, split
from generator.reading.references.folder import NotReadError
from generator.reading.references.misplaced import size
from generator.reading.references.resolver import References, shown
from generator.reading.references.value_schemas import (
    MOST_LOOKS,
    TooManyLooksError,
    ValueSchemas,
    described_by,
)

_OF_EXAMPLES = ("value", "dataValue")
_EXAMPLE = frozenset(("summary", "description", "value", "dataValue", "externalValue", "serializedValue"))
_SCHEMA_MAPS = ("schemas", "definitions", "$defs")
_KEYS = (b"example", b"value", b"dataValue")
_BEFORE_KEYS = (b'"', b"'", b" ", b"\t", b"\n", b"{", b",", b"")
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
#: How many bytes of an example are searched for a reference.
_WINDOW = 20_000


def may_be_used(contents: Iterable[bytes], version: str) -> bool:
    """Whether an example may hold a reference: a quick test of the bytes."""
    is_old = version == "2.0"
    keys = _KEYS[:1] if is_old else _KEYS
    return any(
        is_wide(content)
        or any(_holds_in_value(content, at, len(key), is_old) for key in keys for at in _places(content, key))
        for content in contents
    )


def _places(content: bytes, text: bytes) -> Iterator[int]:
    at = content.find(text)
    while at >= 0:
        yield at
        at = content.find(text, at + len(text))


def _holds_in_value(content: bytes, at: int, length: int, is_old: bool) -> bool:
    """Whether a reference is in the value of the key at ``at``.

    ``examples`` holds values only if it is a list, or the map of Swagger 2.0.
    """
    if content[max(0, at - 1) : at] not in _BEFORE_KEYS:
        return False
    end = at + length
    near = content[end : end + 24]
    is_plural = near[:1] == b"s" and not is_old
    rest = near[near[:1] == b"s" :].lstrip(b"\"' \t")
    if rest[:1] != b":":
        return False
    first = rest[1:].lstrip(b" \t")[:1]
    if first not in (b"{", b"[", b"\r", b"\n") or (is_plural and first == b"{"):
        return False
    start = content.index(b":", end) + 1
    at = content.find(b"$ref", start, start + _WINDOW)
    if at < 0:
        return False
    value = content[start:at].lstrip(b" \t")
    if first in (b"{", b"["):
        return _is_open(value)
    line = content.rfind(b"\n", 0, end) + 1
    key = content[line:end].lstrip(b" \t-")
    is_value = not is_plural or value.lstrip().startswith(b"-")
    return is_value and _is_indented(value, end - line - len(key))


def _is_open(text: bytes) -> bool:
    """Whether the bracket with which ``text`` begins is still open at its end."""
    depth = 0
    for bracket in text.translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"{[" else -1
        if depth <= 0:
            return False
    return True


def _is_indented(text: bytes, column: int) -> bool:
    """Whether every line of ``text`` is part of the value of a key at ``column``."""
    lines = (line for line in text.split(b"\n")[1:] if line.strip())
    return all(len(line) - len(line.lstrip()) > column or line.lstrip().startswith(b"-") for line in lines)


def follow(root: dict[str, Any], bundle: Files, version: str) -> list[tuple[str, str]]:
    """Replace the references in examples by their targets, in ``root`` and the other files that belong to it.

    ``root`` is changed in place. Returns a JSON pointer and a sentence for each reference that was kept.
    """
    following = _Following(root, bundle, version)
    before = size(root, MOST_INLINED)
    try:
        following.run()
        if size(root, before + MOST_INLINED) <= before + MOST_INLINED:
            return following.findings
        what = f"they repeat more than {MOST_INLINED:,} values"
    except TooManyLooksError:
        what = f"there are more than {MOST_LOOKS:,} schemas of examples"
    following.undo()
    return [("", f"References in examples are not followed: {what}, which is the limit.")]


class _Place(NamedTuple):
    """A value of an example, ``holder[key]``, with its schemas, its file and its pointer."""

    holder: Any
    key: Any
    schemas: tuple[Any, ...]
    file: str
    at: str
    open: tuple[Same, ...]
    """The values that contain it, through references too."""


class _Following:
    """The walk through one description. A class, so that its state needn't be passed to every function."""

    def __init__(self, root: dict[str, Any], bundle: Files, version: str) -> None:
        self._root = root
        self._bundle = bundle
        self._is_old = version == "2.0"
        self._references = References(root)
        self._schemas = ValueSchemas(self._references, MOST_LOOKS)
        self._seen: set[tuple[Same, Same]] = set()
        self._reported: set[Same] = set()
        self._done: list[tuple[Any, Any, Any]] = []
        self.findings: list[tuple[str, str]] = []

    def run(self) -> None:
        """Follow the references of every example."""
        seen: set[int] = set()
        entries = ((node_at(self._root, entry), entry) for entry in self._bundle.entries)
        for tree, at in ((self._root, ""), *entries):
            for where, node in keyword_objects(tree, at, seen=seen):
                for place in self._places(node, where):
                    self._walk(place)

    def undo(self) -> None:
        """Restore the references."""
        for holder, key, value in reversed(self._done):
            holder[key] = value

    def _places(self, node: dict[str, Any], at: str) -> Iterator[_Place]:
        """The example values of an object that hold a reference."""
        schemas, file = described_by(node), split(at)[0]
        if _holds_reference(node.get("example")):
            yield _Place(node, "example", schemas, file, at + "/example", ())
        examples = node.get("examples")
        if isinstance(examples, list):
            for index, value in enumerate(examples):
                if _holds_reference(value):
                    yield _Place(examples, index, schemas, file, at + pointer("examples", index), ())
        # Examples of `components` are followed where they are used, with the schema that they have there.
        is_used = tokens(at)[-1:] != ("components",)
        for name, example in mapping(examples).items() if is_used else ():
            where = at + pointer("examples", name)
            if self._is_old and "/" in name and _holds_reference(example):
                # Swagger 2.0, section "Example Object": the value by its media type.
                yield _Place(examples, name, schemas, file, where, ())
            elif isinstance(example, dict):
                yield from self._of_example(example, schemas, file, where)

    def _of_example(
        self, example: dict[str, Any], schemas: tuple[Any, ...], file: str, at: str
    ) -> Iterator[_Place]:
        if isinstance(example.get("$ref"), str):
            at = example["$ref"].removeprefix("#")
            file = split(at)[0]
        named = self._references.follow(example)
        for key in _OF_EXAMPLES:
            if isinstance(named, dict) and _holds_reference(named.get(key)):
                yield _Place(named, key, schemas, file, at + pointer(key), ())

    def _walk(self, start: _Place) -> None:
        waiting = [start]
        while waiting:
            place = waiting.pop()
            value = place.holder[place.key]
            if not isinstance(value, dict | list):
                continue
            parts = self._schemas.all(place.schemas)
            if isinstance(value, dict) and _is_reference(value):
                if any("$ref" in mapping(part.get("properties")) for part in parts):
                    continue
                found = self._followed(value["$ref"], place, parts)
                if found is not None:
                    waiting.append(found)
                continue
            known = (Same(value), Same(parts[0] if parts else None))
            if known in self._seen:
                continue
            self._seen.add(known)
            members = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [
                place._replace(
                    holder=value,
                    key=key,
                    schemas=self._schemas.of_member(parts, key),
                    at=place.at + pointer(key),
                    open=(*place.open, Same(value)),
                )
                for key, child in members
                if isinstance(child, dict | list)
            ]

    def _followed(self, reference: str, place: _Place, parts: list[Mapping[str, Any]]) -> _Place | None:
        """The place once its reference is replaced by its target; ``None``, and a finding, if it is kept."""
        name = shown(reference)
        try:
            target = self._bundle.target(reference, place.file)
            value = _meant(target, parts)
            why = "" if value is not _NOTHING else "leads to a schema, which isn't a value."
        except NotReadError as error:
            why = str(error)
        except UnresolvedReferenceError as error:
            why = f"points at nothing: {error}."
        if not why and Same(value) in place.open:
            why = "leads to something that it is part of."
        if why:
            self._report(place, f"The reference {name} in an example {why} It is sent as it is.")
            return None
        self._done.append((place.holder, place.key, place.holder[place.key]))
        place.holder[place.key] = value
        return place._replace(file="" if target.path == self._bundle.name else target.path)

    def _report(self, place: _Place, what: str) -> None:
        """Add a finding about the value at ``place``, once."""
        node = Same(place.holder[place.key])
        if node not in self._reported:
            self._reported.add(node)
            self.findings.append((place.at + "/$ref", what))


_NOTHING: Any = object()


def _is_reference(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("$ref"), str) and value.keys() <= {"$ref", "summary", "description"}


def _meant(target: Target, parts: Iterable[Mapping[str, Any]]) -> Any:
    """The value that a reference to ``target`` means, if the schemas ``parts`` describe it.

    That is the value of an Example Object, the example of a schema (``_NOTHING`` if it has none), or the
    target itself.
    """
    if _is_schema(target.at):
        return mapping(target.node).get("example", _NOTHING)
    if _is_example(target.at, target.node, parts):
        return next(target.node[key] for key in _OF_EXAMPLES if key in target.node)
    return target.node


def _is_schema(at: str) -> bool:
    way = tokens(at)
    return len(way) > 1 and way[-2] in _SCHEMA_MAPS


def _is_example(at: str, node: Any, parts: Iterable[Mapping[str, Any]]) -> bool:
    """Whether ``node`` is an Example Object, rather than a value that ``parts`` describe."""
    if not isinstance(node, dict) or not any(key in node for key in _OF_EXAMPLES):
        return False
    if any(not key.startswith("x-") and key not in _EXAMPLE for key in node):
        return False
    is_named = tokens(at)[-2:-1] == ("examples",)
    return is_named or not any("value" in mapping(part.get("properties")) for part in parts)


def _holds_reference(value: Any) -> bool:
    if not isinstance(value, dict | list):
        return False
    try:
        return b'"$ref"' in msgspec.json.encode(value)
    except (ValueError, RecursionError, OverflowError):
        return True
