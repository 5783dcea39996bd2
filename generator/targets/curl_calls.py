"""An operation as a curl call: the parts that the pages and the scripts both show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator import escaping
from generator.model.api import Operation, Parameter
from generator.model.bodies import is_json
from generator.targets.wording import parameter_text, value_text

#: How the guides call what Postman calls otherwise.
_GUIDE_NAMES = {"IMS_ORG": "ORG_ID"}
_CREDENTIAL = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")


def guide_name(variable: str) -> str:
    """The shell variable of a Postman variable: ``IMS_ORG`` is ``ORG_ID`` in the guides."""
    return _GUIDE_NAMES.get(variable, variable)


def capitals(name: str) -> str:
    """A name as the guides write variables: ``fromDate`` is ``FROM_DATE``."""
    return re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()).strip("_")


@dataclass(frozen=True, slots=True)
class Call:
    """One operation as a curl call. Texts may still hold placeholders such as ``{IMS_ORG}``."""

    method: str
    path: tuple[str | Parameter, ...]
    """Literal parts, percent-encoded, and path parameters, in turn."""
    query: str
    """The required query parameters, percent-encoded, with its ``?``; empty where there is none."""
    credential_headers: tuple[tuple[str, str], ...]
    """Name and value, the value a variable's placeholder: ``Bearer {ACCESS_TOKEN}``."""
    plain_headers: tuple[tuple[str, str], ...]
    """The other headers, name and value."""
    data: tuple[tuple[str, str], ...]
    """Options that carry the body, and their values."""
    output: str
    """The file that a binary answer is saved to; empty for any other."""

    @classmethod
    def of(cls, operation: Operation) -> Call:
        """The call that ``operation`` documents."""
        return cls(
            method=operation.method,
            path=tuple(_path(operation)),
            query=_query(p for p in operation.parameters_in("query") if p.required),
            credential_headers=tuple(_credential_headers(operation)),
            plain_headers=tuple(_plain_headers(operation)),
            data=tuple(_data(operation)),
            output=_output(operation),
        )

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """All headers in the guides' order: Authorization, Content-Type, the other credentials, the rest."""

        def rank(header: tuple[str, str]) -> int:
            name = header[0].lower()
            return {"authorization": 0, "content-type": 1}.get(
                name, 2 if header in self.credential_headers else 3
            )

        return tuple(sorted((*self.credential_headers, *self.plain_headers), key=rank))

    @property
    def variables(self) -> tuple[Parameter, ...]:
        """The path parameters."""
        return tuple(part for part in self.path if isinstance(part, Parameter))

    @property
    def credentials(self) -> tuple[str, ...]:
        """The shell variables that the call needs, in the order of its headers."""
        found = _CREDENTIAL.findall(" ".join(value for _, value in self.credential_headers))
        return tuple(dict.fromkeys((*map(guide_name, found), *self.body_variables)))

    @property
    def body_variables(self) -> tuple[str, ...]:
        """The shell variables that the body names."""
        found = (name for _, value in self.data for name in escaping.placeholder_variables(value))
        return tuple(dict.fromkeys(guide_name(name) for name in found))


def _path(operation: Operation) -> Iterator[str | Parameter]:
    parameters = {p.name: p for p in operation.parameters_in("path")}
    for index, part in enumerate(re.split(r"\{([^{}]+)\}", operation.path)):
        if index % 2 == 0:
            if part:
                yield "/".join(escaping.quote_literal(piece) for piece in part.split("/"))
        else:
            yield parameters.get(part, "%7B" + escaping.url_component(part) + "%7D")


def _query(parameters: Iterator[Parameter]) -> str:
    pairs = [
        f"{escaping.url_component(p.name)}={escaping.url_component(parameter_text(p))}" for p in parameters
    ]
    return "?" + "&".join(pairs) if pairs else ""


def _credential_headers(operation: Operation) -> Iterator[tuple[str, str]]:
    for credential in operation.credentials:
        value = "{" + credential.variable + "}"
        if credential.header.lower() == "authorization":
            value = "Bearer " + value
        yield credential.header, value


def _plain_headers(operation: Operation) -> Iterator[tuple[str, str]]:
    declared = {p.name.lower(): p for p in operation.parameters_in("header") if p.required}
    given = declared.pop("content-type", None)
    if operation.body and operation.body.content[0].name != "multipart/form-data":
        yield "Content-Type", _header_text(given) if given else operation.body.content[0].name
    for parameter in declared.values():
        yield parameter.name, _header_text(parameter)


def _header_text(parameter: Parameter) -> str:
    return escaping.header_value(parameter_text(parameter))


def _data(operation: Operation) -> Iterator[tuple[str, str]]:
    """The body's options: ``-d`` for JSON objects and arrays alone, since ``-d @…`` reads a file."""
    if operation.body is None:
        return
    media_type = operation.body.content[0]
    if not media_type.examples:
        if media_type.binary:
            yield "--data-binary", "@FILE"
        return
    value = media_type.examples[0].value
    if is_json(media_type.name):
        yield (
            ("-d" if isinstance(value, dict | list) else "--data-raw"),
            escaping.json_text(value).replace("\n", "\n  "),
        )
    elif isinstance(value, dict) and media_type.name == "application/x-www-form-urlencoded":
        for key, child in value.items():
            yield "--data-urlencode", f"{key}={value_text(child)}"
    elif isinstance(value, dict) and media_type.name == "multipart/form-data":
        for key, child in value.items():
            yield "--form-string", f"{key}={value_text(child)}"
    else:
        yield "--data-raw", value if isinstance(value, str) else json.dumps(value)


def _output(operation: Operation) -> str:
    for response in operation.successes:
        for part in response.content:
            if part.binary:
                ending = ".zip" if part.name == "application/zip" else ".bin"
                return escaping.file_stem(operation.id) + ending
    return ""
