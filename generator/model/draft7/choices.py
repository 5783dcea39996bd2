"""Convert keywords that choose among schemas for the same value. JSON Schema 2020-12, section 10.2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from generator.model.draft7.ajv import INHERITED, by_kind
from generator.model.schemas.facts import Schema
from generator.model.schemas.kinds import component_name
from generator.reading.json_pointer import pointer_of
from generator.reading.lenient import mapping

if TYPE_CHECKING:
    from generator.model.draft7.turn import Turn

_IMPRECISE = "not all that it says can be checked"


def choices(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``anyOf`` and ``oneOf``. Sections 10.2.1.2 and 10.2.1.3; OpenAPI 3.1.1, section 4.8.25."""
    for key, read in (("anyOf", _any_of), ("oneOf", _one_of)):
        if key not in node:
            continue
        plain = read(turn, node[key])
        kinds = dict(_kinds(turn, mapping(node.get("discriminator")), node[key]))
        if kinds:
            others += by_kind(node["discriminator"]["propertyName"], kinds, plain)
        elif plain.keys() <= out.keys():
            others.append(plain)
        else:
            out |= plain


def _any_of(turn: Turn, branches: list[Schema]) -> dict[str, Any]:
    return {"anyOf": [turn.same(branch, "anyOf", index) for index, branch in enumerate(branches)]}


def _one_of(turn: Turn, branches: list[Schema]) -> dict[str, Any]:
    """Convert ``oneOf``: to itself if each branch is exact, else to ``anyOf``, so that several may match."""
    judged = [turn.judged(branch, "oneOf", index) for index, branch in enumerate(branches)]
    results = [result for result, _ in judged]
    uses = [names for _, names in judged if names is not None]
    exact = len(uses) == len(judged)
    if exact and not any(uses):
        return {"oneOf": results}
    if _are_apart(turn, branches):
        return {"anyOf": results}  # means the same, even if branches are loosened
    if not exact:
        turn.note("that only one branch of `oneOf` fits", _IMPRECISE)
        return {"anyOf": results}
    turn.guarded.update(*uses)
    return {"oneOf": results}


def _are_apart(turn: Turn, branches: list[Schema]) -> bool:
    """Whether no two branches have a type in common."""
    seen: set[str] = set()
    for branch in branches:
        merged = turn.schemas.merged(branch)
        given = merged.get("type")
        types = {given} if isinstance(given, str) else set(given or ())
        types = {"number" if name == "integer" else name for name in types}
        if not types or types & seen:
            return False
        seen |= types
    return True


def _kinds(
    turn: Turn, discriminator: Mapping[str, Any], branches: list[Schema]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The values of the discriminator's property, each with the reference that it means."""
    property_name = discriminator.get("propertyName")
    if not isinstance(property_name, str) or property_name in INHERITED:
        return
    targets: dict[int, tuple[Schema, str]] = {}
    names: dict[int, list[str]] = {}
    for branch in branches:
        reference = branch.get("$ref") if isinstance(branch, dict) else None
        if isinstance(reference, str) and isinstance(target := turn.schemas.target(branch), dict):
            targets[id(target)] = (target, pointer_of(reference))
            names.setdefault(id(target), []).append(component_name(reference) or turn.schemas.name(target))
    given = mapping(discriminator.get("mapping"))
    for value, to in given.items():
        reference = to if isinstance(to, str) and "#" in to else f"#/components/schemas/{to}"
        known = targets.get(id(turn.schemas.target({"$ref": reference})))
        if known is not None:
            yield str(value), turn.refer(*known, always=False)
    for identity, (target, at) in targets.items():
        for name in names[identity]:
            if name and name not in given:
                yield name, turn.refer(target, at, always=False)


def negation(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``not``. Section 10.2.1.4."""
    result, uses = turn.judged(node["not"], "not")
    if uses is None:
        turn.note("`not`", _IMPRECISE)
    else:
        turn.guarded.update(uses)
        out["not"] = result


def condition(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``if``, ``then`` and ``else``. Section 10.2.2."""
    parts = {key: turn.same(node[key], key) for key in ("then", "else") if key in node}
    parts = {key: part for key, part in parts.items() if part is not True}
    if not parts:
        return
    condition, uses = turn.judged(node["if"], "if")
    if uses is None:
        turn.note("the condition of `if`", _IMPRECISE)
        if len(parts) == 2:
            others.append({"anyOf": list(parts.values())})
    elif isinstance(condition, bool):
        others.append(parts.get("then" if condition else "else", True))
    else:
        turn.guarded.update(uses)
        out |= {"if": condition, **parts}
