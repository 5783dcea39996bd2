"""How far one can go from reference to reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence


class Ways:
    """What the ways through definitions cost that take each once at most, from one to what it needs.

    ``needs`` and ``cost`` tell of each by its name; they are asked once.
    """

    def __init__(self, needs: Callable[[str], Sequence[str]], cost: Callable[[str], int]) -> None:
        self._needs = needs
        self._cost = cost
        self._longest: dict[str, int] = {}

    def longest(self, name: str) -> int:
        """What no way from ``name`` can cost more than: exact but for circles, whose members all count."""
        if name not in self._longest:
            for circle in self._circles(name):
                within = set(circle)
                others = {other for member in circle for other in self._needs(member)} - within
                beyond = max((self._longest[other] for other in others), default=0)
                self._longest |= dict.fromkeys(circle, beyond + sum(map(self._cost, circle)))
        return self._longest[name]

    def _circles(self, start: str) -> Iterator[list[str]]:
        """The strongly connected components, each after all that it leads to (Tarjan), without recursion."""
        order = {start: 0}
        lowest = {start: 0}
        path = [start]
        stack = [(start, iter(self._needs(start)))]
        while stack:
            name, others = stack[-1]
            for other in others:
                if other in self._longest:
                    continue  # done with
                if other not in order:
                    order[other] = lowest[other] = len(order)
                    path.append(other)
                    stack.append((other, iter(self._needs(other))))
                    break
                lowest[name] = min(lowest[name], order[other])
            else:
                stack.pop()
                if stack:
                    before = stack[-1][0]
                    lowest[before] = min(lowest[before], lowest[name])
                if lowest[name] == order[name]:
                    circle = path[path.index(name) :]
                    del path[-len(circle) :]
                    yield circle
