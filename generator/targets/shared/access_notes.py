"""Explains how requests are authenticated: which variables to fill in, and what to do by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from generator.auth.token import Token, whole_url
from generator.escaping.markup.spans import markdown_code
from generator.model.types import Api, Credential

_GRANTS = {
    "authorizationCode": "authorization code with PKCE",
    "password": "password",
    "implicit": "implicit",
}
_HOW = {
    "basic": "HTTP basic",
    "digest": "HTTP digest",
    "bearer": "A bearer token",
}


def notes(api: Api, tokens: Iterable[Token], known: Collection[str] = ()) -> list[str]:
    """A sentence or two, in Markdown, for each credential that the operations of ``api`` need, each once.

    ``tokens`` are those that a script can request. Credentials in variables that are ``known`` are left out.
    """
    fetched = {token.variable: token for token in tokens}
    found = (
        _note(credential, fetched.get(credential.variable))
        for credential in _distinct(api)
        if credential.variable not in known
    )
    return list(dict.fromkeys(found))


def _distinct(api: Api) -> Iterable[Credential]:
    """All credentials, each once, however many operations need it."""
    found = (credential for operation in api.operations for credential in operation.credentials)
    return {(credential.scheme, credential.variable): credential for credential in found}.values()


def _note(credential: Credential, token: Token | None) -> str:
    if credential.note:
        return credential.note
    name = markdown_code(credential.scheme)
    if credential.kind == "oauth2":
        return " ".join(_oauth2(credential, name, token))
    if credential.kind == "apiKey":
        place = "query parameter" if credential.location == "query" else credential.location
        return (
            f"An API key: `{credential.variable}` is sent in the {place} {markdown_code(credential.header)}."
        )
    filled = " and ".join(f"`{variable.name}`" for variable in credential.variables)
    return f"{_HOW[credential.kind]} ({name}): fill in {filled}."


def _oauth2(credential: Credential, name: str, token: Token | None) -> Iterator[str]:
    variable = f"`{credential.variable}`"
    if credential.grant != "clientCredentials":
        yield f"OAuth 2.0, {_GRANTS[credential.grant]} ({name}):"
        filled = [v.name for v in credential.variables if v.name != credential.variable and not v.value]
        yield f"fill in {_listed(filled)}, and press *Get New Access Token* in the tab *Authorization*."
        yield f"A run sends what {variable} holds: put a token there."
        return
    yield f"OAuth 2.0 client credentials ({name}):"
    if token is None:
        yield f"the description names no https address to get a token at. Put one into {variable}."
        return
    yield f"fill in {_listed(token.required)}."
    yield (
        f"The pre-request script fetches {variable} from `{token.url}`, keeps it while these values stay the "
        f"same, and renews it; or paste one. For a fresh one, set `{token.renewal}` to `true`."
    )
    if token.authentication:
        yield (
            f"`{token.scopes}` are separated by spaces. The client shows who it is by HTTP Basic; "
            f"for a server that wants it in the body, set `{token.authentication}` to `body`."
        )


def _listed(names: Iterable[str]) -> str:
    *first, last = [f"`{name}`" for name in names]
    return f"{', '.join(first)} and {last}" if first else last


def shell_variables(
    credentials: Iterable[Credential], scripts: Mapping[str, str], address: str
) -> dict[str, str]:
    """The shell variables that ``credentials`` need, each with an explanation in Markdown.

    ``scripts`` maps the variable of a token to the file that prints one; ``address`` is the API's address.
    """
    found: dict[str, str] = {}
    for credential in credentials:
        if credential.kind != "other" and not credential.optional:
            if credential.username:
                is_key = credential.kind == "awsv4"
                found.setdefault(credential.username, "the access key ID" if is_key else "the user name")
            found.setdefault(
                credential.variable, _what(credential, scripts.get(credential.variable, ""), address)
            )
    return found


def _what(credential: Credential, script: str, address: str) -> str:
    if credential.kind == "apiKey" and not credential.authorizes:
        place = "query parameter" if credential.location == "query" else credential.location
        return f"the API key, sent in the {place} {markdown_code(credential.header)}"
    if credential.kind == "awsv4":
        return "the secret access key, which requests are signed with"
    if credential.username and credential.kind != "oauth2":
        return "the password"
    if script:
        return f"an access token; `{script}` prints one"
    if credential.note or credential.kind != "oauth2":
        return credential.note or "an access token"
    given = (credential.authorization_url, credential.token_url)
    urls = [whole_url(url, address) for url in given if url]
    grant = _GRANTS.get(credential.grant, "client credentials")
    return f"an access token of OAuth 2.0, {grant}: {', then '.join(map(markdown_code, urls))}"
