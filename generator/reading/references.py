"""Where a description's keywords end and its data begins, and what its ``$ref`` point at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from generator.reading.text import pointer, tokens

#: Keywords whose value maps names chosen by the author, not keywords.
NAME_MAPS = frozenset(
    "paths webhooks responses parameters examples requestBodies headers securitySchemes links callbacks "
    "pathItems mediaTypes additionalOperations schemas content encoding variables mapping scopes properties "
    "patternProperties $defs definitions dependentSchemas".split()
)
#: Keywords whose value is data, in which a ``$ref`` means nothing.
DATA = frozenset("example default const enum value dataValue dependentRequired required".split())


class UnresolvedReferenceError(Exception):
    """A ``$ref`` that points at nothing. The message says why."""


def keyword_objects(node: Any, at: str = "", *, names: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a description whose keys are keywords, with its JSON pointer, in document order.

    Without recursion, and each object once, so that neither depth nor a YAML alias to an ancestor matters.
    """
    stack: list[tuple[Any, str, bool]] = [(node, at, names)]
    seen: set[int] = set()
    while stack:
        current, here, is_names = stack.pop()
        children: list[tuple[Any, str, bool]] = []
        if isinstance(current, dict):
            if id(current) in seen:
                continue
            seen.add(id(current))
            if not is_names:
                yield here, current
            for key, value in current.items():
                if not isinstance(value, dict | list):
                    continue
                if not is_names and (key in DATA or key.startswith("x-")):
                    continue
                # A schema's `examples` is a list of data; everywhere else it maps names.
                if not is_names and key == "examples" and isinstance(value, list):
                    continue
                maps = not is_names and key in NAME_MAPS and isinstance(value, dict)
                children.append((value, here + pointer(key), maps))
        elif isinstance(current, list):
            children = [
                (value, f"{here}/{index}", False)
                for index, value in enumerate(current)
                if isinstance(value, dict | list)
            ]
        stack.extend(reversed(children))


class References:
    """What the references of one description lead to. Answers are remembered."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._targets: dict[str, Any] = {}
        self._followed: dict[int, tuple[Any, Any]] = {}
        self._named: dict[str, Any] | None = None
        self.unresolved: dict[str, str] = {}
        """Each reference that led nowhere so far, and why."""

    def resolve(self, reference: str) -> Any:
        """The node that ``reference`` names: a JSON pointer (RFC 6901, section 6), an anchor or an ``$id``.

        Raises ``UnresolvedReferenceError``.
        """
        if reference in self._targets:
            return self._targets[reference]
        target = self._find(reference)
        self._targets[reference] = target
        return target

    def _find(self, reference: str) -> Any:
        before, hash_, fragment = reference.partition("#")
        node: Any = self._root
        if before:
            # What lies in another file was made part of this one, unless it is an `$id` of this one.
            node = self._by_name(before)
            if node is None:
                raise UnresolvedReferenceError(
                    f"The reference {reference!r} points out of the description; put what it names into it, "
                    "or into a file beside or below it."
                )
        if hash_ and fragment and not fragment.startswith("/"):
            node = self._by_name("#" + fragment)
            if node is None:
                raise UnresolvedReferenceError(
                    f"The reference {reference!r} points at nothing: no anchor {fragment!r}."
                )
            return node
        for token in tokens(unquote(fragment)):
            if isinstance(node, dict) and token in node:
                node = node[token]
            elif isinstance(node, list) and token.isdigit() and int(token) < len(node):
                node = node[int(token)]
            else:
                raise UnresolvedReferenceError(
                    f"The reference {reference!r} points at nothing: no {token!r} there."
                )
        return node

    def _by_name(self, name: str) -> Any:
        if self._named is None:
            self._named = {}
            for _, node in keyword_objects(self._root):
                for keyword, mark in (("$anchor", "#"), ("$dynamicAnchor", "#"), ("$id", "")):
                    if isinstance(node.get(keyword), str):
                        self._named.setdefault(mark + node[keyword].rstrip("#"), node)
        return self._named.get(name)

    def why_not(self, node: dict[str, Any]) -> str:
        """Why the reference of ``node`` leads nowhere; empty where it leads somewhere."""
        try:
            target = self._follow(node)
        except UnresolvedReferenceError as error:
            return str(error)
        if isinstance(target, dict | bool):
            return ""
        reference = node.get("$ref", node.get("$dynamicRef"))
        return f"The reference {reference!r} leads to something that is no object."

    def follow(self, node: Any) -> Any:
        """``node``, or what its chain of ``$ref`` leads to; an empty object where that is nothing.

        Siblings of ``$ref`` win over what it names.
        """
        if not isinstance(node, dict) or not ("$ref" in node or "$dynamicRef" in node):
            return node
        known = self._followed.get(id(node))
        if known is None:
            try:
                target = self._follow(node)
            except UnresolvedReferenceError as error:
                self.unresolved.setdefault(str(node.get("$ref", node.get("$dynamicRef"))), str(error))
                target = {}
            # The node is kept beside its result, so that its id can't be given to another.
            known = self._followed[id(node)] = (node, target)
        return known[1]

    def _follow(self, node: Any) -> Any:
        seen: set[str] = set()
        while isinstance(node, dict):
            reference = node.get("$ref", node.get("$dynamicRef"))
            if not isinstance(reference, str):
                break
            if reference in seen:
                raise UnresolvedReferenceError(f"The reference {reference!r} only leads back to itself.")
            seen.add(reference)
            target = self.resolve(reference)
            siblings = {key: value for key, value in node.items() if key not in ("$ref", "$dynamicRef")}
            node = {**target, **siblings} if siblings and isinstance(target, dict) else target
        return node
