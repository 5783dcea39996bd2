"""Names that are not taken."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, count


def unused(name: str, is_taken: Callable[[str], bool], *others: str, separator: str = "_") -> str:
    """``name``, or else the first of ``others`` that isn't taken, or else ``name`` with a number.

    If ``id`` is taken, and there are no others, the result is ``id_2``, then ``id_3``, and so on.
    """
    numbered = (f"{name}{separator}{number}" for number in count(2))
    return next(each for each in chain((name, *others), numbered) if not is_taken(each))
