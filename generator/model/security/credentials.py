"""Make a credential from a security scheme or from a header parameter.

OpenAPI 3.1.1, sections 4.8.27 to 4.8.29, and 3.2.0 for the device flow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from generator.auth import profiles
from generator.auth.profile import Header
from generator.escaping.http import header_name
from generator.escaping.markup.spans import markdown_code
from generator.model.types import Credential, Variable
from generator.reading.lenient import mapping, members, text
from generator.unused_names import unused

#: The ends of names of header parameters that are credentials, although they are declared as parameters.
_KEYS = re.compile(
    r"(?:api-?key|api-?secret|api-?token|app-?key|app-?token|auth-?key|auth-?token|access-?token|access-?key"
    r"|authentication-?token|session-?token|security-?token|private-?token|secret-?key|client-?secret"
    r"|subscription-?key|x-rapidapi-key|^(?:x-)?token|^proxy-authorization)$"
)
_UNKNOWN = Header()
#: The flows in order of preference: the one that needs no person is first.
_FLOWS = ("clientCredentials", "authorizationCode", "password", "implicit", "deviceAuthorization")


def variable_name(name: str) -> str:
    """A name in the form of a variable's: ``Api-Key`` → ``API_KEY``."""
    return (
        re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()).strip("_") or "KEY"
    )


class VariableNames:
    """Names of variables in use, with their owners: no two credentials share one."""

    def __init__(self, reserved: Collection[str]) -> None:
        self._taken = dict.fromkeys(reserved, "")

    def variable(self, owner: str, wanted: str) -> str:
        """A name for a variable of ``owner``: ``wanted``, prefixed with the owner's name if that is taken."""
        name = wanted
        if self._is_of_another(owner, name):
            name = unused(f"{variable_name(owner)}_{wanted}", partial(self._is_of_another, owner))
        self._taken[name] = owner
        return name

    def _is_of_another(self, owner: str, name: str) -> bool:
        return self._taken.get(name, owner) != owner


def is_credential(header: str) -> bool:
    """Whether a header parameter named ``header`` carries a credential."""
    name = header.lower().replace("_", "-")
    return name in profiles.KNOWN.headers or bool(_KEYS.search(name))


def of_header(node: Mapping[str, Any], names: VariableNames) -> Credential:
    """The credential that a header parameter carries."""
    header = text(node.get("name"))
    optional = node.get("required") is not True
    if header.lower() == "authorization":
        return _authorization(header, _words(node), "bearer", names)
    variable = names.variable(f"header {header.lower()}", _wanted(header, "header"))
    known = profiles.KNOWN.headers.get(header.lower(), _UNKNOWN)
    value = "" if known.secret else _example(node) or known.default
    return Credential(
        "apiKey",
        header,
        header,
        variable=variable,
        variables=(Variable(variable, known.secret, value),),
        optional=optional,
    )


def of_scheme(
    scheme: str, node: Mapping[str, Any], scopes: Collection[str], names: VariableNames
) -> Credential:
    """The credential of one security scheme. ``scopes`` are those that operations require."""
    makers: Mapping[str, Callable[[], Credential]] = {
        "apiKey": lambda: _api_key(scheme, node, names),
        "http": lambda: _http(scheme, node, names),
        "oauth2": lambda: _oauth2(scheme, node, scopes, names),
        "openIdConnect": lambda: _open_id(scheme, node, names),
        "mutualTLS": lambda: _mutual_tls(scheme),
    }
    return makers[text(node.get("type"))]()


def is_known(node: Mapping[str, Any]) -> bool:
    """Whether the type of a security scheme is one of OpenAPI's."""
    return node.get("type") in ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")


def unknown(scheme: str) -> Credential:
    """The placeholder for a scheme whose type OpenAPI doesn't define."""
    note = f"Security scheme {markdown_code(scheme)}: set its credential by hand."
    return Credential("other", scheme, header="", note=note)


def _api_key(scheme: str, node: Mapping[str, Any], names: VariableNames) -> Credential:
    name, location = text(node.get("name")) or scheme, text(node.get("in"))
    place: Any = location if location in ("query", "cookie") else "header"
    if place == "header" and name.lower() == "authorization":
        return _authorization(scheme, f"{scheme} {text(node.get('description'))}", "", names)
    variable = names.variable(scheme, _wanted(name, place))
    name = name if place == "query" else header_name(name) or "X-Api-Key"
    known = profiles.KNOWN.headers.get(name.lower(), _UNKNOWN)
    variables = (Variable(variable, known.secret, known.default),)
    return Credential("apiKey", scheme, name, place, variable, variables=variables)


def _wanted(name: str, place: str) -> str:
    known = profiles.KNOWN.headers.get(name.lower(), _UNKNOWN) if place == "header" else _UNKNOWN
    return known.variable or variable_name(re.sub(r"(?i)^x-(?=.)", "", name))


def _authorization(owner: str, words: str, default: str, names: VariableNames) -> Credential:
    """The credential of a header ``Authorization``: of the kind that ``words`` name, else of ``default``.

    If neither names one, its value is whatever the API defines, so the person fills in the header as a whole.
    """
    words = words.lower()
    kind = "bearer" if "bearer" in words else "basic" if re.search(r"\bbasic\b", words) else default
    # An example such as `Token abc` or `VTEX key="…"` shows a scheme of the API's own.
    if kind == "bearer" and "bearer" not in words and re.search(r"\n[a-z][\w-]*\s+\S", words):
        kind = ""
    if kind == "bearer":
        return _bearer(owner, names)
    return _basic("basic", owner, names) if kind == "basic" else _raw(owner, "", names)


def _http(scheme: str, node: Mapping[str, Any], names: VariableNames) -> Credential:
    kind = text(node.get("scheme")).lower()
    if kind in ("basic", "digest"):
        return _basic(kind, scheme, names)
    return _bearer(scheme, names) if kind == "bearer" else _raw(scheme, text(node.get("scheme")), names)


def _basic(kind: Any, scheme: str, names: VariableNames) -> Credential:
    user, password = (names.variable(scheme, name) for name in ("API_USERNAME", "API_PASSWORD"))
    variables = (Variable(user, part="username"), Variable(password, True, part="password"))
    return Credential(kind, scheme, variable=password, username=user, variables=variables)


def _raw(scheme: str, begins: str, names: VariableNames) -> Credential:
    variable = names.variable(scheme, "AUTHORIZATION")
    like = f", {markdown_code(begins + ' …')}" if begins else ""
    note = f"{markdown_code(scheme)}: `{variable}` is the whole value of the header `Authorization`{like}."
    return Credential("apiKey", scheme, variable=variable, variables=(Variable(variable, True),), note=note)


def _bearer(scheme: str, names: VariableNames) -> Credential:
    variable = names.variable(scheme, "ACCESS_TOKEN")
    return Credential("bearer", scheme, variable=variable, variables=(Variable(variable, True),))


def _open_id(scheme: str, node: Mapping[str, Any], names: VariableNames) -> Credential:
    url = text(node.get("openIdConnectUrl"))
    variable = names.variable(scheme, "ACCESS_TOKEN")
    how = f"get a token by what {markdown_code(url)} tells, and put it" if url else "put a token"
    note = f"OpenID Connect ({markdown_code(scheme)}): {how} into `{variable}`."
    return Credential("bearer", scheme, variable=variable, variables=(Variable(variable, True),), note=note)


def _mutual_tls(scheme: str) -> Credential:
    note = (
        f"Mutual TLS ({markdown_code(scheme)}): add the client certificate for this host in Postman's "
        "settings, *Certificates*. Newman and the Postman CLI take it by `--ssl-client-cert` and "
        "`--ssl-client-key`, curl by `--cert` and `--key`."
    )
    return Credential("other", scheme, header="", note=note)


def _oauth2(
    scheme: str, node: Mapping[str, Any], scopes: Collection[str], names: VariableNames
) -> Credential:
    flows = mapping(node.get("flows"))
    grant = next((name for name in _FLOWS if isinstance(flows.get(name), dict)), "")
    flow = mapping(flows.get(grant))
    token = names.variable(scheme, "ACCESS_TOKEN")
    if grant in ("", "deviceAuthorization"):
        url = text(flow.get("deviceAuthorizationUrl")) or text(node.get("oauth2MetadataUrl"))
        how = "the device flow" if grant else "its OAuth 2.0 server"
        how += f" at {markdown_code(url)}" if url else ""
        note = f"OAuth 2.0 ({markdown_code(scheme)}): get a token by {how}, and put it into `{token}`."
        return Credential("bearer", scheme, variable=token, variables=(Variable(token, True),), note=note)
    asked = tuple(scopes) or tuple(key for key, _ in members(flow.get("scopes")))
    token_url = "" if grant == "implicit" else text(flow.get("tokenUrl"))
    authorization_url = (
        text(flow.get("authorizationUrl")) if grant in ("authorizationCode", "implicit") else ""
    )
    parts = [("client_id", "CLIENT_ID", "")]
    if grant != "implicit":
        parts.append(("client_secret", "CLIENT_SECRET", ""))
    if grant == "password":
        parts += [("username", "API_USERNAME", ""), ("password", "API_PASSWORD", "")]
    parts.append(("scope", "SCOPES", " ".join(asked)))
    if authorization_url:
        parts.append(("authorization_url", "AUTHORIZATION_URL", authorization_url))
    if token_url:
        parts.append(("token_url", "TOKEN_URL", token_url))
    if grant == "clientCredentials":
        parts.append(("client_authentication", "CLIENT_AUTHENTICATION", "header"))
    variables = [
        Variable(names.variable(scheme, name), part in ("client_secret", "password"), value, part)
        for part, name, value in parts
    ]
    return Credential(
        "oauth2",
        scheme,
        variable=token,
        variables=(*variables, Variable(token, True)),
        grant=grant,
        token_url=token_url,
        authorization_url=authorization_url,
        scopes=asked,
    )


def _words(node: Mapping[str, Any]) -> str:
    """The description of a parameter, followed by its example on a line of its own."""
    return f"{text(node.get('description'))} \n{_example(node)}"


def _example(node: Mapping[str, Any]) -> str:
    schema = mapping(node.get("schema"))
    given = (node.get("example"), schema.get("example"), schema.get("default"))
    return next((value for value in map(text, given) if value), "")
