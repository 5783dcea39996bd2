"""The depth of chains of references."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generator.model.draft7.components import Components


class LongestPaths:
    """Costs of paths through definitions, from each to one that it needs, without visiting any twice.

    ``needs`` and ``cost`` return the names that a definition needs, and its cost.
    """

    def __init__(self, needs: Callable[[str], Sequence[str]], cost: Callable[[str], int]) -> None:
        self._needs = needs
        self._cost = cost
        self._longest: dict[str, int] = {}
        self._circles = Components(needs, self._note)

    def longest(self, name: str) -> int:
        """Upper bound on the cost of any path from ``name``: exact except for circles, counted as a whole."""
        self._circles.of(name)
        return self._longest[name]

    def _note(self, circle: list[str]) -> None:
        within = set(circle)
        others = {other for member in circle for other in self._needs(member)} - within
        beyond = max((self._longest[other] for other in others), default=0)
        self._longest |= dict.fromkeys(circle, beyond + sum(map(self._cost, circle)))
