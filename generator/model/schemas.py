"""Schemas as a reader needs them: merged, named, counted out. JSON Schema 2020-12 in OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.model.api import Facts, Property, Schema
from generator.reading import Document

_DEPTH = 8
_TIGHTEST = {
    "minimum": max,
    "exclusiveMinimum": max,
    "minLength": max,
    "minItems": max,
    "minProperties": max,
    "maximum": min,
    "exclusiveMaximum": min,
    "maxLength": min,
    "maxItems": min,
    "maxProperties": min,
}
#: Of these every branch has a say, so that each is kept for itself.
_ALTERNATIVES = frozenset({"oneOf", "anyOf"})
#: What a branch says about itself, not about the whole.
_OF_A_BRANCH = frozenset({"title", "$ref", "$id", "$anchor", "$dynamicAnchor", "discriminator", "xml"})


class Schemas:
    """The schemas of one document. Looks are remembered: a schema used twice is merged once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        # The node is kept beside its result, so that its id can't be given to another.
        self._merged: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._united: dict[frozenset[int], dict[str, Any]] = {}
        self._parts_of: dict[int, list[Schema]] = {}

    def merged(self, schema: Schema) -> dict[str, Any]:
        """``schema`` with its reference followed and its ``allOf`` folded in.

        What several branches demand is demanded: names are united, limits the tightest, values those that
        all accept. Of descriptive keywords the schema's own win. A boolean schema gives ``{}``.
        """
        if not isinstance(schema, dict):
            return {}
        known = self._merged.get(id(schema))
        if known is None:
            plain = self._document.schema(schema)
            if "$ref" not in plain and "allOf" not in plain and "$dynamicRef" not in plain:
                result = plain
            else:
                result = self._merge(schema, frozenset())
            known = self._merged[id(schema)] = (schema, result)
        return known[1]

    def target(self, schema: Schema) -> Schema:
        """What the chain of references leads to; a schema with siblings of ``$ref`` is its own target."""
        while isinstance(schema, dict) and "$ref" in schema and len(schema) == 1:
            found = self._document.follow(schema)
            if found is schema:
                break
            schema = found
        return schema if isinstance(schema, dict | bool) else {}

    def _merge(self, schema: Schema, seen: frozenset[int]) -> dict[str, Any]:
        if not isinstance(schema, dict) or id(schema) in seen:
            return {}
        node = self._document.schema(self._document.follow(self._document.schema(schema)))
        branches = node.get("allOf")
        if not isinstance(branches, list):
            return node
        inner = seen | {id(schema), id(node)}
        result: dict[str, Any] = {}
        for branch in branches:
            part = self._merge(branch, inner)
            self._fold(result, {k: v for k, v in part.items() if k not in _OF_A_BRANCH})
        self._fold(result, {key: value for key, value in node.items() if key != "allOf"}, own=True)
        closed = [
            part
            for part in (*map(self._closed_names, branches), self._closed_names(node))
            if part is not None
        ]
        if closed and "properties" in result:
            # A branch that allows no other names forbids those of its siblings.
            allowed = set.intersection(*closed)
            result["properties"] = {k: v for k, v in result["properties"].items() if k in allowed}
        return result

    def _closed_names(self, branch: Schema) -> set[str] | None:
        part = self.merged(branch) if isinstance(branch, dict) and "allOf" not in branch else {}
        if (
            not isinstance(branch, dict)
            or part.get("additionalProperties") is not False
            or "patternProperties" in part
        ):
            return None
        return set(part.get("properties") or ())

    def _fold(self, result: dict[str, Any], part: Mapping[str, Any], *, own: bool = False) -> None:
        """Add to ``result`` what ``part`` demands as well."""
        for key, value in part.items():
            old: Any = result.get(key)
            if key not in result:
                result[key] = value
            elif key == "properties":
                result[key] = {
                    **old,
                    **{
                        name: self._both(old[name], child) if name in old else child
                        for name, child in value.items()
                    },
                }
            elif key in ("required", "allOf"):
                result[key] = list(dict.fromkeys([*old, *value])) if key == "required" else [*old, *value]
            elif key in _TIGHTEST:
                result[key] = _TIGHTEST[key](old, value)
            elif key == "type":
                result[key] = _common_types(old, value)
            elif key == "enum":
                result[key] = [item for item in value if item in old] or value
            elif key in _ALTERNATIVES:
                result.setdefault("allOf", [])
                result["allOf"] = [*result["allOf"], {key: old}]
                result[key] = value
            elif key == "items" and isinstance(old, dict) and isinstance(value, dict):
                result[key] = self._both(old, value)
            elif key == "pattern" and old != value:
                result["allOf"] = [*result.get("allOf", ()), {"pattern": old}]
                result[key] = value
            elif key in ("additionalProperties", "unevaluatedProperties"):
                result[key] = False if False in (old, value) else (value if isinstance(value, dict) else old)
            elif own or key not in ("description", "default", "example", "examples", "readOnly", "writeOnly"):
                result[key] = value

    def _both(self, first: Schema, second: Schema) -> Schema:
        """A schema that demands what both do; the second one's words win.

        The same parts give the same schema, so that a circle of schemas merged with each other closes.
        """
        if not isinstance(first, dict) or not isinstance(second, dict):
            return first if first is False else second
        parts = {id(self.target(part)): part for whole in (first, second) for part in self._parts(whole)}
        if len(parts) == 1 or first == second:
            return second
        key = frozenset(parts)
        if key not in self._united:
            united: dict[str, Any] = {"allOf": list(parts.values())}
            self._united[key] = united
            self._parts_of[id(united)] = united["allOf"]
        return self._united[key]

    def _parts(self, schema: dict[str, Any]) -> list[Schema]:
        return self._parts_of.get(id(schema)) or [schema]

    def identity(self, schema: Schema) -> int:
        """The same number for the same schema, by whichever reference it is reached."""
        return id(self.target(schema))

    def types(self, schema: Schema) -> tuple[str, ...]:
        """The JSON types that ``schema`` names or implies, ``null`` last; empty where any will do."""
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
        """Whether a merged schema leaves a choice between others."""
        return "oneOf" in merged or "anyOf" in merged or "allOf" in merged

    def holds_others(self, schema: Schema) -> bool:
        """Whether a value of ``schema`` may hold values of other schemas: not a plain one."""
        merged = self.merged(schema)
        if self.has_choice(merged) or merged.get("properties"):
            return True
        if "items" in merged:
            items = self.merged(merged["items"])
            return "items" in items or "properties" in items or self.has_choice(items)
        return isinstance(merged.get("additionalProperties"), dict)

    def facts(self, schema: Schema) -> Facts:
        """What ``schema`` demands of a value."""
        merged = self.merged(schema)
        accepted = tuple(merged["enum"]) if isinstance(merged.get("enum"), list) else ()
        if "const" in merged:
            accepted = (merged["const"],)
        return Facts(
            type=self._type_words(schema),
            accepted=accepted or self._branch_values(merged) or self._item_values(merged),
            default=(merged["default"],) if "default" in merged else (),
            limits=tuple(_limits(merged)),
        )

    def _type_words(self, schema: Schema, depth: int = 0) -> str:
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
        """The values of ``anyOf`` or ``oneOf`` where each branch is an enumeration or a boolean."""
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

    def properties(self, schema: Schema, *, request: bool) -> tuple[Property, ...]:
        """Every property of the body that ``schema`` describes, parents before children, names dotted.

        A property whose schema is already open further up is named, not entered again. Those that are
        ``readOnly`` are left out of requests, ``writeOnly`` out of answers.
        """
        return tuple(self._properties(schema, "", (), request))

    def _properties(
        self, schema: Schema, prefix: str, open_: tuple[int, ...], request: bool
    ) -> list[Property]:
        merged = self.merged(schema)
        identity = self.identity(schema)
        if identity in open_ or len(open_) >= _DEPTH:
            return []
        open_ = (*open_, identity)
        if self.types(schema)[:1] == ("array",):
            return self._properties(merged.get("items", {}), prefix, open_, request)
        found: list[Property] = []
        required = merged.get("required") or []
        for name, child in (merged.get("properties") or {}).items():
            part = self.merged(child)
            if part.get("readOnly" if request else "writeOnly") is True:
                continue
            dotted = f"{prefix}.{name}" if prefix else name
            found.append(
                Property(dotted, name in required, str(part.get("description", "")), self.facts(child))
            )
            found += self._properties(child, dotted, open_, request)
        return found


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


def _common_types(first: Any, second: Any) -> Any:
    """The types that both allow; an integer is a number."""
    old = [first] if isinstance(first, str) else first
    new = [second] if isinstance(second, str) else second
    common = [t for t in new if t in old or (t == "integer" and "number" in old)]
    common += [t for t in old if t == "integer" and "number" in new and t not in common]
    if not common:
        return second
    return common[0] if len(common) == 1 else common


def children(merged: Mapping[str, Any]) -> Iterator[tuple[str, Schema]]:
    """The properties of a merged schema."""
    properties = merged.get("properties")
    if isinstance(properties, dict):
        yield from properties.items()
