"""OAuth 2.0 client credentials (RFC 6749, section 4.4): the tokens that a script can request by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from generator.auth.token import Token, host_of, is_relative, trusted_host, whole_url
from generator.model.types import Api, Credential

if TYPE_CHECKING:
    from generator.project.settings import Settings


def tokens(api: Api, settings: Settings) -> list[Token]:
    """The tokens that the operations of ``api`` need and that a script can request by itself.

    The project file may name another token server than the description.
    """
    places = tuple((each.base_url, each.values) for each in settings.environments)
    places = places or ((api.servers[0].address(), {}),)
    own = settings.profile.token
    found = {own.variable: own} if own else {}
    for credential in _credentials(api):
        if credential.variable not in found:
            token = _token(credential, places)
            found |= {token.variable: token} if token else {}
    return list(found.values())


def _credentials(api: Api) -> Iterator[Credential]:
    for operation in api.operations:
        for credential in operation.credentials:
            if credential.kind == "oauth2" and credential.grant == "clientCredentials":
                yield credential


def _token(credential: Credential, places: tuple[tuple[str, Mapping[str, str]], ...]) -> Token | None:
    url = credential.part("token_url")
    named = [whole_url(credential.token_url, base) for base, _ in places]
    given = [values[url] for _, values in places if values.get(url)]
    hosts = dict.fromkeys(host for host in map(trusted_host, (*named, *given)) if host)
    if not hosts:
        return None
    client_id, client_secret = credential.part("client_id"), credential.part("client_secret")
    scopes = credential.part("scope")
    return Token(
        variable=credential.variable,
        server="The token server",
        url=url,
        client_id=client_id,
        client_secret=client_secret,
        scopes=scopes,
        hosts=tuple(hosts),
        follows_api=is_relative(credential.token_url),
        address=named[0] if host_of(named[0]) else "",
        authentication=credential.part("client_authentication"),
        required=(client_id, client_secret),
        refused=f"Do {client_id} and {scopes} give access to this, and is {url} this API's token server?",
    )
