"""Definitions that lead to each other: strongly connected components, by Tarjan's algorithm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator


class Components:
    """The strongly connected components of a graph; each edge is visited once.

    ``following`` returns the names to which a name leads. ``found`` is called with each component, after
    those to which it leads.
    """

    def __init__(
        self, following: Callable[[str], Iterable[str]], found: Callable[[list[str]], None] | None = None
    ) -> None:
        self._following = following
        self._found = found
        self._low: dict[str, int] = {}
        """The least number of a name to which each one leads back, as far as it is known."""
        self._component: dict[str, int] = {}
        self._open: list[str] = []
        """Names whose component isn't complete, in the order of their numbers."""

    def of(self, name: str) -> int:
        """The number of the component of ``name``: the same for two names that lead to each other."""
        if name not in self._component:
            self._search(name)
        return self._component[name]

    def _search(self, start: str) -> None:
        way: list[tuple[str, int, Iterator[str]]] = [self._entered(start)]
        while way:
            name, number, others = way[-1]
            other = next((o for o in others if o not in self._component), None)
            if other is None:
                way.pop()
                if self._low[name] == number:
                    self._close(name)
                elif way:
                    self._lower(way[-1][0], self._low[name])
            elif other in self._low:
                self._lower(name, self._low[other])
            else:
                way.append(self._entered(other))

    def _entered(self, name: str) -> tuple[str, int, Iterator[str]]:
        number = self._low[name] = len(self._low)
        self._open.append(name)
        return name, number, iter(self._following(name))

    def _lower(self, name: str, number: int) -> None:
        self._low[name] = min(self._low[name], number)

    def _close(self, first: str) -> None:
        members: list[str] = []
        while not members or members[-1] != first:
            members.append(self._open.pop())
        number = len(self._component)
        self._component |= dict.fromkeys(members, number)
        if self._found is not None:
            self._found(members)
