"""The source of a target's decisions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Makes decisions; ``integer(most)`` gives one from 0 to ``most``."""

    def __init__(self, integer: Callable[[int], int]) -> None:
        self.integer = integer

    @classmethod
    def seeded(cls, seed: int) -> Choices:
        """Choices that are the same each time for the same seed."""
        source = random.Random(seed)
        return cls(lambda most: source.randint(0, most))

    def one_of(self, values: Sequence[T]) -> T:
        """One of ``values``."""
        return values[self.integer(len(values) - 1)]

    def chance(self, of: int) -> bool:
        """True once in ``of`` times."""
        return self.integer(of - 1) == 0
