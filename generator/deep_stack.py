"""Descriptions may be nested thousands of levels deep: what recurses over one gets the stack it needs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_STACK = 1 << 29  # bytes; only what is used of it becomes memory
_LIMIT = 400_000


def run(work: Callable[[], T]) -> T:
    """The result of ``work``, done again with a deep stack if the usual one does not suffice.

    Raises what ``work`` raises, and ``MemoryError`` where the process may not have such a stack.
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
