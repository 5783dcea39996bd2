"""Memos keyed by the identity of objects that have no hash, such as lists and dicts.

Once an object is gone, Python may give its ``id`` to another one. A memo keyed by the bare number would then
return the value of the wrong object. The memos here keep a reference to each of their objects instead.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class IdentityMemo(Generic[T]):
    """Remembers values by object and, optionally, by what they are ``about``, such as a direction."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Any, T]] = {}

    def get(self, subject: object, about: Hashable = None) -> T | None:
        """The value for ``subject``, or ``None``. (A ``None`` that was kept would look the same.)"""
        known = self._known.get(id(subject) if about is None else (id(subject), about))
        return None if known is None else known[1]

    def keep(self, subject: object, value: T, about: Hashable = None) -> T:
        """Remember ``value`` for ``subject``, replacing an earlier one, and return it."""
        self._known[id(subject) if about is None else (id(subject), about)] = (subject, value)
        return value

    def forget(self, subject: object, about: Hashable = None) -> None:
        """Remove the value for ``subject``, if there is one."""
        self._known.pop(id(subject) if about is None else (id(subject), about), None)

    def clear(self) -> None:
        """Remove all values."""
        self._known.clear()

    def __contains__(self, subject: object) -> bool:
        return id(subject) in self._known

    def __len__(self) -> int:
        return len(self._known)

    def __bool__(self) -> bool:
        return bool(self._known)


class Same:
    """An object as part of a key, compared by identity. It is kept alive as long as the key is."""

    __slots__ = ("_subject",)

    def __init__(self, subject: object) -> None:
        self._subject = subject

    def __hash__(self) -> int:
        return id(self._subject)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other._subject is self._subject
