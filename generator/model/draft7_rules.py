"""What Postman's validator (Ajv 6, draft 7) takes, and what it takes otherwise than JSON Schema 2020-12."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from generator.model.patterns import is_pattern
from generator.model.schemas import Schemas
from generator.reading import Document
from generator.reading.nodes import mapping
from generator.reading.text import pointer

#: Formats that Ajv 6 knows and takes no stricter than their specifications.
FORMATS = frozenset(
    "date date-time time email hostname ipv4 ipv6 uri uri-reference uuid json-pointer "
    "relative-json-pointer".split()
)
#: Those of JSON Schema 2020-12 (validation, section 7.3) that it does not know, or takes stricter.
MISSED_FORMATS = frozenset("duration idn-email idn-hostname iri iri-reference uri-template regex".split())
#: What every object of JavaScript has; Ajv 6 reads these from an answer that has none of its own.
INHERITED = frozenset(
    "__proto__ constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf "
    "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__".split()
)
#: Keywords that apply other schemas to the same value.
_APPLICATORS = (
    "$ref",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "not",
)
#: The order in which a person writes them.
_KEYWORDS = (
    *"$ref type const enum format pattern minLength maxLength minimum maximum exclusiveMinimum".split(),
    *"exclusiveMaximum multipleOf required properties patternProperties additionalProperties".split(),
    *"propertyNames minProperties maxProperties dependencies items additionalItems contains".split(),
    *"minItems maxItems uniqueItems allOf anyOf oneOf not if then else".split(),
)
_ORDER = {keyword: number for number, keyword in enumerate(_KEYWORDS)}
#: What other dialects have, and JavaScript without the flag `u` refuses or takes otherwise.
_FOREIGN = re.compile(
    r"\\[pPAZzGhHRXQEKaeuxCN](?![0-9a-fA-F]{2})|\(\?(?![:=!]|<[=!]|<[A-Za-z_$])|\[\[:|\(\?[A-Za-z]"
)
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?[^\]]*\]")
_TWICE = re.compile(r"[*+?}][*+{]")


def ordered(schema: dict[str, Any]) -> dict[str, Any]:
    """``schema`` with its keywords in a reader's order."""
    return dict(sorted(schema.items(), key=lambda item: _ORDER[item[0]]))


@lru_cache(maxsize=4096)
def kept_pattern(pattern: str) -> bool:
    """Whether JavaScript's ``new RegExp(pattern)`` takes a pattern, and means what it says."""
    if not is_pattern(pattern) or _FOREIGN.search(pattern) or not pattern.isprintable():
        return False
    if any(ord(character) > 0xFFFF for character in pattern):
        return False  # two characters each without the flag `u`
    return not _TWICE.search(_CLASS.sub("x", _ESCAPE.sub("x", pattern)))


class Losses:
    """What could not be said in draft 7: pointers and sentences, each once, in order."""

    def __init__(self) -> None:
        self.at = ""
        self._found: dict[tuple[str, str], None] = {}
        self._beyond = 0

    def note(self, what: str) -> None:
        """Note that ``what``, at the place that is being read, is not checked in answers."""
        self._found[self.at, f"Contract tests don't check {what}: Postman's validator can't."] = None

    def note_beyond(self, most: int) -> None:
        """Note that schemas were left out, being too many."""
        self._beyond = most

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Pointer and sentence of each."""
        yield from self._found
        if self._beyond:
            yield (
                "",
                f"Of answers that need over {self._beyond} schemas, contract tests check the nearest.",
            )


class Evaluated(NamedTuple):
    """The properties that a schema looks at, by itself or by those that it applies."""

    names: frozenset[str]
    patterns: frozenset[str]
    conditional: bool
    """Whether some are looked at only on a condition."""
    own: bool
    """Whether all of them are its own."""


class KeywordsOf:
    """Looks at what the keywords of a document's schemas do to a value."""

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas

    @cached_property
    def _pointers(self) -> dict[int, str]:
        components = mapping(mapping(self._document.root.get("components")).get("schemas"))
        return {
            id(self._schemas.target(schema)): pointer("components", "schemas", name)
            for name, schema in reversed(components.items())
        }

    def pointer(self, target: Any) -> str:
        """Where a component stands; empty for any other schema."""
        return self._pointers.get(id(target), "")

    def has_applicators(self, node: Mapping[str, Any]) -> bool:
        """Whether other schemas are applied to the same value."""
        return any(keyword in node for keyword in _APPLICATORS if keyword != "not")

    def evaluated(self, node: Mapping[str, Any]) -> Evaluated | None:
        """The properties that ``node`` looks at; nothing where it may be any. 2020-12, section 11.3."""
        names: set[str] = set()
        patterns: set[str] = set()
        conditions: list[bool] = []
        seen: set[int] = set()

        def look(schema: Any, conditional: bool, top: bool = False) -> bool:
            if not isinstance(schema, dict):
                return True
            target = self._schemas.target(schema)
            if not isinstance(target, dict) or id(target) in seen:
                return True
            seen.add(id(target))
            part = self._document.schema(target)
            if "additionalProperties" in part or ("unevaluatedProperties" in part and not top):
                return False
            if conditional and (part.get("properties") or part.get("patternProperties")):
                conditions.append(True)
            names.update(part.get("properties", ()))
            patterns.update(part.get("patternProperties", ()))
            fixed = [part[key] for key in ("$dynamicRef",) if key in part]
            inner = [{"$ref": reference} for reference in fixed]
            if "$ref" in part:
                inner.append({"$ref": part["$ref"]})
            inner += part.get("allOf", ())
            maybe = [
                *part.get("anyOf", ()),
                *part.get("oneOf", ()),
                *part.get("dependentSchemas", {}).values(),
            ]
            maybe += [part[key] for key in ("if", "then", "else") if key in part]
            return all(look(each, conditional) for each in inner) and all(look(each, True) for each in maybe)

        if not look(node, False, top=True):
            return None
        return Evaluated(
            frozenset(names), frozenset(patterns), bool(conditions), not self.has_applicators(node)
        )
