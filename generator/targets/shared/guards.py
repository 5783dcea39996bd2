"""What is not sent unless it is asked for: requests that write, and credentials to hosts that none named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, product

import msgspec

from generator.auth import ims
from generator.auth.token import LOOPBACK, trusted_host
from generator.model.types import SAFE_METHODS, Api, Server
from generator.project.settings import Environment, Settings
from generator.targets.shared.variables import BASE_URL, Variables

#: The variable that lets requests write. Anything but ``true``, in any case, keeps them from being sent.
ALLOW_WRITES = "ALLOW_WRITES"
#: The variable that names more hosts that credentials may go to, separated by commas or spaces.
ALLOW_HOSTS = "ALLOW_HOSTS"
#: Where APIs behind Adobe's identity service live.
_ADOBE = ("*.adobe.io",)
_MOST_ADDRESSES = 64  # of one server
_ANY = "any-value-whatever"


class Guards(msgspec.Struct, frozen=True):
    """What the guards of a collection's scripts have to know."""

    writes: bool
    hosts: bool
    """Whether credentials go to known hosts alone."""
    safe_methods: tuple[str, ...] = tuple(sorted(SAFE_METHODS))
    known: tuple[str, ...] = ()
    """The hosts that credentials may go to: ``*.example.com`` is every host below it."""

    @classmethod
    def of(cls, api: Api, settings: Settings) -> Guards:
        """The guards of ``api``: what the settings ask for, as far as there is something to guard."""
        writes = settings.guards.writes and any(operation.writes for operation in api.operations)
        hosts = guards_hosts(api, settings)
        return cls(writes, hosts=hosts, known=known_hosts(api, settings) if hosts else ())


class Emptied(msgspec.Struct, frozen=True):
    """The variables that lose their values while a request is held back."""

    addresses: tuple[str, ...]
    """Those that hold the addresses of the API."""
    credentials: tuple[str, ...]
    """Those that let requests in, and those that must not be shown."""

    @classmethod
    def of(cls, api: Api, settings: Settings, variables: Variables) -> Emptied:
        """Those of ``api``, whose addresses and parameters are in ``variables``."""
        credentials = tuple(dict.fromkeys(_credentials(api, settings)))
        return cls((BASE_URL, *variables.addresses), credentials)


def variables(api: Api, settings: Settings, environment: Environment) -> dict[str, str]:
    """What an environment says to the guards: only at the local mock may anything be written."""
    found = {ALLOW_WRITES: "true" if environment.mock else "false"} if settings.guards.writes else {}
    return {**found, **({ALLOW_HOSTS: ""} if guards_hosts(api, settings) else {})}


def guards_hosts(api: Api, settings: Settings) -> bool:
    """Whether hosts are looked at: where no request carries anything, there is nothing to keep."""
    return settings.guards.hosts and any(_carried(api, settings))


def known_hosts(api: Api, settings: Settings) -> tuple[str, ...]:
    """The hosts that credentials may go to over https, beside this machine.

    Adobe's for its identity service; else those that the description or the project file names.
    """
    if settings.profile == ims.PROFILE:
        return _ADOBE
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
    """The addresses that a server's variables allow; what may have any value is in braces."""
    choices = [values if len(values) > 1 else (_ANY,) for values in server.variables.values()]
    for chosen in islice(product(*choices), _MOST_ADDRESSES):
        yield server.address(dict(zip(server.variables, chosen, strict=True))).replace(_ANY, "{}")
    # (Braces are no part of an address, nor any word one of a port.)
    yield server.address()


def _carried(api: Api, settings: Settings) -> Iterator[str]:
    """The variables that a request carries to be let in."""
    if settings.profile:
        yield from ims.CREDENTIAL_HEADERS.values()
    for operation in api.operations:
        for credential in operation.credentials:
            yield from filter(None, (credential.variable, credential.username))


def _credentials(api: Api, settings: Settings) -> Iterator[str]:
    yield from _carried(api, settings)
    if settings.profile:
        yield from sorted(ims.SECRETS)
    for operation in api.operations:
        for credential in operation.credentials:
            yield from (variable.name for variable in credential.variables if variable.secret)
