"""OAuth 2.0 client credentials (RFC 6749, section 4.4): what a pre-request script needs to get a token."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from generator.model.api import Api


@dataclass(frozen=True, slots=True)
class Token:
    """One token that the script keeps fresh: the variables that it is made of, and who may be told them."""

    variable: str
    client_id: str
    client_secret: str
    scopes: str
    url: str
    """The variable that holds the token URL."""
    host: str
    """The host that the description names, lower case; the secret goes nowhere else but to this machine."""


def tokens(api: Api) -> list[Token]:
    """The tokens that the operations of ``api`` need and that a script can get by itself."""
    found: dict[str, Token] = {}
    for operation in api.operations:
        for credential in operation.credentials:
            if credential.kind != "oauth2" or credential.grant != "clientCredentials":
                continue
            names = {variable.name: variable.name for variable in credential.variables}

            def of(ending: str, names: dict[str, str] = names) -> str:
                return next((name for name in names if name.endswith(ending)), "")

            url = urlsplit(credential.token_url)
            if url.scheme != "https" or not url.hostname:
                continue
            found.setdefault(
                credential.variable,
                Token(
                    credential.variable,
                    of("CLIENT_ID"),
                    of("CLIENT_SECRET"),
                    of("SCOPES"),
                    of("TOKEN_URL"),
                    url.netloc.rpartition("@")[2].lower(),
                ),
            )
    return list(found.values())
