"""Bundle the other files to which a description refers into it: one tree, with internal references only.

Only files in or below the description's own folder are read; nothing is ever fetched. The content of a file
becomes part of the tree under ``x-files``, by its path, and the references to it are rewritten. OpenAPI
3.1.1, section 4.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from generator.budget import MOST_LINKS
from generator.identity import Same
from generator.reading.json_pointer import UnresolvedReferenceError, fragment, node_at, pointer
from generator.reading.keywords import NAME_MAPS, keyword_objects
from generator.reading.lenient import mapping, sequence
from generator.reading.references.folder import Folder, NotReadError

FILES = "x-files"
_MAYBE = re.compile(rb"""\$ref["']?\s*:\s*["']?(?!["'#\s{\[])""")
#: Maps of names to strings, and maps whose members can't be references before OpenAPI 3.2.
_OF_STRINGS = frozenset(("mapping", "scopes"))
_OF_PLAIN_OBJECTS = frozenset(("content", "encoding", "variables", "additionalOperations"))
#: Lists of data in whose place a reference may be.
_LISTS = frozenset(("required", "enum"))


def refers_to_files(contents: Iterable[bytes]) -> bool:
    """Whether a description, or an overlay of it, may refer to another file: a quick test of their bytes."""
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
    """Whether ``content`` is UTF-16 or UTF-32, in whose bytes keywords can't be searched."""
    return content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4]


class Target(NamedTuple):
    """The target of a reference: the path of a file, the JSON pointer in it, and the node there."""

    path: str
    at: str
    node: Any


class Files:
    """The other files of one description, each read when a reference to it is met."""

    def __init__(self, folder: Path, name: str, root: dict[str, Any]) -> None:
        self.folder = Folder(folder)
        self.name = name
        self._root = root
        self._found: dict[str, Any] = {}
        self.findings: list[tuple[str, str]] = []
        """Pairs of the JSON pointer of a node in the tree, and a sentence about what is wrong there."""
        self.reasons: dict[str, str] = {}
        """Why a reference was left as it is, by the reference."""
        self.entries: dict[str, None] = {}
        """Pointers into the tree of the nodes of other files that are referred to; an ordered set."""
        self.spread: dict[str, str] = {}
        """The pointer of the target by that of each map of names that was a reference (see ``_names``)."""
        self._rewritten: set[Same] = set()
        """Reference objects created here, which are internal already."""

    def bundle(self) -> None:
        """Rewrite every reference in the description as an internal one, and read the files referred to."""
        seen: set[int] = set()
        waiting: list[tuple[str, str, Any]] = [(self.name, "", self._root)]
        while waiting:
            name, at, tree = waiting.pop()
            known = len(self.entries)
            for where, node in keyword_objects(tree, at, seen=seen):
                if Same(node) not in self._rewritten:
                    self._rewrite(node, name, where)
            for entry in list(self.entries)[known:]:
                path, rest = split(entry)
                waiting.append((path, entry, node_at(self._found[path], rest)))
        if self._found:
            self._root[FILES] = self._found

    def target(self, reference: str, name: str) -> Target:
        """The target of ``reference``, found in the file ``name``.

        Raises ``NotReadError`` if its file can't be read, and ``UnresolvedReferenceError`` if the file has no
        such place.
        """
        before, _, rest = reference.partition("#")
        path = self.folder.path(before, name) if before else name or self.name
        tree = self._root if path == self.name else self._tree(path)
        at = unquote(rest)
        if at and not at.startswith("/"):
            at = next((where for where, key in anchors(tree) if key == at), at)
            if not at.startswith("/"):
                raise UnresolvedReferenceError(f"no anchor {at!r}")
        return Target(path, at, node_at(tree, at))

    def _tree(self, path: str) -> Any:
        if path not in self._found:
            self._found[path] = self.folder.read(path)
        return self._found[path]

    def _rewrite(self, node: dict[str, Any], name: str, at: str) -> None:
        for key in ("$ref", "operationRef"):
            if isinstance(node.get(key), str):
                node[key] = self._internal(node[key], name)
        if "propertyName" in node and isinstance(node.get("mapping"), dict):
            node["mapping"] = self._mapped(node["mapping"], name)
        for key, value in list(node.items()):
            if isinstance(value, dict) and isinstance(value.get("$ref"), str):
                if key in NAME_MAPS:
                    node[key] = self._names(key, value, name, at + pointer(key))
                elif key in _LISTS:
                    node[key] = {**value, "$ref": self._whole(value["$ref"], name)}
        for index, requirement in enumerate(sequence(node.get("security"))):
            if isinstance(requirement, dict) and any(map(self._is_uri, requirement)):
                node["security"][index] = self._required(requirement, name)
        if isinstance(node.get("externalValue"), str) and "value" not in node:
            self._take_in(node, name, at)

    def _mapped(self, words: Mapping[str, Any], name: str) -> dict[str, Any]:
        """The ``mapping`` of a discriminator in the file ``name``, with internal references.

        OpenAPI 3.1.1, section 4.8.25.
        """
        return {
            word: self._internal(to, name)
            if isinstance(to, str) and word != "$ref" and (name != self.name or re.search(r"[./]", to))
            else to
            for word, to in words.items()
        }

    def _is_uri(self, key: str) -> bool:
        """Whether a security requirement has the URI of a scheme. OpenAPI 3.2.0, section 4.30: names win."""
        names = mapping(mapping(self._root.get("components")).get("securitySchemes"))
        return key not in names and ("#" in key or "/" in key or key.endswith((".json", ".yaml", ".yml")))

    def _required(self, requirement: dict[str, Any], name: str) -> dict[str, Any]:
        """A security requirement of the file ``name``, its URIs rewritten as internal references."""
        return {
            self._internal(key, name) if self._is_uri(key) else key: scopes
            for key, scopes in requirement.items()
        }

    def _names(self, key: str, node: dict[str, Any], name: str, at: str) -> dict[str, Any]:
        """A map of names that is a reference (``paths: {$ref: p.yaml}``), as references to its members.

        It stays one reference if its members can't be references, or if its target isn't found.
        """
        beside = {word: value for word, value in node.items() if word != "$ref"}
        reference, target = node["$ref"], self._target_or_none(node["$ref"], name)
        for _ in range(MOST_LINKS):
            if target is None or not _is_reference(target.node):
                break
            # A file may consist of nothing but a reference to the next one.
            beside = {**self._members(key, target), **beside}
            reference, name = target.node["$ref"], target.path
            target = self._target_or_none(reference, name)
        is_map = target is not None and isinstance(target.node, dict) and not _is_reference(target.node)
        if target is None or not is_map or target.path == self.name:
            return {**beside, "$ref": self._internal(reference, name)}
        members = self._members(key, target)
        if key in _OF_PLAIN_OBJECTS:
            return {**beside, "$ref": self._whole(reference, name)}
        self.spread[at] = pointer(FILES, target.path) + target.at
        return {**members, **beside}

    def _members(self, key: str, target: Target) -> dict[str, Any]:
        """The members of the map ``target`` as references to them; strings stay as they are."""
        members = {word: value for word, value in target.node.items() if word != "$ref"}
        if key == "mapping":
            return self._mapped(members, target.path)
        if key in _OF_STRINGS:
            return members
        for word, value in members.items():
            members[word] = {"$ref": self._entry(target.path, target.at + pointer(word), value)}
            self._rewritten.add(Same(members[word]))
        return members

    def _target_or_none(self, reference: str, name: str) -> Target | None:
        try:
            return self.target(reference, name)
        except (NotReadError, UnresolvedReferenceError):
            return None

    def _internal(self, reference: str, name: str) -> str:
        """``reference`` in the file ``name`` as an internal one; unchanged if its file can't be read."""
        before, _, rest = reference.partition("#")
        if not before and name == self.name:
            return reference
        try:
            path = self.folder.path(before, name) if before else name
            if path == self.name:
                return "#" + rest
            self._tree(path)
            target = self.target(reference, name)
        except NotReadError as error:
            self.reasons[reference] = f"The reference {reference!r} {error}"
            return reference
        except UnresolvedReferenceError:
            return "#" + fragment(pointer(FILES, path) + unquote(rest))
        return self._entry(target.path, target.at, target.node)

    def _whole(self, reference: str, name: str) -> str:
        """``_internal`` for a reference to data or a map of names, which holds no references to rewrite."""
        target = self._target_or_none(reference, name)
        if target is None or target.path == self.name:
            return self._internal(reference, name)
        return "#" + fragment(pointer(FILES, target.path) + target.at)

    def _entry(self, path: str, at: str, node: Any) -> str:
        entry = at if path == self.name else pointer(FILES, path) + at
        if isinstance(node, dict | list) and path != self.name:
            self.entries[entry] = None
        return "#" + fragment(entry)

    def _take_in(self, node: dict[str, Any], name: str, at: str) -> None:
        """Set the value of an Example Object to the content of its file. OpenAPI 3.1.1, section 4.8.19."""
        try:
            path = self.folder.path(node["externalValue"], name)
            node["value"] = self.folder.read(path, example=True)
        except NotReadError as error:
            self.findings.append((at + "/externalValue", f"The example {node['externalValue']!r} {error}"))


def _is_reference(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def anchors(tree: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Each pointer in ``tree`` that has an anchor, with the anchor's name, in today's or earlier forms.

    These are ``$anchor``, ``$dynamicAnchor``, and ``$id: '#name'`` of earlier drafts.
    """
    for where, node in keyword_objects(tree, at):
        for key in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.get(key), str):
                yield where, node[key]
        identifier = node.get("$id")
        if isinstance(identifier, str) and re.fullmatch(r"#[^/]+", identifier):
            yield where, identifier[1:]


def split(at: str) -> tuple[str, str]:
    """The path of the file into which a pointer leads, and the pointer within it.

    The path is empty for the description's own file: ``/x-files/a~1b.yaml/Pet`` → ``("a/b.yaml", "/Pet")``.
    """
    if not at.startswith(f"/{FILES}/"):
        return "", at
    name, _, rest = at.removeprefix(f"/{FILES}/").partition("/")
    return name.replace("~1", "/").replace("~0", "~"), "/" + rest if rest else ""
