"""Equality of schemas, including what they refer to. Most schemas of two versions are equal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.model.schemas.facts import Schema
from generator.model.schemas.resolved import Schemas

#: Annotations for readers. JSON Schema validation 2020-12, section 9; OpenAPI 3.1.1, section 4.8.24.
_PROSE = frozenset({"description", "title", "example", "examples", "externalDocs", "$comment"})
#: Keywords whose values map names that the description chooses to schemas.
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
_LITERAL = frozenset({"enum", "const", "default"})
_REFERENCES = frozenset({"$ref", "$dynamicRef"})


class Sameness:
    """Compares schemas of two documents. The target of a reference is compared once."""

    def __init__(self, before: Schemas, after: Schemas) -> None:
        self._before = before
        self._after = after
        self._settled: dict[str, bool] = {}

    def same(self, before: Schema, after: Schema) -> bool:
        """Whether both have the same keywords with the same values; prose and examples are ignored."""
        references = _alike(before, after)
        return references is not None and all(self._leads_to_the_same(name) for name in references)

    def _leads_to_the_same(self, reference: str) -> bool:
        if reference not in self._settled:
            self._settle(reference)
        return self._settled[reference]

    def _settle(self, first: str) -> None:
        """Compare the targets of ``first`` and of every reference reached from it.

        A schema that refers to one that differs, differs as well.
        """
        same: dict[str, bool] = {}
        users: dict[str, list[str]] = {}
        left = [first]
        while left:
            reference = left.pop()
            if reference in same:
                continue
            node = {"$ref": reference}
            needs = _alike(self._before.target(node), self._after.target(node))
            same[reference] = needs is not None and all(self._settled.get(need, True) for need in needs)
            for need in (needs or set()) - self._settled.keys():
                users.setdefault(need, []).append(reference)
                left.append(need)
        differing = [reference for reference, alike in same.items() if not alike]
        while differing:
            for user in users.get(differing.pop(), ()):
                if same[user]:
                    same[user] = False
                    differing.append(user)
        self._settled |= same


def _alike(before: Any, after: Any) -> set[str] | None:
    """The references in two schemas that are equal apart from the targets of these; ``None`` if they differ.

    It works without recursion, and compares each pair once, however often a YAML alias repeats it.
    """
    references: set[str] = set()
    seen: set[tuple[int, int]] = set()
    left = [(before, after, "schema")]
    while left:
        one, other, role = left.pop()
        if not isinstance(one, dict | list):
            if one != other or type(one) is not type(other):
                return None
            continue
        if type(one) is not type(other):
            return None
        if (id(one), id(other)) in seen:
            continue
        seen.add((id(one), id(other)))
        if isinstance(one, list):
            assert isinstance(other, list)
            if len(one) != len(other):
                return None
            left += [(*pair, role) for pair in zip(one, other, strict=True)]
            continue
        assert isinstance(other, dict)
        keys = set(_keys(one, role))
        if keys != set(_keys(other, role)):
            return None
        for key in keys:
            if role == "schema" and key in _REFERENCES and isinstance(one[key], str):
                references.add(one[key])
            left.append((one[key], other[key], _role(key, role)))
    return references


def _keys(node: dict[str, Any], role: str) -> Iterator[str]:
    if role != "schema":
        return iter(node)
    return (key for key in node if key not in _PROSE and not key.startswith("x-"))


def _role(key: str, role: str) -> str:
    """What the value of ``key`` is: a ``schema``, ``names`` mapped to schemas, or a ``literal`` value."""
    if role == "literal" or (role == "schema" and key in _LITERAL):
        return "literal"
    return "names" if role == "schema" and key in _NAMED else "schema"
