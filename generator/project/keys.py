"""The keys of the project file: one structure for each of its objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from generator.auth.profiles import ProfileName
from generator.model.selection import Filter

#: What can be wrong with a request: its credentials, its URL, a missing part, its body as a whole, then
#: values by the keyword that they violate. ``enum`` includes ``const``; ``bound`` is the range of numbers;
#: ``items`` is the length, duplicates and ``contains`` of lists; ``properties`` is the names and number of an
#: object's members; ``choice`` is ``oneOf``, ``anyOf`` and ``not``.
VariationKind = Literal[
    "token",
    "key",
    "organization",
    "unknown",
    "missing",
    "media-type",
    "syntax",
    "type",
    "enum",
    "bound",
    "length",
    "pattern",
    "format",
    "items",
    "properties",
    "choice",
]


class CollectionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name of the collection, and how it is divided into folders and requests are named."""

    name: str | None = None
    """The name in Postman; by default, the title of the description."""
    folders: Literal["tags", "paths", "flat"] = "tags"
    names: Literal["summary", "operationId", "path"] = "summary"
    """What requests are named after. If an operation lacks it, the next best is used."""


class TestSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What the test script of each request checks."""

    status: Literal["success", "documented", "off"] = "success"
    """``success``: a documented response of class 2xx; ``documented``: any documented response."""
    content_type: bool = True
    body: bool = True
    """Whether bodies are validated against their schemas."""
    headers: bool = True
    paging: bool = False
    """Whether the next page of a list is requested, by another call, if the response refers to one."""
    loose_formats: tuple[str, ...] | None = None
    """Formats that the service violates in practice: not checked. By default, the profile decides."""
    enums: Literal["open", "closed"] | None = None
    """Whether a response may hold values beyond a documented enumeration.

    ``open`` reports each as a skipped test. The default depends on the profile; without one, it is
    ``closed``.
    """


class GuardSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What is not sent unless the user asks for it. By default, the profile decides."""

    writes: bool | None = None
    """Requests that write are sent only while ``ALLOW_WRITES`` is ``true``."""
    hosts: bool | None = None
    """Tokens go only to the host of ``baseUrl``, if it is one of the API's own or in ``ALLOW_HOSTS``."""
    redirects: bool | None = None
    """Redirects are not followed."""


class VariationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The second collection: requests that must be refused."""

    enabled: bool | None = None
    """By default, only for a service that the profile knows."""
    kinds: tuple[VariationKind, ...] = get_args(VariationKind)
    limit: int = 0
    """The most variations of one operation; 0 for all."""


class EnvironmentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One environment. ``mock`` fills it with the values that the mock server accepts."""

    name: str
    server: Mapping[str, str] = {}
    """The values of the server's variables, instead of their defaults."""
    values: Mapping[str, str] = {}
    """Values to write, by variable; ``baseUrl`` replaces the server's URL. Never a secret."""
    mock: bool = False


class Criteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Criteria that select operations; all that are given must be met. ``*`` matches anything."""

    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    operationIds: tuple[str, ...] = ()  # noqa: N815  (OpenAPI's own spelling)
    deprecated: bool | None = None
    extensions: tuple[str, ...] = ()
    """``x-name``, or ``x-name=value``."""

    def filter(self) -> Filter:
        """The same criteria as a ``Filter`` of the model."""
        return Filter(
            self.tags, self.paths, self.methods, self.operationIds, self.deprecated, self.extensions
        )


class ProjectFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole project file."""

    description: str
    """The path of the description, relative to the project file."""
    id: str | None = None
    """The name from which ids are derived; by default, the stem of the description's file."""
    collection: CollectionSettings = CollectionSettings()
    token: ProfileName | None = None
    """How access tokens are obtained; by default, as the description shows."""
    tests: TestSettings = TestSettings()
    guards: GuardSettings = GuardSettings()
    variations: VariationSettings = VariationSettings()
    data: tuple[str, ...] | None = None
    """The operations, by operationId, that are sent once for each row of a data file."""
    environments: tuple[EnvironmentSettings, ...] | None = None
    overlays: tuple[str, ...] = ()
    """Overlay files, applied in this order. Their paths are relative to the project file."""
    include: Criteria = Criteria()
    """The operations to include; by default, all."""
    exclude: Criteria = Criteria()
    """The operations to exclude from those."""
    webhooks: bool = False
    """Whether the webhooks of the API are included as requests, in a folder of their own."""
    callbacks: bool = False
    """Whether callbacks, which the API sends after a request, are included as requests too."""
    since: str | None = None
    """An earlier version of the description: the site lists the changes. Relative to the project file."""
    templates: str | None = None
    """The folder of templates that replace those of the site, relative to the project file."""
    guides: tuple[str, ...] | None = None
    """Further pages for the site's reference, in Markdown. Their paths are relative to the project file."""
