"""A stable order of numbers of which some have to come before others."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import pairwise

Pair = tuple[int, int]


def sorted_by(count: int, firm: Iterable[Pair], loose: Iterable[Pair] = ()) -> list[int]:
    """The numbers below ``count``, the first of each pair before the second, with few of them moved.

    In a circle of pairs only the ``firm`` ones count; what is in a circle of these keeps its order.
    """
    firm = {pair for pair in firm if pair[0] != pair[1]}
    pairs = firm | {pair for pair in loose if pair[0] != pair[1]}
    if all(first < second for first, second in pairs):
        return list(range(count))
    after: list[list[int]] = [[] for _ in range(count)]
    for first, second in _without_circles(count, firm, pairs):
        after[first].append(second)
    return _placed(after)


# --- Circles --------------------------------------------------------------------------------------------


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
    """For each number that of its circle, and every circle of more than one, in order.

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
    """Everything on ``path`` since ``node``, which becomes its owner."""
    circle = []
    while owner[node] < 0:
        circle.append(path.pop())
        owner[circle[-1]] = node
    return sorted(circle)


# --- The order ------------------------------------------------------------------------------------------


def _placed(after: list[list[int]]) -> list[int]:
    """An order, where there is no circle: what is moved goes just before or behind what it is moved for."""
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
    """What has to leave its place, so that all else can keep its order; and for each number its place.

    Of two that stand the wrong way round, that one goes which stands so with more others. Sets of numbers are
    integers here, a bit for each: thousands of them are united in a moment.
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
        place[index] = (needs_it & -needs_it).bit_length() - 1  # -1, at once, where nothing does
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
    """How many stand before each number."""
    counts = [0] * len(after)
    for children in after:
        for child in children:
            counts[child] += 1
    return counts
