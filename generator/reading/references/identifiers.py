"""``$id``, ``$anchor``, ``$dynamicRef`` and ``$self`` made plain: after reading every reference is a pointer.

JSON Schema Core 2020-12, sections 8.2 and 8.3; OpenAPI 3.2.0, section 4.1.2. What a dynamic reference leads
to depends on the way by which it is reached. Each such way gets a copy of its own under ``x-dynamic``.
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
#: Characters of a pointer. What is deeper gets a short one of its own, under ``x-dynamic``.
_LONGEST_POINTER = 1_000
#: Characters of a URI, with those that it is relative to.
_LONGEST_URI = 2_000
_URI_CUT = f"An `$id` is ignored: with those that it is relative to, it exceeds {_LONGEST_URI:,} characters."
_WORDS = (b"$id", b"$anchor", b"$dynamicRef", b"$self")


def are_used(contents: Iterable[bytes]) -> bool:
    """Whether any of ``contents`` names a node otherwise than by its place: a quick look at the bytes."""
    return any(is_wide(content) or any(word in content for word in _WORDS) for content in contents)


def resolve(root: dict[str, Any]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Rewrite every reference in ``root`` that leads somewhere as a JSON pointer.

    The result says for each copy that was made where in ``root`` its original stands, both by pointers, and
    what is left out by the limit.
    """
    identifiers = _Identifiers(root)
    identifiers.resolve()
    cut = [(identifiers.ignored, _URI_CUT)] if identifiers.ignored else []
    return identifiers.origins, [*cut, *([("", _CUT)] if identifiers.is_cut else [])]


class _Resource(msgspec.Struct, frozen=True):
    """A part of the description within which anchors and pointers count. JSON Schema Core, section 8.2.1."""

    at: str
    """A pointer to it, short however deep it is."""
    uri: str
    anchors: dict[str, str] = {}


class _Nested:
    """The resources around the present node, each within the one before."""

    def __init__(self, whole: _Resource) -> None:
        self._resources = [whole]
        self._lengths = [len(whole.at)]
        self._way = whole.at
        """Where the innermost one is; the ways to those around it are its beginnings."""

    @property
    def innermost(self) -> _Resource:
        return self._resources[-1]

    def enter(self, at: str, resource: _Resource) -> None:
        """Note the ``resource`` that begins at ``at``."""
        self._resources.append(resource)
        self._lengths.append(len(at))
        self._way = at

    def leave(self, at: str) -> None:
        """Forget the resources that the node at ``at`` is not in."""
        while not (at + "/").startswith(self._way + "/"):
            self._resources.pop()
            self._lengths.pop()
            self._way = self._way[: self._lengths[-1]]


_Environment = Mapping[str, str]  # where a dynamic reference leads, by its anchor's name


class _Identifiers:
    """The names of one description. The class only spares passing them to every function."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._resources: dict[str, _Resource] = {}
        self._nodes: list[tuple[str, dict[str, Any], _Resource]] = []
        """Every node, with the owner of its dynamic anchor and the resource that it is in."""
        self._dynamic: dict[str, dict[str, str]] = {}
        self._copies: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
        self._uses: dict[str, frozenset[str]] = {}
        self._meter = Meter(DYNAMIC)
        self.is_cut = False
        """Whether some dynamic references lead where they would if nothing led to their schema."""
        self.ignored = ""
        """Where the first ``$id`` is that is too long."""
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
        """Note every node of ``tree`` with the resource that it is in, and every name."""
        self._resources.setdefault(whole.uri, whole)
        resources = _Nested(whole)
        for at, node in keyword_objects(tree, whole.at):
            resources.leave(at)
            resource = self._resource(at, node, resources.innermost) if at else None
            if resource is not None:
                resources.enter(at, resource)
            self._note_node(at, node, resources.innermost)

    def _resource(self, at: str, node: dict[str, Any], around: _Resource) -> _Resource | None:
        """The resource that ``node`` is by its ``$id``, if it is one."""
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
        """A pointer to the ``node`` at ``at``: where that is long, a short one of its own."""
        if len(at) <= _LONGEST_POINTER:
            return at
        # For messages, the place of what it is in is near enough.
        return self._added(node, at[: at.rindex("/", 0, _LONGEST_POINTER)])

    def _added(self, node: Any, origin: str) -> str:
        """The pointer of ``node`` once it is added to the description; messages place it at ``origin``."""
        added = self._root.setdefault(COPIES, {})
        place = pointer(COPIES, len(added))
        added[str(len(added))] = node
        self.origins[place] = origin
        return place

    def _target(self, reference: str, resource: _Resource) -> str | None:
        """Where ``reference`` leads that stands in ``resource``; nothing where it is best left as it is."""
        before, _, rest = reference.partition("#")
        rest = unquote(rest)
        if before:
            named = self._resources.get(joined(resource.uri, before)) or self._resources.get(before)
            if named is None:
                return None
            resource = named
        if not rest or rest.startswith("/"):
            if not before and (not resource.at or (rest and not self._is_there(resource.at + rest))):
                return None  # many write `$id` and still mean the description
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
        """``reference``, or one to a copy of what it names, its dynamic references led by ``environment``."""
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
        # A part of the node that the name belongs to is entered from outside or not at all.
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
        for key in ("$id", "$anchor", "$dynamicAnchor"):  # they name the original
            if isinstance(node.get(key), str):
                del node[key]
        if isinstance(node.get("$ref"), str) and not name:
            node["$ref"] = self._specialized(node["$ref"], environment)

    def _used(self, at: str) -> frozenset[str]:
        """The names of the dynamic references that are met from the node at ``at`` on."""
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
    """The name of each dynamic reference in ``tree``, or the pointer of each other one."""
    for _, node in keyword_objects(tree):
        meter.spend()
        if isinstance(node.get("$dynamicRef"), str):
            yield node["$dynamicRef"].rpartition("#")[2], ""
        if isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/"):
            yield "", unquote(node["$ref"][1:])


def _owner(at: str, resource: _Resource) -> str:
    """What a dynamic anchor belongs to: its resource, or the named schema that it is in.

    By the letter the latter needs an ``$id``. Where there is none, an anchor would stand twice.
    """
    if resource.at and not resource.at.startswith(f"/{FILES}/"):
        return resource.at
    if not at.startswith("/components/schemas/"):
        return resource.at
    return "/".join(at.split("/", 4)[:4])


def origin(at: str, origins: Mapping[str, str]) -> str:
    """The pointer of the original for one into a copy."""
    while at.startswith(f"/{COPIES}/"):
        place = pointer(*tokens(at)[:2])
        at = origins.get(place, "") + at[len(place) :]
    return at
