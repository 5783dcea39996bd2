"""Checks of responses: a statement in each request's script, and values for that of the collection."""

from __future__ import annotations

from typing import Any

from generator.escaping import javascript
from generator.identity import IdentityMemo
from generator.model import Api
from generator.model.media.media_types import is_json_sequence
from generator.model.types import Operation, Response
from generator.project.settings import Settings
from generator.targets.postman.scripts.documented_responses import (
    DocumentedHeader,
    DocumentedResponse,
    DocumentedResponses,
)
from generator.targets.postman.scripts.schema_table import SchemaTable, header_title
from generator.targets.shared.variables import credential_variables
from generator.targets.shared.wording import reason, status_code

_CALL = "callsheet.expect(pm, "


def losses(api: Api, settings: Settings) -> tuple[tuple[str, str], ...]:
    """What the tests of bodies and headers don't check: a JSON pointer and a sentence each."""
    if not (settings.tests.body or settings.tests.headers):
        return ()
    responses = DocumentedResponses(api, settings.tests)
    return (*responses.contracts.losses(), *responses.beyond.losses)


class ResponseChecks:
    """Writes the checks of a collection. ``operations`` are all that it has requests for."""

    def __init__(self, api: Api, settings: Settings, operations: tuple[Operation, ...]) -> None:
        self._api = api
        self._settings = settings
        self._responses = DocumentedResponses(api, settings.tests)
        self._table = SchemaTable()
        self._written: IdentityMemo[dict[str, Any]] = IdentityMemo()
        # Before any script is written, since the collection's own has the schemas of all requests.
        self._documented = {operation.id: self._of(operation) for operation in operations}

    def call(self, operation: Operation) -> list[str]:
        """The statement in a request's script; none if the description says nothing of its responses."""
        documented = self._documented[operation.id]
        if not documented:
            return []
        responses, headers = self._split(documented)
        end = f", {javascript.literal(headers, 0, 5)});" if headers else ");"
        return f"{_CALL}{javascript.literal(responses, 0, len(_CALL) + len(end))}{end}".split("\n")

    def _split(self, documented: dict[str, dict[str, Any]]) -> tuple[dict[str, dict[str, Any]], list[Any]]:
        """The responses, and the headers that all of them have, apart."""
        written = {
            status: {**data, "headers": list(map(self._named, data["headers"]))}
            if "headers" in data
            else data
            for status, data in documented.items()
        }
        first = next(iter(written.values())).get("headers")
        if not first or len(written) < 2 or any(data.get("headers") != first for data in written.values()):
            return written, []
        return {
            status: {name: value for name, value in data.items() if name != "headers"}
            for status, data in written.items()
        }, first

    def _named(self, header: str | dict[str, Any]) -> str | dict[str, Any]:
        """A header without a schema by its name alone, unless another header of the name has one."""
        if isinstance(header, dict) and list(header) == ["name"]:
            name = str(header["name"])
            return name if header_title(name) not in self._table else header
        return header

    def shared(self) -> dict[str, Any] | None:
        """The values for ``tests.js.j2``; ``None`` if no request is checked."""
        if not any(self._documented.values()):
            return None
        tests = self._settings.tests
        known = {name for name, variable in credential_variables(self._api).items() if variable.secret}
        media_types = {
            name
            for documented in self._documented.values()
            for response in documented.values()
            for name in response
        }
        return {
            "status": tests.status,
            "content_type": tests.content_type,
            "body": tests.body,
            "headers": tests.headers,
            "enums": tests.enums,
            "secrets": sorted(known | self._settings.profile.secrets),
            "carriers": sorted(_carriers(self._api)),
            "reasons": self._reasons(),
            "sequences": any(map(is_json_sequence, media_types)),
        }

    def schemas(self) -> list[str]:
        """The lines of the collection's script that hold all schemas."""
        return list(self._table.lines())

    def _of(self, operation: Operation) -> dict[str, dict[str, Any]]:
        found = {response.status: self._response(operation, response) for response in operation.responses}
        return found if self._settings.tests.status != "off" or any(found.values()) else {}

    def _response(self, operation: Operation, response: Response) -> dict[str, Any]:
        documented = self._responses.of(operation, response)
        known = self._written.get(documented)
        if known is None:
            title = f"{operation.name} {response.status}"
            known = self._written.keep(documented, self._data(documented, title))
        return known

    def _data(self, response: DocumentedResponse, title: str) -> dict[str, Any]:
        several = len(response.content) > 1
        content = {
            name: self._table.add(contract, f"{title} {name}" if several else title)
            for name, contract in response.content.items()
        }
        headers = [self._header(name, header) for name, header in response.headers.items()]
        return {
            **content,
            **({"says": response.says} if response.says else {}),
            **({"headers": headers} if headers else {}),
        }

    def _header(self, name: str, header: DocumentedHeader) -> str | dict[str, Any]:
        """A header as scripts have it: its name alone, if it is optional and has the usual schema."""
        usual = header_title(name)
        schema = self._table.add(header.schema, usual) if header.schema else ""
        if schema == usual == f"{name} header" and not header.required:
            return name
        return {
            "name": name,
            **({"required": True} if header.required else {}),
            **({"schema": schema} if schema else {}),
        }

    def _reasons(self) -> dict[str, str]:
        """The reason phrases of the documented statuses that tests name."""
        codes = {
            status_code(response)
            for operation in self._api.operations
            for response in operation.responses
            if response.status[:1] in ("1", "2", "3")
        }
        return {str(code): reason(code) for code in sorted(code for code in codes if code) if reason(code)}


def _carriers(api: Api) -> set[str]:
    """The headers that carry credentials, in lower case."""
    credentials = (credential for operation in api.operations for credential in operation.credentials)
    return {"authorization"} | {c.header.lower() for c in credentials if c.location == "header" and c.header}
