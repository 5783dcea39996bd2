"""What scripts hold of the answers that a description documents: media types, headers and schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from generator.budget import Limit, SpentError, characters, checked_characters
from generator.identity import IdentityMemo
from generator.model import Api
from generator.model.media.media_types import essence, is_json, is_json_sequence
from generator.model.types import Contract, MediaType, Operation, Parameter, Response
from generator.project.settings import Tests
from generator.targets.shared.wording import status_title

_PLAIN = frozenset({"string", "integer", "number", "boolean", "null"})
_ANY = "*/*"
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+")
#: Characters of a description that a message repeats.
_SAYS = 120
#: What is no more of a paragraph: an empty line, a list, a table, a heading, a quotation, a block of code.
_BEGINS = re.compile(r"\n[ \t]*(?=\n|[-*+] |[#|>`]|\d+[.)] )")
#: The end of a sentence; that of ``e.g.`` is none.
_SENTENCE_END = re.compile(r"(?<![.]\w)[.!?](?=\s+[^\sa-z])")


class _Answer(NamedTuple):
    """What a script holds of one answer, and the definitions that it needs."""

    answer: dict[str, Any]
    definitions: dict[str, Any]


class _Beyond(NamedTuple):
    """The responses whose schemas would exceed the budget."""

    responses: frozenset[tuple[str, str]]
    """Each by the id of its operation, and its status."""
    losses: tuple[tuple[str, str], ...]
    """A JSON pointer and a sentence, or nothing."""


class Answers:
    """What scripts hold of answers, by the names that ``contract.js.j2`` knows."""

    def __init__(self, api: Api, tests: Tests) -> None:
        self.contracts = api.contracts(tests.loose_formats)
        self._tests = tests
        self._known: IdentityMemo[_Answer] = IdentityMemo()
        self.beyond: _Beyond = api.once((_Beyond, tests), lambda: self._beyond(api))

    def of(self, operation: Operation, response: Response, schemas: dict[str, Any]) -> dict[str, Any]:
        """One answer; the definitions that it needs join ``schemas``, the whole ones before the cut ones."""
        found = self._whole(operation, response)
        if (operation.id, response.status) in self.beyond.responses:
            return _without_schemas(found.answer)
        _join(schemas, found.definitions)
        return found.answer

    def _whole(self, operation: Operation, response: Response) -> _Answer:
        if not operation.gets_bodies and response.content:
            response = msgspec.structs.replace(response, content=(), ranges=())
        known = self._known.get(response)
        if known is None:
            definitions: dict[str, Any] = {}
            known = _Answer(self._answer(response, definitions), definitions)
            self._known.keep(response, known)
        return known

    def _beyond(self, api: Api) -> _Beyond:
        """Look at all operations in their order, so that each target finds the same."""
        meter = checked_characters(api.schemas.size, len(api.operations))
        lengths: IdentityMemo[int] = IdentityMemo()

        def length(value: Any) -> int:
            known = lengths.get(value)
            return lengths.keep(value, characters(value)) if known is None else known

        found: dict[tuple[str, str], str] = {}
        for operation in api.operations:
            meter.next_share()
            for response in operation.responses:
                answer, definitions = self._whole(operation, response)
                try:
                    meter.spend(length(answer) + sum(map(length, definitions.values())))
                except SpentError:
                    found[operation.id, response.status] = next((part.at for part in response.content), "")
        return _Beyond(frozenset(found), tuple(_told(list(found.values()), meter.total)))

    def _answer(self, response: Response, schemas: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self._tests.status == "success" and not response.status.startswith("2"):
            found["says"] = _says(response)
        looks = self._tests.content_type or self._tests.body
        if response.content and looks:
            found["content"] = self._content(response, schemas)
        if self._tests.headers and response.headers:
            found["headers"] = {header.name: self._header(header) for header in response.headers}
        return found

    def _content(self, response: Response, schemas: dict[str, Any]) -> dict[str, Any]:
        """The schema of each media type; what is called by no media type may be any."""
        found: dict[str, list[Any]] = {}
        for part in response.content:
            name = essence(part.documented)
            found.setdefault(name if _MEDIA_TYPE.fullmatch(name) else _ANY, []).append(part)
        content = {name: self._schema_of(parts, schemas) for name, parts in found.items()}
        for name in map(essence, response.ranges):
            content.setdefault(name, None)
        return content

    def _schema_of(self, parts: list[MediaType], schemas: dict[str, Any]) -> Any:
        """That of media types which differ by their parameters alone."""
        found = [self._schema(part, schemas) for part in parts]
        if len(found) == 1 or None in found:
            return found[0] if len(found) == 1 else None
        return {"anyOf": found}

    def _schema(self, part: MediaType, schemas: dict[str, Any]) -> Any:
        """Nothing where a script can't look into the body; never ``False``, which a script would take so."""
        name = essence(part.documented)
        if not self._tests.body or part.binary:
            return None
        if part.sequence and is_json_sequence(name):
            return _of_list(self._shared(self.contracts.contract(part.schema, part.at), schemas), schemas)
        if part.sequence or not is_json(name):
            return None
        schema = self._shared(self.contracts.contract(part.schema, part.at), schemas)
        return {"not": {}} if schema is False else schema

    def _shared(self, contract: Contract, schemas: dict[str, Any]) -> Any:
        """The contract's own schema; its definitions join ``schemas``."""
        if _followed(contract) is True:
            return True
        _join(schemas, contract.definitions)
        return contract.schema

    def _header(self, header: Parameter) -> dict[str, Any]:
        """A header; one that holds a list or an object is only looked for."""
        return {**({"required": True} if header.required else {}), **self._header_schema(header)}

    def _header_schema(self, header: Parameter) -> dict[str, Any]:
        if header.media_type:
            return {}
        schema = _followed(self.contracts.contract(header.schema, header.at))
        types = schema.get("type", "") if isinstance(schema, dict) else ""
        plain = set([types] if isinstance(types, str) else types) <= _PLAIN
        return {"schema": schema} if plain and schema != {"type": "string"} else {}


def _told(places: list[str], limit: int) -> Iterator[tuple[str, str]]:
    """The first of the ``places`` where the budget left schemas out, and how many more there are."""
    if places:
        more = f" Nor are those of {len(places) - 1:,} more." if len(places) > 1 else ""
        yield places[0], Limit.CHECKED.value.format(limit) + more


def _without_schemas(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What a script holds of an answer whose schemas are left out: its media types, and required headers."""
    content = {"content": dict.fromkeys(answer["content"])} if "content" in answer else {}
    headers = {
        name: {key: value for key, value in header.items() if key != "schema"}
        for name, header in answer.get("headers", {}).items()
    }
    return {**answer, **content, **({"headers": headers} if headers else {})}


def _join(schemas: dict[str, Any], others: Mapping[str, Any]) -> None:
    """Add definitions; one that is cut, being too far from its answer, gives way to the whole one."""
    for name, schema in others.items():
        if schemas.get(name, True) is True:
            schemas[name] = schema


def _followed(contract: Contract) -> Any:
    """A contract's schema where no definition is needed, or the only one that is."""
    if not contract.definitions:
        return contract.schema
    ((name, schema), *others) = contract.definitions.items()
    return schema if not others and contract.schema == {"$ref": f"#/definitions/{name}"} else None


def _of_list(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """The schema of a sequence. Many a description gives that of an item. OpenAPI 3.2.0, section 4.14.3."""
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    whole = schemas.get(reference.removeprefix("#/definitions/"), schema)
    kind = whole.get("type") if isinstance(whole, dict) else None
    if kind == "array":
        return schema
    return {"type": "array", "items": schema} if kind == "object" else None


def _says(response: Response) -> str:
    """The description's first sentences, as many as are short; of one that is empty the status."""
    paragraph = _BEGINS.split(response.description.strip(), maxsplit=1)[0]
    text = " ".join(paragraph.split()) or status_title(response)
    if len(text) <= _SAYS:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, _SAYS + 2) if end.end() <= _SAYS]
    return text[: ends[-1]] if ends else text[:_SAYS].rsplit(" ", 1)[0] + " …"
