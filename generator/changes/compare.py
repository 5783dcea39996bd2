"""Two states of an API, operation by operation. OpenAPI 3.1.1, sections 4.8.1 and 4.8.10."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator import deep_stack
from generator.changes import access, bodies, parameters, prose
from generator.changes.narrowing import of_deprecation
from generator.changes.schemas import Sides
from generator.changes.types import Change, Changes, Kind, OperationChanges
from generator.model.types import Api, Operation

_Pair = tuple[Operation | None, Operation]


def compare(before: Api, after: Api) -> Changes:
    """What differs between two states of an API: nothing where both demand the same.

    Operations are in the order of ``after``, those that were removed behind them. Prose is not compared.
    """
    return deep_stack.run(lambda: _compare(before, after))


def _compare(before: Api, after: Api) -> Changes:
    sides = Sides.of(before.schemas, after.schemas)
    pairs, removed = _matched(before.operations, after.operations)
    found = [(old, new, list(_of_operation(sides, old, new)) if old else []) for old, new in pairs]
    common = _common([access_ for old, new, _ in found if old for access_ in [_access(old, new)]])
    told = [
        _told("changed" if old else "added", new, [c for c in changes if c not in common] if old else [_NEW])
        for old, new, changes in found
    ]
    told += [_told("removed", old, [_gone(old)]) for old in removed]
    return Changes(
        before=before.version,
        after=after.version,
        api=_sorted([*_of_api(before, after), *(_of_all(change) for change in common)]),
        operations=tuple(operation for operation in told if operation.changes),
    )


_NEW = Change("added", "The operation is new.")


def _gone(operation: Operation) -> Change:
    what = (
        "The operation was removed. It was deprecated."
        if operation.deprecated
        else "The operation was removed."
    )
    return Change("removed", what, True)


def _told(kind: Kind, operation: Operation, changes: list[Change]) -> OperationChanges:
    return OperationChanges(
        kind, operation.id, operation.method, operation.path, operation.name, _sorted(changes)
    )


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Breaking ones first, else as they were found; what is said once is said."""
    return tuple(sorted(dict.fromkeys(changes), key=lambda change: not change.breaking))


def _matched(
    before: tuple[Operation, ...], after: tuple[Operation, ...]
) -> tuple[list[_Pair], list[Operation]]:
    """Each operation with the one that it was before, and those that are gone.

    The same are, looked for in this order: those of the same path, those of one that names its parameters
    otherwise, those of the same id.
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
    """What is no path of the API is known by its id alone."""
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
    yield from bodies.of_body(sides, before.body, after.body, given=after.kind == "path")
    yield from bodies.of_answers(sides, before, after)


def _access(before: Operation, after: Operation) -> Iterator[Change]:
    """Where it is sent and what lets it in: what several operations are likely to share."""
    yield from access.of_credentials(before, after)
    if after.kind == "path" and (before.servers or after.servers):
        if not before.servers or not after.servers:
            what = "has servers of its own now" if after.servers else "has no servers of its own any more"
            yield Change("changed", f"The operation {what}.", True)
        else:
            yield from access.of_servers(before.servers, after.servers)


def _common(found: list[Iterator[Change]]) -> list[Change]:
    """What all of several operations have in common: it is told of the API, once."""
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
