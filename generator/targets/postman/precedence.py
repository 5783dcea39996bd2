"""A stable topological sort that moves few elements and tolerates cycles."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import pairwise

Pair = tuple[int, int]


def sorted_by(count: int, firm: Iterable[Pair], loose: Iterable[Pair] = ()) -> list[int]:
    """Sort the numbers below ``count`` so that the first of each pair precedes the second, moving few.

    In a cycle only the ``firm`` pairs count; numbers in a cycle of these keep their order.
    ``sorted_by(3, [(2, 0)])`` → ``[1, 2, 0]``.
    """
    firm = {pair for pair in firm if pair[0] != pair[1]}
    pairs = firm | {pair for pair in loose if pair[0] != pair[1]}
    if all(first < second for first, second in pairs):
        return list(range(count))
    after: list[list[int]] = [[] for _ in range(count)]
    for first, second in _without_circles(count, firm, pairs):
        after[first].append(second)
    return _placed(after)


# --- Cycles ---------------------------------------------------------------------------------------------


def _without_circles(count: int, firm: set[Pair], pairs: set[Pair]) -> set[Pair]:
    owner, circles = _components(count, pairs)
    if not circles:
        return pairs
    kept = {pair for pair in pairs if owner[pair[0]] != owner[pair[1]]}
    inside = {pair for pair in firm if owner[pair[0]] == owner[pair[1]]}
    owner, circles = _components(count, inside)
    kept |= {pair for pair in inside if owner[pair[0]] != owner[pair[1]]}
    for circle in circles:
        kept.update(pairwise(circle))
    return kept


def _components(count: int, pairs: Iterable[Pair]) -> tuple[list[int], list[list[int]]]:
    """The strongly connected components: for each number its owner, and the components with several members.

    R. Tarjan, Depth-first search and linear graph algorithms, 1972; without recursion.
    """
    after: list[list[int]] = [[] for _ in range(count)]
    for first, second in sorted(pairs):
        after[first].append(second)
    owner, seen, low = [-1] * count, [-1] * count, [0] * count
    path: list[int] = []
    circles: list[list[int]] = []
    found = 0
    for start in range(count):
        if seen[start] >= 0:
            continue
        work: list[tuple[int, Iterator[int]]] = [(start, iter(after[start]))]
        seen[start] = low[start] = found
        found += 1
        path.append(start)
        while work:
            node, following = work[-1]
            child = next((each for each in following if owner[each] < 0), None)
            if child is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == seen[node]:
                    circles.append(_closed(node, path, owner))
            elif seen[child] >= 0:
                low[node] = min(low[node], seen[child])
            else:
                seen[child] = low[child] = found
                found += 1
                path.append(child)
                work.append((child, iter(after[child])))
    return owner, [circle for circle in circles if len(circle) > 1]


def _closed(node: int, path: list[int], owner: list[int]) -> list[int]:
    """Remove the component of ``node`` from the end of ``path``, and make ``node`` its owner."""
    circle = []
    while owner[node] < 0:
        circle.append(path.pop())
        owner[circle[-1]] = node
    return sorted(circle)


# --- The order ------------------------------------------------------------------------------------------


def _placed(after: list[list[int]]) -> list[int]:
    """Sort numbers without cycles. One that is moved goes directly before or after what it is moved for."""
    moved, place = _moved(after)
    stay = [index for index in range(len(after)) if index not in moved]
    following = [list(children) for children in after]
    for first, second in pairwise(stay):
        following[first].append(second)
    waiting = _counts(following)
    free = [(place[index], index) for index, number in enumerate(waiting) if not number]
    heapq.heapify(free)
    found = []
    while free:
        _, index = heapq.heappop(free)
        found.append(index)
        for child in following[index]:
            waiting[child] -= 1
            if not waiting[child]:
                heapq.heappush(free, (place[child], child))
    return found


def _moved(after: list[list[int]]) -> tuple[set[int], list[int]]:
    """The numbers that have to be moved so that all others keep their order, and each number's place.

    Of two numbers in the wrong order, the one that is in the wrong order with more others is moved. Sets of
    numbers are integers here, with a bit for each member, which makes unions of thousands fast.
    """
    count = len(after)
    below, above = [0] * count, [0] * count
    order = _topological(after)
    for index in reversed(order):
        for child in after[index]:
            below[index] |= below[child] | 1 << child
    for index in order:
        for child in after[index]:
            above[child] |= above[index] | 1 << index
    wrong = [(below[index] & ((1 << index) - 1)) | (above[index] >> index << index) for index in range(count)]
    moved: set[int] = set()
    left = (1 << count) - 1
    for index in sorted(range(count), key=lambda i: (-wrong[i].bit_count(), i)):
        if wrong[index] & left:
            moved.add(index)
            left ^= 1 << index
    place = list(range(count))
    for index in moved:
        needs_it = below[index] & left
        place[index] = (needs_it & -needs_it).bit_length() - 1  # -1, which is first, if nothing does
    return moved, place


def _topological(after: list[list[int]]) -> list[int]:
    waiting = _counts(after)
    found = [index for index, number in enumerate(waiting) if not number]
    for index in found:
        for child in after[index]:
            waiting[child] -= 1
            if not waiting[child]:
                found.append(child)
    return found


def _counts(after: list[list[int]]) -> list[int]:
    """How many numbers directly precede each one."""
    counts = [0] * len(after)
    for children in after:
        for child in children:
            counts[child] += 1
    return counts
