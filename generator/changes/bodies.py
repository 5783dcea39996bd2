"""Changes of request bodies and responses. OpenAPI 3.1.1, sections 4.8.13 to 4.8.17."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.changes import prose
from generator.changes.narrowing import of_need
from generator.changes.parameters import of_headers
from generator.changes.schemas import Sides, changes
from generator.changes.types import Change
from generator.model.schemas.direction import Direction
from generator.model.types import MediaType, Operation, RequestBody, Response


def of_body(
    sides: Sides, before: RequestBody | None, after: RequestBody | None, direction: Direction
) -> Iterator[Change]:
    """Changes of a request body. ``direction`` is ``REQUEST`` if the client sends it, not the API."""
    if before is None or after is None:
        if after:
            needed = direction.is_request and after.required
            what = "was added, and is required." if needed else "was added."
            yield Change("added", f"The request body {what}", needed)
        elif before:
            yield Change("removed", "The request body was removed.", True)
        return
    for difference in of_need(before.required, after.required, direction):
        yield Change("changed", f"The request body {difference.what}", difference.breaking)
    yield from _of_content(sides, before.content, after.content, "the request body", direction)


def of_responses(sides: Sides, before: Operation, after: Operation) -> Iterator[Change]:
    """Changes of an operation's responses, in the order of ``after``, removed ones last."""
    direction = Direction.of(after.kind != "path")
    olds = {response.status: response for response in before.responses}
    news = {response.status: response for response in after.responses}
    for status, response in news.items():
        if status in olds:
            yield from _of_response(sides, olds[status], response, direction)
        else:
            yield Change("added", f"{prose.begun(_subject(status))} was added.")
    for status in olds:
        if status not in news:
            yield Change("removed", f"{prose.begun(_subject(status))} was removed.", status.startswith("2"))


def _subject(status: str) -> str:
    return "the default response" if status == "default" else f"the response {prose.code(status)}"


def _of_response(sides: Sides, before: Response, after: Response, direction: Direction) -> Iterator[Change]:
    if before is after:
        return
    subject = _subject(after.status)
    yield from of_headers(sides, before.headers, after.headers, subject, direction)
    if before.content and not after.content:
        yield Change("removed", f"{prose.begun(subject)} has no body any more.", True)
        return
    yield from _of_content(sides, before.content, after.content, subject, direction)


def _of_content(
    sides: Sides,
    before: tuple[MediaType, ...],
    after: tuple[MediaType, ...],
    subject: str,
    direction: Direction,
) -> Iterator[Change]:
    olds, news = ({_name(part): part for part in content} for content in (before, after))
    begun = prose.begun(subject)
    for name, part in news.items():
        if name not in olds:
            what = "may be" if olds else "has a body now:"
            yield Change("added", f"{begun} {what} {prose.code(name)}{' as well now' if olds else ''}.")
            continue
        where = f"{subject} as {prose.code(name)}" if len(news) > 1 else subject
        if olds[name].sequence != part.sequence:
            yield Change(
                "changed", f"{prose.begun(where)} is sent item by item or as a whole, unlike before.", True
            )
        yield from changes(sides, olds[name].schema, part.schema, where, direction)
    for name in olds:
        if name not in news:
            yield Change("removed", f"{begun} can't be {prose.code(name)} any more.", True)


def _name(part: MediaType) -> str:
    """The media type as the description writes it, without ``charset`` (RFC 9110, section 8.3.1)."""
    return re.sub(
        r"(?<!\s)\s*;\s*charset=[^;]*", "", part.documented or part.name, flags=re.IGNORECASE
    ).lower()
