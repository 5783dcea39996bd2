"""Schemas in JSON Schema draft 7, the newest that Postman's validator (Ajv 6) knows.

What draft 7 says otherwise is said its way; what it can't say is left out and noted. A schema is loosened
where it has to be, never tightened: no valid answer may fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.model.api import Contract, Contracts, Schema
from generator.model.draft7_rules import (
    FORMATS,
    INHERITED,
    MISSED_FORMATS,
    KeywordsOf,
    Losses,
    kept_pattern,
    ordered,
)
from generator.model.lean import demanded, hides_in_branches
from generator.model.schemas import Schemas
from generator.reading import Document
from generator.reading.dialects import ASSERTIONS
from generator.reading.nodes import mapping

_REF = "#/definitions/"
#: As draft 7 has them, value for value.
_SAME = frozenset(
    "type enum const minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems maxItems "
    "uniqueItems minProperties maxProperties".split()
)
_ONE = frozenset("not if then else additionalProperties propertyNames".split())
_HIDDEN = "writeOnly"


class Draft7(Contracts):
    """The schemas of one document's answers: each named one is turned once, however many refer to it.

    Of more than ``most`` definitions that one contract needs, the farthest accept anything. ``loose_formats``
    are not checked: a service is known to break them.
    """

    def __init__(
        self,
        document: Document,
        schemas: Schemas,
        most: int = 400,
        loose_formats: frozenset[str] = frozenset(),
    ) -> None:
        self._document = document
        self._schemas = schemas
        self._most = most
        self._formats = FORMATS - loose_formats
        self._missed = MISSED_FORMATS - loose_formats
        self._names: dict[int, str] = {}
        self._targets: dict[str, Schema] = {}
        self._turned: dict[str, Any] = {}
        self._needs: dict[str, tuple[str, ...]] = {}
        self._needed: dict[str, None] = {}
        self._losses = Losses()
        self._keywords = KeywordsOf(document, schemas)

    def losses(self) -> tuple[tuple[str, str], ...]:
        """What the contracts made so far don't check: a JSON pointer and a sentence each."""
        return tuple(self._losses)

    def contract(self, schema: Schema, at: str) -> Contract:
        """``schema``, which stands at pointer ``at``, with every definition that it needs."""
        self._needed = {}
        self._losses.at = at
        whole = self._of(schema)
        found: dict[str, Any] = {}
        waiting = list(self._needed)
        for name in waiting:
            if name in found:
                continue
            if len(found) >= self._most:
                found[name] = True
                self._losses.note_beyond(self._most)
                continue
            found[name] = self._definition(name)
            waiting += [other for other in self._needs[name] if other not in found]
        return Contract(whole, found)

    def _definition(self, name: str) -> Any:
        if name not in self._turned:
            self._needed = {}
            target = self._targets[name]
            self._losses.at = self._keywords.pointer(target) or self._losses.at
            self._turned[name] = self._of(target)
            self._needs[name] = tuple(self._needed)
        return self._turned[name]

    def _name(self, target: Schema, reference: str) -> str:
        known = self._names.get(id(target))
        if known is None:
            words = self._schemas.name(target) or reference.rpartition("/")[2] or "Schema"
            stem = re.sub(r"[^A-Za-z0-9_.-]+", "_", words).strip("_") or "Schema"
            if stem in INHERITED or stem[0].isdigit():
                stem = f"_{stem}"
            known, number = stem, 2
            while known in self._targets:
                known, number = f"{stem}_{number}", number + 1
            self._names[id(target)] = known
            self._targets[known] = target
        return known

    def _reference(self, reference: str) -> dict[str, Any]:
        target = self._schemas.target({"$ref": reference})
        name = self._name(target, reference)
        self._needed[name] = None
        return {"$ref": _REF + name}

    # --- One schema -------------------------------------------------------------------------------------

    def _of(self, schema: Schema) -> Any:
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else True
        node = self._document.schema(schema)
        if "allOf" in node and hides_in_branches(self._schemas, schema, _HIDDEN):
            node = self._schemas.merged(schema)
        own = {key: value for key, value in node.items() if key in ASSERTIONS}
        result: dict[str, Any] = {}
        every: list[Any] = []
        for keyword in ("$ref", "$dynamicRef"):
            if keyword in own:
                every.append(self._reference(own[keyword]))
        every += [self._of(branch) for branch in own.get("allOf", ())]
        for key, value in own.items():
            if key in _SAME:
                result[key] = value
            elif key in _ONE:
                turned = self._of(value)
                if turned is not True or key == "not":
                    result[key] = turned
        self._strings(own, result)
        self._numbers(own, result)
        self._lists(own, result, every)
        self._objects(own, node, result, every)
        self._choices(own, node, result, every)
        if node.get("nullable") is True and (result or every):
            return {"anyOf": [{"type": "null"}, _whole(result, every)]}
        return _whole(result, every)

    def _strings(self, own: Mapping[str, Any], result: dict[str, Any]) -> None:
        """JSON Schema validation 2020-12, sections 6.3 and 7.3."""
        if "pattern" in own:
            if kept_pattern(own["pattern"]):
                result["pattern"] = own["pattern"]
            else:
                self._losses.note(f"the pattern {own['pattern']!r}")
        if own.get("format") in self._formats:
            result["format"] = own["format"]
        elif own.get("format") in self._missed:
            self._losses.note(f"the format {own['format']!r}")

    def _numbers(self, own: Mapping[str, Any], result: dict[str, Any]) -> None:
        """Ajv divides: of a fraction, it would refuse some multiples."""
        if "multipleOf" in own:
            if float(own["multipleOf"]).is_integer():
                result["multipleOf"] = own["multipleOf"]
            else:
                self._losses.note(f"`multipleOf: {own['multipleOf']}`")

    def _lists(self, own: Mapping[str, Any], result: dict[str, Any], every: list[Any]) -> None:
        """JSON Schema 2020-12, sections 10.3.1 and 11.2; draft 7, section 6.4."""
        first = [self._of(part) for part in own.get("prefixItems", ())]
        rest = "items" if "items" in own else "unevaluatedItems" if "unevaluatedItems" in own else ""
        if rest == "unevaluatedItems" and ("contains" in own or self._keywords.has_applicators(own)):
            self._losses.note("`unevaluatedItems`")
            rest = ""
        if first:
            result["items"] = first
            if rest:
                result["additionalItems"] = self._of(own[rest])
        elif rest:
            result["items"] = self._of(own[rest])
        if "contains" in own and own.get("minContains", 1) > 0:
            result["contains"] = self._of(own["contains"])
        for keyword in ("minContains", "maxContains"):
            if "contains" in own and own.get(keyword, 0) > (1 if keyword == "minContains" else -1):
                self._losses.note(f"`{keyword}`")

    # --- Objects ----------------------------------------------------------------------------------------

    def _objects(
        self, own: Mapping[str, Any], node: Mapping[str, Any], result: dict[str, Any], every: list[Any]
    ) -> None:
        """JSON Schema 2020-12, sections 10.3.2 and 11.3; draft 7, section 6.5."""
        self._properties(own, result)
        required = demanded(self._schemas, node, own.get("required", ()), _HIDDEN)
        required = [name for name in required if name not in INHERITED]
        if required:
            result["required"] = required
        dependencies: dict[str, Any] = {}
        for name, names in own.get("dependentRequired", {}).items():
            dependencies[name] = names
        for name, schema in own.get("dependentSchemas", {}).items():
            turned = self._of(schema)
            if name in dependencies:
                turned = {"allOf": [{"required": dependencies[name]}, turned]}
            dependencies[name] = turned
        dependencies = {name: value for name, value in dependencies.items() if name not in INHERITED}
        if dependencies:
            result["dependencies"] = dependencies
        if "unevaluatedProperties" in own and "additionalProperties" not in own:
            self._unevaluated(own, result, every)

    def _properties(self, own: Mapping[str, Any], result: dict[str, Any]) -> None:
        properties = {}
        for name, schema in own.get("properties", {}).items():
            if name in INHERITED:
                # Every object of JavaScript has one, and Ajv takes it for the answer's.
                self._losses.note(f"the property {name!r}")
            else:
                properties[name] = self._of(schema)
        patterns = {}
        for pattern, schema in own.get("patternProperties", {}).items():
            if kept_pattern(pattern):
                patterns[pattern] = self._of(schema)
            else:
                self._losses.note(f"the pattern {pattern!r}")
        dropped = len(properties) + len(patterns) < len(own.get("properties", ())) + len(
            own.get("patternProperties", ())
        )
        if dropped:
            # What they allowed must not be refused as a further property.
            result.pop("additionalProperties", None)
        if properties:
            result["properties"] = properties
        if patterns:
            result["patternProperties"] = patterns

    def _unevaluated(self, own: Mapping[str, Any], result: dict[str, Any], every: list[Any]) -> None:
        """``unevaluatedProperties`` as the ``additionalProperties`` of everything that is looked at."""
        known = self._keywords.evaluated(own)
        if known is None or any(not kept_pattern(p) for p in known.patterns) or known.names & INHERITED:
            self._losses.note("`unevaluatedProperties`")
            return
        if known.conditional:
            self._losses.note("`unevaluatedProperties`, as to which branch is taken")
        rest = self._of(own["unevaluatedProperties"])
        if known.own:
            result["additionalProperties"] = rest
            return
        looked: dict[str, Any] = {}
        if known.names:
            looked["properties"] = dict.fromkeys(sorted(known.names), True)
        if known.patterns:
            looked["patternProperties"] = dict.fromkeys(sorted(known.patterns), True)
        every.append({**looked, "additionalProperties": rest})

    # --- Choices ----------------------------------------------------------------------------------------

    def _choices(
        self, own: Mapping[str, Any], node: Mapping[str, Any], result: dict[str, Any], every: list[Any]
    ) -> None:
        for keyword in ("anyOf", "oneOf"):
            if keyword not in own:
                continue
            plain = {keyword: [self._of(branch) for branch in own[keyword]]}
            kinds = dict(self._kinds(mapping(node.get("discriminator")), own[keyword]))
            if kinds:
                name = node["discriminator"]["propertyName"]
                every += _by_kind(name, kinds, plain)
            else:
                result.update(plain)

    def _kinds(
        self, discriminator: Mapping[str, Any], branches: list[Schema]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The values of the property that tells, and what each means. OpenAPI 3.1.1, section 4.8.25."""
        property_name = discriminator.get("propertyName")
        if not isinstance(property_name, str) or property_name in INHERITED:
            return
        references = [b["$ref"] for b in branches if isinstance(b, dict) and isinstance(b.get("$ref"), str)]
        targets = {id(self._schemas.target({"$ref": r})): r for r in references}
        given = mapping(discriminator.get("mapping"))
        for value, to in given.items():
            if isinstance(to, str):
                reference = to if "#" in to or "/" in to else f"#/components/schemas/{to}"
                target = self._schemas.target({"$ref": reference})
                if id(target) in targets:
                    yield str(value), self._reference(targets[id(target)])
        for identity, reference in targets.items():
            name = self._schemas.name(self._schemas.target({"$ref": reference}))
            if name and name not in given and identity:
                yield name, self._reference(reference)


def _by_kind(name: str, kinds: Mapping[str, Any], plain: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What ``oneOf`` with a discriminator means: the branch that the property names, else any that fits."""
    for value, branch in kinds.items():
        yield {"if": {"properties": {name: {"const": value}}, "required": [name]}, "then": branch}
    yield {"if": {"properties": {name: {"enum": list(kinds)}}, "required": [name]}, "else": plain}


def _whole(result: dict[str, Any], every: list[Any]) -> Any:
    """``result`` and ``every`` other schema together, without an ``allOf`` where there is only one."""
    every = [part for part in every if part is not True]
    if not result:
        if not every:
            return True
        if len(every) == 1:
            return every[0]
    return ordered({**result, "allOf": every} if every else result)
