"""Combine the project file with the model into the settings for targets, with every default resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

from generator.auth import profiles
from generator.auth.profile import Profile, Service
from generator.model import Api
from generator.model.types import Server
from generator.project.keys import (
    CollectionSettings,
    EnvironmentSettings,
    GuardSettings,
    ProjectFile,
    TestSettings,
    VariationSettings,
)
from generator.urls import split

if TYPE_CHECKING:
    from generator.changes import Changes

#: More environments than a person can choose from don't help. Further servers are listed in the description
#: of the collection and on the site.
MOST_ENVIRONMENTS = 24


class Environment(msgspec.Struct, frozen=True):
    """One environment, with the values of variables that the generator may fill in."""

    name: str
    base_url: str
    values: Mapping[str, str]
    mock: bool = False


class Tests(msgspec.Struct, frozen=True):
    """What the test script of each request checks. The fields are those of the project file."""

    status: Literal["success", "documented", "off"] = "success"
    content_type: bool = True
    body: bool = True
    headers: bool = True
    paging: bool = False
    loose_formats: frozenset[str] = frozenset()
    enums: Literal["open", "closed"] = "closed"

    def chosen(self, what: Literal["contract", "status", "off"]) -> Tests:
        """The tests by the option ``--tests``. It keeps the loose formats, and which status is expected."""
        status = self.status if self.status != "off" else "success"
        if what == "contract":
            return Tests(status, paging=self.paging, loose_formats=self.loose_formats, enums=self.enums)
        return Tests(
            "off" if what == "off" else status, False, False, False, False, self.loose_formats, self.enums
        )


class Guards(msgspec.Struct, frozen=True):
    """What is not done unless the user asks for it. The fields are those of the project file."""

    writes: bool = False
    hosts: bool = False
    redirects: bool = False


class Variations(msgspec.Struct, frozen=True):
    """The kinds of requests in the second collection, and at most how many for each operation (0: all)."""

    kinds: frozenset[str]
    limit: int = 0


class Guide(msgspec.Struct, frozen=True):
    """A page that the user adds to the site: its title, from the first heading, and the CommonMark below."""

    title: str
    text: str


class Overrides(dict[str, str]):
    """The user's own templates, by their paths below ``templates/``."""

    def __init__(self, texts: Mapping[str, str], folder: str) -> None:
        super().__init__(texts)
        self.folder = folder
        """The folder that they are in, for messages."""


class Settings(msgspec.Struct, frozen=True):
    """What every target needs besides the model."""

    project_id: str
    collection_name: str
    folders: Literal["tags", "paths", "flat"]
    profile: Profile
    """What is known about the provider of the API, and how access tokens are obtained."""
    environments: tuple[Environment, ...]
    further: tuple[str, ...] = ()
    """The URLs of servers beyond ``MOST_ENVIRONMENTS``, which have no environment."""
    tests: Tests = Tests()
    guards: Guards = Guards()
    variations: Variations | None = None
    """``None`` if there is no second collection."""
    data: frozenset[str] = frozenset()
    """The ids of the operations that are sent once for each row of a data file."""
    changes: Changes | None = None
    """The changes since an earlier version of the description, if one is named."""
    templates: Mapping[str, str] = {}
    """The user's templates, which replace those of the site, by their paths below ``templates/``."""
    guides: tuple[Guide, ...] = ()
    """Further pages of the site's reference."""

    def address(self, api: Api) -> str:
        """The base URL that samples show: that of the first environment, or else of the first server."""
        return self.environments[0].base_url if self.environments else api.servers[0].address()


def settle(project: ProjectFile | None, api: Api) -> Settings:
    """All settings: from the project file, or by default from the description."""
    collection = project.collection if project else CollectionSettings()
    profile = _profile(project, api)
    given = project.environments if project and project.environments is not None else None
    if given is not None:
        environments = tuple(_environment(settings, api, profile) for settings in given)
        further: tuple[str, ...] = ()
    else:
        environments, further = _default_environments(api, profile)
    return Settings(
        project_id=(project.id if project else None) or api.name,
        collection_name=collection.name or api.title,
        folders=collection.folders,
        profile=profile,
        environments=environments,
        further=further,
        tests=_tests(project.tests if project else TestSettings(), api, profile),
        guards=_guards(project.guards if project else GuardSettings(), profile),
        data=_data(project.data if project else None, api, profile),
        variations=_variations(project.variations if project else VariationSettings(), api, profile),
    )


def _data(given: tuple[str, ...] | None, api: Api, profile: Profile) -> frozenset[str]:
    if given is not None:
        return frozenset(given)
    service = known_service(api, profile)
    rows = service.sent_by_rows if service else None
    return frozenset(op.id for op in api.operations if (op.method, op.path) == rows)


def is_known_service(api: Api, profile: Profile) -> bool:
    """Whether this is the service that ``profile`` knows, by the path of its URL."""
    return known_service(api, profile) is not None


def known_service(api: Api, profile: Profile) -> Service | None:
    """What ``profile`` knows about this API, or ``None``."""
    service = profile.service
    return service if service and split(api.servers[0].address()).path == service.path else None


def _tests(given: TestSettings, api: Api, profile: Profile) -> Tests:
    loose = given.loose_formats
    if loose is None:
        service = known_service(api, profile)
        loose = service.loose_formats if service else ()
    return Tests(
        given.status,
        given.content_type,
        given.body,
        given.headers,
        given.paging,
        frozenset(loose),
        given.enums or profile.enums,
    )


def _guards(given: GuardSettings, profile: Profile) -> Guards:
    settled = (
        profile.guarded if choice is None else choice
        for choice in (given.writes, given.hosts, given.redirects)
    )
    return Guards(*settled)


def _variations(given: VariationSettings, api: Api, profile: Profile) -> Variations | None:
    enabled = is_known_service(api, profile) if given.enabled is None else given.enabled
    return Variations(frozenset(given.kinds), given.limit) if enabled else None


def _profile(project: ProjectFile | None, api: Api) -> Profile:
    """The profile that the project file names, or else the one whose headers or token URL the API has."""
    if project and project.token:
        return profiles.KNOWN.named(project.token)
    headers = frozenset(c.header.lower() for op in api.operations for c in op.credentials)
    token_hosts = frozenset(split(url).hostname or "" for url in api.token_urls)
    return profiles.KNOWN.shown(headers, token_hosts)


def _default_environments(api: Api, profile: Profile) -> tuple[tuple[Environment, ...], tuple[str, ...]]:
    """An environment for each server and each value of an enumerated variable, and the URLs beyond the limit.

    A service that the profile knows also has ``local``, for the mock server.
    """
    found: dict[str, Environment] = {}
    addresses: dict[str, str] = {}
    for name, server, values in _choices(api, profile):
        addresses.setdefault(server.address(values), name)
    for address, name in list(addresses.items())[:MOST_ENVIRONMENTS]:
        # A value may be empty, and a name may have several lines.
        name = " ".join(name.split()) or split(address).hostname or address
        unique = _unique(name, address, found)
        found[unique.lower()] = _environment(
            EnvironmentSettings(unique, values={"baseUrl": address}), api, profile
        )
    if is_known_service(api, profile):
        found["local"] = _environment(EnvironmentSettings("local", mock=True), api, profile)
    return tuple(found.values()), tuple(addresses)[MOST_ENVIRONMENTS:]


def _choices(api: Api, profile: Profile) -> Iterator[tuple[str, Server, dict[str, str]]]:
    """Each server, and each value of its enumerated variables: a name, the server, and the variable's value.

    Values of several variables are not combined: only one differs from its default.
    """
    for server in api.servers:
        enumerated = [name for name, values in server.variables.items() if len(values) > 1]
        if not enumerated:
            host = split(server.address()).hostname or "default"
            stage = _stage(host) if profile and len(api.servers) == 1 else ""
            yield server.name or stage or host, server, {}
            continue
        variable = enumerated[0]
        names = [_stage(value) if profile else value for value in server.variables[variable]]
        if len(set(names)) < len(names):
            names = list(server.variables[variable])
        for name, value in zip(names, server.variables[variable], strict=True):
            yield (f"{server.name} {name}" if server.name else name), server, {variable: value}
        for variable in enumerated[1:]:
            for value in server.variables[variable][1:]:
                yield value, server, {variable: value}


def _unique(name: str, address: str, taken: Mapping[str, object]) -> str:
    """``name``, extended by parts of ``address`` if it is taken."""
    parts = split(address)
    candidates = [
        name,
        f"{name}{parts.path}",
        f"{name} {parts.scheme}",
        f"{name}{parts.path} {parts.scheme}",
        address,
    ]
    free = [c for c in candidates if c.lower() not in taken]
    return free[0] if free else f"{address} {len(taken)}"


def _stage(value: str) -> str:
    return "stage" if any(mark in value.lower() for mark in ("stage", "stg")) else "production"


def _environment(settings: EnvironmentSettings, api: Api, profile: Profile) -> Environment:
    values = dict(settings.values)
    address = values.pop("baseUrl", "") or api.servers[0].address(settings.server)
    if settings.mock:
        loopback = f"http://127.0.0.1:{profiles.KNOWN.mock.port}"
        address = loopback + split(address).path
        values = {**profiles.KNOWN.mock_values(loopback), **values}
    else:
        stage = _stage(split(address).hostname or "")
        values = {**profile.values.get(stage, {}), **values}
    return Environment(settings.name, address, values, settings.mock)
