"""Scripts that print an access token, one for each token that client credentials can obtain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.auth.token import LOOPBACK, Token
from generator.escaping.file_names import slug, unique_names
from generator.model import Api
from generator.project.settings import Environment, Settings
from generator.targets.shared import templating, token_exchanges
from generator.targets.shared.variables import credential_variables


def names(tokens: Iterable[Token]) -> dict[str, str]:
    """The stem of each token's script, by the token's variable."""
    known = list(tokens)
    stems = [token.script or slug(token.variable) for token in known]
    return dict(zip((token.variable for token in known), unique_names(stems), strict=True))


def scripts(api: Api, settings: Settings) -> dict[str, str]:
    """The scripts for the tokens that the operations of ``api`` need, by their stems."""
    tokens = token_exchanges.tokens(api, settings)
    stems = names(tokens)
    scopes = {name: variable.value for name, variable in credential_variables(api).items()}
    first = next(iter(settings.environments), None)
    return {
        stems[token.variable]: _own(token, settings) if token.script else _general(token, scopes, first)
        for token in tokens
    }


def _own(token: Token, settings: Settings) -> str:
    values = settings.profile.values["production"]
    return templating.render(f"curl/{token.script}.sh.j2", token=token, values=values)


def _general(token: Token, scopes: Mapping[str, str], first: Environment | None) -> str:
    given = first.values if first else {}
    return templating.render(
        "curl/oauth2-token.sh.j2",
        token=token,
        address=given.get(token.url) or token.address,
        scopes=given.get(token.scopes) or scopes.get(token.scopes, ""),
        hosts=[host for host in token.hosts if host not in LOOPBACK],
    )
