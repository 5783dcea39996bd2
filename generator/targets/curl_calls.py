"""An operation as a curl call: the parts that the pages and the scripts both show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator import escaping
from generator.model.api import Operation, Parameter, Part
from generator.model.bodies import MULTIPART, URLENCODED, essence, is_json
from generator.model.styles import cookie_pairs, field_pairs, header_text, path_text, query_pairs
from generator.targets.payloads import shown_text

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
    query_credentials: tuple[tuple[str, str], ...] = ()
    """API keys in the query: name and variable."""
    user: tuple[str, str] | None = None
    """Variables of user name and password, for HTTP basic or digest."""
    digest: bool = False

    @classmethod
    def of(cls, operation: Operation) -> Call:
        """The call that ``operation`` documents."""
        return cls(
            method=operation.method,
            path=tuple(_path(operation)),
            query=_query(operation),
            credential_headers=tuple(_credential_headers(operation)),
            plain_headers=tuple(_plain_headers(operation)),
            data=tuple(_data(operation)),
            output=_output(operation),
            query_credentials=tuple(
                (escaping.url_component(c.header), c.variable)
                for c in operation.credentials
                if c.location == "query" and c.kind == "apiKey"
            ),
            user=next(
                (
                    (c.username, c.variable)
                    for c in operation.credentials
                    if c.username and c.kind != "oauth2"
                ),
                None,
            ),
            digest=any(c.kind == "digest" for c in operation.credentials),
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
        found += [variable for _, variable in self.query_credentials]
        return tuple(dict.fromkeys((*map(guide_name, found), *(self.user or ()), *self.body_variables)))

    @property
    def body_variables(self) -> tuple[str, ...]:
        """The shell variables that the body names."""
        found = (name for _, value in self.data for name in escaping.placeholder_variables(value))
        return tuple(dict.fromkeys(guide_name(name) for name in found))


def path_value(parameter: Parameter) -> str:
    """What stands in the path for a parameter, percent-encoded."""
    return path_text(parameter, escaping.url_component)


def _path(operation: Operation) -> Iterator[str | Parameter]:
    parameters = {p.name: p for p in operation.parameters_in("path")}
    for index, part in enumerate(re.split(r"\{([^{}]+)\}", operation.path)):
        if index % 2 == 0:
            if part:
                yield "/".join(escaping.quote_literal(piece) for piece in part.split("/"))
        else:
            yield parameters.get(part, "%7B" + escaping.url_component(part) + "%7D")


def _query(operation: Operation) -> str:
    parameters = (*operation.parameters_in("query"), *operation.parameters_in("querystring"))
    pairs = [
        f"{name}={value}"
        for parameter in parameters
        if parameter.required
        for name, value in query_pairs(parameter, escaping.url_component)
    ]
    return "?" + "&".join(pairs) if pairs else ""


def _credential_headers(operation: Operation) -> Iterator[tuple[str, str]]:
    cookies = []
    for credential in operation.credentials:
        value = "{" + credential.variable + "}"
        if credential.location == "cookie":
            cookies.append(f"{credential.header}={value}")
        elif credential.kind in ("bearer", "oauth2"):
            yield credential.header, "Bearer " + value
        elif credential.kind == "apiKey" and credential.location == "header":
            yield credential.header, value
    cookies += [
        f"{name}={value}"
        for parameter in operation.parameters_in("cookie")
        if parameter.required
        for name, value in cookie_pairs(parameter, escaping.url_component)
    ]
    if cookies:
        yield "Cookie", "; ".join(cookies)


def _plain_headers(operation: Operation) -> Iterator[tuple[str, str]]:
    declared = {p.name.lower(): p for p in operation.parameters_in("header") if p.required}
    given = declared.pop("content-type", None)
    body = operation.body.content[0] if operation.body else None
    if body is not None and essence(body.name) != MULTIPART:
        same = given is not None and essence(header_text(given)) == essence(body.name)
        yield "Content-Type", _header_text(given) if given is not None and same else body.name
    for parameter in declared.values():
        yield parameter.name, _header_text(parameter)


def _header_text(parameter: Parameter) -> str:
    return escaping.header_value(header_text(parameter))


def _data(operation: Operation) -> Iterator[tuple[str, str]]:
    """The body's options: ``-d`` for JSON objects and arrays alone, since ``-d @…`` reads a file."""
    if operation.body is None:
        return
    media_type = operation.body.content[0]
    if not media_type.examples:
        if media_type.binary:
            yield "--data-binary", "@FILE"
        return
    example = media_type.examples[0]
    value = example.value
    if is_json(media_type.name) and not media_type.sequence and not example.serialized:
        yield (
            ("-d" if isinstance(value, dict | list) else "--data-raw"),
            escaping.json_text(value).replace("\n", "\n  "),
        )
    elif isinstance(value, dict) and essence(media_type.name) == URLENCODED:
        for key, child in value.items():
            for name, text in field_pairs(key, child, media_type.parts.get(key, Part()), str):
                yield "--data-urlencode", f"{name}={text}"
    elif isinstance(value, dict) and essence(media_type.name) == MULTIPART:
        for key, child in value.items():
            yield from _form_part(key, child, media_type.parts.get(key, Part()))
    elif media_type.sequence:
        yield "--data-binary", shown_text(media_type, example)
    else:
        yield "--data-raw", shown_text(media_type, example)


def _form_part(key: str, value: Any, part: Part) -> Iterator[tuple[str, str]]:
    given = part.content_type or ("application/json" if isinstance(value, dict) and not part.by_style else "")
    ending = f";type={given}" if given and "*" not in given else ""
    if part.file:
        yield "-F", f"{key}=@FILE{ending}"
        return
    for name, text in field_pairs(key, value, part, str):
        # Only `-F` takes a type; a text that begins like a file's name is then quoted.
        yield ("-F", f'{name}="{_quoted(text)}"{ending}') if ending else ("--form-string", f"{name}={text}")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _output(operation: Operation) -> str:
    for response in operation.successes:
        for part in response.content:
            if part.binary:
                ending = ".zip" if part.name == "application/zip" else ".bin"
                return escaping.file_stem(operation.id) + ending
    return ""
