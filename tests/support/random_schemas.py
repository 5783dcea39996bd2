"""Random schemas built around a value that they accept, and sample values of schemas."""

from __future__ import annotations

import os
from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from generator.model.context import Context
from generator.model.schemas.direction import Direction
from generator.reading import Document

#: For a longer search: SAMPLE_SCHEMAS=20000 pytest tests/model/test_sample_properties.py
_MANY = int(os.environ.get("SAMPLE_SCHEMAS", "0"))


SETTINGS = settings(
    max_examples=_MANY or 120,
    derandomize=not _MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))


NAMES = ["id", "name", "city", "when", "items", "constructor", "__proto__", "length", "a b"]


FORMATS = {
    "date": "2020-02-29",
    "date-time": "2020-02-29T12:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "a@b.example",
    "ipv4": "10.0.0.1",
    "uri": "urn:x",
    "byte": "AA==",
    "no-such-format": "x",
}


PATTERNS = {
    "^[A-Z]{2}[0-9]{4}$": "AB1234",
    "^(red|green)$": "green",
    "^[^ ]+@[^ ]+$": "a@b",
    r"^\d{3}-\d{2}$": "123-45",
    "^x-": "x-y",
    "[a-f]+$": "1f",
    "^.{5,7}$": "abcdef",
    "^(?!admin).*$": "user",
    "^[a-z](?:[a-z-]*[a-z])?$": "a-b",
    r"^urn:[a-z]+:\d+$": "urn:isbn:1",
}


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1000, 1000),
    st.integers(-4000, 4000).map(lambda n: n / 4),
    st.sampled_from([*FORMATS.values(), *PATTERNS.values(), "", "word", "é ñ 漢"]),
    st.text(max_size=12).filter(lambda text: text.isprintable()),
)


VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)


def type_of(value: Any) -> str:
    """The JSON type of ``value``."""
    if isinstance(value, bool):
        return "boolean"
    types = {int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return types.get(type(value), "null")


def accepted(schema: Any, value: Any, components: dict[str, Any]) -> bool:
    """Whether JSON Schema 2020-12 accepts ``value``, formats included."""
    whole = {"$ref": "#/components/schemas/Sample"}
    whole["components"] = {"schemas": {**components, "Sample": schema}}  # type: ignore[assignment]
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True).is_valid(value)


class Around:
    """Builds schemas that accept a given value, and collects the components that they refer to."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self.components: dict[str, Any] = {}

    def one_of(self, choices: list[Any]) -> Any:
        """Draw one of ``choices``; shrinking prefers the first."""
        return self._draw(st.sampled_from(choices))

    def chance(self) -> bool:
        """Draw a boolean."""
        return bool(self._draw(st.booleans()))

    def schema(self, value: Any, depth: int = 3) -> Any:
        """Build a schema that accepts ``value``."""
        kinds = ["plain"] * 4 + ["value", "nullable"]
        if depth > 0:
            kinds += ["all", "any", "one", "not", "if", "ref", "ref"]
        return getattr(self, "_" + self.one_of(kinds))(value, depth)

    def other(self, depth: int) -> Any:
        """Build a schema for another value, or refer to a component."""
        if depth > 0 and self.components and self.chance():
            # It may be one that is still being built, which makes a circle.
            return {"$ref": "#/components/schemas/" + self.one_of(list(self.components))}
        return self.schema(self._draw(VALUES), depth - 1)

    def _value(self, value: Any, depth: int) -> Any:
        if self.chance():
            return {"const": value}
        return {"enum": self.one_of([[value], [value, "b", 2], ["b", 2, value], [None, value]])}

    def _nullable(self, value: Any, depth: int) -> Any:
        plain = self._plain(value, depth)
        if isinstance(plain, dict) and isinstance(plain.get("type"), str) and plain["type"] != "null":
            plain["type"] = [plain["type"], "null"]
        return plain

    def _ref(self, value: Any, depth: int) -> Any:
        name = f"S{len(self.components)}"
        self.components[name] = True
        self.components[name] = self.schema(value, depth - 1)
        reference = {"$ref": f"#/components/schemas/{name}"}
        if self.chance():
            reference |= self._plain(value, 0)
        return reference

    def _all(self, value: Any, depth: int) -> Any:
        branches = [self.schema(value, depth - 1) for _ in range(self.one_of([1, 2, 3]))]
        return {"allOf": branches, **(self._plain(value, 0) if self.chance() else {})}

    def _any(self, value: Any, depth: int) -> Any:
        branches = [self.schema(value, depth - 1), self.other(depth)]
        return {
            "anyOf": self.one_of([branches, branches[::-1]]),
            **(self._plain(value, 0) if self.chance() else {}),
        }

    def _refusing(self, value: Any, depth: int) -> Any:
        for schema in (self.other(depth - 1), self._value(self._draw(VALUES), 0)):
            if not self._accepts(schema, value):
                return schema
        return False

    def _accepts(self, schema: Any, value: Any) -> bool:
        try:
            return accepted(schema, value, self.components)
        except ValueError:
            return True

    def _one(self, value: Any, depth: int) -> Any:
        branches = [self.schema(value, depth - 1), self._refusing(value, depth)]
        return {"oneOf": self.one_of([branches, branches[::-1]])}

    def _not(self, value: Any, depth: int) -> Any:
        return {**self._plain(value, depth), "not": self._refusing(value, depth)}

    def _if(self, value: Any, depth: int) -> Any:
        condition = self.other(depth - 1)
        right, wrong = self.schema(value, depth - 1), self.other(depth - 1)
        if not self._accepts(condition, value):
            right, wrong = wrong, right
        return {**self._plain(value, 0), "if": condition, "then": right, "else": wrong}

    def _plain(self, value: Any, depth: int) -> Any:
        type_ = type_of(value)
        schema: dict[str, Any] = {}
        if self.one_of([True, True, True, False]):
            schema["type"] = self.one_of([type_, "number"]) if type_ == "integer" else type_
        for keyword, made in getattr(self, "_of_" + type_)(value, depth).items():
            if self.chance():
                schema[keyword] = made() if callable(made) else made
        return schema

    def _of_null(self, value: Any, depth: int) -> dict[str, Any]:
        return {}

    def _of_boolean(self, value: Any, depth: int) -> dict[str, Any]:
        return {"default": value, "example": value}

    def _of_integer(self, value: Any, depth: int) -> dict[str, Any]:
        near = st.integers(0, 12)
        return {
            "minimum": lambda: value - self._draw(near),
            "maximum": lambda: value + self._draw(near),
            "exclusiveMinimum": lambda: value - 1 - self._draw(near),
            "exclusiveMaximum": lambda: value + 1 + self._draw(near),
            "multipleOf": lambda: self.one_of([n for n in (1, 2, 3, 5, 0.5, 0.25) if value % n == 0]),
            "format": lambda: self.one_of(["int32", "int64"]),
        }

    _of_number = _of_integer

    def _of_string(self, value: Any, depth: int) -> dict[str, Any]:
        formats = [name for name, example in FORMATS.items() if example == value]
        patterns = [name for name, example in PATTERNS.items() if example == value]
        found: dict[str, Any] = {
            "minLength": lambda: max(0, len(value) - self._draw(st.integers(0, 5))),
            "maxLength": lambda: len(value) + self._draw(st.integers(0, 5)),
        }
        if formats:
            found["format"] = lambda: self.one_of(formats)
        if patterns:
            found["pattern"] = lambda: self.one_of(patterns)
        return found

    def _of_array(self, value: list[Any], depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {
            "minItems": lambda: max(0, len(value) - self._draw(st.integers(0, 2))),
            "maxItems": lambda: len(value) + self._draw(st.integers(0, 2)),
        }
        if all(item not in value[:index] for index, item in enumerate(value)) and {0, 1}.isdisjoint(
            map(str, value)
        ):
            found["uniqueItems"] = not any(type(v) in (bool, int, float) for v in value) or len(value) < 2
        if depth > 0 and value:
            first = self.one_of([0, 0, 1])
            if first:
                found["prefixItems"] = lambda: [self.schema(value[0], depth - 1)]
            rest = value[first:]
            found["contains"] = lambda: self.schema(value[0], depth - 1)
            if rest:
                inner = {"anyOf": [self.schema(item, depth - 1) for item in rest]}
                found["items"] = inner["anyOf"][0] if len(rest) == 1 else inner
            if first and "items" in found:
                found["prefixItems"], found["items"] = found["prefixItems"](), found["items"]
                both = {k: found.pop(k) for k in ("prefixItems", "items")}
                return {**found, "contains": found["contains"]} if self.chance() else {**found, **both}
        return found

    def _of_object(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        names = list(value)
        found: dict[str, Any] = {
            "required": lambda: names[: self._draw(st.integers(0, len(names)))],
            "minProperties": lambda: max(0, len(names) - self._draw(st.integers(0, 2))),
            "maxProperties": lambda: len(names) + self._draw(st.integers(0, 2)),
        }
        if len(names) > 1:
            found["dependentRequired"] = {names[0]: names[1:]}
        if depth > 0:
            listed = {name: self.schema(child, depth - 1) for name, child in value.items() if self.chance()}
            rest = [name for name in names if name not in listed]
            if not rest:
                found["additionalProperties"] = lambda: self.one_of([False, True, {"type": "string"}])
            elif len(rest) == 1:
                found["additionalProperties"] = lambda: self.schema(value[rest[0]], depth - 1)
            if self.chance():
                name = self.one_of([name for name in NAMES if name not in value] or ["z"])
                listed[name] = self.other(depth)
            if "additionalProperties" in found and not found["additionalProperties"]:
                found["properties"] = listed
            return {"properties": listed, **found} if listed else found
        return found


@st.composite
def described(draw: Any) -> tuple[Any, dict[str, Any], Any]:
    """Draw a schema, the components that it refers to, and a value that it accepts."""
    value = draw(VALUES | st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=4))
    around = Around(draw)
    schema = around.schema(value)
    return schema, around.components, value


def sample(
    schema: Any, components: dict[str, Any], version: str = "3.1", *, direction: Direction = Direction.REQUEST
) -> tuple[Any, list[str]]:
    """The sample value of ``schema`` in a request (or a response), and the texts of the warnings about it."""
    root = {"openapi": version + ".0", "components": {"schemas": components}}
    context = Context(Document("d", "d.yaml", b"", root, version=version), lambda value: value)
    context.made(schema, "", "/components", direction=direction)
    context.settle()
    value = context.made(schema, "", "/components", direction=direction)
    return value, [warning.what for warning in context.warnings.problems()]


@st.composite
def wholes(draw: Any) -> tuple[Any, dict[str, Any]]:
    """Draw an object schema without constraints, and components that refer to each other."""
    names = ["S0", "S1", "S2"]
    parts = st.deferred(
        lambda: st.one_of(
            st.sampled_from([{"type": t} for t in ("string", "integer", "boolean", "number")]),
            st.sampled_from(names).map(lambda name: {"$ref": f"#/components/schemas/{name}"}),
            parts.map(lambda items: {"type": "array", "items": items}),
            objects,
        )
    )
    hidden = parts.map(lambda part: {"allOf": [part], "readOnly": True})
    objects = st.dictionaries(st.sampled_from(NAMES), parts | parts | hidden, max_size=4).map(
        lambda properties: {"type": "object", "properties": properties}
    )
    components = {name: draw(objects) for name in names}
    return components["S0"], components
