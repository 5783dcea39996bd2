"""Run recursive functions over descriptions that may be nested thousands of levels deep."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_STACK = 1 << 29  # bytes; the system allocates only those that are used
_LIMIT = 400_000


def run(work: Callable[[], T]) -> T:
    """The result of ``work``, which is called again with a deep stack if the usual one doesn't suffice.

    Raises what ``work`` raises, and ``MemoryError`` if there is no memory for such a stack.
    """
    try:
        return work()
    except RecursionError:
        pass
    outcome: list[T] = []
    failure: list[BaseException] = []

    def attempt() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            failure.append(error)

    size, limit = threading.stack_size(_STACK), sys.getrecursionlimit()
    sys.setrecursionlimit(_LIMIT)
    try:
        thread = threading.Thread(target=attempt)
        try:
            thread.start()
        except RuntimeError:
            raise MemoryError("There is no memory for a deep stack.") from None
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failure:
        raise failure[0]
    return outcome[0]
