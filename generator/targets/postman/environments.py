"""Postman environments: the variables that users set, with secrets marked as such.

With a profile, they have the names that its provider uses.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.auth import profiles
from generator.auth.profile import Profile
from generator.auth.token import whole_url
from generator.escaping.file_names import file_stem, unique_names
from generator.escaping.json_text import json_text
from generator.escaping.postman import postman_text
from generator.model import Api
from generator.model.types import Variable
from generator.project.settings import Environment, Settings
from generator.targets.postman.ids import stable_id
from generator.targets.postman.requests import Json
from generator.targets.shared import guards, token_exchanges
from generator.targets.shared.variables import BASE_URL, Variables, credential_variables, secret_names


def render(api: Api, settings: Settings) -> dict[str, str]:
    """``environments/<name>.postman_environment.json`` for each environment."""
    return {
        f"environments/{stem}.postman_environment.json": json_text(environment) + "\n"
        for stem, environment in named(api, settings)
    }


def named(api: Api, settings: Settings) -> Iterator[tuple[str, Json]]:
    """All environments, in the form of Postman's exports, each with the stem of its file's name."""
    stems = unique_names([file_stem(environment.name) for environment in settings.environments])
    variables = Variables.of(api)
    for stem, each in zip(stems, settings.environments, strict=True):
        yield stem, _environment(api, variables, settings, each)


def _environment(api: Api, variables: Variables, settings: Settings, environment: Environment) -> Json:
    secrets = profiles.KNOWN.secrets | secret_names(api, settings)
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
    """All variables, in the order in which users need them. None that the collection has is empty here."""
    values = {BASE_URL: environment.base_url}
    values |= {name: server.address() for name, server in variables.addresses.items()}
    values |= dict.fromkeys(settings.profile.variables, "")
    known = _renamed(api, settings.profile)
    for name, variable in credential_variables(api).items():
        if name not in known:
            values.setdefault(name, _value(variable, environment))
    for name, value in variables.path.items():
        values.setdefault(name, value)
    renewals = {token.renewal: "false" for token in token_exchanges.tokens(api, settings)}
    return {**values, **guards.variables(api, settings, environment), **renewals, **environment.values}


def _renamed(api: Api, profile: Profile) -> frozenset[str]:
    """The variables of an OAuth 2.0 scheme that the profile's environments have under other names."""
    if profile.token is None:
        return frozenset()
    token = profile.token.variable
    found = (c for operation in api.operations for c in operation.credentials)
    return frozenset(v.name for c in found if c.variable == token for v in c.variables)


def _value(variable: Variable, environment: Environment) -> str:
    """A credential's value in the description: text that refers to no variable, or an absolute URL."""
    is_url = variable.part in ("token_url", "authorization_url")
    value = whole_url(variable.value, environment.base_url) if is_url else variable.value
    return postman_text(" ".join(value.split()))
