"""How far one can go from reference to reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generator.model.draft7.components import Components


class Ways:
    """What the ways through definitions cost that take each once at most, from one to what it needs.

    ``needs`` and ``cost`` tell of each by its name.
    """

    def __init__(self, needs: Callable[[str], Sequence[str]], cost: Callable[[str], int]) -> None:
        self._needs = needs
        self._cost = cost
        self._longest: dict[str, int] = {}
        self._circles = Components(needs, self._note)

    def longest(self, name: str) -> int:
        """What no way from ``name`` can cost more than: exact but for circles, whose members all count."""
        self._circles.of(name)
        return self._longest[name]

    def _note(self, circle: list[str]) -> None:
        within = set(circle)
        others = {other for member in circle for other in self._needs(member)} - within
        beyond = max((self._longest[other] for other in others), default=0)
        self._longest |= dict.fromkeys(circle, beyond + sum(map(self._cost, circle)))
