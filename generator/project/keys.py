"""The keys of the project file: one structure for each object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from generator.model.selection import Filter

#: What can be wrong with a request: who sends it, its address, what it lacks, its body as such, then values
#: by what they break. ``enum`` holds for ``const`` too, ``bound`` for numbers; ``items`` are counts, doubles
#: and ``contains`` of lists, ``properties`` names and counts of objects, ``choice`` is ``oneOf``, ``anyOf``,
#: ``not``.
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
    """How the collection is called and divided."""

    name: str | None = None
    """Shown in Postman; the description's title where it is left out."""
    folders: Literal["tags", "paths", "flat"] = "tags"
    names: Literal["summary", "operationId", "path"] = "summary"
    """What requests are called by; by the next best where an operation has no such thing."""


class TestSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What the test script of each request checks."""

    status: Literal["success", "documented", "off"] = "success"
    """``success``: a documented answer of class 2xx; ``documented``: any that the description has."""
    content_type: bool = True
    body: bool = True
    """Whether bodies are held against their schemas."""
    headers: bool = True
    paging: bool = False
    """Whether a list is asked for its next page where the response says that there is one: a further call."""
    loose_formats: tuple[str, ...] | None = None
    """Formats that the service breaks in practice: not checked. ``date-time`` for Privacy Service."""
    enums: Literal["open", "closed"] | None = None
    """Whether a response may hold words beyond a documented enumeration.

    ``open`` reports each as a skipped test. Left out, it is ``open`` behind ``adobe-ims`` and ``closed``
    elsewhere.
    """


class GuardSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What is not sent unless it is asked for. Left out, a guard is on for APIs behind ``adobe-ims``."""

    writes: bool | None = None
    """Requests that write are sent only while ``ALLOW_WRITES`` is ``true``."""
    hosts: bool | None = None
    """Tokens go only to the host of ``baseUrl``, if it is one of the API's own or in ``ALLOW_HOSTS``."""
    redirects: bool | None = None
    """Redirects are not followed."""


class VariationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The second collection: requests that must be refused."""

    enabled: bool | None = None
    """Left out, for Privacy Service alone."""
    kinds: tuple[VariationKind, ...] = get_args(VariationKind)
    limit: int = 0
    """The most for one operation; 0 for all."""


class EnvironmentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One environment. ``mock`` fills it with what the local mock accepts."""

    name: str
    server: Mapping[str, str] = {}
    """Values of the server's variables; left out, its defaults."""
    values: Mapping[str, str] = {}
    """Values to write, by variable; ``baseUrl`` for an address of its own. Never a secret."""
    mock: bool = False


class Criteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What operations are chosen by; every criterion that is given has to hold. ``*`` stands for anything."""

    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    operationIds: tuple[str, ...] = ()  # noqa: N815  (OpenAPI's own spelling)
    deprecated: bool | None = None
    extensions: tuple[str, ...] = ()
    """``x-name``, or ``x-name=value``."""

    def filter(self) -> Filter:
        """The same for the model."""
        return Filter(
            self.tags, self.paths, self.methods, self.operationIds, self.deprecated, self.extensions
        )


class ProjectFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    description: str
    """The description's path, relative to the project file."""
    id: str | None = None
    """The name under which ids are made; the description file's stem where it is left out."""
    collection: CollectionSettings = CollectionSettings()
    token: Literal["adobe-ims", "none"] | None = None
    """How a token is had; found from the description where it is left out."""
    tests: TestSettings = TestSettings()
    guards: GuardSettings = GuardSettings()
    variations: VariationSettings = VariationSettings()
    data: tuple[str, ...] | None = None
    """The operations, by operationId, that are sent once for each row of a data file."""
    environments: tuple[EnvironmentSettings, ...] | None = None
    overlays: tuple[str, ...] = ()
    """Overlay files, applied in this order; relative to the project file."""
    include: Criteria = Criteria()
    """The operations to take; all where it is left out."""
    exclude: Criteria = Criteria()
    """Those to leave out again."""
    webhooks: bool = False
    """Whether requests that the API sends by itself become requests, in a folder of their own."""
    callbacks: bool = False
    """The same for what it sends in answer to a request."""
    since: str | None = None
    """A description of before, of whose differences the site tells; relative to the project file."""
    templates: str | None = None
    """The folder of templates that replace those of the site; relative to the project file."""
    guides: tuple[str, ...] | None = None
    """Further pages of the site's reference, in Markdown; relative to the project file."""
