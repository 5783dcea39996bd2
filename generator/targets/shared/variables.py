"""The Postman variables of an API, addresses and parameters, and their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

import msgspec

from generator.auth import profiles
from generator.auth.token import TOKEN_FACTS
from generator.escaping.postman import postman_path
from generator.model import Api
from generator.model.styles import path_text, separates
from generator.model.types import Operation, Parameter, Server, Variable
from generator.project.settings import Settings
from generator.targets.shared.link_variables import Linked, variable_name
from generator.unused_names import unused
from generator.urls import split

BASE_URL = "baseUrl"
#: Names that have a meaning in every collection.
_OWN = (BASE_URL, "ALLOW_WRITES", "ALLOW_HOSTS", "ALLOW_VARIATIONS", "heldBack")


class Variables(msgspec.Struct, frozen=True):
    """The variables of a collection, except the credentials, and which operation uses which."""

    addresses: Mapping[str, Server]
    """The servers of single paths and operations, by variable."""
    path: Mapping[str, str]
    """The encoded samples of parameters, in paths and where links give the value, by variable."""
    _bases: Mapping[str, str]
    _names: Mapping[tuple[str, str], str]
    _linked: Linked

    @classmethod
    def of(cls, api: Api) -> Variables:
        """The variables of ``api``."""
        return api.once(cls, lambda: cls._of(api))

    @classmethod
    def _of(cls, api: Api) -> Variables:
        addresses: dict[str, Server] = {}
        bases: dict[str, str] = {}
        known: dict[str, str] = {}
        for operation in api.operations:
            if operation.servers:
                server = operation.servers[0]
                address = server.address()
                if operation.kind == "path" and address == api.servers[0].address():
                    continue
                if address not in known:
                    known[address] = unused(f"{BASE_URL}_{_label(server)}", addresses.__contains__)
                    addresses[known[address]] = server
                bases[operation.id] = known[address]
        own = (*_OWN, *profiles.KNOWN.variables, *addresses, *_of_credentials(api))
        names = _path_names(api, own)
        values: dict[str, str] = {}
        for operation in api.operations:
            for parameter in operation.parameters_in("path"):
                name = names[operation.id, parameter.name]
                if name not in values:
                    values[name] = path_sample(parameter)
        linked = Linked.of(api, (*own, *values))
        return cls(addresses, {**values, **linked.samples}, bases, names, linked)

    def base(self, operation: Operation) -> str:
        """The variable that holds the address of an operation's server."""
        return self._bases.get(operation.id, BASE_URL)

    def of_parameter(self, operation: Operation, parameter: Parameter) -> str:
        """The variable of a parameter, or an empty string."""
        if parameter.location == "path":
            return self._names[operation.id, parameter.name]
        row = self._linked.rows.get((operation.id, parameter.location, parameter.name))
        return row.variable if row else ""

    def of_path(self, operation: Operation, parameter: str) -> str:
        """The variable of a path parameter."""
        return self._names[operation.id, parameter]

    def is_sent(self, operation: Operation, parameter: Parameter) -> bool:
        """Whether a parameter's row is enabled: it is required, or an earlier request gives its value."""
        row = self._linked.rows.get((operation.id, parameter.location, parameter.name))
        return parameter.required or (row is not None and row.sent)

    def of_body(self, operation: Operation) -> str:
        """The variable of the whole body, or an empty string."""
        return self._linked.bodies.get(operation.id, "")

    @property
    def bodies(self) -> Mapping[str, str]:
        """The samples of whole bodies, each a JSON text on one line, by variable."""
        return self._linked.body_samples

    def unlinked(self) -> Variables:
        """The same variables without those of links, so that only parameters in paths have one."""
        linked = self._linked.samples
        path = {name: value for name, value in self.path.items() if name not in linked}
        return msgspec.structs.replace(self, path=path, _linked=Linked())


def path_sample(parameter: Parameter) -> str:
    """The sample of a path parameter as written in Postman."""
    return path_text(parameter, partial(postman_path, item=separates(parameter)))


def _label(server: Server) -> str:
    host = split(server.address()).hostname or "other"
    return re.sub(r"[^A-Za-z0-9]+", "_", server.name or host).strip("_") or "other"


def _path_names(api: Api, taken: Iterable[str]) -> dict[tuple[str, str], str]:
    """The variable of each path parameter, by operation id and parameter name.

    It has the parameter's name if all parameters of that name mean the same, that is, have the same path
    before them. Otherwise the name includes the resource before the parameter: ``orders_id``, ``users_id``.
    It is never a variable that means something else, so ``/{ACCESS_TOKEN}`` gets a value of its own, nor one
    whose value is serialized in another style.
    """
    uses: dict[str, set[str]] = {}
    found: list[tuple[str, str, _Use]] = []
    for operation in api.operations:
        for parameter in operation.parameters_in("path"):
            before = re.sub(r"\{[^{}]*\}", "{}", operation.path.partition("{" + parameter.name + "}")[0])
            uses.setdefault(parameter.name, set()).add(before)
            manner = (parameter.style, parameter.explode and separates(parameter), parameter.media_type)
            found.append((operation.id, before, _Use("", parameter.name, manner)))
    names: dict[_Use, str] = {}
    meant = set(taken)
    result: dict[tuple[str, str], str] = {}
    for id_, before, use in found:
        if len(uses[use.name]) > 1:
            use = use._replace(resource=_resource(before))
        if use not in names:
            variable = variable_name(f"{use.resource}_{use.name}" if use.resource else use.name)
            names[use] = unused(variable, meant.__contains__, f"{_resource(before)}_{variable}")
            meant.add(names[use])
        result[id_, use.name] = names[use]
    return result


class _Use(NamedTuple):
    """What a path variable means. Parameters for which this is equal share one."""

    resource: str
    name: str
    manner: tuple[str, bool, str]


def _resource(before: str) -> str:
    """The last literal segment of the beginning of a path: ``/shops/{}/orders/`` → ``orders``."""
    path = re.sub(r"\{[^{}]*\}", "", before).partition("?")[0]
    segments = [segment for segment in path.split("/") if re.search(r"\w", segment)]
    return re.sub(r"\W+", "_", segments[-1]).strip("_") if segments else "path"


def _of_credentials(api: Api) -> Iterator[str]:
    """The variables of credentials, and those in which scripts keep facts about tokens."""
    for name in credential_variables(api):
        yield from (name, *(f"{name}_{fact}" for fact in TOKEN_FACTS))


def secret_names(api: Api, settings: Settings) -> frozenset[str]:
    """The variables of credentials that are secret."""
    secrets = {name for name, variable in credential_variables(api).items() if variable.secret}
    return frozenset(secrets - settings.profile.public)


def credential_variables(api: Api) -> dict[str, Variable]:
    """The variables that the operations' credentials need, in the order of first use."""
    found: dict[str, Variable] = {}
    for operation in api.operations:
        for credential in operation.credentials:
            for variable in credential.variables:
                found.setdefault(variable.name, variable)
    return found
