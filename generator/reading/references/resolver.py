"""Follow the internal references of a description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from generator.budget import MOST_LINKS
from generator.identity import IdentityMemo
from generator.reading.json_pointer import UnresolvedReferenceError, node_at, tokens


def shown(reference: str) -> str:
    """A reference as its author wrote it, quoted: ``#/x-files/a.yaml/Pet`` → ``'a.yaml#/Pet'``."""
    if not reference.startswith("#/x-files/"):
        return repr(reference)
    name, _, rest = reference.removeprefix("#/x-files/").partition("/")
    return repr(tokens("/" + unquote(name))[0] + (f"#/{rest}" if rest else ""))


def _no_object(node: Mapping[str, Any]) -> str:
    reference = str(node.get("$ref", node.get("$dynamicRef")))
    return f"The reference {shown(reference)} leads to something that isn't an object."


class _End(NamedTuple):
    """The end of a chain of references: a node or the reason why there is none, and the chain's length."""

    node: Any = None
    why: str = ""
    links: int = 1


class References:
    """Resolves the references of one description, and remembers their targets.

    Each is a JSON pointer into the description, since all others have been rewritten as such before (see
    ``external_files`` and ``identifiers``). ``reasons`` says why that failed, by the reference.
    """

    def __init__(self, root: Mapping[str, Any], reasons: Mapping[str, str] | None = None) -> None:
        self._root = root
        self._reasons = reasons or {}
        self._targets: dict[str, Any] = {}
        self._ends: dict[str, _End] = {}
        self._followed: IdentityMemo[Any] = IdentityMemo()
        self.is_cut = False
        """Whether a chain of references was longer than the limit."""
        self.unresolved: dict[str, str] = {}
        """The references followed so far that lead nowhere, and why."""

    def resolve(self, reference: str) -> Any:
        """The node to which ``reference`` leads, a JSON pointer in a URI fragment (RFC 6901, section 6).

        Raises ``UnresolvedReferenceError``.
        """
        if reference in self._targets:
            return self._targets[reference]
        target = self._find(reference)
        self._targets[reference] = target
        return target

    def _find(self, reference: str) -> Any:
        before, _, rest = reference.partition("#")
        if before:
            why = f"The reference {reference!r} leads to nothing that is known by this name."
            raise UnresolvedReferenceError(self._reasons.get(reference, why))
        if rest and not rest.startswith("/"):
            raise UnresolvedReferenceError(
                f"The reference {reference!r} points at nothing: no anchor {rest!r}."
            )
        try:
            return node_at(self._root, unquote(rest))
        except UnresolvedReferenceError as error:
            if "%" in rest:
                # Percent signs in names are often not escaped.
                try:
                    return node_at(self._root, rest)
                except UnresolvedReferenceError:
                    pass
            what = f"The reference {shown(reference)} points at nothing: {error}."
            raise UnresolvedReferenceError(what) from None

    def why_not(self, node: dict[str, Any]) -> str:
        """Why the reference of ``node`` leads nowhere; empty if it leads somewhere."""
        try:
            target = self._follow(node)
        except UnresolvedReferenceError as error:
            return str(error)
        if isinstance(target, dict | bool):
            return ""
        return _no_object(node)

    def follow(self, node: Any) -> Any:
        """``node``, or the target of its chain of ``$ref``; an empty object if that leads nowhere.

        Siblings of ``$ref`` override members of its target.
        """
        if not isinstance(node, dict) or not ("$ref" in node or "$dynamicRef" in node):
            return node
        known = self._followed.get(node)
        if known is None:
            try:
                target = self._follow(node)
                if not isinstance(target, dict | bool):
                    raise UnresolvedReferenceError(_no_object(node))
            except UnresolvedReferenceError as error:
                self.unresolved.setdefault(str(node.get("$ref", node.get("$dynamicRef"))), str(error))
                target = {}
            # The memo keeps the node alive too, so that its id can't be given to another.
            known = self._followed.keep(node, target)
        return known

    def _follow(self, node: Any) -> Any:
        reference = _reference(node)
        if reference is None:
            return node
        if reference not in self._ends:
            self._walk(reference)
        end = self._ends[reference]
        if end.why:
            raise UnresolvedReferenceError(end.why)
        return _beside(end.node, node)

    def _walk(self, start: str) -> None:
        """Record the ends of all references in the chain that begins with ``start``."""
        way: dict[str, Any] = {}
        reference: str | None = start
        try:
            while reference is not None and reference not in way and reference not in self._ends:
                way[reference] = target = self.resolve(reference)
                reference = _reference(target)
        except UnresolvedReferenceError as error:
            self._ends[str(reference)] = _End(why=str(error))
        if reference in way:
            circle = list(way)[list(way).index(reference) :]
            for name in circle:
                why = f"The reference {shown(name)} only leads back to itself."
                self._ends[name] = self._linked(name, _End(why=why, links=len(circle)))
        for name, target in reversed(way.items()):
            if name not in self._ends:
                self._ends[name] = self._end_by(name, target)

    def _end_by(self, name: str, target: Any) -> _End:
        """The end of the reference ``name`` to ``target``; if that is a reference, its end is known."""
        reference = _reference(target)
        if reference is None:
            return _End(target)
        end = self._ends[reference]
        node = None if end.why else _beside(end.node, target)
        return self._linked(name, _End(node, end.why, end.links + 1))

    def _linked(self, name: str, end: _End) -> _End:
        """``end``, or one with a reason if the chain to it is longer than the limit."""
        if end.links <= MOST_LINKS:
            return end
        self.is_cut = True
        why = (
            f"The reference {shown(name)} is not followed: one leads to the next more than "
            f"{MOST_LINKS} times, which is the limit."
        )
        return _End(why=why, links=end.links)


def _reference(node: Any) -> str | None:
    """The reference in ``node``, or ``None`` if there is none."""
    found = node.get("$ref", node.get("$dynamicRef")) if isinstance(node, dict) else None
    return found if isinstance(found, str) else None


def _beside(target: Any, node: dict[str, Any]) -> Any:
    """``target`` with the siblings of the reference in ``node``."""
    siblings = {key: value for key, value in node.items() if key not in ("$ref", "$dynamicRef")}
    return {**target, **siblings} if siblings and isinstance(target, dict) else target
