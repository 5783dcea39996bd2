"""What the description says of the answers to a request, as the data of its test script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.auth.ims import SECRETS
from generator.model import Api
from generator.model.api import Contract, MediaType, Operation, Parameter, Response
from generator.model.media_types import is_json
from generator.settings import Settings
from generator.targets import javascript, templating
from generator.targets.variables import credential_variables
from generator.targets.wording import documented_success, status_code

_PLAIN = frozenset({"string", "integer", "number", "boolean", "null"})


def losses(api: Api, settings: Settings) -> tuple[tuple[str, str], ...]:
    """What the tests of bodies and headers leave out, as a JSON pointer and a sentence each."""
    if not (settings.tests.body or settings.tests.headers):
        return ()
    contracts = api.contracts(settings.tests.loose_formats)
    for operation in api.operations:
        for response in operation.responses:
            for part in response.content:
                if settings.tests.body and _is_checked(part):
                    contracts.contract(part.schema, part.at)
    return contracts.losses()


class ContractTests:
    """Writes the sections of one collection's test scripts; what many of them hold is printed once."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._tests = settings.tests
        self._contracts = api.contracts(settings.tests.loose_formats)
        known = {name for name, variable in credential_variables(api).items() if variable.secret}
        self._secrets = sorted(known | (SECRETS if settings.profile else set()))
        self._printed: dict[str, tuple[Any, str]] = {}
        self._made: dict[tuple[Any, ...], list[str]] = {}

    def section(self, operation: Operation) -> list[str]:
        """The lines for one request; none where the description says nothing of its answers."""
        schemas: dict[str, Any] = {}
        answers = {
            response.status: self._answer(operation, response, schemas) for response in operation.responses
        }
        if not answers:
            return []
        return [*self._data(answers, schemas), "", *self._checks(operation, answers, bool(schemas))]

    def _data(self, answers: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
        null = "; null: the body is not looked into" if self._tests.body else ""
        written = javascript.literal(answers, 0, len("const ANSWERS = ;"))
        parts = [
            f"// What the description says of the answers to this request{null}.",
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

    def _checks(self, operation: Operation, answers: dict[str, Any], schemas: bool) -> list[str]:
        success = self._tests.status == "success"
        expected = operation.successes if success else operation.responses
        looks = {key for answer in answers.values() for key in answer}
        status = bool(expected) and self._tests.status != "off"
        bodies = any(map(_holds_schema, answers.values()))
        content_type = self._tests.content_type and "content" in looks
        headers = "headers" in looks
        key = (
            tuple(response.status for response in expected) if status else (),
            (schemas, bodies, content_type, headers),
        )
        if key not in self._made:
            text = templating.render(
                "scripts/contract.js.j2",
                schemas=schemas,
                secrets=self._secrets,
                status=status,
                title=f"Status is {documented_success(operation)}" if success else "",
                codes=[code for code in map(status_code, expected) if code is not None],
                classes=[r.status[0] for r in expected if r.status.endswith("XX")],
                content_type=content_type,
                bodies=bodies,
                headers=headers,
            )
            self._made[key] = text.strip("\n").split("\n")
        return self._made[key]

    def _answer(self, operation: Operation, response: Response, schemas: dict[str, Any]) -> dict[str, Any]:
        """One answer; the definitions that it needs are added to ``schemas``."""
        found: dict[str, Any] = {}
        looks = self._tests.content_type or self._tests.body
        if response.content and looks and operation.method != "HEAD":
            found["content"] = {
                part.name.partition(";")[0].strip().lower(): self._schema(part, schemas)
                for part in response.content
            }
        if self._tests.headers and response.headers:
            found["headers"] = {header.name: self._header(header) for header in response.headers}
        return found

    def _schema(self, part: MediaType, schemas: dict[str, Any]) -> Any:
        if not (self._tests.body and _is_checked(part)):
            return None
        return _shared(self._contracts.contract(part.schema, part.at), schemas)

    def _header(self, header: Parameter) -> dict[str, Any]:
        """A header; one that holds a list or an object is only looked for."""
        contract = self._contracts.contract(header.schema, "")
        types = contract.schema.get("type", "") if isinstance(contract.schema, dict) else ""
        plain = not contract.definitions and not header.media_type
        plain = plain and set([types] if isinstance(types, str) else types) <= _PLAIN and bool(types)
        return {
            **({"required": True} if header.required else {}),
            **({"schema": contract.schema} if plain and contract.schema != {"type": "string"} else {}),
        }

    def _definition(self, name: str, schema: Any) -> str:
        known = self._printed.get(name)
        if known is None or known[0] is not schema:
            before = f"  {javascript.key(name)}: "
            text = f"{before}{javascript.literal(schema, 2, len(before) + 1)},"
            known = self._printed[name] = (schema, text)
        return known[1]


def _is_checked(part: MediaType) -> bool:
    return is_json(part.name) and not part.sequence and not part.binary


def _holds_schema(answer: Mapping[str, Any]) -> bool:
    return any(schema is not None for schema in answer.get("content", {}).values())


def _shared(contract: Contract, schemas: dict[str, Any]) -> Any:
    """The contract's own schema; its definitions join ``schemas``, the whole ones before the cut ones."""
    for name, schema in contract.definitions.items():
        if schemas.get(name, True) is True:
            schemas[name] = schema
    return contract.schema
