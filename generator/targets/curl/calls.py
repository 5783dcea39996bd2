"""An operation as a curl call: what the pages and the scripts have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

import msgspec

from generator.escaping.file_names import file_stem
from generator.escaping.http import cookie_value, header_value, quote_literal, url_component, url_reserved
from generator.escaping.placeholders import placeholder_variables, with_placeholders
from generator.model.media.media_types import MULTIPART, essence
from generator.model.parameters import is_token, is_written_by_clients
from generator.model.responses import accepted
from generator.model.styles import cookie_pairs, header_text, path_text, query_pairs, query_string
from generator.model.types import Credential, Operation, Parameter
from generator.targets.curl import bodies, curl_syntax
from generator.targets.curl.bodies import Data
from generator.targets.curl.variables import (
    VARIABLE,
    File,
    Piece,
    Variable,
    guide_name,
    path_names,
    variables,
)
from generator.targets.shared.path_templates import PARAMETER, Route


class Call(msgspec.Struct, frozen=True):
    """An operation as a curl call. Its texts may contain placeholders such as ``{CLIENT_ID}``."""

    method: str
    path: tuple[str | Parameter, ...]
    """Percent-encoded literal parts and path parameters, in order, with any query of the path template."""
    path_names: Mapping[str, str]
    """The environment variables that override path parameters, by the names of the parameters."""
    query: str
    """The required query parameters, percent-encoded, after ``?`` or ``&``; empty if there are none."""
    credential_headers: tuple[tuple[str, str], ...]
    """Names and values, which contain variables in braces: ``Bearer {ACCESS_TOKEN}``."""
    plain_headers: tuple[tuple[str, str], ...]
    """Names and values of the other headers."""
    data: tuple[Data, ...]
    """The body, as curl options."""
    output: str
    """The file that a binary response is saved to, or an empty string."""
    query_credentials: tuple[tuple[str, str], ...] = ()
    """Names and variables of API keys in the query."""
    user: tuple[str, str] | None = None
    """The variables of user name and password for HTTP Basic or Digest authentication."""
    digest: bool = False
    signature: Credential | None = None
    """The credential for AWS Signature Version 4. ``user`` has the access key and its secret then."""
    document: tuple[Piece, ...] = ()
    """The body that curl reads from standard input if no option can carry it."""

    @classmethod
    def of(cls, operation: Operation) -> Call:
        """The call that ``operation`` documents."""
        body = bodies.body(operation)
        return cls(
            method=curl_syntax.method(operation.method),
            path=tuple(_path(operation)),
            path_names=path_names(operation),
            query=_query(operation),
            credential_headers=tuple(_credential_headers(operation)),
            plain_headers=tuple(_plain_headers(operation, body.content_type)),
            data=body.options,
            document=body.document,
            output=_output(operation),
            query_credentials=tuple(
                (url_component(c.header), c.variable)
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
            signature=next((c for c in operation.credentials if c.kind == "awsv4"), None),
        )

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """All headers in order: Authorization, Content-Type, other credentials, other headers, Accept."""
        credentials = frozenset(self.credential_headers)

        def rank(header: tuple[str, str]) -> int:
            name = header[0].lower()
            known = {"authorization": 0, "content-type": 1, "accept": 4}
            return known.get(name, 2 if header in credentials else 3)

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
        found += [name for _, value in self.plain_headers for name in placeholder_variables(value)]
        return tuple(dict.fromkeys((*map(guide_name, found), *(self.user or ()), *self.body_variables)))

    @property
    def arguments(self) -> tuple[str, ...]:
        """Those ``credentials`` that are in curl's arguments: in the address, a plain header or the body."""
        found = VARIABLE.findall(" ".join([self.query, *map(path_value, self.variables)]))
        found += [name for _, value in self.plain_headers for name in placeholder_variables(value)]
        in_body = (variable.name for data in self.data for variable in variables(data.value))
        return tuple(dict.fromkeys((*map(guide_name, found), *in_body)))

    @property
    def _pieces(self) -> Iterator[Piece]:
        for data in self.data:
            yield from data.value
        yield from self.document

    @property
    def fills(self) -> tuple[Variable, ...]:
        """The variables in the body, each with how its value is written there."""
        return tuple(dict.fromkeys(variables(self._pieces)))

    @property
    def body_variables(self) -> tuple[str, ...]:
        """The names of the shell variables in the body."""
        return tuple(dict.fromkeys(variable.name for variable in self.fills))

    @property
    def files(self) -> tuple[str, ...]:
        """The shell variables with the paths of files."""
        return tuple(dict.fromkeys(piece.name for piece in self._pieces if isinstance(piece, File)))

    @property
    def quotes(self) -> bool:
        """Whether a value is written in curl's own quotes: in a form, or in its configuration."""
        in_form = any(data.option == "-F" and _is_filled(data) for data in self.data)
        return in_form or self.hands_over_user or bool(self.query_credentials)

    @property
    def hands_over_user(self) -> bool:
        """Whether curl itself builds the header for ``user``, which is in its configuration then."""
        return self.digest or self.signature is not None

    @property
    def signed_for(self) -> tuple[tuple[str, str], ...]:
        """The variables of a signature's region and service, each with its default."""
        found = self.signature.variables if self.signature else ()
        named = {variable.part: (variable.name, variable.value) for variable in found}
        return tuple(named[part] for part in ("region", "service") if part in named)

    @property
    def session_token(self) -> str:
        """The variable of the session token of temporary AWS credentials, or an empty string."""
        return self.signature.part("session_token") if self.signature else ""

    @property
    def joint(self) -> str:
        """The separator before a further query parameter: ``?`` or ``&``."""
        return "&" if self.query or any("?" in part for part in self.path if isinstance(part, str)) else "?"

    @property
    def has_dot_segments(self) -> bool:
        """Whether curl would normalize the path, since it has a segment ``.`` or ``..``."""
        path = "".join(path_value(part) if isinstance(part, Parameter) else part for part in self.path)
        return any(segment in (".", "..") for segment in path.partition("?")[0].split("/"))

    @property
    def encodes(self) -> bool:
        """Whether values of shell variables have to be percent-encoded."""
        texts = (self.query, *map(path_value, self.variables))
        in_body = any(variable.how == "url" for variable in self.fills)
        return in_body or bool(self.query_credentials) or any(map(VARIABLE.search, texts))


def _is_filled(data: Data) -> bool:
    return not all(isinstance(piece, str) for piece in data.value)


@lru_cache(maxsize=4096)
def path_value(parameter: Parameter) -> str:
    """The value of a path parameter, percent-encoded except for variables in braces."""
    return path_text(parameter, _encoder(parameter))


def _encoder(parameter: Parameter) -> Callable[[str], str]:
    """The encoder for the names and values of a parameter. RFC 6570, section 3.2.1."""
    listed = isinstance(parameter.sample, dict | list)

    def rest(text: str) -> str:
        if parameter.media_type or parameter.location == "path":
            return url_component(text)
        if parameter.style == "cookie":
            return cookie_value(text)
        if parameter.allow_reserved:
            encoded = url_reserved(text)
            return encoded.replace(",", "%2C") if listed else encoded
        return url_component(text)

    return lambda text: with_placeholders(text, "{{{}}}".format, rest)


def _path(operation: Operation) -> Iterator[str | Parameter]:
    parameters = {p.name: p for p in operation.parameters_in("path")}

    def parts(text: str, literal: Callable[[str], str]) -> Iterator[str | Parameter]:
        for index, part in enumerate(PARAMETER.split(text)):
            if index % 2:
                yield parameters.get(part, "%7B" + url_component(part) + "%7D")
            elif part:
                yield literal(part)

    route = Route.of(operation)
    yield from parts(route.path, lambda text: "/".join(map(quote_literal, text.split("/"))))
    for index, (name, value) in enumerate(route.query):
        yield "&" if index else "?"
        yield from parts(name, url_reserved)
        if value is not None:
            yield "="
            yield from parts(value, url_reserved)


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


def _plain_headers(operation: Operation, content_type: str) -> Iterator[tuple[str, str]]:
    declared = {
        p.name.lower(): p
        for p in operation.parameters_in("header")
        if (p.required or p.name.lower() == "accept")
        and is_token(p.name)
        and not is_written_by_clients(p.name)
    }
    accept = declared.pop("accept", None)
    if operation.body is not None:
        given = declared.pop("content-type", None)
        of_body = essence(content_type)
        same = given is not None and of_body == essence(header_text(given)) != MULTIPART
        if content_type:
            yield "Content-Type", _header_text(given) if given is not None and same else content_type
    for parameter in declared.values():
        yield parameter.name, _header_text(parameter)
    offered = accepted(operation.responses)
    if accept is not None:
        yield accept.name, _header_text(accept)
    elif len(offered) > 1 or (offered and operation.body is not None and len(operation.body.content) > 1):
        # If bodies have several media types, a server may choose that of its response by this header.
        yield "Accept", header_value(offered[0])


def _header_text(parameter: Parameter) -> str:
    return header_value(header_text(parameter))


def _output(operation: Operation) -> str:
    for response in operation.successes:
        for part in response.content:
            if part.binary:
                ending = ".zip" if part.name == "application/zip" else ".bin"
                return file_stem(operation.id) + ending
    return ""
