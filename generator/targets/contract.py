"""What the description says of the answers to a request, as the data and the checks of its test script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from generator.auth.ims import SECRETS
from generator.identity import IdentityMemo
from generator.model import Api
from generator.model.api import Contract, Contracts, MediaType, Operation, Parameter, Response
from generator.model.media_types import essence, is_json, is_json_sequence
from generator.settings import Settings, Tests
from generator.targets import javascript, templating
from generator.targets.variables import credential_variables
from generator.targets.wording import documented_success, status_code, status_title

_PLAIN = frozenset({"string", "integer", "number", "boolean", "null"})
_ANY = "*/*"
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+")
#: Characters of a description that a message repeats.
_SAYS = 120
#: What is no more of a paragraph: an empty line, a list, a table, a heading, a quotation, a block of code.
_BEGINS = re.compile(r"\n[ \t]*(?=\n|[-*+] |[#|>`]|\d+[.)] )")
#: The end of a sentence; that of ``e.g.`` is none.
_SENTENCE_END = re.compile(r"(?<![.]\w)[.!?](?=\s+[^\sa-z])")


def losses(api: Api, settings: Settings) -> tuple[tuple[str, str], ...]:
    """What the tests of bodies and headers leave out, as a JSON pointer and a sentence each."""
    if not (settings.tests.body or settings.tests.headers):
        return ()
    answers = _Answers(settings.tests, api.contracts(settings.tests.loose_formats))
    for operation in api.operations:
        for response in operation.responses:
            answers.of(operation, response, {})
    return answers.contracts.losses()


class Section(NamedTuple):
    """The lines for one request: constants, and the checks that need a response."""

    data: list[str]
    checks: list[str]


class ContractTests:
    """Writes the sections of one collection's test scripts; what many of them hold is printed once."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._tests = settings.tests
        self._answers = _Answers(settings.tests, api.contracts(settings.tests.loose_formats))
        known = {name for name, variable in credential_variables(api).items() if variable.secret}
        self._secrets = sorted(known | (SECRETS if settings.profile else set()))
        self._carriers = sorted(_carriers(api))
        self._redirects = settings.guards.redirects
        self._printed: dict[str, tuple[Any, str]] = {}
        self._made: dict[tuple[Any, ...], list[str]] = {}

    def section(self, operation: Operation) -> Section:
        """The lines for one request; none where the description says nothing of its answers."""
        schemas: dict[str, Any] = {}
        answers = {
            response.status: self._answers.of(operation, response, schemas)
            for response in operation.responses
        }
        status = _status(operation, self._tests.status) if operation.responses else None
        if status is None and not any(answers.values()):
            return Section([], [])
        return Section(self._data(answers, schemas), self._checks(status, answers, bool(schemas)))

    def _data(self, answers: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
        written = javascript.literal(answers, 0, len("const ANSWERS = ;"))
        parts = [
            "// What the description says of the answers to this request.",
            *(
                ["// (Null: a body that is not looked into.)"]
                if any(map(_holds_null, answers.values()))
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

    def _checks(self, status: _Status | None, answers: dict[str, Any], schemas: bool) -> list[str]:
        contents = [answer["content"] for answer in answers.values() if "content" in answer]
        names = {name for content in contents for name in content}
        headers = [header for answer in answers.values() for header in answer.get("headers", {}).values()]
        looks: dict[str, Any] = {
            "classes": any(status.endswith("XX") for status in answers),
            "default": "default" in answers,
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
    """The test of the status: its name, the JavaScript that it passes by, whether a failure is explained."""

    title: str
    passes: str
    explained: bool


def _status(operation: Operation, wanted: str) -> _Status | None:
    """OpenAPI 3.1.1, section 4.8.16.

    Where no success is documented, any is one, and so is what is neither that nor an error, as a redirect.
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


class _Answers:
    """What scripts hold of answers, by the names that ``contract.js.j2`` knows."""

    def __init__(self, tests: Tests, contracts: Contracts) -> None:
        self.contracts = contracts
        self._tests = tests
        self._known: IdentityMemo[tuple[dict[str, Any], dict[str, Any]]] = IdentityMemo()

    def of(self, operation: Operation, response: Response, schemas: dict[str, Any]) -> dict[str, Any]:
        """One answer; the definitions that it needs join ``schemas``, the whole ones before the cut ones."""
        if not operation.gets_bodies and response.content:
            response = msgspec.structs.replace(response, content=(), ranges=())
        known = self._known.get(response)
        if known is None:
            own: dict[str, Any] = {}
            known = self._known.keep(response, (self._answer(response, own), own))
        _join(schemas, known[1])
        return known[0]

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


def _carriers(api: Api) -> set[str]:
    """The headers, lower case, in which requests carry what lets them in."""
    credentials = (credential for operation in api.operations for credential in operation.credentials)
    return {"authorization"} | {c.header.lower() for c in credentials if c.location == "header" and c.header}


def _says(response: Response) -> str:
    """The description's first sentences, as many as are short; of one that is empty the status."""
    paragraph = _BEGINS.split(response.description.strip(), maxsplit=1)[0]
    text = " ".join(paragraph.split()) or status_title(response)
    if len(text) <= _SAYS:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, _SAYS + 2) if end.end() <= _SAYS]
    return text[: ends[-1]] if ends else text[:_SAYS].rsplit(" ", 1)[0] + " …"


def _holds_null(answer: Mapping[str, Any]) -> bool:
    return any(schema is None for schema in answer.get("content", {}).values())
