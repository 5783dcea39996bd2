"""Memos for objects without a hash, such as lists and dicts, which are keyed by their identity.

The identity of an object is a number that Python gives to another object once the first one is gone. A memo
keyed by the bare number then answers for a stranger. So no memo is keyed by ``id``; each is one of these,
which keep their objects for as long as they live.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class IdentityMemo(Generic[T]):
    """Remembers values by objects, and by what else they are ``about``, such as a direction."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Any, T]] = {}

    def get(self, subject: object, about: Hashable = None) -> T | None:
        """The value for ``subject``, or nothing. (Keep no ``None``: it would look the same.)"""
        known = self._known.get(id(subject) if about is None else (id(subject), about))
        return None if known is None else known[1]

    def keep(self, subject: object, value: T, about: Hashable = None) -> T:
        """Remember ``value`` in the place of an earlier one, and return it."""
        self._known[id(subject) if about is None else (id(subject), about)] = (subject, value)
        return value

    def forget(self, subject: object, about: Hashable = None) -> None:
        """Remember nothing for ``subject`` any more."""
        self._known.pop(id(subject) if about is None else (id(subject), about), None)

    def clear(self) -> None:
        """Forget everything."""
        self._known.clear()

    def __contains__(self, subject: object) -> bool:
        return id(subject) in self._known

    def __len__(self) -> int:
        return len(self._known)

    def __bool__(self) -> bool:
        return bool(self._known)


class Same:
    """An object as a part of a key: equal to itself alone, and alive for as long as the key is."""

    __slots__ = ("_subject",)

    def __init__(self, subject: object) -> None:
        self._subject = subject

    def __hash__(self) -> int:
        return id(self._subject)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other._subject is self._subject
