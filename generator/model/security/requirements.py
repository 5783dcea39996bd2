"""The credentials that authenticate an operation's requests. OpenAPI 3.1.1, sections 4.8.27 to 4.8.30.

Descriptions declare credentials as security schemes, as they should, or as plain header parameters, as
many do. Here both become a ``Credential`` with variables of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from generator.auth import profiles
from generator.auth.token import TOKEN_FACTS
from generator.escaping.http import header_name
from generator.model.context import Context
from generator.model.security import credentials, signatures
from generator.model.types import Credential
from generator.reading.json_pointer import UnresolvedReferenceError, pointer, pointer_of, tokens
from generator.reading.lenient import mapping, sequence, text
from generator.reading.references.external_files import FILES
from generator.reading.references.resolver import shown
from generator.unused_names import unused

_TOKENS = frozenset({"bearer", "oauth2"})


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
        self._aliases: dict[str, str] = {}
        self._names = credentials.VariableNames(_reserved(self._root))
        scopes = self._required_scopes()
        # Schemes that operations require come first, so that they get the plain names of variables.
        nodes = sorted(self._nodes.items(), key=lambda item: item[0] not in scopes)
        self._credentials = {name: self._credential(name, node, scopes.get(name, {})) for name, node in nodes}
        self._headers: dict[str, Credential] = {}

    @property
    def token_urls(self) -> tuple[str, ...]:
        """The token endpoints of every OAuth 2.0 flow that the description declares."""
        urls = (
            text(mapping(flow).get("tokenUrl"))
            for node in self._nodes.values()
            for flow in mapping(node.get("flows")).values()
        )
        return tuple(dict.fromkeys(url for url in urls if url))

    def of(
        self, operation: Mapping[str, Any], headers: Iterable[Mapping[str, Any]], at: str
    ) -> tuple[Credential, ...]:
        """The credentials of one operation, from its security requirement and its parameters ``headers``."""
        found: dict[tuple[str, str], Credential] = {}
        for credential in self._required(operation, at):
            name = credential.header.lower() if credential.location == "header" else credential.header
            key: tuple[str, str] = (credential.location, name)
            if credential.kind == "other":
                key = ("", credential.scheme)
            if key in found and not {found[key].kind, credential.kind} <= _TOKENS:
                # Two tokens are one: the server expects a token that satisfies both schemes.
                self._context.warn(
                    at,
                    f"Security schemes {found[key].scheme!r} and {credential.scheme!r} need the same place; "
                    "the first is sent.",
                )
            found.setdefault(key, credential)
        names = signatures.OWN_HEADERS if any(each.kind == "awsv4" for each in found.values()) else ()
        declared = [
            node
            for node in headers
            if credentials.is_credential(text(node.get("name")))
            and text(node.get("name")).lower() not in names
        ]
        for node in declared:
            found.setdefault(("header", text(node.get("name")).lower()), self._of_header(node))
        if all(credential.optional for credential in found.values()):
            # If none of the credentials is required, all of them are sent.
            found = {key: msgspec.structs.replace(each, optional=False) for key, each in found.items()}
        return tuple(sorted(found.values(), key=_rank))

    def _of_header(self, node: Mapping[str, Any]) -> Credential:
        """The credential of a header parameter, or of the equivalent security scheme if there is one."""
        name = text(node.get("name")).lower()
        if name not in self._headers:
            self._headers[name] = self._same(credentials.of_header(node, self._names))
        optional = node.get("required") is not True and name != "authorization"
        return msgspec.structs.replace(self._headers[name], optional=optional)

    def _same(self, declared: Credential) -> Credential:
        for credential in self._credentials.values():
            alike = credential.kind == declared.kind or {credential.kind, declared.kind} <= _TOKENS
            if (
                alike
                and credential.location == "header"
                and credential.header.lower() == declared.header.lower()
            ):
                return credential
        return declared

    def _required(self, operation: Mapping[str, Any], at: str) -> Iterator[Credential]:
        """The credentials of the operation's requirement, or else the API's.

        Of several alternatives, these are those of the first one whose schemes are all declared.
        """
        own = "security" in operation
        given = operation["security"] if own else self._root.get("security")
        alternatives = [self._by_name(mapping(alternative)) for alternative in sequence(given)]
        chosen = next((a for a in alternatives if all(name in self._credentials for name in a)), {})
        if alternatives and not chosen and all(alternatives):
            unknown = next(name for name in alternatives[0] if name not in self._credentials)
            where = at + "/security" if own else "/security"
            self._context.warn(
                where,
                f"There is no security scheme {shown(unknown)}.{self._why_unknown(unknown)}",
                "Declare it in the components.",
            )
        return (self._credentials[name] for name in chosen)

    def _by_name(self, requirement: Mapping[str, Any]) -> dict[str, Any]:
        """``requirement`` with the name of each scheme in place of its URI. OpenAPI 3.2.0, section 4.30."""
        return {self._name(key): scopes for key, scopes in requirement.items()}

    def _name(self, key: str) -> str:
        """The name of the scheme that ``key``, a name or a URI, refers to; ``key`` itself if there is none.

        A scheme outside the components is named by the last part of its URI.
        """
        file, mark, rest = key.partition("#")
        if key in self._nodes or not mark or file not in ("", Path(self._context.document.file).name):
            return key
        if key not in self._aliases:
            self._aliases[key] = self._alias(mark + rest) or key
        return self._aliases[key]

    def _alias(self, reference: str) -> str:
        """The name of the scheme that ``reference`` leads to; empty if it leads to none."""
        follow = self._context.document.follow
        try:
            node = mapping(follow(self._context.document.references.resolve(reference)))
        except UnresolvedReferenceError:
            return ""
        known = next((name for name, scheme in self._nodes.items() if scheme is node), "")
        if known or not node:
            return known
        # Two files may have schemes of the same name.
        way = tokens(pointer_of(reference))
        own = Path(way[-1]).stem if way[:-1] == (FILES,) else way[-1]
        name = unused(own, self._nodes.__contains__)
        self._nodes[name] = node
        return name

    def _why_unknown(self, key: str) -> str:
        """Why ``key`` can't be resolved, if it is a URI; else empty."""
        if "/" in key:
            try:
                self._context.document.references.resolve(key)
            except UnresolvedReferenceError as error:
                return f" {error}"
        return ""

    def _required_scopes(self) -> dict[str, dict[str, None]]:
        """The scopes that operations require, by scheme: those of the first alternative with the scheme."""
        found: dict[str, dict[str, None]] = {}
        owners = [self._root]
        for item in mapping(self._root.get("paths")).values():
            owners += [node for node in mapping(item).values() if isinstance(node, dict)]
        for owner in owners:
            seen: set[str] = set()
            for alternative in sequence(owner.get("security")):
                for name, scopes in self._by_name(mapping(alternative)).items():
                    if name not in seen:
                        found.setdefault(name, {}).update(dict.fromkeys(map(text, sequence(scopes))))
                    seen.add(name)
        return found

    def _credential(self, name: str, node: Mapping[str, Any], scopes: Mapping[str, None]) -> Credential:
        at = pointer("components", "securitySchemes", name)
        if signatures.is_signed(node):
            return signatures.credential(name, self._root, self._names)
        if credentials.is_known(node):
            asked = [scope for scope in scopes if scope]
            credential = credentials.of_scheme(name, node, asked, self._names)
            given = text(node.get("name"))
            if credential.location != "query" and given != header_name(given):
                what = f"{given!r} cannot be the name of a {credential.location}."
                self._context.warn(at, what, f"It is sent as {credential.header!r}.")
            return credential
        self._context.warn(at, f"The type of security scheme {name!r} is none of OpenAPI's.")
        return credentials.unknown(name)


#: Variables of the generated scripts.
_OF_SCRIPTS = frozenset(
    (
        *("ALLOW_WRITES", "ALLOW_HOSTS", "ALLOW_VARIATIONS", "VALUES_OF_REFERENCES"),
        *(f"ACCESS_TOKEN_{fact}" for fact in TOKEN_FACTS),
    )
)


def _reserved(root: Mapping[str, Any]) -> set[str]:
    """Names that credentials must not use: those of scripts and of path parameters, which shells have too."""
    paths = " ".join(mapping(root.get("paths")))
    names = {credentials.variable_name(name) for name in re.findall(r"\{([^{}]+)\}", paths)}
    return names.difference(profiles.KNOWN.header_variables).union(_OF_SCRIPTS, profiles.KNOWN.retired)


def _rank(item: Credential) -> tuple[int, str]:
    """The order in which sample calls show credentials: known headers first; others follow by name."""
    name, order = item.header.lower(), profiles.KNOWN.header_order
    return (order.index(name) if name in order else len(order), name)
