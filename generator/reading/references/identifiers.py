"""Resolve ``$id``, ``$anchor``, ``$dynamicRef`` and ``$self``, so that every reference is a JSON pointer.

JSON Schema Core 2020-12, sections 8.2 and 8.3; OpenAPI 3.2.0, section 4.1.2. The target of a dynamic
reference depends on the path by which it is reached. For each such path, a copy is made under ``x-dynamic``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import msgspec

from generator.budget import DYNAMIC, Meter, SpentError, nodes
from generator.reading.json_pointer import UnresolvedReferenceError, fragment, node_at, pointer, tokens
from generator.reading.keywords import keyword_objects
from generator.reading.lenient import mapping
from generator.reading.references.external_files import FILES, anchors, is_wide
from generator.urls import joined

COPIES = "x-dynamic"
_CUT = (
    f"Dynamic references are followed in {DYNAMIC:,} steps, which is the limit; beyond it, each leads "
    "to the first schema of its name."
)
#: Characters of a pointer. A node with a longer one gets a short one as well, under ``x-dynamic``.
_LONGEST_POINTER = 1_000
#: Characters of a URI, together with those to which it is relative.
_LONGEST_URI = 2_000
_URI_CUT = f"An `$id` is ignored: with those that it is relative to, it exceeds {_LONGEST_URI:,} characters."
_WORDS = (b"$id", b"$anchor", b"$dynamicRef", b"$self")


def are_used(contents: Iterable[bytes]) -> bool:
    """Whether any of ``contents`` may use one of these keywords: a quick test of the bytes."""
    return any(is_wide(content) or any(word in content for word in _WORDS) for content in contents)


def resolve(root: dict[str, Any]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Rewrite every reference in ``root`` that leads somewhere as a JSON pointer, in place.

    Returns the pointer of the original by that of each copy, and findings (JSON pointer, sentence) about what
    a limit left out.
    """
    identifiers = _Identifiers(root)
    identifiers.resolve()
    cut = [(identifiers.ignored, _URI_CUT)] if identifiers.ignored else []
    return identifiers.origins, [*cut, *([("", _CUT)] if identifiers.is_cut else [])]


class _Resource(msgspec.Struct, frozen=True):
    """A schema resource: the scope of anchors and pointers. JSON Schema Core, section 8.2.1."""

    at: str
    """A pointer to it, at most ``_LONGEST_POINTER`` characters long however deep it is."""
    uri: str
    anchors: dict[str, str] = {}


class _Nested:
    """The resources that contain the current node, from the outermost to the innermost."""

    def __init__(self, whole: _Resource) -> None:
        self._resources = [whole]
        self._lengths = [len(whole.at)]
        self._way = whole.at
        """The pointer of the innermost one; those of the others are prefixes of it."""

    @property
    def innermost(self) -> _Resource:
        return self._resources[-1]

    def enter(self, at: str, resource: _Resource) -> None:
        """Add the ``resource`` that begins at ``at``."""
        self._resources.append(resource)
        self._lengths.append(len(at))
        self._way = at

    def leave(self, at: str) -> None:
        """Remove the resources that don't contain the node at ``at``."""
        while not (at + "/").startswith(self._way + "/"):
            self._resources.pop()
            self._lengths.pop()
            self._way = self._way[: self._lengths[-1]]


_Environment = Mapping[str, str]  # the target of a dynamic reference by the name of its anchor


class _Identifiers:
    """The identifiers of one description. A class, so that they needn't be passed to every function."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._resources: dict[str, _Resource] = {}
        self._nodes: list[tuple[str, dict[str, Any], _Resource]] = []
        """Every node, with the owner of its dynamic anchor (see ``_owner``) and the resource it is in."""
        self._dynamic: dict[str, dict[str, str]] = {}
        self._copies: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
        self._uses: dict[str, frozenset[str]] = {}
        self._meter = Meter(DYNAMIC)
        self.is_cut = False
        """Whether the limit left some dynamic references with the target that they have without a context."""
        self.ignored = ""
        """The pointer of the first schema whose ``$id`` is too long."""
        self.origins: dict[str, str] = {}

    def resolve(self) -> None:
        own = self._root.get("$self")
        self._note(self._root, _Resource("", own if isinstance(own, str) else ""))
        for name, tree in mapping(self._root.get(FILES)).items():
            self._note(tree, _Resource(pointer(FILES, name), name))
        for _, node, resource in self._nodes:
            if isinstance(node.get("$ref"), str):
                found = self._target(node["$ref"], resource)
                if found is not None:
                    node["$ref"] = "#" + fragment(found)
        if self._dynamic or any("$dynamicRef" in node for _, node, _ in self._nodes):
            self._resolve_dynamic()

    def _note(self, tree: Any, whole: _Resource) -> None:
        """Record every node of ``tree`` with the resource that it is in, and every identifier."""
        self._resources.setdefault(whole.uri, whole)
        resources = _Nested(whole)
        for at, node in keyword_objects(tree, whole.at):
            resources.leave(at)
            resource = self._resource(at, node, resources.innermost) if at else None
            if resource is not None:
                resources.enter(at, resource)
            self._note_node(at, node, resources.innermost)

    def _resource(self, at: str, node: dict[str, Any], around: _Resource) -> _Resource | None:
        """The resource that ``node`` is by its ``$id``; ``None`` if it isn't one."""
        identifier = node.get("$id")
        if not isinstance(identifier, str) or "#" in (given := identifier.rstrip("#")):
            return None
        if len(around.uri) + len(given) > _LONGEST_URI:
            self.ignored = self.ignored or at
            return None
        resource = _Resource(self._short(at, node), joined(around.uri, given))
        self._resources.setdefault(resource.uri, resource)
        self._resources.setdefault(given, resource)
        return resource

    def _note_node(self, at: str, node: dict[str, Any], resource: _Resource) -> None:
        owner = _owner(at, resource)
        self._nodes.append((owner, node, resource))
        for _, name in anchors({key: value for key, value in node.items() if isinstance(value, str)}):
            if name not in resource.anchors:
                resource.anchors[name] = self._short(at, node)
        if isinstance(node.get("$dynamicAnchor"), str):
            self._dynamic.setdefault(owner, {}).setdefault(node["$dynamicAnchor"], self._short(at, node))

    def _short(self, at: str, node: dict[str, Any]) -> str:
        """A pointer to the ``node`` at ``at``: that one, or a short one under ``x-dynamic`` if it is long."""
        if len(at) <= _LONGEST_POINTER:
            return at
        # For messages, the place of an ancestor is near enough.
        return self._added(node, at[: at.rindex("/", 0, _LONGEST_POINTER)])

    def _added(self, node: Any, origin: str) -> str:
        """Add ``node`` under ``x-dynamic``, and return its pointer. Messages locate it at ``origin``."""
        added = self._root.setdefault(COPIES, {})
        place = pointer(COPIES, len(added))
        added[str(len(added))] = node
        self.origins[place] = origin
        return place

    def _target(self, reference: str, resource: _Resource) -> str | None:
        """The pointer to which ``reference`` in ``resource`` leads; ``None`` if it is best left unchanged."""
        before, _, rest = reference.partition("#")
        rest = unquote(rest)
        if before:
            named = self._resources.get(joined(resource.uri, before)) or self._resources.get(before)
            if named is None:
                return None
            resource = named
        if not rest or rest.startswith("/"):
            if not before and (not resource.at or (rest and not self._is_there(resource.at + rest))):
                return None  # many authors use `$id`, and still mean pointers into the whole description
            return resource.at + rest
        own = resource.anchors.get(rest)
        return own if own or before else self._anchors.get(rest)

    @cached_property
    def _anchors(self) -> Mapping[str, str]:
        """The anchors of all resources, the first of each name."""
        found: dict[str, str] = {}
        for resource in self._resources.values():
            for name, at in resource.anchors.items():
                found.setdefault(name, at)
        return found

    def _is_there(self, at: str) -> bool:
        try:
            node_at(self._root, at)
        except UnresolvedReferenceError:
            return False
        return True

    def _resolve_dynamic(self) -> None:
        for owner, node, _ in self._nodes:
            reference = node.get("$ref")
            environment = self._dynamic.get(owner, {})
            if environment and isinstance(reference, str):
                node["$ref"] = self._specialized(reference, environment)
        for _, node, resource in self._nodes:
            if isinstance(node.get("$dynamicRef"), str):
                self._make_static(node, self._target(node["$dynamicRef"], resource))

    def _make_static(self, node: dict[str, Any], target: str | None) -> None:
        if target is not None and "$ref" not in node:
            del node["$dynamicRef"]
            node["$ref"] = "#" + fragment(target)

    def _specialized(self, reference: str, environment: _Environment) -> str:
        """``reference``, or one to a copy of its target whose dynamic references ``environment`` resolves."""
        if not reference.startswith("#/") or self.is_cut:
            return reference
        at = unquote(reference[1:])
        try:
            return self._copied(reference, at, environment)
        except SpentError:
            self.is_cut = True
            return reference

    def _copied(self, reference: str, at: str, environment: _Environment) -> str:
        """``reference``, or one to a copy of the node at ``at``. Raises ``SpentError``."""
        names = self._used(at)
        used = {name: to for name, to in environment.items() if name in names}
        # A node that itself contains the target of one of the names has its references specialized in place.
        if not used or any((to + "/").startswith(at + "/") for to in used.values()):
            return reference
        key = (at, tuple(sorted(used.items())))
        if key not in self._copies:
            original = node_at(self._root, at)
            self._meter.spend(nodes(original, DYNAMIC))
            made = copy.deepcopy(original)
            self._copies[key] = self._added(made, at)
            for _, node in keyword_objects(made):
                self._specialize(node, used)
        return "#" + self._copies[key]

    def _specialize(self, node: dict[str, Any], environment: _Environment) -> None:
        name = str(node.get("$dynamicRef", "")).rpartition("#")[2]
        self._make_static(node, environment.get(name))
        for key in ("$id", "$anchor", "$dynamicAnchor"):  # they identify the original
            if isinstance(node.get(key), str):
                del node[key]
        if isinstance(node.get("$ref"), str) and not name:
            node["$ref"] = self._specialized(node["$ref"], environment)

    def _used(self, at: str) -> frozenset[str]:
        """The names of the dynamic references that can be reached from the node at ``at``."""
        if at not in self._uses:
            names: set[str] = set()
            seen = {at}
            waiting = [at]
            while waiting:
                try:
                    node = node_at(self._root, waiting.pop())
                except UnresolvedReferenceError:
                    continue
                for used, reference in _references(node, self._meter):
                    if used:
                        names.add(used)
                    elif reference not in seen:
                        seen.add(reference)
                        waiting.append(reference)
            self._uses[at] = frozenset(names)
        return self._uses[at]


def _references(tree: Any, meter: Meter) -> Iterator[tuple[str, str]]:
    """A pair for each reference in ``tree``: the name of a dynamic one, or the pointer of any other.

    The respective other member is empty.
    """
    for _, node in keyword_objects(tree):
        meter.spend()
        if isinstance(node.get("$dynamicRef"), str):
            yield node["$dynamicRef"].rpartition("#")[2], ""
        if isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/"):
            yield "", unquote(node["$ref"][1:])


def _owner(at: str, resource: _Resource) -> str:
    """The pointer of what a dynamic anchor belongs to: its resource, or the named schema that it is in.

    Strictly, such a schema is a resource only if it has an ``$id``. But without one, several schemas would
    define the same anchor.
    """
    if resource.at and not resource.at.startswith(f"/{FILES}/"):
        return resource.at
    if not at.startswith("/components/schemas/"):
        return resource.at
    return "/".join(at.split("/", 4)[:4])


def origin(at: str, origins: Mapping[str, str]) -> str:
    """The pointer of the original of the node at ``at``, if that is in a copy; else ``at`` itself."""
    while at.startswith(f"/{COPIES}/"):
        place = pointer(*tokens(at)[:2])
        at = origins.get(place, "") + at[len(place) :]
    return at
