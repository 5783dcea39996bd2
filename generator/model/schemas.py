"""Schemas as a reader needs them: merged, named, counted out. JSON Schema 2020-12 in OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.model.api import Facts, Property, Schema
from generator.reading import Document

_DEPTH = 8


class Schemas:
    """The schemas of one document. Looks are remembered: a schema used twice is merged once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        # The node is kept beside its result, so that its id can't be given to another.
        self._merged: dict[int, tuple[Any, dict[str, Any]]] = {}

    def merged(self, schema: Schema) -> dict[str, Any]:
        """``schema`` with its reference followed and its ``allOf`` folded in.

        Properties and required names are united; of other keywords the schema's own win, then the later
        branch's. A boolean schema gives ``{}``.
        """
        if not isinstance(schema, Mapping):
            return {}
        known = self._merged.get(id(schema))
        if known is None:
            known = self._merged[id(schema)] = (schema, self._merge(schema, frozenset()))
        return known[1]

    def _merge(self, schema: Schema, seen: frozenset[int]) -> dict[str, Any]:
        node = self._document.follow(schema)
        if not isinstance(node, Mapping) or id(schema) in seen:
            return {}
        if "allOf" not in node:
            return dict(node)
        result: dict[str, Any] = {}
        own = {key: value for key, value in node.items() if key != "allOf"}
        for branch in (*(self._merge(part, seen | {id(schema)}) for part in node["allOf"]), own):
            properties = {**result.get("properties", {}), **branch.get("properties", {})}
            required = list(dict.fromkeys([*result.get("required", []), *branch.get("required", [])]))
            result.update(branch)
            if properties:
                result["properties"] = properties
            if required:
                result["required"] = required
        return result

    def identity(self, schema: Schema) -> int:
        """The same number for the same schema, by whichever reference it is reached."""
        if isinstance(schema, Mapping) and "$ref" in schema and len(schema) > 1:
            return id(schema)  # its siblings make it a schema of its own, merged anew each time
        return id(self._document.follow(schema))

    def types(self, schema: Schema) -> tuple[str, ...]:
        """The JSON types that ``schema`` names or implies, ``null`` last; empty where any will do."""
        merged = self.merged(schema)
        given = merged.get("type")
        if isinstance(given, str):
            return (given,)
        if isinstance(given, list):
            return tuple(sorted(map(str, given), key=lambda name: name == "null"))
        if "properties" in merged or "additionalProperties" in merged:
            return ("object",)
        if "items" in merged or "prefixItems" in merged:
            return ("array",)
        return ()

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
