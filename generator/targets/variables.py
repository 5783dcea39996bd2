"""The Postman variables of an API: addresses and path variables, and what each is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from generator import escaping
from generator.model import Api
from generator.model.api import Operation, Server, Variable
from generator.model.styles import path_text

BASE_URL = "baseUrl"
#: Names that mean something to every collection or to Adobe's identity service.
_OWN = (
    *(BASE_URL, "ALLOW_WRITES", "IMS", "API_KEY", "CLIENT_SECRET", "SCOPES", "IMS_ORG", "ACCESS_TOKEN"),
    "TECHNICAL_ACCOUNT_ID",
)


@dataclass(frozen=True, slots=True)
class Variables:
    """Every variable of a collection but the credentials, and which operation uses which."""

    addresses: Mapping[str, Server]
    """Servers of single paths and operations, by variable."""
    path: Mapping[str, str]
    """Path variables and their sample values, encoded."""
    _bases: Mapping[str, str]
    _names: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, api: Api) -> Variables:
        """The variables of ``api``."""
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
                    known[address] = _unused(f"{BASE_URL}_{_label(server)}", addresses)
                    addresses[known[address]] = server
                bases[operation.id] = known[address]
        names = _path_names(api, (*_OWN, *addresses, *_of_credentials(api)))
        values: dict[str, str] = {}
        for operation in api.operations:
            for parameter in operation.parameters_in("path"):
                name = names[operation.id, parameter.name]
                if name not in values:
                    values[name] = path_text(parameter, escaping.postman_path)
        return cls(addresses, values, bases, names)

    def base(self, operation: Operation) -> str:
        """The variable that holds the address of an operation's server."""
        return self._bases.get(operation.id, BASE_URL)

    def of_path(self, operation: Operation, parameter: str) -> str:
        """The variable of a path parameter."""
        return self._names[operation.id, parameter]


def _label(server: Server) -> str:
    host = urlsplit(server.address()).hostname or "other"
    return re.sub(r"[^A-Za-z0-9]+", "_", server.name or host).strip("_") or "other"


def _unused(name: str, taken: Mapping[str, object]) -> str:
    unique, count = name, 2
    while unique in taken:
        unique, count = f"{name}_{count}", count + 1
    return unique


def _path_names(api: Api, taken: Iterable[str]) -> dict[tuple[str, str], str]:
    """The variable of each path parameter of each operation.

    It is the parameter's own name if all its uses mean the same: the same path before it. Else the resource
    before it is named as well: ``orders_id`` and ``users_id``. Never is it one that means something else, so
    that a path called ``/{ACCESS_TOKEN}`` gets a value of its own.
    """
    uses: dict[str, set[str]] = {}
    found: list[tuple[str, str, str]] = []
    for operation in api.operations:
        for parameter in operation.parameters_in("path"):
            before = re.sub(r"\{[^{}]*\}", "{}", operation.path.partition("{" + parameter.name + "}")[0])
            uses.setdefault(parameter.name, set()).add(before)
            found.append((operation.id, parameter.name, before))
    names: dict[tuple[str, str], str] = {}
    meant = set(taken)
    for _, name, before in found:
        resource = "" if len(uses[name]) == 1 else _resource(before)
        if (resource, name) not in names:
            variable = _variable(f"{resource}_{name}" if resource else name)
            candidates = (variable, f"{_resource(before)}_{variable}", *_numbered(variable, len(meant)))
            chosen = next(each for each in candidates if each not in meant)
            names[resource, name] = chosen
            meant.add(chosen)
    return {
        (id_, name): names["" if len(uses[name]) == 1 else _resource(before), name]
        for id_, name, before in found
    }


def _numbered(name: str, count: int) -> Iterator[str]:
    return (f"{name}_{number}" for number in range(2, count + 3))


def _resource(before: str) -> str:
    """The last literal segment of a path's beginning."""
    segments = [s for s in re.sub(r"\{[^{}]*\}", "", before).split("/") if re.search(r"\w", s)]
    return re.sub(r"\W+", "_", segments[-1]).strip("_") if segments else "path"


def _variable(name: str) -> str:
    """``name`` as a variable's: what braces, slashes and quotes would break is left out."""
    return re.sub(r"[^\w.-]+", "_", name).strip("_") or "value"


def _of_credentials(api: Api) -> Iterator[str]:
    """The variables of credentials, and those in which a script remembers more about a token."""
    for name in credential_variables(api):
        yield from (name, *(f"{name}_{fact}" for fact in ("EXPIRES_AT", "MADE_AT", "FINGERPRINT")))


def credential_variables(api: Api) -> dict[str, Variable]:
    """Every variable that a credential of any operation needs, in the order in which they are met."""
    found: dict[str, Variable] = {}
    for operation in api.operations:
        for credential in operation.credentials:
            for variable in credential.variables:
                found.setdefault(variable.name, variable)
    return found
