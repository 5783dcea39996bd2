"""Documented values by name, so that a parameter or property without an example can borrow one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.model.samples.build import Samples
from generator.model.schemas.resolved import Schemas
from generator.reading import Document
from generator.reading.keywords import keyword_objects
from generator.reading.lenient import mapping, members

_WHOLE_PLACEHOLDER = re.compile(r"\{[A-Z][A-Z0-9_]*\}")
#: Characters of a description that is small enough to search it for values to borrow.
_SMALL = 2_000_000


class DocumentedValues:
    """The documented values of a description, which ``samples`` remembers once they are collected."""

    def __init__(self, document: Document, schemas: Schemas, samples: Samples) -> None:
        self._document = document
        self._schemas = schemas
        self._samples = samples
        self._collected = False

    def collect(self) -> None:
        """Make the values available, if the description is small enough. Further calls have no effect."""
        if not self._collected and len(self._document.content) < _SMALL and self._document.may_have_examples:
            self._remember_all()
        self._collected = True

    def _remember_all(self) -> None:
        """Remember all documented values.

        Parameters come first, since the same parameter of another operation is the best source.
        """
        nodes = [node for _, node in keyword_objects(self._document.root)]
        for node in nodes:
            if "in" in node and isinstance(node.get("name"), str):
                schema = self._schemas.merged(node.get("schema", {}))
                given = [schema["example"]] if "example" in schema else []
                for value in (*self._examples_of(node), *given):
                    self._remember(node["name"], value)
        for node in nodes:
            if "schema" in node and "in" not in node:
                for value in self._examples_of(node):
                    self._remember("", value)
            elif "example" in node and ("properties" in node or "type" in node):
                self._remember("", node["example"])

    def _examples_of(self, node: Mapping[str, Any]) -> Iterator[Any]:
        if "example" in node:
            yield node["example"]
        for _, reference in members(node.get("examples")):
            example = mapping(self._document.follow(reference))
            if "value" in example:
                yield example["value"]

    def _remember(self, name: str, value: Any) -> None:
        """Remember ``value`` by ``name``, and the members in it by their own names."""
        if isinstance(value, Mapping):
            for key, child in value.items():
                self._remember(str(key), child)
        elif isinstance(value, list):
            for child in value:
                if isinstance(child, Mapping):
                    self._remember("", child)
        elif name and value is not None and not (isinstance(value, str) and _WHOLE_PLACEHOLDER.search(value)):
            self._samples.remember(name, value)
