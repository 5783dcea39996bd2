"""Convert one schema to JSON Schema draft 7.

Where a looser part would make the whole stricter (in ``not``, as the condition of ``if``, and in ``oneOf``,
of which one branch must match), the whole is loosened as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from generator.model.draft7 import choices, members, values
from generator.model.draft7.turn import Around, Readers, Turn
from generator.model.schemas.facts import Schema
from generator.reading.json_pointer import pointer_of


class Converted(NamedTuple):
    """A schema in draft 7, and what is known of it and of the definitions that it needs."""

    schema: Any
    needs: tuple[str, ...]
    """The definitions that it refers to, in order."""
    guarded: frozenset[str]
    """The definitions that must be exact, because the schema would become stricter if they were loosened."""
    always: frozenset[str]
    """The definitions that always apply to the same value."""
    perhaps: frozenset[str]
    """The definitions that apply to the same value as one of several, or on a condition."""
    lossy: bool
    """Whether it accepts more than the original, even if all definitions are exact."""
    depth: int
    """The number of schemas nested in each other, including itself; references are not followed."""
    size: int
    """The approximate number of its keywords, names and values."""


def convert(
    around: Around,
    schema: Schema,
    at: str,
    *,
    loose: frozenset[str] = frozenset(),
    circles: frozenset[tuple[bool, str]] = frozenset(),
) -> Converted:
    """Convert ``schema``, whose JSON pointer is ``at``, to draft 7.

    ``loose`` are the definitions that accept more than their originals. ``circles`` are references to leave
    out, since they would be applied to the same value endlessly: whether always, and the name.
    """
    turn = Turn(around, at, loose, circles, _READERS)
    result = turn.schema(schema)
    return Converted(
        result,
        tuple(dict.fromkeys(turn.uses)),
        frozenset(turn.guarded),
        frozenset(turn.in_place[True]),
        frozenset(turn.in_place[False]),
        turn.lossy > 0,
        turn.deepest + 1,
        turn.size,
    )


def _references(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert references. Core 2020-12, section 8.2.3. Draft 7 ignores keywords beside a ``$ref``."""
    for key in ("$ref", "$dynamicRef"):
        if key in node:
            others.append(turn.refer(turn.schemas.target({"$ref": node[key]}), pointer_of(node[key])))


def _all_of(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    others += [turn.same(part, "allOf", index, always=True) for index, part in enumerate(node["allOf"])]


#: Keywords and the function that converts them, in the order of the conversion. Each function adds to the
#: keywords of the schema, and to the list of others that apply as well.
_READERS: Readers = tuple(
    (frozenset(keywords.split()), read)
    for keywords, read in (
        ("$ref $dynamicRef", _references),
        ("type const enum", values.kinds),
        ("minLength maxLength minItems maxItems minProperties maxProperties", values.counts),
        ("minimum maximum exclusiveMinimum exclusiveMaximum multipleOf", values.bounds),
        ("pattern format", values.strings),
        ("items prefixItems unevaluatedItems uniqueItems", members.items),
        ("contains", members.contains),
        ("properties patternProperties additionalProperties unevaluatedProperties", members.properties),
        ("propertyNames", members.property_names),
        ("required", members.required),
        ("properties", members.hide),
        ("allOf", _all_of),
        ("dependentRequired dependentSchemas", members.dependencies),
        ("anyOf oneOf", choices.choices),
        ("not", choices.negation),
        ("if", choices.condition),
    )
)
