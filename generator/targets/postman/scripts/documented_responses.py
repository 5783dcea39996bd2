"""Documented responses as data for scripts: media types, headers and schemas."""

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
#: How many characters of a description a message quotes.
_SAYS = 120
#: What ends a paragraph: an empty line, a list, a table, a heading, a block quote, a code block.
_BEGINS = re.compile(r"\n[ \t]*(?=\n|[-*+] |[#|>`]|\d+[.)] )")
#: The end of a sentence, as opposed to that of ``e.g.``.
_SENTENCE_END = re.compile(r"(?<![.]\w)[.!?](?=\s+[^\sa-z])")


class _ResponseData(NamedTuple):
    """The data for a response, and the definitions that it needs."""

    data: dict[str, Any]
    definitions: dict[str, Any]


class _Beyond(NamedTuple):
    """The responses whose schemas would exceed the budget."""

    responses: frozenset[tuple[str, str]]
    """Ids of operations and statuses."""
    losses: tuple[tuple[str, str], ...]
    """At most one: a JSON pointer and a sentence."""


class DocumentedResponses:
    """The data for responses, with the names that ``contract.js.j2`` uses."""

    def __init__(self, api: Api, tests: Tests) -> None:
        self.contracts = api.contracts(tests.loose_formats)
        self._tests = tests
        self._known: IdentityMemo[_ResponseData] = IdentityMemo()
        self.beyond: _Beyond = api.once((_Beyond, tests), lambda: self._beyond(api))

    def of(self, operation: Operation, response: Response, schemas: dict[str, Any]) -> dict[str, Any]:
        """The data for a response. Adds the definitions that it needs to ``schemas``."""
        found = self._whole(operation, response)
        if (operation.id, response.status) in self.beyond.responses:
            return _without_schemas(found.data)
        _join(schemas, found.definitions)
        return found.data

    def _whole(self, operation: Operation, response: Response) -> _ResponseData:
        if not operation.gets_bodies and response.content:
            response = msgspec.structs.replace(response, content=(), ranges=())
        known = self._known.get(response)
        if known is None:
            definitions: dict[str, Any] = {}
            known = _ResponseData(self._data(response, definitions), definitions)
            self._known.keep(response, known)
        return known

    def _beyond(self, api: Api) -> _Beyond:
        """Measure all operations in order, so that the result is the same for each target."""
        meter = checked_characters(api.schemas.size, len(api.operations))
        lengths: IdentityMemo[int] = IdentityMemo()

        def length(value: Any) -> int:
            known = lengths.get(value)
            return lengths.keep(value, characters(value)) if known is None else known

        found: dict[tuple[str, str], str] = {}
        for operation in api.operations:
            meter.next_share()
            for response in operation.responses:
                data, definitions = self._whole(operation, response)
                try:
                    meter.spend(length(data) + sum(map(length, definitions.values())))
                except SpentError:
                    found[operation.id, response.status] = next((part.at for part in response.content), "")
        return _Beyond(frozenset(found), tuple(_losses(list(found.values()), meter.total)))

    def _data(self, response: Response, schemas: dict[str, Any]) -> dict[str, Any]:
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
        """The schema of each media type. A name that isn't a media type counts as ``*/*``."""
        found: dict[str, list[Any]] = {}
        for part in response.content:
            name = essence(part.documented)
            found.setdefault(name if _MEDIA_TYPE.fullmatch(name) else _ANY, []).append(part)
        content = {name: self._schema_of(parts, schemas) for name, parts in found.items()}
        for name in map(essence, response.ranges):
            content.setdefault(name, None)
        return content

    def _schema_of(self, parts: list[MediaType], schemas: dict[str, Any]) -> Any:
        """The schema of media types that differ only in parameters."""
        found = [self._schema(part, schemas) for part in parts]
        if len(found) == 1 or None in found:
            return found[0] if len(found) == 1 else None
        return {"anyOf": found}

    def _schema(self, part: MediaType, schemas: dict[str, Any]) -> Any:
        """The schema of a body, or ``None`` if scripts can't check it. (They read ``False`` as that, too.)"""
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
        """The schema of ``contract``, whose definitions are added to ``schemas``."""
        if _followed(contract) is True:
            return True
        _join(schemas, contract.definitions)
        return contract.schema

    def _header(self, header: Parameter) -> dict[str, Any]:
        """The data for a header. Of a list or an object, only the presence is checked."""
        return {**({"required": True} if header.required else {}), **self._header_schema(header)}

    def _header_schema(self, header: Parameter) -> dict[str, Any]:
        if header.media_type:
            return {}
        schema = _followed(self.contracts.contract(header.schema, header.at))
        types = schema.get("type", "") if isinstance(schema, dict) else ""
        plain = set([types] if isinstance(types, str) else types) <= _PLAIN
        return {"schema": schema} if plain and schema != {"type": "string"} else {}


def _losses(places: list[str], limit: int) -> Iterator[tuple[str, str]]:
    """The first of the ``places`` whose schemas exceed the budget, and how many more there are."""
    if places:
        more = f" Nor are those of {len(places) - 1:,} more." if len(places) > 1 else ""
        yield places[0], Limit.CHECKED.value.format(limit) + more


def _without_schemas(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data for a response without its schemas: the media types and headers alone."""
    content = {"content": dict.fromkeys(data["content"])} if "content" in data else {}
    headers = {
        name: {key: value for key, value in header.items() if key != "schema"}
        for name, header in data.get("headers", {}).items()
    }
    return {**data, **content, **({"headers": headers} if headers else {})}


def _join(schemas: dict[str, Any], others: Mapping[str, Any]) -> None:
    """Add ``others`` to ``schemas``. A definition that was cut for its depth gives way to the whole one."""
    for name, schema in others.items():
        if schemas.get(name, True) is True:
            schemas[name] = schema


def _followed(contract: Contract) -> Any:
    """The schema of a contract without definitions, or its only definition; ``None`` if there are more."""
    if not contract.definitions:
        return contract.schema
    ((name, schema), *others) = contract.definitions.items()
    return schema if not others and contract.schema == {"$ref": f"#/definitions/{name}"} else None


def _of_list(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """The schema of a sequence, even if the description has that of an item (OpenAPI 3.2.0, 4.14.3)."""
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    whole = schemas.get(reference.removeprefix("#/definitions/"), schema)
    kind = whole.get("type") if isinstance(whole, dict) else None
    if kind == "array":
        return schema
    return {"type": "array", "items": schema} if kind == "object" else None


def _says(response: Response) -> str:
    """The first sentences of a response's description, up to a limit; the status if there is none."""
    paragraph = _BEGINS.split(response.description.strip(), maxsplit=1)[0]
    text = " ".join(paragraph.split()) or status_title(response)
    if len(text) <= _SAYS:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, _SAYS + 2) if end.end() <= _SAYS]
    return text[: ends[-1]] if ends else text[:_SAYS].rsplit(" ", 1)[0] + " …"
