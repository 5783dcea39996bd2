"""Postman environments, with the variable names that Adobe Developer Console exports."""

from __future__ import annotations

from generator.auth.ims import SECRETS
from generator.escaping import file_stem, json_text, unique_names
from generator.model import Api
from generator.settings import Environment, Settings
from generator.targets.ids import stable_id
from generator.targets.postman import path_variables

_IMS_NAMES = ("IMS", "API_KEY", "CLIENT_SECRET", "SCOPES", "IMS_ORG", "TECHNICAL_ACCOUNT_ID", "ACCESS_TOKEN")


def render(api: Api, settings: Settings) -> dict[str, str]:
    """``environments/<name>.postman_environment.json`` for each environment."""
    stems = unique_names([file_stem(environment.name) for environment in settings.environments])
    return {
        f"environments/{stem}.postman_environment.json": json_text(_environment(api, settings, each)) + "\n"
        for stem, each in zip(stems, settings.environments, strict=True)
    }


def _environment(api: Api, settings: Settings, environment: Environment) -> dict[str, object]:
    return {
        "id": stable_id(settings.project_id, "environment", environment.name),
        "name": f"{settings.collection_name} - {environment.name}",
        "values": [
            {"key": key, "value": value, "type": "secret" if key in SECRETS else "default", "enabled": True}
            for key, value in _values(api, settings, environment).items()
        ],
        "_postman_variable_scope": "environment",
    }


def _values(api: Api, settings: Settings, environment: Environment) -> dict[str, str]:
    """Every variable in the order in which a person meets it. None that the collection has is empty here."""
    names = dict.fromkeys(_IMS_NAMES if settings.profile else (), "")
    names |= {c.variable: "" for operation in api.operations for c in operation.credentials}
    values = {"baseUrl": environment.base_url, **names}
    if settings.profile:
        values |= {"ACCESS_TOKEN_EXPIRES_AT": ""}
    return {**values, **path_variables(api), "ALLOW_WRITES": "false", **environment.values}
