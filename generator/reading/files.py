"""Other files that a description refers to, made part of it: one tree, every reference inside it.

Only files below the description's own folder are read; nothing is ever fetched. What a file holds is put
under ``x-files`` by its path, and the references that led there are rewritten. OpenAPI 3.1.1, section 4.6.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from generator.errors import Problem
from generator.reading import inputs
from generator.reading.nodes import mapping
from generator.reading.numerals import Numeral
from generator.reading.references import (
    NAME_MAPS,
    UnresolvedReferenceError,
    fragment,
    keyword_objects,
    node_at,
)
from generator.reading.text import TextError, decoded, parse, pointer

FILES = "x-files"
_MAYBE = re.compile(rb"""\$ref["']?\s*:\s*["']?(?!["'#\s{\[])""")
_STRUCTURED = (".json", ".yaml", ".yml")


def refers_to_files(contents: Iterable[bytes]) -> bool:
    """Whether a description, or an overlay of it, may refer to another file: a quick look at their bytes."""
    return any(map(_refers_to_files, contents))


def _refers_to_files(content: bytes) -> bool:
    if b"externalValue" in content or b"operationRef" in content or is_wide(content):
        return True
    # In JSON, as most tools write it, counting is enough, and many times faster.
    references = content.count(b'"$ref"')
    inside = content.count(b'"$ref": "#') or content.count(b'"$ref":"#')
    if references == inside and references == content.count(b"$ref"):
        return False
    return _MAYBE.search(content) is not None


def is_wide(content: bytes) -> bool:
    """Whether ``content`` is UTF-16 or UTF-32, so that no keyword is found among its bytes."""
    return content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4]


class Files:
    """The files beside one description, read as they are met."""

    def __init__(self, folder: Path, name: str, root: dict[str, Any]) -> None:
        self._shown = folder
        self._folder = folder.resolve()
        self._name = name
        self._root = root
        self._found: dict[str, Any] = {}
        self.texts: dict[str, str] = {}
        self.warnings: list[Problem] = []
        self.numerals: list[Numeral] = []
        self.findings: list[tuple[str, str]] = []
        """What is wrong at places of the tree: (JSON pointer, sentence)."""
        self.reasons: dict[str, str] = {}
        """Why a reference was left as it is, by the reference."""
        self.entries: dict[str, None] = {}
        """The nodes of other files that are referred to, by their pointers into the tree."""
        self.paths: list[Path] = []
        """Every file that was read, or looked for."""

    def bundle(self) -> None:
        """Rewrite every reference in the description, and read what they lead to."""
        seen: set[int] = set()
        waiting: list[tuple[str, str, Any]] = [(self._name, "", self._root)]
        while waiting:
            name, at, tree = waiting.pop()
            known = len(self.entries)
            for where, node in keyword_objects(tree, at, seen=seen):
                self._rewrite(node, name, where)
            for entry in list(self.entries)[known:]:
                path, rest = split(entry)
                waiting.append((path, entry, node_at(self._found[path], rest)))
        if self._found:
            self._root[FILES] = self._found

    def _rewrite(self, node: dict[str, Any], name: str, at: str) -> None:
        for key in ("$ref", "operationRef"):
            if isinstance(node.get(key), str):
                node[key] = self._internal(node[key], name)
        for key, value in mapping(mapping(node.get("discriminator")).get("mapping")).items():
            if isinstance(value, str) and (name != self._name or re.search(r"[./]", value)):
                node["discriminator"]["mapping"][key] = self._internal(value, name)
        for key, value in list(node.items()):
            if isinstance(value, dict) and key in NAME_MAPS and isinstance(value.get("$ref"), str):
                node[key] = self._members(value, name)
        if isinstance(node.get("externalValue"), str) and "value" not in node:
            self._take_in(node, name, at)

    def _members(self, node: dict[str, Any], name: str) -> dict[str, Any]:
        """Names that stand in another file as a whole (``paths: {$ref: p.yaml}``), each as a reference."""
        reference = self._internal(node["$ref"], name)
        path, at = split(unquote(reference[1:]))
        try:
            target = node_at(self._found[path], at) if path in self._found else None
        except UnresolvedReferenceError:
            target = None
        if not isinstance(target, dict):
            return {**node, "$ref": reference}
        found = {key: {"$ref": self._entry(path, at + pointer(key), value)} for key, value in target.items()}
        return {**found, **{key: value for key, value in node.items() if key != "$ref"}}

    def _internal(self, reference: str, name: str) -> str:
        """``reference``, as it stands in the file ``name``, as one into the whole tree."""
        before, _, rest = reference.partition("#")
        if not before and name == self._name:
            return reference
        try:
            path = self._path(before, name) if before else name
            if path == self._name:
                return "#" + rest
            if path not in self._found:
                self._found[path] = self._read(path)
        except _NotReadError as error:
            self.reasons[reference] = f"The reference {reference!r} {error}"
            return reference
        tree = self._found[path]
        at = unquote(rest)
        if at and not at.startswith("/"):
            at = next((where for where, key in anchors(tree) if key == at), at)
        try:
            return self._entry(path, at, node_at(tree, at))
        except UnresolvedReferenceError:
            return "#" + fragment(pointer(FILES, path) + at)

    def _entry(self, path: str, at: str, node: Any) -> str:
        entry = pointer(FILES, path) + at
        if isinstance(node, dict | list):
            self.entries[entry] = None
        return "#" + fragment(entry)

    def _take_in(self, node: dict[str, Any], name: str, at: str) -> None:
        """Read the file that an Example Object names. OpenAPI 3.1.1, section 4.8.19."""
        try:
            node["value"] = self._read(self._path(node["externalValue"], name), example=True)
        except _NotReadError as error:
            self.findings.append((at + "/externalValue", f"The example {node['externalValue']!r} {error}"))

    def _path(self, reference: str, name: str) -> str:
        """The path of another file below the folder, as the description's folder sees it.

        Raises ``_NotReadError``.
        """
        try:
            parts = urlsplit(reference)
        except ValueError:
            raise _NotReadError("is no address.") from None
        if parts.scheme or parts.netloc:
            raise _NotReadError(
                "points out of the description: nothing is fetched. Put what it names into the description, "
                "or into a file beside or below it."
            )
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
        if parts.path.startswith("/") or path.startswith(".."):
            raise _NotReadError(_OUTSIDE)
        return path

    def _read(self, path: str, *, example: bool = False) -> Any:
        """The data in a file. Raises ``_NotReadError``."""
        shown = str(self._shown / path)
        try:
            file = (self._folder / path).resolve()
            # By the name that led there: a link may lead elsewhere the next time.
            self.paths.append(self._shown / path)
            if not file.is_relative_to(self._folder):
                raise _NotReadError(_OUTSIDE)
            if not inputs.is_file(file):
                raise _NotReadError("leads to a file that is not there.")
            content = inputs.content(file)
        except (inputs.InputError, OSError, ValueError, RuntimeError):  # a loop of links, a name that is none
            raise _NotReadError("leads to a file that can't be read.") from None
        try:
            text = decoded(content, shown)
            if example and not path.lower().endswith(_STRUCTURED):
                return text
            parsed = parse(text, shown)
        except TextError as error:
            if example:
                raise _NotReadError("leads to a file that is no text, so that it is not shown.") from None
            self.warnings.append(error.problem)
            raise _NotReadError("leads to a file that can't be read.") from None
        self.warnings += parsed.warnings
        self.numerals += parsed.numerals
        if not example:
            self.texts[path] = text
        return parsed.data


class _NotReadError(Exception):
    """A file is not read. The message says why, as the rest of a sentence."""


_OUTSIDE = (
    "points out of the description's folder, where nothing is read. Put what it names into the description, "
    "or into a file beside or below it."
)


def anchors(tree: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """The places that have a name of their own, and the name: ``$anchor``, and what came before it."""
    for where, node in keyword_objects(tree, at):
        for key in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.get(key), str):
                yield where, node[key]
        identifier = node.get("$id")
        if isinstance(identifier, str) and re.fullmatch(r"#[^/]+", identifier):
            yield where, identifier[1:]


def split(at: str) -> tuple[str, str]:
    """The file that a pointer into the tree leads to, empty for the description's own, and the rest."""
    if not at.startswith(f"/{FILES}/"):
        return "", at
    name, _, rest = at.removeprefix(f"/{FILES}/").partition("/")
    return name.replace("~1", "/").replace("~0", "~"), "/" + rest if rest else ""
