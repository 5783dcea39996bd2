"""Postman environments: every variable that a person sets, secrets as secrets.

For Adobe's identity service the names are those that Developer Console exports.
"""

from __future__ import annotations

from generator.auth import oauth2
from generator.auth.ims import SECRETS
from generator.escaping import file_stem, json_text, unique_names
from generator.model import Api
from generator.settings import Environment, Settings
from generator.targets.ids import stable_id
from generator.targets.variables import BASE_URL, Variables, credential_variables

_IMS_NAMES = ("IMS", "API_KEY", "CLIENT_SECRET", "SCOPES", "IMS_ORG", "TECHNICAL_ACCOUNT_ID", "ACCESS_TOKEN")


def render(api: Api, settings: Settings) -> dict[str, str]:
    """``environments/<name>.postman_environment.json`` for each environment."""
    stems = unique_names([file_stem(environment.name) for environment in settings.environments])
    variables = Variables.of(api)
    return {
        f"environments/{stem}.postman_environment.json": json_text(
            _environment(api, variables, settings, each)
        )
        + "\n"
        for stem, each in zip(stems, settings.environments, strict=True)
    }


def _environment(
    api: Api, variables: Variables, settings: Settings, environment: Environment
) -> dict[str, object]:
    credentials = credential_variables(api)
    secrets = SECRETS | {name for name, variable in credentials.items() if variable.secret}
    if settings.profile:
        # The client ID and the organization are no secrets, and Developer Console shows them.
        secrets -= {"API_KEY", "IMS_ORG"}
    return {
        "id": stable_id(settings.project_id, "environment", environment.name),
        "name": f"{settings.collection_name} - {environment.name}",
        "values": [
            {"key": key, "value": value, "type": "secret" if key in secrets else "default", "enabled": True}
            for key, value in _values(api, variables, settings, environment).items()
        ],
        "_postman_variable_scope": "environment",
    }


def _values(api: Api, variables: Variables, settings: Settings, environment: Environment) -> dict[str, str]:
    """Every variable in the order in which a person meets it. None that the collection has is empty here."""
    names = dict.fromkeys(_IMS_NAMES if settings.profile else (), "")
    for name, variable in credential_variables(api).items():
        if not settings.profile or name not in names:
            of_ims = settings.profile and name in ("CLIENT_ID", "TOKEN_URL")
            names |= {} if of_ims else {name: variable.value}
    values = {BASE_URL: environment.base_url}
    values |= {name: server.address() for name, server in variables.addresses.items()}
    values |= names
    if settings.profile:
        values |= {"ACCESS_TOKEN_EXPIRES_AT": ""}
    else:
        values |= {f"{token.variable}_EXPIRES_AT": "" for token in oauth2.tokens(api)}
    return {**values, **variables.path, "ALLOW_WRITES": "false", **environment.values}
