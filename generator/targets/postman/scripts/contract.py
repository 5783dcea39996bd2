"""Contract tests: the documented responses to a request as data and checks in its test script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from generator.escaping import javascript
from generator.model import Api
from generator.model.media.media_types import is_json_sequence
from generator.model.types import Operation
from generator.project.settings import Settings
from generator.targets.postman.scripts.documented_responses import DocumentedResponses
from generator.targets.shared import templating
from generator.targets.shared.variables import credential_variables
from generator.targets.shared.wording import documented_success, status_code, status_title


def losses(api: Api, settings: Settings) -> tuple[tuple[str, str], ...]:
    """What the tests of bodies and headers don't check: a JSON pointer and a sentence each."""
    if not (settings.tests.body or settings.tests.headers):
        return ()
    responses = DocumentedResponses(api, settings.tests)
    return (*responses.contracts.losses(), *responses.beyond.losses)


class Section(NamedTuple):
    """The lines for a request: constants, and checks that need a response."""

    data: list[str]
    checks: list[str]


class ContractTests:
    """Writes the sections of a collection's test scripts. What many of them share is rendered once."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._tests = settings.tests
        self._responses = DocumentedResponses(api, settings.tests)
        known = {name for name, variable in credential_variables(api).items() if variable.secret}
        self._secrets = sorted(known | settings.profile.secrets)
        self._carriers = sorted(_carriers(api))
        self._redirects = settings.guards.redirects
        self._printed: dict[str, tuple[Any, str]] = {}
        self._made: dict[tuple[Any, ...], list[str]] = {}

    def section(self, operation: Operation) -> Section:
        """The lines for a request; none if the description says nothing about its responses."""
        schemas: dict[str, Any] = {}
        responses = {
            response.status: self._responses.of(operation, response, schemas)
            for response in operation.responses
        }
        status = _status(operation, self._tests.status) if operation.responses else None
        if status is None and not any(responses.values()):
            return Section([], [])
        return Section(self._data(responses, schemas), self._checks(status, responses, bool(schemas)))

    def _data(self, responses: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
        written = javascript.literal(responses, 0, len("const ANSWERS = ;"))
        parts = [
            "// The responses to this request that the description documents.",
            *(
                ["// (Null: a body that is not looked into.)"]
                if any(map(_holds_null, responses.values()))
                else []
            ),
            f"const ANSWERS = {written};",
        ]
        if schemas:
            parts += [
                "",
                "// The schemas that they name. (JSON Schema, draft 7: what Postman's validator knows.)",
                "const SCHEMAS = {",
                *(self._definition(name, schema) for name, schema in schemas.items()),
                "};",
            ]
        return "\n".join(parts).split("\n")

    def _definition(self, name: str, schema: Any) -> str:
        known = self._printed.get(name)
        if known is None or known[0] is not schema:
            before = f"  {javascript.key(name)}: "
            text = f"{before}{javascript.literal(schema, 2, len(before) + 1)},"
            known = self._printed[name] = (schema, text)
        return known[1]

    def _checks(self, status: _Status | None, responses: dict[str, Any], schemas: bool) -> list[str]:
        contents = [response["content"] for response in responses.values() if "content" in response]
        names = {name for content in contents for name in content}
        headers = [
            header for response in responses.values() for header in response.get("headers", {}).values()
        ]
        looks: dict[str, Any] = {
            "classes": any(status.endswith("XX") for status in responses),
            "default": "default" in responses,
            "schemas": schemas,
            "content_type": self._tests.content_type and bool(contents),
            "bodies": any(schema is not None for content in contents for schema in content.values()),
            "ranges": any("*" in name for name in names),
            "sequences": any(map(is_json_sequence, names)),
            "headers": bool(headers),
            "header_schemas": any("schema" in header for header in headers),
            "open": self._tests.enums == "open",
        }
        key = (status, *looks.values())
        if key not in self._made:
            text = templating.render(
                "scripts/contract.js.j2",
                secrets=self._secrets,
                carriers=self._carriers,
                redirects=self._redirects,
                status=status is not None,
                **(status or _Status("", "", False))._asdict(),
                **looks,
            )
            self._made[key] = text.strip("\n").split("\n")
        return self._made[key]


class _Status(NamedTuple):
    """The test of the status: its name, its condition in JavaScript, and whether failures are explained."""

    title: str
    passes: str
    explained: bool


def _status(operation: Operation, wanted: str) -> _Status | None:
    """The test of the status that ``wanted`` asks for. OpenAPI 3.1.1, section 4.8.16.

    If no success is documented, any success passes, and so does a documented status that is neither a success
    nor an error, such as a redirect.
    """
    if wanted == "off":
        return None
    if wanted == "documented":
        return _Status("Status is documented", "answer", explained=False)
    if operation.successes:
        passing, title = operation.successes, documented_success(operation)
        classes = []
    else:
        passing = tuple(
            response for response in operation.responses if response.status.startswith(("1", "3"))
        )
        title = " or ".join([*map(status_title, passing), "any success"])
        classes = ["2"]
    codes = sorted(code for code in map(status_code, passing) if code is not None)
    classes += [response.status[0] for response in passing if response.status.endswith("XX")]
    conditions = [f"String(pm.response.code)[0] === '{digit}'" for digit in classes]
    if codes:
        one = f"pm.response.code === {codes[0]}"
        conditions.insert(0, one if len(codes) == 1 else f"{codes}.includes(pm.response.code)")
    return _Status(f"Status is {title}", " || ".join(conditions), explained=True)


def _carriers(api: Api) -> set[str]:
    """The headers that carry credentials, in lower case."""
    credentials = (credential for operation in api.operations for credential in operation.credentials)
    return {"authorization"} | {c.header.lower() for c in credentials if c.location == "header" and c.header}


def _holds_null(response: Mapping[str, Any]) -> bool:
    return any(schema is None for schema in response.get("content", {}).values())
