"""One operation as a Postman request: address, headers, body and authorization, in format 2.1.0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator import escaping
from generator.model.api import Credential, MediaType, Operation, Parameter
from generator.model.bodies import MULTIPART, essence
from generator.model.styles import cookie_pairs, header_text, plain_text, query_pairs
from generator.targets.variables import Variables
from generator.targets.wording import explained

Json = dict[str, Any]
_SEGMENT_NAME = re.compile(r"[^/:?#{}\s]+")


def native(operation: Operation) -> Credential | None:
    """The credential that goes into Postman's *Authorization* tab, of which a request has one."""
    usable = [c for c in operation.credentials if c.kind != "other"]
    authorizing = next((c for c in usable if c.authorizes and not _is_raw(c)), None)
    return authorizing or next((c for c in usable if c.kind == "apiKey" and c.location != "cookie"), None)


def _is_raw(credential: Credential) -> bool:
    return credential.kind == "apiKey"


def beside(operation: Operation, chosen: Credential | None) -> Iterator[Credential]:
    """The credentials that are written into the request itself, since the tab holds one."""
    for credential in operation.credentials:
        if credential.kind != "other" and credential is not chosen and credential.variable:
            yield credential


def auth(credential: Credential) -> Json:
    """A credential as Postman's ``auth``."""
    value = escaping.postman_variable(credential.variable)
    if credential.kind == "apiKey":
        place = "query" if credential.location == "query" else "header"
        return _auth("apikey", key=escaping.postman_text(credential.header), value=value, **{"in": place})
    if credential.kind in ("basic", "digest"):
        return _auth(credential.kind, username=escaping.postman_variable(credential.username), password=value)
    if credential.kind == "oauth2" and credential.grant != "clientCredentials":
        return _auth("oauth2", **_grant(credential, value))
    return _auth("bearer", token=value)


def _auth(kind: str, **values: Any) -> Json:
    parts = [
        {"key": key, "value": value, "type": "boolean" if isinstance(value, bool) else "string"}
        for key, value in values.items()
    ]
    return {"type": kind, kind: parts}


def _grant(credential: Credential, token: str) -> dict[str, Any]:
    """Postman's own OAuth 2.0: a person presses *Get New Access Token*; runs send the variable."""
    grants = {"authorizationCode": "authorization_code_with_pkce", "password": "password_credentials"}

    def variable(ending: str) -> str:
        return next(
            (escaping.postman_variable(v.name) for v in credential.variables if v.name.endswith(ending)), ""
        )

    values: dict[str, Any] = {
        "grant_type": grants.get(credential.grant, "implicit"),
        "authUrl": escaping.postman_text(credential.authorization_url),
        "accessTokenUrl": variable("TOKEN_URL"),
        "clientId": variable("CLIENT_ID"),
        "clientSecret": variable("CLIENT_SECRET"),
        "username": variable("API_USERNAME"),
        "password": variable("API_PASSWORD"),
        "scope": variable("SCOPES"),
        "challengeAlgorithm": "S256" if credential.grant == "authorizationCode" else "",
        "accessToken": token,
        "addTokenTo": "header",
    }
    return {key: value for key, value in values.items() if value != ""}


# --- The address ----------------------------------------------------------------------------------------


def url(operation: Operation, variables: Variables, credentials: list[Credential]) -> Json:
    """The address, each query parameter an entry of its own; optional ones are switched off."""
    parameters = {p.name: p for p in operation.parameters_in("path")}
    path = [_segment(part, operation, parameters, variables) for part in segments(operation.path)]
    query = [entry for p in operation.parameters_in("query") for entry in query_entries(p)]
    query += [entry for p in operation.parameters_in("querystring") for entry in query_entries(p)]
    query += [
        {"key": escaping.postman_query(c.header), "value": escaping.postman_variable(c.variable)}
        for c in credentials
        if c.location == "query"
    ]
    base = escaping.postman_variable(variables.base(operation))
    sent = "&".join(f"{part['key']}={part['value']}" for part in query if not part.get("disabled"))
    values = [_path_entry(p, operation, variables) for p in parameters.values() if f":{p.name}" in path]
    return {
        "raw": "/".join([base, *path]) + (f"?{sent}" if sent else ""),
        "host": [base],
        "path": path,
        **({"query": query} if query else {}),
        **({"variable": values} if values else {}),
    }


def segments(path: str) -> list[str]:
    """The segments of a path template; the slash at its end is a segment of nothing."""
    return path[1:].split("/") if path.strip("/") else []


def _segment(text: str, operation: Operation, parameters: dict[str, Parameter], variables: Variables) -> str:
    """A segment: a path variable of Postman where it is one parameter, else with variables inside."""
    whole = re.fullmatch(r"\{([^{}]+)\}", text)
    if whole and whole[1] in parameters and _SEGMENT_NAME.fullmatch(whole[1]):
        return ":" + whole[1]
    parts = re.split(r"\{([^{}]+)\}", text)
    result = "".join(
        (
            escaping.postman_variable(variables.of_path(operation, part))
            if part in parameters
            else escaping.url_component("{" + part + "}")
        )
        if index % 2
        else escaping.quote_literal(part)
        for index, part in enumerate(parts)
    )
    # Postman takes a segment that begins with a colon for a variable.
    return "%3A" + result[1:] if result.startswith(":") else result


def inline_parameters(operation: Operation) -> list[Parameter]:
    """Path parameters that are no segment of their own, and so have no row in Postman's table."""
    whole = {part[1:-1] for part in segments(operation.path) if re.fullmatch(r"\{[^/:?#{}\s]+\}", part)}
    return [p for p in operation.parameters_in("path") if p.name not in whole]


def _path_entry(parameter: Parameter, operation: Operation, variables: Variables) -> Json:
    return {
        "key": parameter.name,
        "value": escaping.postman_variable(variables.of_path(operation, parameter.name)),
        "description": _description(parameter),
    }


def query_entries(parameter: Parameter) -> list[Json]:
    """The rows of a query parameter, more than one where a list or an object is exploded."""
    listed = isinstance(parameter.sample, dict | list) and not parameter.media_type
    encode = _encoded_item if listed else escaping.postman_query
    if parameter.location == "querystring" and isinstance(parameter.sample, dict):
        pairs = [
            (escaping.postman_query(k), escaping.postman_query(plain_text(v)))
            for k, v in parameter.sample.items()
        ]
    else:
        pairs = query_pairs(parameter, encode)
    pairs = pairs or [(escaping.postman_query(parameter.name), "")]
    entries = [_entry(parameter, *pair) for pair in pairs]
    for entry in entries[1:]:
        if entry["key"] == entries[0]["key"]:
            del entry["description"]
    return entries


def _encoded_item(text: str) -> str:
    return escaping.with_placeholders(text, escaping.postman_variable, escaping.list_item)


def _entry(parameter: Parameter, key: str, value: str) -> Json:
    return {
        "key": key,
        "value": value,
        "description": _description(parameter),
        **({} if parameter.required else {"disabled": True}),
    }


def _description(parameter: Parameter) -> str:
    return explained(
        escaping.markdown_block(parameter.description), parameter.facts, deprecated=parameter.deprecated
    )


# --- Headers --------------------------------------------------------------------------------------------


def headers(
    operation: Operation, body: MediaType | None, accept: str, credentials: list[Credential]
) -> list[Json]:
    """Every header: what the body is, credentials, parameters, cookies, what is accepted; none twice."""
    declared = {p.name.lower() for p in operation.parameters_in("header")}
    found: list[Json] = []
    if body is not None and essence(body.name) != MULTIPART and "content-type" not in declared:
        found.append({"key": "Content-Type", "value": escaping.postman_header(body.name)})
    found += [
        {"key": c.header, "value": escaping.postman_variable(c.variable)}
        for c in credentials
        if c.location == "header" and c.header.lower() != "authorization"
    ]
    found += [
        {"key": c.header, "value": _authorization(c)}
        for c in credentials
        if c.location == "header" and c.header.lower() == "authorization"
    ]
    for parameter in operation.parameters_in("header"):
        if parameter.name.lower() == "content-type":
            if body is not None and essence(body.name) != MULTIPART:
                value = (
                    body.name if not _same_type(header_text(parameter), body.name) else header_text(parameter)
                )
                found.append({**_header(parameter), "value": escaping.postman_header(value)})
        else:
            found.append(_header(parameter))
    if accept and "accept" not in declared:
        found.append({"key": "Accept", "value": escaping.postman_header(accept)})
    found += _cookies(operation, credentials)
    return found


def _same_type(value: str, media_type: str) -> bool:
    return essence(value) == essence(media_type)


def _authorization(credential: Credential) -> str:
    value = escaping.postman_variable(credential.variable)
    return f"Bearer {value}" if credential.kind in ("bearer", "oauth2") else value


def _header(parameter: Parameter) -> Json:
    return _entry(parameter, parameter.name, escaping.postman_header(header_text(parameter)))


def _cookies(operation: Operation, credentials: list[Credential]) -> list[Json]:
    """The header ``Cookie``; one that is optional is a header of its own, switched off."""
    sent = [
        f"{escaping.postman_query(c.header)}={escaping.postman_variable(c.variable)}"
        for c in credentials
        if c.location == "cookie"
    ]
    optional: list[Json] = []
    described: list[str] = []
    for parameter in operation.parameters_in("cookie"):
        text = "; ".join(f"{name}={value}" for name, value in cookie_pairs(parameter, _cookie_part))
        if parameter.required:
            sent.append(text)
            described.append(_description(parameter))
        else:
            optional.append(_entry(parameter, "Cookie", text))
    whole = (
        [{"key": "Cookie", "value": "; ".join(sent), "description": " ".join(filter(None, described))}]
        if sent
        else []
    )
    return [*whole, *optional]


def _cookie_part(text: str) -> str:
    return escaping.with_placeholders(text, escaping.postman_variable, escaping.url_component)
