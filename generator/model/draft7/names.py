"""Names of the definitions in draft 7 schemas."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from generator.identity import IdentityMemo
from generator.model.draft7.ajv import INHERITED
from generator.model.schemas.resolved import Schemas
from generator.reading import Document
from generator.reading.json_pointer import pointer, tokens
from generator.reading.lenient import mapping
from generator.unused_names import unused

_LONGEST = 60
#: Parts of a JSON pointer that say nothing about its target.
_IDLE = frozenset("components schemas responses content schema properties paths x-files".split())
_ENDING = re.compile(r"\.(?:ya?ml|json)$")


class DefinitionNames:
    """Unique names for referenced schemas, as identifiers: for components, close to their own names.

    Components get their names first, so that these don't depend on which names are asked for.
    """

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas
        self._names: IdentityMemo[str] = IdentityMemo()
        self._targets: dict[str, dict[str, Any]] = {}
        self._places: dict[str, str] = {}

    def name(self, target: dict[str, Any], at: str) -> str:
        """The name of ``target``, made from its JSON pointer ``at`` unless it is a component."""
        known = self._names.get(target) or self._components.get(target)
        if known is None:
            known = self._unique(_words(at))
            self._take(known, target, at)
        return known

    def target(self, name: str) -> dict[str, Any]:
        """The schema called ``name``."""
        return self._targets[name]

    def place(self, name: str) -> str:
        """The JSON pointer of the schema called ``name``."""
        return self._places[name]

    @cached_property
    def _components(self) -> IdentityMemo[str]:
        components = mapping(mapping(self._document.root.get("components")).get("schemas"))
        targets = [(name, schema, self._schemas.target(schema)) for name, schema in components.items()]
        # A component that only refers to another schema comes last, so that it doesn't name that one.
        for name, _, target in sorted(targets, key=lambda each: each[1] is not each[2]):
            if isinstance(target, dict) and target not in self._names:
                self._take(self._unique(str(name)), target, pointer("components", "schemas", name))
        return self._names

    def _take(self, name: str, target: dict[str, Any], at: str) -> None:
        self._names.keep(target, name)
        self._targets[name] = target
        self._places[name] = at

    def _unique(self, words: str) -> str:
        stem = re.sub(r"[^A-Za-z0-9_]+", "_", words).strip("_")[:_LONGEST].strip("_") or "Schema"
        if stem in INHERITED or stem[0].isdigit():
            stem = f"Schema_{stem}"
        return unused(stem, self._targets.__contains__)


def _words(at: str) -> str:
    parts = [_ENDING.sub("", token) for token in tokens(at)]
    named = [part for part in parts if part not in _IDLE and part != "application/json"]
    return "_".join(named)
