"""An operation as a Postman request in format 2.1.0: address, headers, body and authorization."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from generator.escaping.http import cookie_value, url_component
from generator.escaping.markup.lines import markdown_block
from generator.escaping.markup.spans import markdown_code
from generator.escaping.placeholders import with_placeholders
from generator.escaping.postman import (
    postman_header,
    postman_query,
    postman_text,
    postman_variable,
    query_name,
)
from generator.model.media.media_types import MULTIPART, essence
from generator.model.parameters import is_token, is_written_by_clients
from generator.model.styles import cookie_pairs, header_text, query_pairs, query_string
from generator.model.types import Credential, MediaType, Operation, Parameter
from generator.targets.postman.path_segments import segments
from generator.targets.shared.path_templates import PARAMETER, Route
from generator.targets.shared.variables import Variables, path_sample
from generator.targets.shared.wording import explained

Json = dict[str, Any]
#: Where Postman receives authorization codes and tokens; the client's registration has to allow it.
_CALLBACK = "https://oauth.pstmn.io/v1/callback"


def native(operation: Operation) -> Credential | None:
    """The credential for Postman's *Authorization* tab, which holds only one."""
    usable = [c for c in operation.credentials if c.kind != "other" and not c.optional]
    authorizing = next((c for c in usable if c.authorizes and not _is_raw(c)), None)
    return authorizing or next((c for c in usable if c.kind == "apiKey" and c.location != "cookie"), None)


def _is_raw(credential: Credential) -> bool:
    return credential.kind == "apiKey"


def beside(operation: Operation, chosen: Credential | None) -> Iterator[Credential]:
    """The credentials that are written into the request itself, since the tab holds only one."""
    for credential in operation.credentials:
        if credential.kind != "other" and credential is not chosen and credential.variable:
            yield credential


def auth(credential: Credential) -> Json:
    """``credential`` as Postman's ``auth``."""
    value = postman_variable(credential.variable)
    if credential.kind == "apiKey":
        place = "query" if credential.location == "query" else "header"
        escape = postman_query if place == "query" else postman_header
        return _auth("apikey", key=escape(credential.header), value=value, **{"in": place})
    if credential.kind in ("basic", "digest"):
        return _auth(credential.kind, username=postman_variable(credential.username), password=value)
    if credential.kind == "awsv4":
        return _auth("awsv4", **_signature(credential))
    if credential.kind == "oauth2" and credential.grant != "clientCredentials":
        return _auth("oauth2", **_grant(credential, value))
    return _auth("bearer", token=value)


def _auth(kind: str, **values: Any) -> Json:
    parts = [
        {"key": key, "value": value, "type": "boolean" if isinstance(value, bool) else "string"}
        for key, value in values.items()
    ]
    return {"type": kind, kind: parts}


def _signature(credential: Credential) -> dict[str, Any]:
    """The values for Postman's AWS signature, each a variable."""
    parts = {
        "accessKey": "access_key",
        "secretKey": "secret_key",
        "sessionToken": "session_token",
        "region": "region",
        "service": "service",
    }
    return {key: postman_variable(credential.part(part)) for key, part in parts.items()}


def _grant(credential: Credential, token: str) -> dict[str, Any]:
    """The values for Postman's OAuth 2.0: users press *Get New Access Token*, and runs send the variable."""
    grants = {"authorizationCode": "authorization_code_with_pkce", "password": "password_credentials"}
    by_browser = credential.grant in ("authorizationCode", "implicit")

    def variable(part: str) -> str:
        name = credential.part(part)
        return postman_variable(name) if name else ""

    values: dict[str, Any] = {
        "grant_type": grants.get(credential.grant, "implicit"),
        "authUrl": variable("authorization_url"),
        "accessTokenUrl": variable("token_url"),
        "clientId": variable("client_id"),
        "clientSecret": variable("client_secret"),
        "username": variable("username"),
        "password": variable("password"),
        "scope": variable("scope"),
        "redirect_uri": _CALLBACK if by_browser else "",
        "useBrowser": True if by_browser else "",
        "challengeAlgorithm": "S256" if credential.grant == "authorizationCode" else "",
        "client_authentication": "" if credential.grant == "implicit" else "header",
        "accessToken": token,
        "addTokenTo": "header",
    }
    return {key: value for key, value in values.items() if value != ""}


# --- The address ----------------------------------------------------------------------------------------


def url(
    operation: Operation, variables: Variables, credentials: list[Credential], *, literal: bool = False
) -> Json:
    """The address, with a row for each query parameter. Optional ones are disabled.

    If ``literal``, parameters have the operation's own values instead of variables.
    """
    route = Route.of(operation)
    parameters = {p.name: p for p in operation.parameters_in("path")}

    def inside(part: str) -> str:
        """A parameter inside a text: its variable, or encoded braces if it isn't declared."""
        if part in parameters:
            return _path_value(parameters[part], operation, variables, literal=literal)
        return url_component("{" + part + "}")

    path, names, literals = segments(route.segments, parameters, inside)
    query = [_literal(name, text, parameters, inside) for name, text in route.query]
    query += _query(operation, {str(entry["key"]) for entry in query}, variables, literal=literal)
    query += [
        {
            "key": query_name(postman_query(c.header)),
            "value": postman_variable(c.variable),
        }
        for c in credentials
        if c.location == "query"
    ]
    base = postman_variable(variables.base(operation))
    sent = "&".join(map(_pair, (entry for entry in query if not entry.get("disabled"))))
    values = [
        {
            "key": names[p.name],
            "value": _path_value(p, operation, variables, literal=literal),
            **_described(_description(p)),
        }
        for p in parameters.values()
        if p.name in names
    ]
    values += literals
    return {
        "raw": "/".join([base, *path]) + (f"?{sent}" if sent else ""),
        "host": [base],
        # (An empty list would be sent as a slash.)
        **({"path": list(path)} if path else {}),
        **({"query": query} if query else {}),
        **({"variable": values} if values else {}),
    }


def _pair(entry: Json) -> str:
    return entry["key"] if entry["value"] is None else f"{entry['key']}={entry['value']}"


def _literal(
    name: str, text: str | None, parameters: dict[str, Parameter], inside: Callable[[str], str]
) -> Json:
    """The row for a part of the query in the path template itself."""
    parameter = parameters.get(text[1:-1]) if text else None
    return {
        "key": query_name(_filled(name, inside)),
        "value": None if text is None else _filled(text, inside),
        **_described(_description(parameter) if parameter else ""),
    }


def _filled(text: str, inside: Callable[[str], str]) -> str:
    return "".join(
        inside(part) if index % 2 else postman_query(part, reserved=True)
        for index, part in enumerate(PARAMETER.split(text))
    )


def inline_parameters(operation: Operation) -> list[Parameter]:
    """The path parameters that have no row in Postman's tables, since they are only a part of a segment."""
    route = Route.of(operation)
    shown = {part[1:-1] for part in route.segments if re.fullmatch(r"\{[^/:?#{}\s]+\}", part)}
    shown |= {text[1:-1] for _, text in route.query if text and re.fullmatch(r"\{[^{}]+\}", text)}
    return [p for p in operation.parameters_in("path") if p.name not in shown]


def _path_value(parameter: Parameter, operation: Operation, variables: Variables, *, literal: bool) -> str:
    if literal and parameter.named:
        return path_sample(parameter)
    return postman_variable(variables.of_path(operation, parameter.name))


def _query(operation: Operation, taken: set[str], variables: Variables, *, literal: bool) -> Iterator[Json]:
    """The rows of the query parameters, except those that the path template has already."""
    for parameter in (*operation.parameters_in("query"), *operation.parameters_in("querystring")):
        entries = query_entries(parameter)
        if _is_linked(parameter, operation, variables, literal=literal):
            entries = [_linked(entries[0], parameter, operation, variables)]
        yield from (entry for entry in entries if entry["key"] not in taken)


def _is_linked(parameter: Parameter, operation: Operation, variables: Variables, *, literal: bool) -> bool:
    """Whether a link gives the value, so that the row has a variable. Values of scenarios take precedence."""
    return bool(variables.of_parameter(operation, parameter)) and not (literal and parameter.named)


def _linked(entry: Json, parameter: Parameter, operation: Operation, variables: Variables) -> Json:
    """The row of a parameter whose value a link gives."""
    entry = {**entry, "value": postman_variable(variables.of_parameter(operation, parameter))}
    if variables.is_sent(operation, parameter):
        entry.pop("disabled", None)
    return entry


@lru_cache(maxsize=4096)
def query_entries(parameter: Parameter) -> Sequence[Json]:
    """The rows of a query parameter: several if a list or an object is exploded.

    The result is cached, since many operations share parameters. It must not be changed.
    """
    listed = isinstance(parameter.sample, dict | list) and not parameter.media_type
    encode = partial(postman_query, item=listed, reserved=parameter.allow_reserved)
    whole = parameter.location == "querystring"
    pairs = query_string(parameter, encode) if whole else query_pairs(parameter, encode)
    if isinstance(pairs, str):
        return [{**_entry(parameter, pairs.replace("=", "%3D"), ""), "value": None}]
    # An empty list or object has no pairs: its row is shown, but nothing is sent.
    entries = [_entry(parameter, query_name(name), text) for name, text in pairs] or [
        {**_entry(parameter, query_name(encode(parameter.name)), ""), "disabled": True}
    ]
    owner = markdown_code(parameter.name)
    for index, entry in enumerate(entries):
        part = f"Part of {owner}." if listed and not _names(entry["key"], parameter) else ""
        if index:
            entry.pop("description", None)
            entry |= _described(part)
        elif part:
            entry["description"] = f"{part} {entry.get('description', '')}".strip()
    return entries


def _names(key: str, parameter: Parameter) -> bool:
    """Whether a row has its parameter's name, unlike the members of an exploded object."""
    name = query_name(postman_query(parameter.name, item=True))
    return key == name or key.startswith(name + "[")


def _entry(parameter: Parameter, key: str, value: str) -> Json:
    return {
        "key": key,
        "value": value,
        **_described(_description(parameter)),
        **({} if parameter.required else {"disabled": True}),
    }


def _described(text: str) -> Json:
    """The description of a row, if there is one."""
    return {"description": text} if text else {}


@lru_cache(maxsize=4096)
def _description(parameter: Parameter) -> str:
    return explained(markdown_block(parameter.description), parameter.facts, deprecated=parameter.deprecated)


# --- Headers --------------------------------------------------------------------------------------------


def headers(
    operation: Operation,
    body: MediaType | None,
    accept: str,
    credentials: list[Credential],
    variables: Variables,
    *,
    literal: bool = False,
) -> list[Json]:
    """All headers, none twice: Content-Type, credentials, parameters, Accept, cookies.

    If ``literal``, parameters have the operation's own values instead of variables.
    """
    declared = {p.name.lower() for p in operation.parameters_in("header")}
    found: list[Json] = []
    if body is not None and essence(body.name) != MULTIPART and "content-type" not in declared:
        found.append({"key": "Content-Type", "value": postman_header(body.name)})
    found += [
        _entry_of(c, postman_header(c.header), postman_variable(c.variable))
        for c in credentials
        if c.location == "header" and not c.authorizes
    ]
    found += [_entry_of(c, c.header, _authorization(c)) for c in credentials if c.authorizes]
    for parameter in operation.parameters_in("header"):
        entry = _content_type(parameter, body) if _is(parameter, "content-type") else _header(parameter)
        linked = _is_linked(parameter, operation, variables, literal=literal)
        found.append(_linked(entry, parameter, operation, variables) if linked else entry)
    if accept and "accept" not in declared:
        found.append({"key": "Accept", "value": postman_header(accept)})
    found += _cookies(operation, credentials, variables, literal=literal)
    return found


def _entry_of(credential: Credential, key: str, value: str) -> Json:
    return {"key": key, "value": value, **({"disabled": True} if credential.optional else {})}


def _is(parameter: Parameter, name: str) -> bool:
    return parameter.name.lower() == name


def _content_type(parameter: Parameter, body: MediaType | None) -> Json:
    """A declared ``Content-Type``. If there is a body, its value is the body's media type."""
    entry = _header(parameter)
    if body is None:
        return entry
    if essence(body.name) == MULTIPART:
        # Postman writes this header itself, since it chooses the boundary.
        return {**entry, "value": postman_header(body.name), "disabled": True}
    entry.pop("disabled", None)
    given = header_text(parameter)
    value = given if essence(given) == essence(body.name) else body.name
    return {**entry, "value": postman_header(value)}


def _authorization(credential: Credential) -> str:
    value = postman_variable(credential.variable)
    return f"Bearer {value}" if credential.kind in ("bearer", "oauth2") else value


def _header(parameter: Parameter) -> Json:
    entry = _entry(parameter, postman_text(parameter.name), postman_header(header_text(parameter)))
    if not is_token(parameter.name) or is_written_by_clients(parameter.name):
        entry["disabled"] = True
    elif _is(parameter, "accept"):
        # Postman always sends an Accept header; this is the documented one.
        entry.pop("disabled", None)
    return entry


def _cookies(
    operation: Operation, credentials: list[Credential], variables: Variables, *, literal: bool
) -> list[Json]:
    """The header ``Cookie``. Each optional cookie is a separate header, which is disabled."""
    sent = [
        f"{postman_text(c.header)}={postman_variable(c.variable)}"
        for c in credentials
        if c.location == "cookie"
    ]
    optional: list[Json] = []
    described: list[str] = []
    for parameter in operation.parameters_in("cookie"):
        linked = _is_linked(parameter, operation, variables, literal=literal)
        variable = variables.of_parameter(operation, parameter) if linked else ""
        text = _cookie_text(parameter, variable)
        if parameter.required or (linked and variables.is_sent(operation, parameter)):
            sent.append(text)
            described.append(_description(parameter))
        else:
            optional.append(_entry(parameter, "Cookie", text))
    whole = (
        [{"key": "Cookie", "value": "; ".join(sent), **_described(" ".join(filter(None, described)))}]
        if sent
        else []
    )
    return [*whole, *optional]


def _cookie_text(parameter: Parameter, variable: str = "") -> str:
    """The parameter's part of the header ``Cookie``. OpenAPI 3.2.0, section 4.12.2.3."""
    if variable:
        return f"{postman_query(parameter.name)}={postman_variable(variable)}"
    plain = parameter.style == "cookie" and not parameter.media_type
    rest = cookie_value if plain else url_component

    def encode(text: str) -> str:
        return with_placeholders(text, postman_variable, rest)

    return "; ".join(f"{name}={value}" for name, value in cookie_pairs(parameter, encode))


def owner_of(operation: Operation) -> tuple[str, ...]:
    """The names that identify an operation in ids, independent of its position."""
    if operation.kind == "path":
        return (operation.method, operation.path)
    return (operation.kind, operation.id)


def same_credential(first: Credential, second: Credential) -> bool:
    """Whether two credentials are sent in the same way. Scopes don't matter: they belong to the token."""
    return (first.kind, first.location, first.header, first.variable) == (
        second.kind,
        second.location,
        second.header,
        second.variable,
    )
