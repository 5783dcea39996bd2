"""Texts about a schema: what pages show beside its properties, and what the search finds it by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.model.presentation.outlines import Outline
from generator.model.schemas.facts import Facts
from generator.targets.shared.wording import facts_notes, value_text


def descriptions(outline: Outline) -> Iterator[str]:
    """The descriptions of ``outline`` and everything in it."""
    if outline.description:
        yield outline.description
    for part in (*outline.parts, *outline.choices):
        yield from descriptions(part)


def names(outline: Outline) -> Iterator[str]:
    """The names of all properties in ``outline``, and of the components it refers to."""
    if outline.schema:
        yield outline.schema
    for part in (*outline.parts, *outline.choices):
        if part.kind == "property":
            yield part.name
        yield from names(part)


def _innermost(outline: Outline) -> Outline | None:
    """The outline of an array's items; of an array of arrays, that of the innermost items."""
    inner = outline.items
    while inner is not None and inner.items is not None:
        inner = inner.items
    return inner


def types(outline: Outline) -> str:
    """The type and format of a value: ``string, date``."""
    words = outline.facts.type or "any"
    inner = _innermost(outline)
    formats = outline.format or (inner.format if inner else "")
    return f"{words}, {formats}" if formats else words


def details(outline: Outline) -> list[tuple[str, tuple[str, ...], bool]]:
    """The constraints on a value besides its type: label, values, and whether these are code."""
    found: list[tuple[str, tuple[str, ...], bool]] = [(*note,) for note in facts_notes(outline.facts)]
    inner = _innermost(outline)
    if inner is not None and inner.facts.limits:
        found.append(("Limits of each item", inner.facts.limits, False))
    if inner is not None and inner.facts.accepted and not outline.facts.accepted:
        accepted = tuple(map(value_text, inner.facts.accepted))
        found.append(("Accepted values of each item", accepted, True))
    pattern = outline.pattern or (inner.pattern if inner else "")
    if pattern:
        found.append(("Pattern", (pattern,), True))
    values: tuple[Any, ...] = outline.examples or (inner.examples if inner else ())
    if values and not outline.facts.accepted:
        found.append(("Example", tuple(map(value_text, values[:3])), True))
    return found


def unless_empty(outline: Outline) -> Outline | None:
    """``outline``, or ``None`` if it says nothing."""
    return None if outline == Outline(Facts()) else outline
