"""Convert keywords for items of arrays and properties of objects. JSON Schema 2020-12, section 10.3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from generator.model.draft7 import evaluated
from generator.model.draft7.ajv import INHERITED, demanding, having, whole
from generator.model.draft7.patterns import without_unicode_flag
from generator.model.schemas.assertions import still_required
from generator.model.schemas.direction import Direction

if TYPE_CHECKING:
    from generator.model.draft7.turn import Turn

#: Keywords whose schemas may require properties that the schema around them marks as hidden.
_BRANCHES = frozenset("allOf anyOf oneOf not if then else dependentSchemas".split())


def items(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``items``, ``prefixItems`` and the like. Section 10.3.1; draft 7 validation, section 6.4."""
    first = [turn.within(part, "prefixItems", i) for i, part in enumerate(node.get("prefixItems", ()))]
    rest: Any = True
    if "items" in node:
        rest = turn.within(node["items"], "items")
    elif "unevaluatedItems" in node:
        known = evaluated.items(turn.document, turn.schemas, node)
        if known.conditional:
            turn.note("`unevaluatedItems` to the full")
        if not known.every:
            rest = turn.within(node["unevaluatedItems"], "unevaluatedItems")
            first += [True] * (known.first - len(first))
    if rest is True:
        while first and first[-1] is True:
            first.pop()
    if first:
        out["items"] = first
    if rest is not True:
        out["additionalItems" if first else "items"] = rest
    if node.get("uniqueItems") is True:
        _unique(turn, node, out)


def _unique(turn: Turn, node: Mapping[str, Any], out: dict[str, Any]) -> None:
    inner = turn.schemas.merged(node.get("items", True))
    if inner.get("format") in ("int64", "uint64") and not {"minimum", "maximum"} <= inner.keys():
        # Different numbers may become equal where JavaScript rounds them.
        turn.note("`uniqueItems` of numbers of 64 bits")
    else:
        out["uniqueItems"] = True


def contains(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``contains`` and its counts. Section 10.3.1.3; validation, sections 6.4.4 and 6.4.5."""
    least = int(node.get("minContains", 1))
    if least > 0:
        out["contains"] = turn.within(node["contains"], "contains")
    if least > 1:
        turn.note("`minContains` to the full")
        out["minItems"] = max(out.get("minItems", 0), least)
    if "maxContains" in node:
        turn.note("`maxContains`")


def properties(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``properties`` and the like. Sections 10.3.2 and 11.3; draft 7 validation, section 6.5."""
    named: dict[str, Any] = {}
    patterns: dict[str, Any] = {}
    for name, schema in node.get("properties", {}).items():
        result = turn.within(schema, "properties", name)
        if name in INHERITED:
            patterns[f"^{name}$"] = result
        else:
            named[name] = result
    is_complete = _pattern_properties(turn, node, patterns)
    rest: Any = True
    if "additionalProperties" in node:
        further = turn.within(node["additionalProperties"], "additionalProperties")
        rest = further if is_complete else True
    elif "unevaluatedProperties" in node:
        rest = _unevaluated(turn, node, named, patterns)
    if rest is True:
        named = {name: schema for name, schema in named.items() if schema is not True}
        patterns = {name: schema for name, schema in patterns.items() if schema is not True}
    else:
        out["additionalProperties"] = rest
    if named:
        out["properties"] = named
    if patterns:
        out["patternProperties"] = patterns


def _pattern_properties(turn: Turn, node: Mapping[str, Any], patterns: dict[str, Any]) -> bool:
    """Convert ``patternProperties``. Return whether all could be: if not, no further name may be refused."""
    is_complete = True
    for original, schema in node.get("patternProperties", {}).items():
        result = turn.within(schema, "patternProperties", original)
        pattern = without_unicode_flag(original)
        if pattern is None:
            is_complete = False
            turn.note(f"the properties that the pattern {original!r} names, nor further ones")
        elif pattern.exact:
            patterns[pattern.text] = whole({}, [patterns.get(pattern.text, True), result])
        else:
            # The pattern matches too many names, whose values must not be validated against its schema.
            turn.note(f"the properties that the pattern {original!r} names")
            patterns.setdefault(pattern.text, True)
    return is_complete


def _unevaluated(turn: Turn, node: Mapping[str, Any], named: dict[str, Any], patterns: dict[str, Any]) -> Any:
    known = evaluated.properties(turn.document, turn.schemas, node)
    translated = [without_unicode_flag(pattern) for pattern in known.patterns]
    if known.every or None in translated:
        if known.conditional or not known.every:
            turn.note("`unevaluatedProperties`")
        return True
    if known.conditional:
        turn.note("`unevaluatedProperties` to the full")
    for name in known.names:
        if name in INHERITED:
            patterns.setdefault(f"^{name}$", True)
        else:
            named.setdefault(name, True)
    for pattern in filter(None, translated):
        patterns.setdefault(pattern.text, True)
        turn.lossy += not pattern.exact
    return turn.within(node["unevaluatedProperties"], "unevaluatedProperties")


def property_names(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``propertyNames``. Section 10.3.2.4."""
    names = turn.within(node["propertyNames"], "propertyNames")
    if names is not True:
        out["propertyNames"] = names


def required(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``required``, without properties that no response has. Validation, section 6.5.3."""
    names, more = demanding(_shown(turn, node, node["required"]))
    if names:
        out["required"] = names
    others += more


def _shown(turn: Turn, node: Mapping[str, Any], names: list[str]) -> list[str]:
    shown = [n for n in still_required(turn.schemas, node, names, Direction.RESPONSE) if n not in turn.hidden]
    turn.lossy += len(shown) < len(set(names))
    return shown


def hide(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Record the properties that no response has, for the schemas inside this one."""
    if not _BRANCHES.isdisjoint(node):
        found = node["properties"].items()
        turn.hidden |= {name for name, part in found if Direction.RESPONSE.hides(turn.schemas.merged(part))}


def dependencies(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Convert ``dependentRequired`` and ``dependentSchemas`` to ``dependencies``.

    Section 10.2.2.4; validation, section 6.5.4; draft 7 validation, section 6.5.7.
    """
    found: dict[str, Any] = {}
    for name, names in node.get("dependentRequired", {}).items():
        plain, more = demanding(_shown(turn, node, names))
        if plain or more:
            found[name] = whole({"required": plain} if plain else {}, more) if more else plain
    for name, schema in node.get("dependentSchemas", {}).items():
        result = turn.same(schema, "dependentSchemas", name)
        if isinstance(found.get(name), list):
            found[name] = {"required": found[name]}
        result = whole({}, [found.get(name, True), result])
        if result is not True:
            found[name] = result
    for name in [name for name in found if name in INHERITED]:
        then = found.pop(name)
        others.append({"if": having(name), "then": {"required": then} if isinstance(then, list) else then})
    if found:
        out["dependencies"] = found
