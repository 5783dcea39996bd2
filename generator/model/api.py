"""The types of the model. All are frozen; a target reads them and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any] | bool
"""A JSON Schema of dialect 2020-12, as OpenAPI 3.1 has it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a schema demands of a single value, in the words of a reader."""

    type: str = ""
    """``string``, ``array of strings``, …; empty for any value."""
    accepted: tuple[Any, ...] = ()
    default: tuple[Any, ...] = ()
    """The default in a tuple of one, or nothing: ``None`` is a value."""
    limits: tuple[str, ...] = ()
    """Such as ``1 to 9 items``."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a body, at any depth. ``name`` is dotted: ``users.userIDs.value``."""

    name: str
    required: bool
    description: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Example:
    """A value to show. ``name`` and ``summary`` are empty for the only one."""

    value: Any
    name: str = ""
    summary: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """OpenAPI 3.1.1, section 4.8.12. Credentials are not parameters here, whatever the description says."""

    name: str
    location: str
    """``path``, ``query``, ``header`` or ``cookie``."""
    required: bool
    description: str
    facts: Facts
    sample: Any
    """Valid against the schema; may hold placeholders such as ``{IMS_ORG}``."""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class MediaType:
    """OpenAPI 3.1.1, section 4.8.14. ``examples`` is empty where there is nothing to show."""

    name: str
    examples: tuple[Example, ...]
    properties: tuple[Property, ...]
    binary: bool = False


@dataclass(frozen=True, slots=True)
class RequestBody:
    """OpenAPI 3.1.1, section 4.8.13. ``content`` is never empty."""

    description: str
    required: bool
    content: tuple[MediaType, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """OpenAPI 3.1.1, section 4.8.17. ``status`` is ``200``, ``2XX`` or ``default``."""

    status: str
    description: str
    headers: tuple[Parameter, ...]
    content: tuple[MediaType, ...]


@dataclass(frozen=True, slots=True)
class Credential:
    """A request header that carries a credential, and the variable that holds it."""

    header: str
    variable: str


@dataclass(frozen=True, slots=True)
class Operation:
    """OpenAPI 3.1.1, section 4.8.10. ``id`` is unique; made from method and path where none is given."""

    id: str
    method: str
    """In capitals."""
    path: str
    """The path template: ``/jobs/{JOB_ID}``."""
    name: str
    """The summary, or the id where there is none."""
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    responses: tuple[Response, ...]
    credentials: tuple[Credential, ...]
    deprecated: bool = False

    def parameters_in(self, location: str) -> tuple[Parameter, ...]:
        """The parameters of one location, in the description's order."""
        return tuple(p for p in self.parameters if p.location == location)

    @property
    def successes(self) -> tuple[Response, ...]:
        """The documented answers of class 2xx."""
        return tuple(r for r in self.responses if r.status.startswith("2"))

    @property
    def writes(self) -> bool:
        """Whether the request changes something at the service (RFC 9110, section 9.2.1)."""
        return self.method in {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True, slots=True)
class Tag:
    """OpenAPI 3.1.1, section 4.8.22."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """OpenAPI 3.1.1, section 4.8.5. ``variables`` maps each name to its values, the default first."""

    url: str
    description: str = ""
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def address(self, values: Mapping[str, str] | None = None) -> str:
        """The URL with its variables filled in, defaults where ``values`` has none; no closing slash."""
        url = self.url
        for name, accepted in self.variables.items():
            url = url.replace("{" + name + "}", (values or {}).get(name, accepted[0]))
        return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Api:
    """One API as a reader, a tester or a tool needs it."""

    name: str
    """The description file's stem."""
    title: str
    version: str
    description: str
    servers: tuple[Server, ...]
    tags: tuple[Tag, ...]
    operations: tuple[Operation, ...]
    token_urls: tuple[str, ...] = ()
    """Token endpoints that the description's OAuth 2.0 flows name."""

    def tagged(self) -> tuple[tuple[Tag, tuple[Operation, ...]], ...]:
        """Operations by their first tag, in the order of the tags; tags without operations are left out."""
        names = {tag.name for tag in self.tags}
        used = dict.fromkeys(op.tags[0] for op in self.operations if op.tags)
        tags = (*self.tags, *(Tag(name) for name in used if name not in names))
        groups = [(tag, tuple(op for op in self.operations if op.tags[:1] == (tag.name,))) for tag in tags]
        untagged = tuple(op for op in self.operations if not op.tags)
        return tuple(group for group in (*groups, (Tag(""), untagged)) if group[1])
