"""What operations share: results that are made once, and made again if a value in them is refused."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from generator.identity import IdentityMemo


class SharedResults:
    """Results by node, and who uses them.

    An owner is the index of an operation, or the negative number of a result, which other owners use.
    """

    def __init__(self) -> None:
        self._known: IdentityMemo[tuple[Any, int]] = IdentityMemo()
        # Lists, since there are very many, most with one owner: sets would take four times the memory.
        self._owners: list[list[int]] = []
        self._keys: list[tuple[object, Hashable]] = []

    def of(self, owner: int, node: object, about: Hashable, make: Callable[[int], Any]) -> Any:
        """The result for ``node`` and ``about``, which ``owner`` uses.

        If there is none, it is ``make(number)``, where ``number`` is the owner of what is used to make it.
        """
        known = self._known.get(node, about)
        if known is None:
            self._owners.append([])
            self._keys.append((node, about))
            number = -len(self._owners)
            known = self._known.keep(node, (make(number), number), about)
        owners = self._owners[-known[1] - 1]
        if not owners or owners[-1] != owner:
            owners.append(owner)
        return known[0]

    def forget(self, owners: set[int]) -> set[int]:
        """Drop the results among ``owners``. Returns the operations that are among them, or use these."""
        operations: set[int] = set()
        waiting = set(owners)
        while waiting:
            owner = waiting.pop()
            if owner >= 0:
                operations.add(owner)
            else:
                waiting.update(self._owners[-owner - 1])
                self._known.forget(*self._keys[-owner - 1])
        return operations
