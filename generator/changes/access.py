"""Changes of credentials and servers. OpenAPI 3.1.1, sections 4.8.5, 4.8.27 and 4.8.30."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.changes import prose
from generator.changes.types import Change
from generator.model.types import Api, Credential, Operation, Server

_Key = tuple[str, str]
_TOKENS = frozenset({"bearer", "oauth2"})
_KINDS = {
    "apiKey": "an API key",
    "bearer": "a bearer token",
    "basic": "HTTP Basic",
    "digest": "HTTP Digest",
    "awsv4": "an AWS signature",
}


def of_credentials(before: Operation, after: Operation) -> Iterator[Change]:
    """Changes of the credentials that an operation requires or accepts."""
    olds = {_key(credential): credential for credential in before.credentials}
    news = {_key(credential): credential for credential in after.credentials}
    for key, credential in news.items():
        name = _name(credential)
        old = olds.get(key)
        if old is None:
            if credential.optional:
                yield Change("added", f"{prose.begun(name)} may be sent now.")
            else:
                yield Change("added", f"{prose.begun(name)} is needed now.", True)
        elif old.kind != credential.kind and not {old.kind, credential.kind} <= _TOKENS:
            yield Change("changed", f"{prose.begun(name)} is needed now, in the place of {_name(old)}.", True)
        elif old.optional != credential.optional:
            what = "can be left out now." if credential.optional else "is needed now, and could be left out."
            yield Change("changed", f"{prose.begun(name)} {what}", not credential.optional)
    for key, credential in olds.items():
        if key not in news:
            yield Change("removed", f"{prose.begun(_name(credential))} is no longer needed.")


def of_schemes(before: Api, after: Api) -> Iterator[Change]:
    """Changes in how tokens are obtained, for each OAuth 2.0 scheme that both versions use."""
    olds, news = _schemes(before), _schemes(after)
    for scheme, new in news.items():
        old = olds.get(scheme)
        if old is None or old.kind != "oauth2" or new.kind != "oauth2":
            continue
        subject = f"The security scheme {prose.code(scheme)}"
        if old.grant != new.grant:
            what = f"{subject} has the flow {prose.code(new.grant)} now, and had {prose.code(old.grant)}."
            yield Change("changed", what, True)
        for name, was, now in (
            ("token URL", old.token_url, new.token_url),
            ("authorization URL", old.authorization_url, new.authorization_url),
        ):
            if was and now and was != now:
                yield Change(
                    "changed",
                    f"{subject} has the {name} {prose.code(now)} now, and had {prose.code(was)}.",
                    True,
                )
        come = [scope for scope in new.scopes if scope not in old.scopes]
        gone = [scope for scope in old.scopes if scope not in new.scopes]
        if come:
            yield Change("changed", f"{subject} asks for {_scopes(come)} as well now.", True)
        if gone:
            yield Change("changed", f"{subject} no longer asks for {_scopes(gone)}.")


def of_servers(before: tuple[Server, ...], after: tuple[Server, ...]) -> Iterator[Change]:
    """Changes of the servers and their variables. Removing a server breaks the clients that call it."""
    olds, news = ({server.url.rstrip("/") or "/": server for server in each} for each in (before, after))
    for url, server in news.items():
        if url in olds:
            yield from _of_variables(olds[url], server)
        else:
            yield Change("added", f"The server {prose.code(url)} was added.")
    for url in olds:
        if url not in news:
            yield Change("removed", f"The server {prose.code(url)} was removed.", True)
    both = [url for url in olds if url in news]
    if both and both[0] != next(iter(news)) and both[0] == next(iter(olds)):
        yield Change(
            "changed",
            f"The first server is {prose.code(next(iter(news)))} now, and was {prose.code(both[0])}.",
        )


def _of_variables(before: Server, after: Server) -> Iterator[Change]:
    for name, values in after.variables.items():
        old = before.variables.get(name, values)
        subject = f"The variable {prose.code(name)} of the server {prose.code(after.url)}"
        if old[:1] != values[:1]:
            yield Change(
                "changed", f"{subject} has the default {_values(values[:1])} now, and had {_values(old[:1])}."
            )
        gone = [value for value in old if value not in values]
        come = [value for value in values if value not in old]
        if gone and len(values) > 1:
            yield Change("changed", f"{subject} no longer takes {_values(gone)}.", True)
        if come and len(old) > 1:
            yield Change("changed", f"{subject} takes {_values(come)} as well now.")


def _values(values: Iterable[str]) -> str:
    return prose.listed(map(prose.code, values))


def _scopes(scopes: list[str]) -> str:
    return f"the scope{'s' if len(scopes) > 1 else ''} {_values(scopes)}"


def _key(credential: Credential) -> _Key:
    """Where a request carries the credential, which identifies it whatever its scheme is called."""
    if credential.kind == "other":
        return "", credential.scheme
    name = credential.header.lower() if credential.location == "header" else credential.header
    return credential.location, name


def _name(credential: Credential) -> str:
    if credential.kind == "other":
        return f"the credential {prose.code(credential.scheme)}"
    where = {"query": "query parameter"}.get(credential.location, credential.location)
    kind = "an access token" if credential.kind == "oauth2" else _KINDS[credential.kind]
    return f"{kind} in the {where} {prose.code(credential.header)}"


def _schemes(api: Api) -> dict[str, Credential]:
    """The security schemes that operations use, by name, in the order of first use."""
    found: dict[str, Credential] = {}
    for operation in api.operations:
        for credential in operation.credentials:
            found.setdefault(credential.scheme, credential)
    return found
