"""What readers fill in to authenticate requests, and where each value goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.auth import profiles
from generator.model import Api
from generator.model.types import Credential
from generator.project.settings import Settings
from generator.targets.curl import token_scripts
from generator.targets.curl.variables import guide_name
from generator.targets.shared import access_notes, token_exchanges
from generator.targets.shared.variables import secret_names


class Value(NamedTuple):
    """A value that readers have, and the places where it is used."""

    shell: str
    """The variable in samples and scripts; empty if none of them uses it."""
    postman: str
    """The variable in the collection's environment."""
    what: str
    """What it is, and where to find it, as CommonMark."""
    sent: str
    """How requests carry it, such as ``x-api-key: …``; empty if only the token request does."""
    secret: bool


def values(api: Api, settings: Settings, address: str, named: Iterable[str]) -> tuple[Value, ...]:
    """The values that requests to ``api``, at ``address``, need, each once.

    ``named`` are the shell variables in the sample calls, including those in bodies.
    """
    tokens = token_exchanges.tokens(api, settings)
    credentials = [c for operation in api.operations for c in operation.credentials]
    printed = {name: f"{stem}.sh" for name, stem in token_scripts.names(tokens).items()}
    secrets = profiles.KNOWN.secrets | secret_names(api, settings)
    sent = dict(_sent(credentials))
    found = {
        name: Value(
            guide_name(name), name, _what(settings, name) or what, sent.get(name, ""), name in secrets
        )
        for name, what in access_notes.shell_variables(credentials, printed, address).items()
    }
    known = {value.shell for value in found.values()}
    for name in named:
        if name not in known:
            found.setdefault(name, Value(name, _postman(name), _what(settings, name), "", secret=False))
    for token in tokens:
        parts = {token.client_id: "client ID", token.client_secret: "client secret", token.scopes: "scopes"}
        for name, part in parts.items():
            where = token.where.get(name, "").replace(" > ", ", ")
            what = f"the {part}: {where}" if where else f"the {part}"
            found.setdefault(name, Value("", name, what, "", name in secrets))
    return tuple(found.values())


def _postman(shell: str) -> str:
    """The collection's variable for a shell variable."""
    return next((name for name in profiles.KNOWN.placeholders.values() if guide_name(name) == shell), shell)


def _what(settings: Settings, name: str) -> str:
    """What a variable means to the provider, or an empty string."""
    known = settings.profile.shell_variables.get(guide_name(name))
    return f"{known[0]}: {known[1]}" if known else ""


def _sent(credentials: list[Credential]) -> Iterator[tuple[str, str]]:
    """Each variable with how a request carries its value."""
    for credential in credentials:
        if credential.username and credential.kind != "oauth2":
            kind = {"digest": "Digest", "awsv4": "AWS4-HMAC-SHA256"}.get(credential.kind, "Basic")
            yield credential.username, f"Authorization: {kind} …"
            yield credential.variable, f"Authorization: {kind} …"
        elif credential.kind in ("bearer", "oauth2"):
            yield credential.variable, f"{credential.header}: Bearer …"
        elif credential.location == "query":
            yield credential.variable, f"?{credential.header}=…"
        elif credential.location == "cookie":
            yield credential.variable, f"Cookie: {credential.header}=…"
        else:
            yield credential.variable, f"{credential.header}: …"
