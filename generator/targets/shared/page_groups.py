"""Divides the operations of an API among pages: by tags, and large groups into parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from generator.model import Api
from generator.model.types import Operation, Tag

T = TypeVar("T")
#: With more operations than this there is a page for each tag, since a single one would open slowly.
MOST_OPERATIONS = 60
#: How many of them a page has.
_OF_PAGE = 60


class PageGroup(NamedTuple):
    """The operations of a tag, or a part of them."""

    tag: Tag
    operations: tuple[Operation, ...]
    number: int
    """The number of the part, from 1."""


def page_groups(api: Api, *, is_large: bool) -> Iterator[PageGroup]:
    """The groups in reading order. If ``is_large``, none has more operations than a page.

    Then operations of an API without tags are grouped by their paths.
    """
    tagged = api.tagged()
    if is_large and [tag.name for tag, _ in tagged] == [""]:
        tagged = tuple(_by_paths(api.operations))
    for tag, operations in tagged:
        for number, part in enumerate(parted(operations, _OF_PAGE if is_large else len(operations)), 1):
            yield PageGroup(tag, part, number)


def parted(items: Sequence[T], most: int) -> Iterator[tuple[T, ...]]:
    """Split ``items`` into parts of at most ``most``."""
    for start in range(0, len(items), most):
        yield tuple(items[start : start + most])


def _by_paths(operations: Sequence[Operation]) -> Iterator[tuple[Tag, tuple[Operation, ...]]]:
    """Group operations without tags by the first segment in which their paths differ."""
    paths = [operation.path.strip("/").split("/") for operation in operations]
    same = 0
    while all(len(path) > same + 1 for path in paths) and len({path[same] for path in paths}) == 1:
        same += 1
    groups: dict[str, list[Operation]] = {}
    for operation, path in zip(operations, paths, strict=True):
        groups.setdefault(path[same], []).append(operation)
    for segment, found in groups.items():
        yield Tag(segment), tuple(found)
