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

#: The contract of a body of JSON, whatever it holds.
ANYTHING = Contract(True, {})
_PLAIN = frozenset({"string", "integer", "number", "boolean", "null"})
_ANY = "*/*"
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+")
#: How many characters of a description a message quotes.
_SAYS = 50
#: What ends a paragraph: an empty line, a list, a table, a heading, a block quote, a code block.
_BEGINS = re.compile(r"\n[ \t]*(?=\n|[-*+] |[#|>`]|\d+[.)] )")
#: The end of a sentence, as opposed to that of ``e.g.``.
_SENTENCE_END = re.compile(r"(?<![.]\w)[.!?](?=\s+[^\sa-z])")


class DocumentedHeader(NamedTuple):
    """A documented header of a response."""

    required: bool
    schema: Contract | None
    """``None`` if only its presence is checked."""


class DocumentedResponse(NamedTuple):
    """What scripts check of a documented response."""

    says: str
    """What the description says of it, if it isn't a success and the status is checked; otherwise empty."""
    content: Mapping[str, Contract | None]
    """Media type → what a body must match; ``None`` for a body that isn't checked."""
    headers: Mapping[str, DocumentedHeader]

    @property
    def without_schemas(self) -> DocumentedResponse:
        """The media types and headers alone."""
        headers = {name: header._replace(schema=None) for name, header in self.headers.items()}
        return self._replace(content=dict.fromkeys(self.content), headers=headers)


class _Beyond(NamedTuple):
    """The responses whose schemas would exceed the budget."""

    responses: frozenset[tuple[str, str]]
    """Ids of operations and statuses."""
    losses: tuple[tuple[str, str], ...]
    """At most one: a JSON pointer and a sentence."""


class DocumentedResponses:
    """The documented responses of one description."""

    def __init__(self, api: Api, tests: Tests) -> None:
        self.contracts = api.contracts(tests.loose_formats)
        self._tests = tests
        self._known: IdentityMemo[DocumentedResponse] = IdentityMemo()
        self.beyond: _Beyond = api.once((_Beyond, tests), lambda: self._beyond(api))

    def of(self, operation: Operation, response: Response) -> DocumentedResponse:
        """What scripts check of ``response``, without schemas where these would exceed the budget."""
        found = self._whole(operation, response)
        beyond = (operation.id, response.status) in self.beyond.responses
        return found.without_schemas if beyond else found

    def _whole(self, operation: Operation, response: Response) -> DocumentedResponse:
        if not operation.gets_bodies and response.content:
            response = msgspec.structs.replace(response, content=(), ranges=())
        known = self._known.get(response)
        return self._known.keep(response, self._documented(response)) if known is None else known

    def _beyond(self, api: Api) -> _Beyond:
        """Measure all operations in order, so that the result is the same for each target."""
        meter = checked_characters(api.schemas.size, len(api.operations))
        lengths: IdentityMemo[int] = IdentityMemo()
        sums: IdentityMemo[int] = IdentityMemo()

        def length(value: Any) -> int:
            known = lengths.get(value)
            return lengths.keep(value, characters(value)) if known is None else known

        def whole(response: DocumentedResponse) -> int:
            known = sums.get(response)
            if known is None:
                definitions = _definitions(response).values()
                known = sums.keep(response, characters(_data(response)) + sum(map(length, definitions)))
            return known

        found: dict[tuple[str, str], str] = {}
        for operation in api.operations:
            meter.next_share()
            for response in operation.responses:
                try:
                    meter.spend(whole(self._whole(operation, response)))
                except SpentError:
                    found[operation.id, response.status] = next((part.at for part in response.content), "")
        return _Beyond(frozenset(found), tuple(_losses(list(found.values()), meter.total)))

    def _documented(self, response: Response) -> DocumentedResponse:
        explained = self._tests.status == "success" and not response.status.startswith("2")
        looks = self._tests.content_type or self._tests.body
        return DocumentedResponse(
            says=_says(response) if explained else "",
            content=self._content(response) if response.content and looks else {},
            headers=self._headers(response) if self._tests.headers else {},
        )

    def _content(self, response: Response) -> dict[str, Contract | None]:
        """The contract of each media type. A name that isn't a media type counts as ``*/*``."""
        found: dict[str, list[MediaType]] = {}
        for part in response.content:
            name = essence(part.documented)
            found.setdefault(name if _MEDIA_TYPE.fullmatch(name) else _ANY, []).append(part)
        content = {name: self._contract_of(parts) for name, parts in found.items()}
        for name in map(essence, response.ranges):
            content.setdefault(name, None)
        return content

    def _contract_of(self, parts: list[MediaType]) -> Contract | None:
        """The contract of media types that differ only in parameters."""
        found = [contract for contract in map(self._contract, parts) if contract is not None]
        if len(found) < len(parts):
            return None
        if len(found) == 1:
            return found[0]
        definitions: dict[str, Any] = {}
        for contract in found:
            join(definitions, contract.definitions)
        return Contract({"anyOf": [contract.schema for contract in found]}, definitions)

    def _contract(self, part: MediaType) -> Contract | None:
        """The contract of a body, or ``None`` if scripts can't check it."""
        name = essence(part.documented)
        if not self._tests.body or part.binary:
            return None
        if part.sequence and is_json_sequence(name):
            return _of_list(self._followed(part))
        if part.sequence or not is_json(name):
            return None
        return self._followed(part)

    def _followed(self, part: MediaType) -> Contract:
        contract = self.contracts.contract(part.schema, part.at)
        return ANYTHING if _followed(contract) is True else contract

    def _headers(self, response: Response) -> dict[str, DocumentedHeader]:
        """The documented headers. Of a list or an object, only the presence is checked."""
        return {
            header.name: DocumentedHeader(header.required, self._header_schema(header))
            for header in response.headers
        }

    def _header_schema(self, header: Parameter) -> Contract | None:
        if header.media_type:
            return None
        schema = _followed(self.contracts.contract(header.schema, header.at))
        types = schema.get("type", "") if isinstance(schema, dict) else ""
        plain = set([types] if isinstance(types, str) else types) <= _PLAIN
        checked = plain and schema not in (True, None, {"type": "string"})
        return Contract(schema, {}) if checked else None


def _data(response: DocumentedResponse) -> dict[str, Any]:
    """A response as it would be written with its schemas, to measure it."""
    headers = {
        name: {
            **({"required": True} if header.required else {}),
            **({"schema": header.schema.schema} if header.schema else {}),
        }
        for name, header in response.headers.items()
    }
    content = {name: contract and contract.schema for name, contract in response.content.items()}
    return {
        **({"says": response.says} if response.says else {}),
        **({"content": content} if content else {}),
        **({"headers": headers} if headers else {}),
    }


def _definitions(response: DocumentedResponse) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for contract in filter(None, response.content.values()):
        join(found, contract.definitions)
    return found


def _losses(places: list[str], limit: int) -> Iterator[tuple[str, str]]:
    """The first of the ``places`` whose schemas exceed the budget, and how many more there are."""
    if places:
        more = f" Nor are those of {len(places) - 1:,} more." if len(places) > 1 else ""
        yield places[0], Limit.CHECKED.value.format(limit) + more


def join(schemas: dict[str, Any], others: Mapping[str, Any]) -> None:
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


def _of_list(contract: Contract) -> Contract | None:
    """The contract of a sequence, even if the description has that of an item (OpenAPI 3.2.0, 4.14.3)."""
    schema = contract.schema
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    whole = contract.definitions.get(reference.removeprefix("#/definitions/"), schema)
    kind = whole.get("type") if isinstance(whole, dict) else None
    if kind == "array":
        return contract
    return Contract({"type": "array", "items": schema}, contract.definitions) if kind == "object" else None


def _says(response: Response) -> str:
    """The first sentences of a response's description, up to a limit; the status if there is none."""
    paragraph = _BEGINS.split(response.description.strip(), maxsplit=1)[0]
    text = " ".join(paragraph.split()) or status_title(response)
    if len(text) <= _SAYS:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, _SAYS + 2) if end.end() <= _SAYS]
    return text[: ends[-1]] if ends else text[:_SAYS].rsplit(" ", 1)[0] + " …"
