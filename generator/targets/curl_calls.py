"""An operation as a curl call: the parts that the pages and the scripts both show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, count
from typing import Any, NamedTuple

import msgspec

from generator import escaping
from generator.model.api import MediaType, Operation, Parameter, Part
from generator.model.media_types import MULTIPART, URLENCODED, essence, is_json
from generator.model.parameters import is_token, is_written_by_clients
from generator.model.styles import (
    cookie_pairs,
    field_pairs,
    header_text,
    path_text,
    query_pairs,
    query_string,
)
from generator.targets.payloads import leaves_out, part_texts, shown_text
from generator.targets.routes import PARAMETER, Route

#: How the guides call what Postman calls otherwise.
_GUIDE_NAMES = {"IMS_ORG": "ORG_ID"}
#: A variable in a text whose own braces are percent-encoded.
VARIABLE = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")
#: Variables that a shell, its programs or our scripts read; a path variable of such a name gets an ending.
_TAKEN = frozenset(
    "PATH HOME USER USERNAME LOGNAME SHELL PWD OLDPWD IFS LANG LANGUAGE TERM TZ HOST HOSTNAME HOSTTYPE "
    "OSTYPE MACHTYPE UID EUID PPID GROUPS RANDOM SECONDS LINENO SHLVL REPLY OPTARG OPTIND OPTERR COLUMNS "
    "LINES ENV NAME MAIL EDITOR DISPLAY TMPDIR DIRSTACK PIPESTATUS FUNCNAME SHELLOPTS PS1 PS2 PS4 "
    "OUTPUT BASE_URL API_KEY ORG_ID ALLOW_WRITES ALLOW_HOSTS BASIC ACCESS_TOKEN CLIENT_ID CLIENT_SECRET "
    "SCOPES IMS".split()
)


def guide_name(variable: str) -> str:
    """The shell variable of a Postman variable: ``IMS_ORG`` is ``ORG_ID`` in the guides."""
    return _GUIDE_NAMES.get(variable, variable)


def capitals(name: str) -> str:
    """A name as the guides write variables: ``fromDate`` is ``FROM_DATE``."""
    return re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()).strip("_")


def path_names(operation: Operation) -> dict[str, str]:
    """The environment variable that overrides each path parameter's sample value, by the parameter's name."""
    found: dict[str, str] = {}
    taken = _TAKEN | {variable.name for c in operation.credentials for variable in c.variables}
    for parameter in operation.parameters_in("path"):
        name = capitals(parameter.name) or "VALUE"
        name = f"VALUE_{name}" if name[0].isdigit() else name
        name = f"{name}_VALUE" if name in taken or name.startswith("BASH") else name
        numbered = chain((name,), (f"{name}_{number}" for number in count(2)))
        found[parameter.name] = next(each for each in numbered if each not in found.values())
    return found


class Data(NamedTuple):
    """An option that carries the body, or a part of it: a text, or one with the path of a file in it."""

    option: str
    text: str
    file: str = ""
    """The shell variable that holds the file's path; it follows ``text``."""
    ending: str = ""


class Call(msgspec.Struct, frozen=True):
    """One operation as a curl call. Texts may still hold placeholders such as ``{IMS_ORG}``."""

    method: str
    path: tuple[str | Parameter, ...]
    """Literal parts, percent-encoded, and path parameters, in turn; a query of the template's as well."""
    path_names: Mapping[str, str]
    """The environment variables that override path parameters, by the parameters' names."""
    query: str
    """The required query parameters, percent-encoded, with ``?`` or ``&``; empty where there is none."""
    credential_headers: tuple[tuple[str, str], ...]
    """Name and value, the value a variable's placeholder: ``Bearer {ACCESS_TOKEN}``."""
    plain_headers: tuple[tuple[str, str], ...]
    """The other headers, name and value."""
    data: tuple[Data, ...]
    """The body."""
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
            path_names=path_names(operation),
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
        texts = [value for _, value in self.credential_headers] + [
            self.query,
            *map(path_value, self.variables),
        ]
        found = VARIABLE.findall(" ".join(texts))
        found += [variable for _, variable in self.query_credentials]
        found += [name for _, value in self.plain_headers for name in escaping.placeholder_variables(value)]
        return tuple(dict.fromkeys((*map(guide_name, found), *(self.user or ()), *self.body_variables)))

    @property
    def arguments(self) -> tuple[str, ...]:
        """Those of them that curl's arguments hold: in the address, a plain header or the body."""
        found = VARIABLE.findall(" ".join([self.query, *map(path_value, self.variables)]))
        found += [name for _, value in self.plain_headers for name in escaping.placeholder_variables(value)]
        return tuple(dict.fromkeys((*map(guide_name, found), *self.body_variables)))

    @property
    def body_variables(self) -> tuple[str, ...]:
        """The shell variables that the body names."""
        found = (name for part in self.data for name in escaping.placeholder_variables(part.text))
        return tuple(dict.fromkeys(guide_name(name) for name in found))

    @property
    def files(self) -> tuple[str, ...]:
        """The shell variables that hold the paths of files."""
        return tuple(dict.fromkeys(part.file for part in self.data if part.file))

    @property
    def form_files(self) -> bool:
        """Whether a file is a part of a form, where its path stands in curl's own quotes."""
        return any(part.file and part.option == "-F" for part in self.data)

    @property
    def joint(self) -> str:
        """What stands before a further query parameter."""
        return "&" if self.query or any("?" in part for part in self.path if isinstance(part, str)) else "?"

    @property
    def encodes(self) -> bool:
        """Whether values of shell variables have to be encoded for the address."""
        texts = (self.query, *map(path_value, self.variables))
        return bool(self.query_credentials) or any(map(VARIABLE.search, texts))


def path_value(parameter: Parameter) -> str:
    """What stands in the path for a parameter, percent-encoded but for variables in braces."""
    return path_text(parameter, _encoder(parameter))


def _encoder(parameter: Parameter) -> Callable[[str], str]:
    """How a parameter's names and values are encoded. RFC 6570, section 3.2.1."""
    listed = isinstance(parameter.sample, dict | list)

    def rest(text: str) -> str:
        if parameter.media_type or parameter.location == "path":
            return escaping.url_component(text)
        if parameter.style == "cookie":
            return escaping.cookie_value(text)
        if parameter.allow_reserved:
            encoded = escaping.url_reserved(text)
            return encoded.replace(",", "%2C") if listed else encoded
        return escaping.url_component(text)

    return lambda text: escaping.with_placeholders(text, "{{{}}}".format, rest)


def _path(operation: Operation) -> Iterator[str | Parameter]:
    parameters = {p.name: p for p in operation.parameters_in("path")}

    def parts(text: str, literal: Callable[[str], str]) -> Iterator[str | Parameter]:
        for index, part in enumerate(PARAMETER.split(text)):
            if index % 2:
                yield parameters.get(part, "%7B" + escaping.url_component(part) + "%7D")
            elif part:
                yield literal(part)

    route = Route.of(operation)
    yield from parts(route.path, lambda text: "/".join(map(escaping.quote_literal, text.split("/"))))
    for index, (name, value) in enumerate(route.query):
        yield "&" if index else "?"
        yield from parts(name, escaping.url_reserved)
        if value is not None:
            yield "="
            yield from parts(value, escaping.url_reserved)


def _query(operation: Operation) -> str:
    taken = {name for name, _ in Route.of(operation).query}
    found = [
        text
        for parameter in (*operation.parameters_in("query"), *operation.parameters_in("querystring"))
        if parameter.required and parameter.name not in taken
        for text in _query_texts(parameter)
    ]
    return ("&" if taken else "?") + "&".join(found) if found else ""


def _query_texts(parameter: Parameter) -> list[str]:
    encode = _encoder(parameter)
    whole = parameter.location == "querystring"
    pairs = query_string(parameter, encode) if whole else query_pairs(parameter, encode)
    return [pairs] if isinstance(pairs, str) else [f"{name}={value}" for name, value in pairs]


def _credential_headers(operation: Operation) -> Iterator[tuple[str, str]]:
    cookies = []
    for credential in operation.credentials:
        value = "{" + credential.variable + "}"
        if credential.optional:
            continue
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
        for name, value in cookie_pairs(parameter, _encoder(parameter))
    ]
    if cookies:
        yield "Cookie", "; ".join(cookies)


def _plain_headers(operation: Operation) -> Iterator[tuple[str, str]]:
    declared = {
        p.name.lower(): p
        for p in operation.parameters_in("header")
        if p.required and is_token(p.name) and not is_written_by_clients(p.name)
    }
    body = operation.body.content[0] if operation.body else None
    if body is not None:
        given = declared.pop("content-type", None)
        if essence(body.name) != MULTIPART:
            same = given is not None and essence(header_text(given)) == essence(body.name)
            yield "Content-Type", _header_text(given) if given is not None and same else body.name
    for parameter in declared.values():
        yield parameter.name, _header_text(parameter)


def _header_text(parameter: Parameter) -> str:
    return escaping.header_value(header_text(parameter))


# --- Bodies ---------------------------------------------------------------------------------------------


def _data(operation: Operation) -> Iterator[Data]:
    """The body's options: ``-d`` for JSON objects and arrays alone, since ``-d @…`` reads a file."""
    if operation.body is None or operation.method == "HEAD":
        return
    media_type = operation.body.content[0]
    taken = set(path_names(operation).values())
    if not media_type.examples:
        if media_type.binary:
            yield Data("--data-binary", "@", _file_variable("", taken))
        return
    example = media_type.examples[0]
    value = example.value
    name = essence(media_type.name)
    if is_json(media_type.name) and not media_type.sequence and not example.serialized:
        yield Data(
            "-d" if isinstance(value, dict | list) else "--data-raw",
            escaping.json_text(value).replace("\n", "\n  "),
        )
    elif isinstance(value, dict) and name == URLENCODED and not example.serialized:
        yield from _urlencoded(media_type, value)
    elif isinstance(value, dict) and name == MULTIPART and not example.serialized:
        for key, child in value.items():
            if leaves_out(media_type, value, key):
                continue
            yield from _form_part(key, child, media_type.parts.get(key, Part()), taken)
    elif media_type.sequence or name.startswith("multipart/"):
        yield Data("--data-binary", shown_text(media_type, example))
    else:
        yield Data("--data-raw", shown_text(media_type, example))


def _urlencoded(media_type: MediaType, value: dict[str, Any]) -> Iterator[Data]:
    for key, child in value.items():
        part = media_type.parts.get(key, Part())
        if child is None:
            continue
        if part.by_style and not part.explode and isinstance(child, dict | list):
            # What separates the items is not encoded, so that curl can't do the encoding.
            for name, text in field_pairs(key, child, part, escaping.url_component):
                yield Data("-d", f"{escaping.query_name(name)}={text}")
        else:
            for name, text in field_pairs(key, child, part, str):
                # curl takes the name as it is, and a name with `@` for a file's.
                yield Data("--data-urlencode", f"{escaping.query_name(escaping.url_component(name))}={text}")


def _form_part(key: str, value: Any, part: Part, taken: set[str]) -> Iterator[Data]:
    if part.file:
        ending = f";type={part.content_type}" if part.content_type and "*" not in part.content_type else ""
        yield Data("-F", f"{key}=@", _file_variable(key, taken), ending)
        return
    for name, text, content_type in part_texts(key, value, part, str):
        # Only `-F` takes a type; a text that begins like a file's name is then quoted.
        if content_type and "*" not in content_type:
            yield Data("-F", f'{name}="{_quoted(text)}";type={content_type}')
        else:
            yield Data("--form-string", f"{name}={text}")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _file_variable(key: str, taken: set[str]) -> str:
    """The shell variable that holds the path of a file: that of ``photo`` is ``PHOTO_FILE``."""
    name = capitals(key)
    name = name if name.endswith("FILE") else f"{name}_FILE".lstrip("_")
    name = f"FILE_{name}" if name[0].isdigit() else name
    while name in taken:
        name = f"BODY_{name}"
    return name


def _output(operation: Operation) -> str:
    for response in operation.successes:
        for part in response.content:
            if part.binary:
                ending = ".zip" if part.name == "application/zip" else ".bin"
                return escaping.file_stem(operation.id) + ending
    return ""
