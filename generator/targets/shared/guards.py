"""What is sent only if the user allows it: requests that write, and credentials to unknown hosts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, product

import msgspec

from generator.auth.token import LOOPBACK, trusted_host
from generator.model.types import SAFE_METHODS, Api, Server
from generator.project.settings import Environment, Settings
from generator.targets.shared.variables import BASE_URL, Variables

#: The variable that allows requests that write. They are sent only if it is ``true``, in upper or lower case.
ALLOW_WRITES = "ALLOW_WRITES"
#: The variable with further hosts that credentials may be sent to, separated by commas or spaces.
ALLOW_HOSTS = "ALLOW_HOSTS"
_MOST_ADDRESSES = 64  # for each server
_ANY = "any-value-whatever"


class Guards(msgspec.Struct, frozen=True):
    """What the guards in a collection's scripts need to know."""

    writes: bool
    hosts: bool
    """Whether credentials are sent only to known hosts."""
    safe_methods: tuple[str, ...] = tuple(sorted(SAFE_METHODS))
    known: tuple[str, ...] = ()
    """The hosts that credentials may be sent to. ``*.example.com`` is every subdomain of it."""

    @classmethod
    def of(cls, api: Api, settings: Settings) -> Guards:
        """The guards that the settings ask for and that ``api`` has a use for."""
        writes = settings.guards.writes and any(operation.writes for operation in api.operations)
        hosts = guards_hosts(api, settings)
        return cls(writes, hosts=hosts, known=known_hosts(api, settings) if hosts else ())


class Emptied(msgspec.Struct, frozen=True):
    """The variables that are emptied while a request is held back."""

    addresses: tuple[str, ...]
    """The variables of the API's addresses."""
    credentials: tuple[str, ...]
    """The variables of credentials, and of other secrets."""

    @classmethod
    def of(cls, api: Api, settings: Settings, variables: Variables) -> Emptied:
        """The variables to empty for ``api``; ``variables`` has those of its addresses."""
        credentials = tuple(dict.fromkeys(_credentials(api, settings)))
        return cls((BASE_URL, *variables.addresses), credentials)


def variables(api: Api, settings: Settings, environment: Environment) -> dict[str, str]:
    """The guards' variables in an environment. Only the local mock's allows requests that write."""
    found = {ALLOW_WRITES: "true" if environment.mock else "false"} if settings.guards.writes else {}
    return {**found, **({ALLOW_HOSTS: ""} if guards_hosts(api, settings) else {})}


def guards_hosts(api: Api, settings: Settings) -> bool:
    """Whether hosts are checked, which only matters if a request carries credentials."""
    return settings.guards.hosts and any(_carried(api, settings))


def known_hosts(api: Api, settings: Settings) -> tuple[str, ...]:
    """The hosts, other than this machine, that credentials may be sent to over https.

    These are those of the profile, or else those in the description and the project file.
    """
    if settings.profile.hosts:
        return settings.profile.hosts
    addresses = (
        *chain.from_iterable(map(_addresses, _servers(api))),
        *(environment.base_url for environment in settings.environments),
    )
    hosts = dict.fromkeys(host for host in map(trusted_host, addresses) if host and host not in LOOPBACK)
    wide = [host[1:] for host in hosts if host.startswith("*.")]
    return tuple(host for host in hosts if host.startswith("*.") or not host.endswith(tuple(wide)))


def _servers(api: Api) -> Iterable[Server]:
    yield from api.servers
    for operation in api.operations:
        yield from operation.servers


def _addresses(server: Server) -> Iterator[str]:
    """The addresses that a server's variables allow. A variable that accepts any value is written ``{}``."""
    choices = [values if len(values) > 1 else (_ANY,) for values in server.variables.values()]
    for chosen in islice(product(*choices), _MOST_ADDRESSES):
        yield server.address(dict(zip(server.variables, chosen, strict=True))).replace(_ANY, "{}")
    # (Where ``{}`` makes no address, as in the place of a port, the server's own one counts.)
    yield server.address()


def _carried(api: Api, settings: Settings) -> Iterator[str]:
    """The variables of the credentials that requests carry."""
    yield from (header.variable for header in settings.profile.headers.values() if header.variable)
    for operation in api.operations:
        for credential in operation.credentials:
            yield from filter(None, (credential.variable, credential.username))


def _credentials(api: Api, settings: Settings) -> Iterator[str]:
    yield from _carried(api, settings)
    yield from sorted(settings.profile.secrets)
    for operation in api.operations:
        for credential in operation.credentials:
            yield from (variable.name for variable in credential.variables if variable.secret)
