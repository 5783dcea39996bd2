"""The schemas of a description, resolved: merged, named and described. JSON Schema 2020-12 in OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from generator.budget import (
    CHARACTERS_OF_A_VALUE,
    MOST_PARTS,
    MOST_PROPERTIES,
    Limit,
    characters,
    merged_entries,
)
from generator.identity import IdentityMemo, Same
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Facts, Property, Schema
from generator.model.schemas.merging import Folding
from generator.reading import Document
from generator.reading.json_pointer import UnresolvedReferenceError
from generator.reading.lenient import mapping

_DEPTH = 8
_NOTHING_FITS: dict[str, Any] = {"not": {}}
#: The replacement for anything that is not a schema. It is one object, since schemas are known by identity.
_NO_SCHEMA: dict[str, Any] = {}
#: Keywords that apply to a branch itself, not to the whole schema.
_OF_A_BRANCH = frozenset({"title", "$ref", "$id", "$anchor", "$dynamicAnchor", "discriminator", "xml"})


class _Merged(NamedTuple):
    """A merged schema."""

    result: dict[str, Any]
    circle: frozenset[Same] = frozenset()
    """The schemas of the circle it is part of; while one of them is being merged, ``result`` isn't used."""


class Schemas:
    """The schemas of one document. Results are remembered: a schema used twice is merged once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        # A memo keeps the schema itself, so that its id can't be reused for another object.
        self._merged: IdentityMemo[_Merged] = IdentityMemo()
        self._most = merged_entries(document.size, document.merges)
        self._low = 0
        """The least number of an open schema to which the schema being merged leads back."""
        self._within: dict[Same, dict[str, Any]] = {}
        """Results for members of circles that are not closed yet."""
        self._cut: list[Schema] = []
        self._united: dict[frozenset[Same], dict[str, Any]] = {}
        self._parts_of: IdentityMemo[list[Schema]] = IdentityMemo()
        self._words: IdentityMemo[str] = IdentityMemo()
        self._facts: IdentityMemo[Facts] = IdentityMemo()
        self._targets: dict[str, Schema] = {}
        self._ends: dict[str, Schema] = {}

    def merged(self, schema: Schema) -> dict[str, Any]:
        """``schema`` with its reference resolved and its ``allOf`` merged.

        Required names are combined, the tightest limits apply, and values are those that all branches accept.
        The schema's own annotations win. The result for ``true`` is ``{}``, for ``false`` ``{"not": {}}``.
        """
        if not isinstance(schema, dict):
            return _NOTHING_FITS if schema is False else {}
        known = self._merged.get(schema)
        if known is None:
            plain = self._document.schema(schema)
            if "$ref" not in plain and "allOf" not in plain and "$dynamicRef" not in plain:
                return self._merged.keep(schema, _Merged(plain)).result
            result = self._merge(schema, {})
            known = self._merged.get(schema) or self._merged.keep(schema, _Merged(result))
        return known.result

    def target(self, schema: Schema) -> Schema:
        """The schema at the end of a chain of references. One with siblings of ``$ref`` is its own target."""
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else _NO_SCHEMA
        reference = schema.get("$ref")
        if len(schema) != 1 or not isinstance(reference, str):
            return schema
        if reference not in self._ends:
            self._ends[reference] = self._end(schema)
        return self._ends[reference]

    def _end(self, schema: Schema) -> Schema:
        if isinstance(schema, dict) and self._document.references.why_not(schema):
            return mapping(self._document.follow(schema))  # records that it can't be resolved
        while isinstance(schema, dict) and len(schema) == 1 and isinstance(schema.get("$ref"), str):
            schema = self._ends.get(schema["$ref"]) or self._referred(schema["$ref"])
        return schema if isinstance(schema, dict | bool) else {}

    def _referred(self, reference: str) -> Schema:
        """The direct target of ``reference``; ``{}``, which accepts anything, if it can't be resolved."""
        if reference not in self._targets:
            try:
                found = self._document.references.resolve(reference)
            except UnresolvedReferenceError:
                found = self._document.follow({"$ref": reference})  # records why
            self._targets[reference] = found if isinstance(found, dict | bool) else {}
        return self._targets[reference]

    def _merge(self, schema: Schema, open_: dict[Same, int]) -> dict[str, Any]:
        """Merge ``schema``. ``open_`` numbers the schemas around it that are being merged."""
        if not isinstance(schema, dict):
            return _NOTHING_FITS if schema is False else {}
        known = self._merged.get(schema)
        if known is not None and known.circle.isdisjoint(open_):
            return known.result
        node = self._document.schema(schema)
        if not _is_combined(node):
            return node
        key = Same(schema)
        number = open_.get(key)
        if number is not None:
            self._low = min(self._low, number)
            return {}
        if key in self._within:
            # A member of the circle, which is already merged into the whole.
            self._low = 0
            return self._within[key]
        low, self._low = self._low, len(open_)
        open_[key] = mine = len(open_)
        before = len(self._within)
        result = self._folded(schema, node, open_)
        del open_[key]
        if self._low >= mine:
            circle = frozenset((*list(self._within)[before:], key))
            self._merged.keep(schema, _Merged(result, circle if len(circle) > 1 else frozenset()))
        else:
            self._within[key] = result
        self._low = min(low, self._low) if self._low < mine else low
        if not open_:
            self._within.clear()
        return result

    def _folded(self, schema: Schema, node: Mapping[str, Any], open_: dict[Same, int]) -> dict[str, Any]:
        reference = node.get("$ref", node.get("$dynamicRef"))
        own = {key: value for key, value in node.items() if key not in ("allOf", "$ref", "$dynamicRef")}
        parts: list[dict[str, Any]] = []
        start: dict[str, Any] | None = None
        if isinstance(reference, str):
            start = self._merge(self._referred(reference), open_)
            if not own and "allOf" not in node:
                return start
            parts.append(start)
        folding = Folding(self, self._most, start)
        for branch in node.get("allOf", ()):
            part = self._merge(branch, open_)
            parts.append(part)
            folding.add({k: v for k, v in part.items() if k not in _OF_A_BRANCH})
            if "discriminator" in part and ("oneOf" in part or "anyOf" in part):
                # It belongs to the choice, which is now one of the whole.
                folding.result.setdefault("discriminator", part["discriminator"])
        folding.add(own, own=True)
        for part in (*parts, own):
            if part.get("additionalProperties") is False or (
                part is not own and part.get("unevaluatedProperties") is False
            ):
                folding.close(part)
        if folding.is_cut:
            self._cut.append(schema)
        return folding.result

    def both(self, first: Schema, second: Schema) -> Schema:
        """A schema with the requirements of both; annotations are those of the second.

        The same parts give the same object, so that circles of schemas that are merged with each other end.
        """
        if not isinstance(first, dict) or not isinstance(second, dict):
            return False if False in (first, second) else second if isinstance(second, dict) else first
        parts = {self.identity(part): part for whole in (first, second) for part in self._parts(whole)}
        if len(parts) == 1 or first == second:
            return second
        if len(parts) > MOST_PARTS:
            self._cut.append(first)
            return first
        key = frozenset(parts)
        if key not in self._united:
            united: dict[str, Any] = {"allOf": list(parts.values())}
            self._united[key] = united
            self._parts_of.keep(united, united["allOf"])
        return self._united[key]

    def _parts(self, schema: dict[str, Any]) -> list[Schema]:
        return self._parts_of.get(schema) or [schema]

    def node(self, schema: Schema) -> Mapping[str, Any]:
        """The keywords of ``schema`` itself, in JSON Schema 2020-12, without resolving references."""
        return self._document.schema(schema)

    def limited(self) -> dict[str, dict[str, None]]:
        """JSON pointers of schemas whose ``allOf`` was cut, by the sentence that describes the limit."""
        if not self._cut:
            return {}
        places: IdentityMemo[str] = IdentityMemo()
        for at, node in self._document.objects():
            places.keep(node, at)
        found = {places.get(schema) or "": None for schema in self._cut}
        return {
            Limit.MERGED.value.format(self._most): dict(sorted(found.items(), key=lambda each: not each[0]))
        }

    @property
    def size(self) -> int:
        """The size of the description in characters."""
        return self._document.size

    @property
    def components(self) -> tuple[tuple[str, Schema], ...]:
        """The names and schemas of the components, in the description's order."""
        return tuple(mapping(mapping(self._document.root.get("components")).get("schemas")).items())

    @cached_property
    def _names(self) -> IdentityMemo[str]:
        """The names of the components by the schemas' targets."""
        found: IdentityMemo[str] = IdentityMemo()
        for name, schema in reversed(self.components):
            target = self.target(schema)
            if target is not _NO_SCHEMA:
                found.keep(target, name)
        return found

    def name(self, schema: Schema) -> str:
        """The name of a component, whichever reference leads to it; empty for any other schema."""
        return self._names.get(self.target(schema)) or ""

    def identity(self, schema: Schema) -> Same:
        """A key that is the same for the same schema, whichever reference leads to it."""
        return Same(self.target(schema))

    def types(self, schema: Schema) -> tuple[str, ...]:
        """The JSON types that ``schema`` names or implies, ``null`` last; empty if it accepts any."""
        merged = self.merged(schema)
        given = merged.get("type")
        if isinstance(given, str):
            return (given,)
        if isinstance(given, list):
            return tuple(sorted(given, key=lambda name: name == "null"))
        if "properties" in merged or "additionalProperties" in merged:
            return ("object",)
        if "items" in merged or "prefixItems" in merged:
            return ("array",)
        return ()

    def has_choice(self, merged: Mapping[str, Any]) -> bool:
        """Whether a merged schema still has ``oneOf``, ``anyOf`` or ``allOf``."""
        return "oneOf" in merged or "anyOf" in merged or "allOf" in merged

    def holds_others(self, schema: Schema) -> bool:
        """Whether a value of ``schema`` may contain values of other schemas, more than a list of scalars."""
        merged = self.merged(schema)
        if self.has_choice(merged) or merged.get("properties"):
            return True
        if "items" in merged:
            items = self.merged(merged["items"])
            return "items" in items or "properties" in items or self.has_choice(items)
        return isinstance(merged.get("additionalProperties"), dict)

    def facts(self, schema: Schema) -> Facts:
        """The facts that ``schema`` states about a value."""
        return self._facts.get(schema) or self._facts.keep(schema, self._facts_of(schema))

    def _facts_of(self, schema: Schema) -> Facts:
        merged = self.merged(schema)
        accepted = tuple(merged["enum"]) if isinstance(merged.get("enum"), list) else ()
        if "const" in merged:
            accepted = (merged["const"],)
        accepted = accepted or self._branch_values(merged) or self._item_values(merged)
        default = (merged["default"],) if "default" in merged else ()
        words, limits = self._type_words(schema), tuple(_limits(merged))
        length = sum(map(characters, (words, *accepted, *default, *limits)))
        length += CHARACTERS_OF_A_VALUE * max(len(accepted) - 1, 0)
        return Facts(words, accepted, default, limits, length)

    def _type_words(self, schema: Schema, depth: int = 0) -> str:
        """The types of ``schema`` in words, with those of items and alternatives down to three levels."""
        known = self._words.get(schema, depth)
        return self._words.keep(schema, self._worded(schema, depth), depth) if known is None else known

    def _worded(self, schema: Schema, depth: int) -> str:
        merged = self.merged(schema)
        types = self.types(schema)
        if not types:
            branches = merged.get("oneOf") or merged.get("anyOf") or []
            words = dict.fromkeys(self._type_words(b, depth + 1) for b in branches) if depth < 3 else {}
            return " or ".join(word for word in words if word)
        if types == ("array",) and "items" in merged and depth < 3:
            inner = self._type_words(merged["items"], depth + 1)
            return f"array of {_plural(inner)}" if inner else "array"
        return " or ".join(types)

    def _branch_values(self, merged: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values of ``oneOf`` or ``anyOf``, if each branch is an enumeration or a boolean."""
        values: list[Any] = []
        for branch in merged.get("oneOf") or merged.get("anyOf") or []:
            part = self.merged(branch)
            if part.get("type") == "boolean":
                values += [True, False]
            elif "const" in part or part.get("enum"):
                values += part.get("enum") or [part["const"]]
            else:
                return ()
        return tuple(values)

    def _item_values(self, merged: Mapping[str, Any]) -> tuple[Any, ...]:
        items = self.merged(merged.get("items", {}))
        return tuple(items.get("enum") or ())

    def properties(
        self, schema: Schema, most: int = MOST_PROPERTIES, *, direction: Direction
    ) -> tuple[Property, ...]:
        """The first ``most`` properties of a body with ``schema``, parents before children.

        Names are dotted. A property whose schema is open further up is listed, but not what is in it.
        Properties that aren't sent in requests, or in responses, are left out.
        """
        found = self._properties(schema, "", (), direction)
        return tuple(islice(found, most))

    def _properties(
        self, schema: Schema, prefix: str, open_: tuple[Same, ...], direction: Direction
    ) -> Iterator[Property]:
        merged = self.merged(schema)
        identity = self.identity(schema)
        if identity in open_ or len(open_) >= _DEPTH:
            return
        open_ = (*open_, identity)
        if self.types(schema)[:1] == ("array",):
            yield from self._properties(merged.get("items", {}), prefix, open_, direction)
            return
        required = frozenset(merged.get("required") or ())
        for name, child in (merged.get("properties") or {}).items():
            part = self.merged(child)
            if direction.hides(part):
                continue
            dotted = f"{prefix}.{name}" if prefix else name
            yield Property(dotted, name in required, str(part.get("description", "")), self.facts(child))
            yield from self._properties(child, dotted, open_, direction)


def _is_combined(node: Mapping[str, Any]) -> bool:
    """Whether a schema has a reference or ``allOf``, by which other schemas apply as well."""
    return isinstance(node.get("$ref", node.get("$dynamicRef")), str) or bool(node.get("allOf"))


def _plural(words: str) -> str:
    first, space, rest = words.partition(" ")
    return f"{first}s{space}{rest}" if " or " not in words else f"({words})"


def _limits(merged: Mapping[str, Any]) -> list[str]:
    """The limits of a value as short phrases. JSON Schema validation 2020-12, section 6."""
    limits = [
        _range(merged.get("minimum"), merged.get("maximum"), ""),
        f"more than {merged['exclusiveMinimum']}" if "exclusiveMinimum" in merged else "",
        f"less than {merged['exclusiveMaximum']}" if "exclusiveMaximum" in merged else "",
        f"a multiple of {merged['multipleOf']}" if "multipleOf" in merged else "",
        _range(merged.get("minLength"), merged.get("maxLength"), " characters"),
        _range(merged.get("minItems"), merged.get("maxItems"), " items"),
        "no item twice" if merged.get("uniqueItems") is True else "",
        _range(merged.get("minProperties"), merged.get("maxProperties"), " properties"),
    ]
    return [limit for limit in limits if limit]


def _range(least: Any, most: Any, unit: str) -> str:
    if least is not None and most is not None:
        return f"{least} to {most}{unit}"
    if least is not None:
        return f"at least {least}{_one(least, unit)}"
    return f"at most {most}{_one(most, unit)}" if most is not None else ""


def _one(count: Any, unit: str) -> str:
    singular = {" items": " item", " characters": " character", " properties": " property"}
    return singular.get(unit, unit) if count == 1 else unit
