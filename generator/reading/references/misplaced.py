"""Replace references where OpenAPI allows none, such as in place of an operation, by their targets.

Many tools follow a ``$ref`` wherever it is, and descriptions rely on that. OpenAPI 3.1.1, section 4.8.23,
lists the places where a Reference Object may be. At all others the node is replaced before the model reads
it, with one finding for each kind of place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSequence
from typing import Any, NamedTuple

from generator.budget import MOST_INLINED, MOST_LINKS
from generator.reading.json_pointer import UnresolvedReferenceError, node_at, pointer, pointer_of, tokens
from generator.reading.keywords import NAME_MAPS, keyword_objects
from generator.reading.references.external_files import Files
from generator.reading.references.resolver import References, shown

_OPERATIONS = frozenset("get put post delete options head patch trace query".split())
#: The fields in whose place a reference is misplaced, and how messages call them.
_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(_OPERATIONS, "an operation"),
    **{
        key: f"`{key}`"
        for key in (
            *("info", "contact", "license", "externalDocs", "components", "discriminator", "xml"),
            *(
                "flows",
                "implicit",
                "password",
                "clientCredentials",
                "authorizationCode",
                "deviceAuthorization",
            ),
            *("servers", "tags", "security", "required", "enum", "allOf", "anyOf", "oneOf", "prefixItems"),
            *("itemEncoding", "prefixEncoding", "title", "summary", "description", "server"),
            *sorted(NAME_MAPS - {"mapping", "scopes"}),
        )
    },
}
#: The same for the members of maps of names, and for the items of lists.
_MEMBERS: Mapping[str, str] = {
    "content": "a media type",
    "encoding": "an encoding",
    "variables": "a server variable",
    "additionalOperations": "an operation",
}
_ITEMS: Mapping[str, str] = {
    "servers": "a server",
    "tags": "a tag",
    "security": "a security requirement",
    "prefixEncoding": "an encoding",
}
_ROUNDS = 8
"""How often to look for misplaced references in the targets that replaced others."""


_PROPERTIES = re.compile(rb"""properties["']?[ \t]*:\s*(?:\{\s*)?["']?\$ref["']?[ \t]*:""")


def may_replace_properties(contents: Iterable[bytes]) -> bool:
    """Whether a schema may have a reference in place of ``properties``: a quick test of the bytes.

    It is needed since 3.1, where the structure check doesn't look into schemas.
    """
    return any(
        not re.match(rb"\w", content[found.start() - 1 : found.start()])
        for content in contents
        for found in _PROPERTIES.finditer(content)
    )


class Inlined(NamedTuple):
    """What became of the misplaced references."""

    origins: Mapping[str, str] = {}
    """The pointer of the original by that of each node that replaced a reference."""
    findings: tuple[tuple[str, str], ...] = ()


def origin(at: str, origins: Mapping[str, str]) -> str:
    """The pointer of the original of the node at ``at``, if that is inside one that replaced a reference.

    The pointer of the replaced node itself stays: that is where the reference is.
    """
    while origins:
        place = at.rpartition("/")[0]
        while place and place not in origins:
            place = place.rpartition("/")[0]
        if not place:
            break
        at = origins[place] + at[len(place) :]
    return at


class _Tree(NamedTuple):
    """A part of the description in which references may be misplaced."""

    at: str
    node: Any
    field: str | int = ""
    """The key under which it is found, if that says what kind of object it is."""


class _Spot(NamedTuple):
    """A misplaced reference: ``holder[key]``."""

    holder: Any
    key: str | int
    at: str
    kind: str

    @property
    def node(self) -> Any:
        return self.holder[self.key]


def inlined(root: dict[str, Any], bundle: Files, version: str) -> Inlined:
    """Replace each misplaced reference in ``root``, and in the files of its ``bundle``, by its target.

    A reference that leads nowhere, or to a node that it is part of, stays and is a finding. Maps of names
    that the bundle has replaced already are part of the result as well.
    """
    trees = (_Tree("", root), *(_Tree(entry, node_at(root, entry)) for entry in bundle.entries))
    spots = {spot.at: spot for spot in _spots(trees, version)}
    spread = [(_FIELDS[tokens(at)[-1]], at) for at in bundle.spread if tokens(at)[-1] in _FIELDS]
    if not spots:
        return Inlined(bundle.spread, tuple(_notes(spread)))
    before = size(root, MOST_INLINED)
    done, failed = _follow(root, spots, bundle.reasons, version)
    for spot, node in _circles(root, done):
        spot.holder[spot.key] = node
        del done[spot.at]
        failed[spot.at] = f"The reference {shown(node['$ref'])} leads to something that it is part of."
    if size(root, before + MOST_INLINED) > before + MOST_INLINED:
        for spot, node in reversed(done.values()):
            spot.holder[spot.key] = node
        what = (
            f"References where OpenAPI allows none are not followed: they repeat more than "
            f"{MOST_INLINED:,} values, which is the limit."
        )
        return Inlined(bundle.spread, ((next(iter(done)), what),))
    origins = {**bundle.spread, **{at: pointer_of(node["$ref"]) for at, (_, node) in done.items()}}
    notes = _notes([*spread, *((spot.kind, spot.at) for spot, _ in done.values())])
    return Inlined(origins, (*notes, *((f"{at}/$ref", why) for at, why in failed.items())))


_Done = dict[str, tuple[_Spot, dict[str, Any]]]


def _follow(
    root: dict[str, Any], spots: dict[str, _Spot], reasons: Mapping[str, str], version: str
) -> tuple[_Done, dict[str, str]]:
    """Replace the references that lead somewhere.

    Returns each replaced spot with its former reference, and the reasons why others were kept, by their
    pointers.
    """
    done: _Done = {}
    failed: dict[str, str] = {}
    waiting = spots
    for _ in range(_ROUNDS):
        references = References(root, reasons)
        found: list[_Tree] = []
        failed = {}
        for spot in waiting.values():
            reference = spot.node
            try:
                target = _target(references, reference)
            except UnresolvedReferenceError as error:
                failed[spot.at] = str(error)
                continue
            spot.holder[spot.key] = target
            done[spot.at] = spot, reference
            found.append(_Tree(pointer_of(reference["$ref"]), target, spot.key))
        if not found:
            break
        # The targets may contain more misplaced references, and those that failed may lead through a target.
        more = {spot.at: spot for spot in _spots(found, version) if spot.at not in done}
        waiting = {at: spots[at] for at in failed} | more
        spots = spots | more
    return done, failed


def _target(references: References, node: dict[str, Any]) -> Any:
    """The target at the end of the chain of references that begins with ``node``, with their siblings.

    Raises ``UnresolvedReferenceError``.
    """
    siblings: dict[str, Any] = {}
    for _ in range(MOST_LINKS):
        siblings = {**{key: value for key, value in node.items() if key != "$ref"}, **siblings}
        target = references.resolve(node["$ref"])
        if not _is_reference(target):
            return {**target, **siblings} if siblings and isinstance(target, dict) else target
        node = target
    raise UnresolvedReferenceError(
        f"The reference {shown(node['$ref'])} leads to no end within {MOST_LINKS} references."
    )


def _is_reference(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def _spots(trees: Iterable[_Tree], version: str) -> Iterator[_Spot]:
    """Every misplaced reference in ``trees``."""
    members = {key: kind for key, kind in _MEMBERS.items() if version < "3.2" or key != "content"}
    seen: set[int] = set()
    for start, tree, field in trees:
        is_names = field in NAME_MAPS and isinstance(tree, dict)
        if is_names and field in members:
            yield from _of(tree, tree.items(), start, members[str(field)])
        elif isinstance(tree, list) and field in _ITEMS:
            yield from _of(tree, enumerate(tree), start, _ITEMS[str(field)])
        for at, node in keyword_objects(tree, start, seen=seen, names=is_names):
            for key, value in node.items():
                if isinstance(value, dict):
                    if key in _FIELDS and isinstance(value.get("$ref"), str):
                        yield _Spot(node, key, at + pointer(key), _FIELDS[key])
                    elif key in members:
                        yield from _of(value, value.items(), at + pointer(key), members[key])
                elif isinstance(value, list) and key in _ITEMS:
                    yield from _of(value, enumerate(value), at + pointer(key), _ITEMS[key])


def _of(
    holder: MutableMapping[str, Any] | MutableSequence[Any],
    members: Iterable[tuple[Any, Any]],
    at: str,
    kind: str,
) -> Iterator[_Spot]:
    for key, value in members:
        if _is_reference(value):
            yield _Spot(holder, key, at + pointer(key), kind)


def _notes(spots: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """One finding for each kind of place, at the first of its kind; ``spots`` are (kind, JSON pointer)."""
    places: dict[str, list[str]] = {}
    for kind, at in spots:
        places.setdefault(kind, []).append(at)
    for kind, found in places.items():
        more = len(found) - 1
        where = f", here and in {more:,} more place{'s' if more > 1 else ''}" if more else ""
        yield found[0], f"OpenAPI doesn't allow a `$ref` in place of {kind}; it was followed anyway{where}."


def _children(node: Any) -> Iterator[tuple[Any, Any]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    return ((key, child) for key, child in items if isinstance(child, dict | list))


def _circles(root: Any, done: _Done) -> Iterator[tuple[_Spot, dict[str, Any]]]:
    """The replacements that made a node part of itself, each with its former reference.

    Once all of them are undone, the tree has no cycle: each is the last replacement on the path of a cycle.
    """
    edges = {(id(spot.holder), spot.key): (spot, node) for spot, node in done.values()}
    closed: set[int] = set()
    way: dict[int, int] = {id(root): 0}
    stack: list[tuple[Any, Any, Iterator[tuple[Any, Any]]]] = [(None, root, _children(root))]
    broken: set[tuple[int, Any]] = set()
    while stack:
        child = next(stack[-1][2], None)
        if child is None:
            _, node, _ = stack.pop()
            del way[id(node)]
            closed.add(id(node))
            continue
        key, node = child
        if id(node) in way:
            steps = [((id(stack[-1][1]), key))]
            for level in range(len(stack) - 1, way[id(node)], -1):
                steps.append((id(stack[level - 1][1]), stack[level][0]))
            edge = next((step for step in steps if step in edges), None)
            if edge is not None and broken.isdisjoint(steps):
                broken.add(edge)
        elif id(node) not in closed:
            way[id(node)] = len(stack)
            stack.append((key, node, _children(node)))
    yield from (edges[edge] for edge in broken)


def size(root: Any, most: int) -> int:
    """How many objects and lists ``root`` has, shared ones counted at each place.

    If there are more than ``most``, the result is some number above that.
    """
    sizes: dict[int, int] = {}
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, is_open = stack.pop()
        if is_open:
            sizes[id(node)] = 1 + sum(sizes[id(child)] for _, child in _children(node))
            if sizes[id(node)] > most:
                return sizes[id(node)]
        elif id(node) not in sizes:
            sizes[id(node)] = 0
            stack.append((node, True))
            stack.extend((child, False) for _, child in _children(node))
    return sizes[id(root)]
