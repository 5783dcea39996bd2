"""Comparison of two versions of an API, operation by operation. OpenAPI 3.1.1, sections 4.8.1 and 4.8.10."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator import deep_stack
from generator.changes import access, bodies, parameters, prose
from generator.changes.narrowing import of_deprecation
from generator.changes.schemas import Sides
from generator.changes.types import Change, Changes, Kind, OperationChanges
from generator.model.schemas.direction import Direction
from generator.model.types import Api, Operation

_Pair = tuple[Operation | None, Operation]


def compare(before: Api, after: Api) -> Changes:
    """Compare two versions of an API. There are no changes if both have the same requirements.

    Operations are in the order of ``after``, followed by those that were removed. Prose is not compared.
    """
    return deep_stack.run(lambda: _compare(before, after))


def _compare(before: Api, after: Api) -> Changes:
    sides = Sides.of(before.schemas, after.schemas)
    pairs, removed = _matched(before.operations, after.operations)
    found = [(old, new, list(_of_operation(sides, old, new)) if old else []) for old, new in pairs]
    common = _common([access_ for old, new, _ in found if old for access_ in [_access(old, new)]])
    operations = [
        _changes("changed" if old else "added", new, [c for c in each if c not in common] if old else [_NEW])
        for old, new, each in found
    ]
    operations += [_changes("removed", old, [_gone(old)]) for old in removed]
    return Changes(
        before=before.version,
        after=after.version,
        api=_sorted([*_of_api(before, after), *(_of_all(change) for change in common)]),
        operations=tuple(operation for operation in operations if operation.changes),
    )


_NEW = Change("added", "The operation is new.")


def _gone(operation: Operation) -> Change:
    what = (
        "The operation was removed. It was deprecated."
        if operation.deprecated
        else "The operation was removed."
    )
    return Change("removed", what, True)


def _changes(kind: Kind, operation: Operation, changes: list[Change]) -> OperationChanges:
    return OperationChanges(
        kind, operation.id, operation.method, operation.path, operation.name, _sorted(changes)
    )


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes without duplicates, breaking ones first, otherwise in the order of ``changes``."""
    return tuple(sorted(dict.fromkeys(changes), key=lambda change: not change.breaking))


def _matched(
    before: tuple[Operation, ...], after: tuple[Operation, ...]
) -> tuple[list[_Pair], list[Operation]]:
    """Each operation of ``after`` with its counterpart in ``before``, and the operations that are gone.

    Counterparts have the same method and path; else the same method and a path that differs only in the
    names of its parameters; else the same id.
    """
    left = {id(operation): operation for operation in before}
    found: dict[int, Operation] = {}
    for key in (_exact, _by_template, _by_id):
        olds: dict[tuple[str, ...], Operation] = {}
        for operation in left.values():
            olds.setdefault(key(operation), operation)
        for operation in after:
            old = olds.get(key(operation)) if id(operation) not in found else None
            if old is not None and id(old) in left:
                found[id(operation)] = left.pop(id(old))
    return [(found.get(id(operation)), operation) for operation in after], list(left.values())


def _exact(operation: Operation) -> tuple[str, ...]:
    return (operation.kind, operation.method, operation.path, *_name_of_hook(operation))


def _by_template(operation: Operation) -> tuple[str, ...]:
    path = parameters.template(operation.path)
    return (operation.kind, operation.method, path, *_name_of_hook(operation))


def _by_id(operation: Operation) -> tuple[str, ...]:
    return (operation.kind, operation.id)


def _name_of_hook(operation: Operation) -> tuple[str, ...]:
    """The id of a webhook or callback, which its path doesn't identify; nothing for other operations."""
    return () if operation.kind == "path" else (operation.id,)


def _of_operation(sides: Sides, before: Operation, after: Operation) -> Iterator[Change]:
    if parameters.template(before.path) != parameters.template(after.path):
        yield Change("changed", f"Its path was {prose.code(before.path)}.", True)
    if before.method != after.method:
        yield Change("changed", f"Its method was {prose.code(before.method)}.", True)
    if before.id != after.id and before.path == after.path:
        yield Change("changed", f"Its id was {prose.code(before.id)}.")
    for difference in of_deprecation(before.deprecated, after.deprecated):
        yield Change("changed", f"The operation {difference.what}")
    yield from _access(before, after)
    yield from parameters.of_parameters(sides, before, after)
    yield from bodies.of_body(sides, before.body, after.body, Direction.of(after.kind == "path"))
    yield from bodies.of_responses(sides, before, after)


def _access(before: Operation, after: Operation) -> Iterator[Change]:
    """Changes of an operation's credentials and own servers, which several operations are likely to share."""
    yield from access.of_credentials(before, after)
    if after.kind == "path" and (before.servers or after.servers):
        if not before.servers or not after.servers:
            what = "has servers of its own now" if after.servers else "has no servers of its own any more"
            yield Change("changed", f"The operation {what}.", True)
        else:
            yield from access.of_servers(before.servers, after.servers)


def _common(found: list[Iterator[Change]]) -> list[Change]:
    """The changes that all of several operations share, to be reported once, for the API."""
    every = [list(changes) for changes in found]
    if len(every) < 2:
        return []
    return [change for change in every[0] if all(change in changes for changes in every[1:])]


def _of_all(change: Change) -> Change:
    return Change(change.kind, f"Of every operation: {change.what}", change.breaking)


def _of_api(before: Api, after: Api) -> Iterator[Change]:
    if before.title != after.title:
        yield Change(
            "changed", f"The API is called {prose.code(after.title)} now, and was {prose.code(before.title)}."
        )
    yield from access.of_servers(before.servers, after.servers)
    yield from access.of_schemes(before, after)
