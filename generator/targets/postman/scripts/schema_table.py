"""The schemas of a collection's tests: each once, under a name that the scripts of requests use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.escaping import javascript
from generator.identity import IdentityMemo
from generator.model.types import Contract
from generator.targets.postman.scripts.documented_responses import ANYTHING, join
from generator.unused_names import unused

#: Names for bodies without a schema. (Components have no space in their names.)
ANY_JSON = "any JSON"
UNCHECKED = "not checked"
_REFERENCE = re.compile(r"#/definitions/(\w+)")
_UNUSUAL = re.compile(r"[^A-Za-z0-9_. -]+")
_LONGEST = 80


class SchemaTable:
    """The schemas by their names. Every contract must be added before the table is written."""

    def __init__(self) -> None:
        self._schemas: dict[str, Any] = {}
        self._roots: dict[str, Contract] = {}
        self._names: IdentityMemo[str] = IdentityMemo()

    def add(self, contract: Contract | None, title: str) -> str:
        """The name of ``contract``, made from ``title`` unless it is a component's own schema."""
        if contract is None:
            return UNCHECKED
        if contract is ANYTHING:
            return ANY_JSON
        known = self._names.get(contract)
        return self._names.keep(contract, self._added(contract, title)) if known is None else known

    def _added(self, contract: Contract, title: str) -> str:
        join(self._schemas, contract.definitions)
        reference = contract.schema.get("$ref") if isinstance(contract.schema, dict) else None
        if reference is not None and len(contract.schema) == 1:
            found = _REFERENCE.fullmatch(reference)
            if found and self._roots.setdefault(found[1], contract).definitions == contract.definitions:
                return found[1]
        schema = {"not": {}} if contract.schema is False else contract.schema
        name = unused(_stem(title), lambda each: self._roots.get(each, contract) != contract, separator=" ")
        self._roots[name] = contract
        self._schemas[name] = schema
        return name

    def __contains__(self, name: str) -> bool:
        return name in self._schemas

    def lines(self) -> Iterator[str]:
        """``SCHEMAS`` and ``LEFT_OUT`` in JavaScript."""
        if not self._schemas:
            yield from ("const SCHEMAS = {};", "const LEFT_OUT = {};")
            return
        yield "const SCHEMAS = {"
        for name, schema in self._schemas.items():
            before = f"  {javascript.key(name)}: "
            yield from f"{before}{javascript.literal(schema, 2, len(before) + 1)},".split("\n")
        yield "};"
        yield ""
        left_out = dict(self._left_out())
        if left_out:
            yield "// What a validator of the schema on the left can't hold, and so accepts anything."
        begin = "const LEFT_OUT = "
        yield from f"{begin}{javascript.literal(left_out, 0, len(begin) + 1)};".split("\n")

    def _left_out(self) -> Iterator[tuple[str, list[str]]]:
        for name, contract in self._roots.items():
            names = [
                other
                for other, schema in contract.definitions.items()
                if schema is True and self._schemas[other] is not True
            ]
            if names:
                yield name, names


def header_title(name: str) -> str:
    """The name of a header's schema, unless another one of the name has it: ``Retry-After header``."""
    return _stem(f"{name} header")


def _stem(title: str) -> str:
    return " ".join(_UNUSUAL.sub(" ", title).split())[:_LONGEST] or "response 200"
