"""Changes of parameters and response headers. OpenAPI 3.1.1, sections 4.8.12 and 4.8.21."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.changes import prose
from generator.changes.narrowing import of_deprecation, of_need
from generator.changes.schemas import Sides, changes
from generator.changes.types import Change
from generator.model.schemas.direction import Direction
from generator.model.types import Operation, Parameter

_Key = tuple[str, str]


def of_parameters(sides: Sides, before: Operation, after: Operation) -> Iterator[Change]:
    """Changes of an operation's parameters, in the order of ``after``, removed ones last.

    A path parameter with another name at the same position was renamed. A parameter with the same name in
    another location was moved.
    """
    direction = Direction.of(after.kind == "path")
    olds = {_key(parameter): parameter for parameter in before.parameters}
    news = {_key(parameter): parameter for parameter in after.parameters}
    renamed = _renamed(before.path, after.path)
    pairs = {key: key for key in news if key in olds}
    pairs |= {new: old for new, old in renamed.items() if new in news and old in olds}
    left = [key for key in olds if key not in pairs.values()]
    for key, parameter in news.items():
        if key not in pairs:
            moved = next((old for old in left if old[1].lower() == key[1].lower()), None)
            if moved is None:
                yield _added(parameter, direction)
                continue
            left.remove(moved)
            pairs[key] = moved
        yield from _of_parameter(sides, olds[pairs[key]], parameter, direction)
    for key in left:
        yield Change("removed", f"{prose.begun(_name(olds[key]))} was removed.", True)


def of_headers(
    sides: Sides,
    before: tuple[Parameter, ...],
    after: tuple[Parameter, ...],
    owner: str,
    direction: Direction,
) -> Iterator[Change]:
    """Changes of the headers of a response, which ``owner`` names in the text of a change.

    ``direction`` is ``REQUEST`` if the client sends the response, as it does to a webhook or callback.
    """
    olds = {header.name.lower(): header for header in before}
    news = {header.name.lower(): header for header in after}
    for key, header in news.items():
        subject = f"the header {prose.code(header.name)} of {owner}"
        if key in olds:
            yield from _of_value(sides, olds[key], header, subject, direction)
        else:
            breaking = direction.is_request and header.required
            yield Change("added", f"{prose.begun(subject)} was added.", breaking)
    for key, header in olds.items():
        if key not in news:
            yield Change("removed", f"The header {prose.code(header.name)} of {owner} was removed.", True)


def _key(parameter: Parameter) -> _Key:
    """What identifies a parameter: its location and name. OpenAPI 3.1.1, section 4.8.12.1."""
    name = parameter.name.lower() if parameter.location == "header" else parameter.name
    return parameter.location, name


def _renamed(before: str, after: str) -> dict[_Key, _Key]:
    """Path parameters that were renamed: the new key of each to its old one."""
    if template(before) != template(after):
        return {}
    olds, news = (re.findall(r"\{([^{}]*)\}", path) for path in (before, after))
    return {("path", new): ("path", old) for old, new in zip(olds, news, strict=True) if old != new}


def template(path: str) -> str:
    """A path template without the names of its parameters, which are never sent: ``/jobs/{}``."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def _name(parameter: Parameter) -> str:
    where = "query string" if parameter.location == "querystring" else parameter.location
    return f"the {where} parameter {prose.code(parameter.name)}"


def _added(parameter: Parameter, direction: Direction) -> Change:
    subject = prose.begun(_name(parameter))
    if direction.is_request and parameter.required:
        return Change("added", f"{subject} was added, and is required.", True)
    return Change("added", f"{subject} was added.")


def _of_parameter(
    sides: Sides, before: Parameter, after: Parameter, direction: Direction
) -> Iterator[Change]:
    subject = prose.begun(_name(after))
    if before.location != after.location:
        yield Change("changed", f"{subject} was a {before.location} parameter before.", True)
    elif _key(before) != _key(after):
        yield Change("changed", f"{subject} was called {prose.code(before.name)} before.")
    yield from _of_value(sides, before, after, _name(after), direction)


def _of_value(
    sides: Sides, before: Parameter, after: Parameter, subject: str, direction: Direction
) -> Iterator[Change]:
    begun = prose.begun(subject)
    if before is after:
        return
    for difference in (
        *of_deprecation(before.deprecated, after.deprecated),
        *of_need(before.required, after.required, direction),
    ):
        yield Change("changed", f"{begun} {difference.what}", difference.breaking)
    old, new = _written(before), _written(after)
    if before.location == after.location and old != new:
        yield Change("changed", f"{begun} is written as {new} now, and was as {old}.", True)
    yield from changes(sides, before.schema, after.schema, subject, direction)


def _written(parameter: Parameter) -> str:
    """How the value is serialized, in Markdown. OpenAPI 3.1.1, section 4.8.12.2."""
    if parameter.media_type:
        return prose.code(parameter.media_type)
    return prose.code(parameter.style) + (" with `explode`" if parameter.explode else "")
