"""The project file and the model together: what the targets are told, every default settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from generator.auth import ims
from generator.config import CollectionSettings, EnvironmentSettings, ProjectFile
from generator.model import Api

PRIVACY_SERVICE_PATH = "/data/core/privacy"


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment, and the values that the generator may fill in."""

    name: str
    base_url: str
    values: Mapping[str, str]
    mock: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What every target is told beside the model."""

    project_id: str
    collection_name: str
    folders: Literal["tags", "paths", "flat"]
    profile: str | None
    """The token profile, ``adobe-ims`` or none."""
    environments: tuple[Environment, ...]


def settle(project: ProjectFile | None, api: Api) -> Settings:
    """Every setting, from the project file where it says so, else from the description."""
    collection = project.collection if project else CollectionSettings()
    profile = _profile(project, api)
    given = project.environments if project and project.environments is not None else None
    environments = given if given is not None else _default_environments(api, profile)
    return Settings(
        project_id=(project.id if project else None) or api.name,
        collection_name=collection.name or api.title,
        folders=collection.folders,
        profile=profile,
        environments=tuple(_environment(settings, api, profile) for settings in environments),
    )


def _profile(project: ProjectFile | None, api: Api) -> str | None:
    """``adobe-ims`` where the project file says so, or the description shows its header or token URL."""
    if project and project.token:
        return None if project.token == "none" else project.token
    hosts = (urlsplit(url).hostname or "" for url in api.token_urls)
    if any(host == "adobelogin.com" or host.endswith(".adobelogin.com") for host in hosts):
        return ims.PROFILE
    shown = any(c.header.lower() == "x-gw-ims-org-id" for op in api.operations for c in op.credentials)
    return ims.PROFILE if shown else None


def _default_environments(api: Api, profile: str | None) -> tuple[EnvironmentSettings, ...]:
    """One for each value of the server's first enumerated variable; ``local`` for the Privacy Service."""
    server = api.servers[0]
    variable = next((name for name, values in server.variables.items() if len(values) > 1), None)
    if variable is None:
        name = "production" if profile else urlsplit(server.address()).hostname or "default"
        found = [EnvironmentSettings(name)]
    else:
        values = server.variables[variable]
        names = [_stage(value) if profile else value for value in values]
        if len(set(names)) < len(names):
            names = list(values)
        found = [EnvironmentSettings(n, server={variable: v}) for n, v in zip(names, values, strict=True)]
    if profile and urlsplit(server.address()).path == PRIVACY_SERVICE_PATH:
        found.append(EnvironmentSettings("local", mock=True))
    return tuple(found)


def _stage(value: str) -> str:
    return "stage" if any(mark in value.lower() for mark in ("stage", "stg")) else "production"


def _environment(settings: EnvironmentSettings, api: Api, profile: str | None) -> Environment:
    values = dict(settings.values)
    address = values.pop("baseUrl", "") or api.servers[0].address(settings.server)
    if settings.mock:
        loopback = f"http://127.0.0.1:{ims.LOCAL_MOCK_PORT}"
        address = loopback + urlsplit(address).path
        values = {"IMS": loopback, **ims.LOCAL_MOCK, "ALLOW_WRITES": "true", **values}
    elif profile:
        stage = _stage(urlsplit(address).hostname or "")
        values = {"IMS": ims.IMS_HOSTS[stage], "SCOPES": ims.SCOPES, **values}
    return Environment(settings.name, address, values, settings.mock)
