"""One schema in JSON Schema draft 7.

Where a looser part would make the whole stricter (below ``not``, as the condition of ``if``, in ``oneOf``,
which must fit once), the whole is loosened as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from generator.model.draft7 import choices, members, values
from generator.model.draft7.turn import Around, Readers, Turn
from generator.model.schemas.facts import Schema
from generator.reading.json_pointer import pointer_of


class Turned(NamedTuple):
    """A schema in draft 7, and what it takes of others."""

    schema: Any
    needs: tuple[str, ...]
    """The definitions that it refers to, in order."""
    guarded: frozenset[str]
    """Those of them that must be exact, lest it becomes stricter."""
    always: frozenset[str]
    """Those that are applied to the same value, whatever it is."""
    perhaps: frozenset[str]
    """Those that are one of several, or depend on a condition."""
    lossy: bool
    """Whether it accepts more than the original, even if all those are exact."""
    depth: int
    """How many schemas are nested in each other, itself the first; references are not followed."""
    size: int
    """How many keywords, names and values it is made of, nearly."""


def turned(
    around: Around,
    schema: Schema,
    at: str,
    *,
    loose: frozenset[str] = frozenset(),
    circles: frozenset[tuple[bool, str]] = frozenset(),
) -> Turned:
    """``schema``, which stands at JSON pointer ``at``, in draft 7.

    ``loose`` names the definitions that accept more than their originals, ``circles`` those that would be
    applied to the same value without end (and whether always, or perhaps): they are left out.
    """
    turn = Turn(around, at, loose, circles, _READERS)
    result = turn.schema(schema)
    return Turned(
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
    """Core 2020-12, section 8.2.3. Beside a ``$ref`` draft 7 looks at nothing."""
    for key in ("$ref", "$dynamicRef"):
        if key in node:
            others.append(turn.refer(turn.schemas.target({"$ref": node[key]}), pointer_of(node[key])))


def _all_of(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    others += [turn.same(part, "allOf", index, always=True) for index, part in enumerate(node["allOf"])]


#: What reads which keywords, in the order in which it is done. Each adds to the keywords of the schema and to
#: the others that apply as well.
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
