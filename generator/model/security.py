"""What lets a request in. OpenAPI 3.1.1, sections 4.8.27 to 4.8.30, and 3.2.0 for the device flow.

Descriptions declare credentials as security schemes, as they should, or as plain header parameters, as
many do. Both come to the same here: each credential is a variable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from generator.auth.ims import CREDENTIAL_HEADERS
from generator.model.api import Credential, Variable
from generator.model.context import Context
from generator.reading.nodes import mapping, sequence, text
from generator.reading.text import pointer

#: The order in which sample calls show credentials; others follow by name.
_ORDER = tuple(CREDENTIAL_HEADERS)
#: Header parameters that are credentials whatever they are declared as, beside those of Adobe's gateway.
_KEYS = frozenset(
    "api-key apikey x-apikey api_key x-auth-token x-access-token auth-token x-auth-key x-api-token "
    "x-app-key x-rapidapi-key ocp-apim-subscription-key private-token x-amz-security-token "
    "proxy-authorization x-sandbox-name x-sandbox-id".split()
)
_NOT_SECRET = frozenset({"x-gw-ims-org-id", "x-sandbox-name", "x-sandbox-id"})
#: Of several flows, the one that needs no person comes first.
_FLOWS = ("clientCredentials", "authorizationCode", "password", "implicit", "deviceAuthorization")


def is_credential(header: str) -> bool:
    """Whether a header parameter of that name carries a credential."""
    return header.lower() in CREDENTIAL_HEADERS or header.lower() in _KEYS


def header_credential(header: str) -> Credential:
    """The credential that travels in ``header``, declared as a parameter."""
    name = CREDENTIAL_HEADERS.get(header.lower()) or variable_name(
        header.removeprefix("x-").removeprefix("X-")
    )
    kind: Any = "bearer" if header.lower() == "authorization" else "apiKey"
    secret = header.lower() not in _NOT_SECRET
    return Credential(kind, header, header, variable=name, variables=(Variable(name, secret),))


def variable_name(name: str) -> str:
    """A name as variables are written: ``X-Api-Key`` is ``X_API_KEY``."""
    return (
        re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()).strip("_") or "KEY"
    )


class Schemes:
    """The security schemes of one description as credentials, each with variables of its own."""

    def __init__(self, context: Context) -> None:
        self._root = context.document.root
        self._context = context
        components = mapping(self._root.get("components"))
        self._nodes = {
            name: mapping(context.document.follow(node))
            for name, node in mapping(components.get("securitySchemes")).items()
        }
        self._taken: dict[str, str] = {}
        self._scopes = self._required_scopes()
        self._credentials = {name: self._credential(name, node) for name, node in self._nodes.items()}

    @property
    def token_urls(self) -> tuple[str, ...]:
        """The token endpoints of every OAuth 2.0 flow that the description declares."""
        urls = (
            text(mapping(flow).get("tokenUrl"))
            for node in self._nodes.values()
            for flow in mapping(node.get("flows")).values()
        )
        return tuple(dict.fromkeys(url for url in urls if url))

    def of(self, operation: Mapping[str, Any], headers: Iterable[str], at: str) -> tuple[Credential, ...]:
        """The credentials of one operation: those of its security requirement and of its ``headers``."""
        found: dict[tuple[str, str], Credential] = {}
        for credential in self._required(operation, at):
            key: tuple[str, str] = (credential.location, credential.header.lower())
            if credential.kind == "other":
                key = ("", credential.scheme)
            tokens = {"bearer", "oauth2"}
            if key in found and not {found[key].kind, credential.kind} <= tokens:
                # (Two tokens are one: what a server asks for is a token that satisfies both.)
                self._context.warn(
                    at,
                    f"Security schemes {found[key].scheme!r} and {credential.scheme!r} need the same place; "
                    "the first is sent.",
                )
            found.setdefault(key, credential)
        for name in headers:
            if is_credential(name):
                found.setdefault(("header", name.lower()), header_credential(name))
        return tuple(sorted(found.values(), key=_rank))

    def _required(self, operation: Mapping[str, Any], at: str) -> Iterator[Credential]:
        """The first alternative of the operation's requirement, or of the API's, that can be met."""
        own = "security" in operation
        given = operation["security"] if own else self._root.get("security")
        alternatives = [mapping(alternative) for alternative in sequence(given)]
        chosen = next((a for a in alternatives if all(name in self._credentials for name in a)), {})
        if alternatives and not chosen and all(alternatives):
            unknown = next(name for name in alternatives[0] if name not in self._credentials)
            where = at + "/security" if own else "/security"
            self._context.warn(
                where, f"There is no security scheme {unknown!r}.", "Declare it in the components."
            )
        return (self._credentials[name] for name in chosen)

    def _required_scopes(self) -> dict[str, dict[str, None]]:
        """The scopes that operations ask for, by scheme."""
        found: dict[str, dict[str, None]] = {}
        owners = [self._root]
        for item in mapping(self._root.get("paths")).values():
            owners += [node for node in mapping(item).values() if isinstance(node, dict)]
        for owner in owners:
            for alternative in sequence(owner.get("security")):
                for name, scopes in mapping(alternative).items():
                    for scope in sequence(scopes):
                        found.setdefault(name, {})[text(scope)] = None
        return found

    def _variable(self, scheme: str, wanted: str) -> str:
        """``wanted`` as the name of a variable, or with the scheme's name before it where it is taken."""
        owner = self._taken.setdefault(wanted, scheme)
        if owner == scheme:
            return wanted
        unique = f"{variable_name(scheme)}_{wanted}"
        while self._taken.setdefault(unique, scheme) != scheme:
            unique += "_2"
        return unique

    def _credential(self, name: str, node: Mapping[str, Any]) -> Credential:
        kind = text(node.get("type"))
        makers: Mapping[str, Callable[[str, Mapping[str, Any]], Credential]] = {
            "apiKey": self._api_key,
            "http": self._http,
            "oauth2": self._oauth2,
            "openIdConnect": self._open_id,
            "mutualTLS": self._mutual_tls,
        }
        if kind not in makers:
            at = pointer("components", "securitySchemes", name)
            self._context.warn(at, f"The type of security scheme {name!r} is none of OpenAPI's.")
            return Credential("other", name, note=f"Security scheme `{name}`: set its credential by hand.")
        return makers[kind](name, node)

    def _api_key(self, scheme: str, node: Mapping[str, Any]) -> Credential:
        name, location = text(node.get("name")) or scheme, text(node.get("in"))
        place: Any = location if location in ("query", "cookie") else "header"
        header = place == "header"
        wanted = (CREDENTIAL_HEADERS.get(name.lower()) if header else None) or variable_name(name)
        variable = self._variable(scheme, wanted)
        secret = name.lower() not in _NOT_SECRET
        if header and name.lower() == "authorization":
            # What stands before the key, if anything, only the person who has it knows.
            words = text(node.get("description")).lower()
            if "bearer" in words or variable in CREDENTIAL_HEADERS.values():
                return Credential("bearer", scheme, variable=variable, variables=(Variable(variable, True),))
        return Credential("apiKey", scheme, name, place, variable, variables=(Variable(variable, secret),))

    def _http(self, scheme: str, node: Mapping[str, Any]) -> Credential:
        kind = text(node.get("scheme")).lower()
        if kind in ("basic", "digest"):
            user, password = (self._variable(scheme, name) for name in ("API_USERNAME", "API_PASSWORD"))
            variables = (Variable(user), Variable(password, True))
            return Credential(
                "basic" if kind == "basic" else "digest",
                scheme,
                variable=password,
                username=user,
                variables=variables,
            )
        if kind == "bearer":
            return self._bearer(scheme)
        variable = self._variable(scheme, "AUTHORIZATION")
        whole = f"`{node.get('scheme')} …`"
        note = f"Security scheme `{scheme}`: `{variable}` is the whole value of the header, {whole}."
        return Credential(
            "apiKey", scheme, variable=variable, variables=(Variable(variable, True),), note=note
        )

    def _bearer(self, scheme: str, note: str = "") -> Credential:
        variable = self._variable(scheme, "ACCESS_TOKEN")
        return Credential(
            "bearer", scheme, variable=variable, variables=(Variable(variable, True),), note=note
        )

    def _open_id(self, scheme: str, node: Mapping[str, Any]) -> Credential:
        url = text(node.get("openIdConnectUrl"))
        credential = self._bearer(scheme)
        how = f"get a token by what <{url}> tells, and put it" if url else "put a token"
        note = f"OpenID Connect (`{scheme}`): {how} into `{credential.variable}`."
        return Credential(
            "bearer", scheme, variable=credential.variable, variables=credential.variables, note=note
        )

    def _mutual_tls(self, scheme: str, _node: Mapping[str, Any]) -> Credential:
        note = (
            f"Mutual TLS (`{scheme}`): add the client certificate for this host in Postman's settings, "
            "*Certificates*."
        )
        return Credential("other", scheme, header="", note=note)

    def _oauth2(self, scheme: str, node: Mapping[str, Any]) -> Credential:
        flows = mapping(node.get("flows"))
        grant = next((name for name in _FLOWS if isinstance(flows.get(name), dict)), "")
        flow = mapping(flows.get(grant))
        token = self._variable(scheme, "ACCESS_TOKEN")
        scopes = tuple(self._scopes.get(scheme) or mapping(flow.get("scopes")))
        if grant in ("", "deviceAuthorization"):
            url = text(flow.get("deviceAuthorizationUrl"))
            how = f"the device flow at <{url}>" if url else "its OAuth 2.0 server"
            note = f"OAuth 2.0 (`{scheme}`): get a token by {how}, and put it into `{token}`."
            return Credential("bearer", scheme, variable=token, variables=(Variable(token, True),), note=note)
        token_url = text(flow.get("tokenUrl"))
        variables = [Variable(self._variable(scheme, "CLIENT_ID"))]
        if grant != "implicit":
            variables.append(Variable(self._variable(scheme, "CLIENT_SECRET"), True))
        if grant == "password":
            variables.append(Variable(self._variable(scheme, "API_USERNAME")))
            variables.append(Variable(self._variable(scheme, "API_PASSWORD"), True))
        variables.append(Variable(self._variable(scheme, "SCOPES"), value=" ".join(scopes)))
        if token_url:
            variables.append(Variable(self._variable(scheme, "TOKEN_URL"), value=token_url))
        return Credential(
            "oauth2",
            scheme,
            variable=token,
            variables=(*variables, Variable(token, True)),
            grant=grant,
            token_url=token_url,
            authorization_url=text(flow.get("authorizationUrl")),
            scopes=scopes,
        )


def _rank(item: Credential) -> tuple[int, str]:
    name = item.header.lower()
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)
