"""Restore texts that were read as other values: for a string, ``example: 1.10`` means ``"1.10"``.

So does ``example: True`` mean ``"True"``. How a value is written is known only while the text is parsed
(``numerals``). Whether a string is meant is known only once references are resolved.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from generator.identity import IdentityMemo, Same
from generator.reading.json_pointer import UnresolvedReferenceError, node_at
from generator.reading.keywords import keyword_objects
from generator.reading.lenient import mapping
from generator.reading.references.resolver import References
from generator.reading.references.value_schemas import (
    MOST_LOOKS,
    TooManyLooksError,
    ValueSchemas,
    described_by,
)
from generator.reading.source.numerals import Spelling, Written

#: Fields that are texts in every object that has them.
_TEXTS = ("title", "summary", "description", "name", "operationId")
_TEXT = ({"type": "string"},)


def as_written(
    root: Any, findings: Iterable[tuple[str, str]], numerals: Iterable[Written]
) -> list[tuple[str, str]]:
    """``findings``, with numbers of ``root`` quoted as they are written, not as JSON would write them."""
    written = _memo(numerals)
    return [(at, _quoting(root, at, what, written)) for at, what in findings]


def _quoting(root: Any, at: str, what: str, written: IdentityMemo[str]) -> str:
    try:
        number = node_at(root, at)
    except UnresolvedReferenceError:
        return what
    text, shown = written.get(number), json.dumps(number) if number in written else ""
    return text + what.removeprefix(shown) if text and what.startswith(f"{shown} ") else what


def _memo(numerals: Iterable[Written]) -> IdentityMemo[str]:
    written: IdentityMemo[str] = IdentityMemo()
    for number, text in (each for each in numerals if not isinstance(each, Spelling)):
        written.keep(number, text)
    return written


def _spellings(numerals: Iterable[Written]) -> dict[tuple[Same, str | int], str]:
    return {(Same(it.owner), it.key): it.text for it in numerals if isinstance(it, Spelling)}


def restore(root: Any, entries: Iterable[str], numerals: Iterable[Written]) -> list[tuple[str, str]]:
    """Replace each value of ``numerals`` whose schema is a string by its text in the file.

    ``root`` is changed in place. ``entries`` are the JSON pointers of the nodes of other files. Returns a
    finding (JSON pointer, sentence) if a limit kept some values from being examined.
    """
    numerals = tuple(numerals)
    restoring = _Restoring(References(root), _memo(numerals), _spellings(numerals))
    try:
        restoring.run(root, entries)
    except TooManyLooksError:
        what = (
            f"Of more than {MOST_LOOKS:,} schemas of examples, numbers that are meant as text stay numbers."
        )
        return [("", what)]
    return []


class _Restoring:
    """The walk through one description. A class, so that its state needn't be passed to every function."""

    def __init__(
        self,
        references: References,
        written: IdentityMemo[str],
        spellings: Mapping[tuple[Same, str | int], str],
    ) -> None:
        self._references = references
        self._schemas = ValueSchemas(references, MOST_LOOKS)
        self._written = written
        self._spellings = spellings
        self._seen: set[tuple[Same, Same]] = set()

    def run(self, root: Any, entries: Iterable[str]) -> None:
        info = mapping(mapping(root).get("info"))
        self._members(info, lambda _key: _TEXT)
        seen: set[int] = set()
        for tree, at in ((root, ""), *((node_at(root, entry), entry) for entry in entries)):
            for _, node in keyword_objects(tree, at, seen=seen):
                self._object(node)

    def _object(self, node: dict[str, Any]) -> None:
        """Restore values of a Schema, Parameter, Header or Media Type Object. OpenAPI 3.1.1, section 4.8."""
        for key in _TEXTS:
            if key in node and self._text(node, key):
                self._value(node, key, _TEXT)
        if isinstance(node.get("tags"), list):
            self._members(node["tags"], lambda _key: _TEXT)
        schemas = described_by(node)
        for key in ("example", "default", "const"):
            if key in node:
                self._value(node, key, schemas)
        for key in ("examples", "enum"):
            if isinstance(node.get(key), list):
                self._members(node[key], lambda _key: schemas)
        for example in mapping(node.get("examples")).values():
            named = self._references.follow(example)
            for key in ("value", "dataValue"):
                if isinstance(named, dict) and key in named:
                    self._value(named, key, schemas)

    def _value(self, owner: Any, key: Any, schemas: tuple[Any, ...]) -> None:
        """Restore the value ``owner[key]``, which ``schemas`` describe together."""
        value = owner[key]
        text = self._text(owner, key)
        if text is not None:
            if _is_text(self._schemas.all(schemas), type(value)):
                owner[key] = text
        elif isinstance(value, dict | list):
            parts = self._schemas.all(schemas)
            known = (Same(value), Same(parts[0] if parts else None))
            if known in self._seen:
                return
            self._seen.add(known)
            self._members(value, lambda key: self._schemas.of_member(parts, key))

    def _text(self, owner: Any, key: Any) -> str | None:
        """How the number or boolean ``owner[key]`` is written, if JSON would write it differently."""
        value = owner[key]
        if isinstance(value, bool):
            return self._spellings.get((Same(owner), key)) if self._spellings else None
        return self._written.get(value)

    def _members(self, owner: Any, schemas: Callable[[Any], tuple[Any, ...]]) -> None:
        members = list(owner.items() if isinstance(owner, dict) else enumerate(owner))
        for key, value in members:
            if isinstance(value, dict | list) or self._text(owner, key):
                self._value(owner, key, schemas(key))


def _is_text(parts: Iterable[Mapping[str, Any]], type_read: type) -> bool:
    """Whether the schemas ``parts`` allow a string, and none of them the type that was read."""
    types = {type_ for part in parts for type_ in _types(part.get("type"))}
    return "string" in types and types.isdisjoint(
        ("boolean",) if type_read is bool else ("number", "integer")
    )


def _types(given: Any) -> list[str]:
    return [type_ for type_ in (given if isinstance(given, list) else [given]) if isinstance(type_, str)]
