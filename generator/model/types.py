"""The types of the model. All are frozen; a target reads them and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import msgspec

from generator.budget import MOST_PROPERTIES
from generator.escaping.markup.tags import plain
from generator.model.addresses import ORIGIN, whole
from generator.model.schemas.facts import Facts, Property, Schema

if TYPE_CHECKING:
    from generator.model.schemas.resolved import Schemas

T = TypeVar("T")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})
"""Safe methods, which change nothing on the server (RFC 9110, section 9.2.1)."""


class Example(msgspec.Struct, frozen=True):
    """A value to show. ``name`` and ``summary`` are empty if it is the only one."""

    value: Any
    name: str = ""
    summary: str = ""
    description: str = ""
    serialized: bool = False
    """Whether ``value`` is the body as it is sent, whatever the media type."""
    omitted: frozenset[str] = frozenset()
    """Of a form: the fields that a sample request lists but doesn't send."""


class Parameter(msgspec.Struct, frozen=True, eq=False):
    """A parameter or header. OpenAPI 3.1.1, section 4.8.12. Credentials are never parameters here.

    Parameters are compared by identity, so that results can be remembered for each of them.
    """

    name: str
    location: Literal["path", "query", "header", "cookie", "querystring"]
    required: bool
    description: str
    facts: Facts
    sample: Any
    """A value that is valid against the schema, possibly with placeholders such as ``{CLIENT_ID}``."""
    deprecated: bool = False
    style: str = "simple"
    explode: bool = False
    allow_reserved: bool = False
    media_type: str = ""
    """The media type of ``content``, in which the value is serialized; empty if ``style`` applies."""
    parts: Mapping[str, Part] = {}
    """Its fields, if ``media_type`` is that of a form."""
    schema: Schema = True
    """The schema of its value; with ``content``, of the value before it is serialized."""
    named: Mapping[str, Any] = {}
    """The values of ``examples`` by their keys, to use with bodies and responses of the same key."""
    shared: bool = False
    """Whether other operations may have it as well, so that some keys of ``named`` may belong to those."""
    at: str = ""
    """Its JSON pointer in the description."""


class Part(msgspec.Struct, frozen=True):
    """How one field of a form is sent. OpenAPI 3.1.1, section 4.8.15."""

    content_type: str = ""
    file: bool = False
    style: str = "form"
    explode: bool = True
    allow_reserved: bool = False
    by_style: bool = False
    """Whether the description gives a style; otherwise objects are sent as JSON."""
    required: bool = False
    repeats: bool = True
    """Whether a list is sent as several parts of the same name, one for each item."""
    headers: tuple[tuple[str, str], ...] = ()
    """Names and values of further headers, beside those that follow from its name and media type."""
    markup: Callable[[Any], str] | None = None
    """For a part in XML: serializes its value, or an item of it if the part ``repeats``."""
    schema: Schema = True
    """The schema of its value, or of an item of it if the part ``repeats``."""
    parts: Mapping[str, Part] = {}
    """The parts of a part that is a multipart body itself (3.2), as in ``MediaType``."""
    places: tuple[Part, ...] = ()
    further: Part | None = None


class Contract(msgspec.Struct, frozen=True):
    """A schema in JSON Schema draft 7, against which tests validate a response.

    ``schema`` and ``definitions`` refer to ``#/definitions/<name>``.
    """

    schema: Any
    definitions: Mapping[str, Any]
    """The definitions that it refers to, directly or indirectly, by name, in the order of first use."""


class Contracts:
    """Makes contracts from the schemas of one description. This base class accepts any value."""

    def contract(self, schema: Schema, at: str) -> Contract:
        """The contract for ``schema``; ``at`` is the JSON pointer of its owner, such as a media type."""
        del schema, at
        return Contract(True, {})

    def losses(self) -> tuple[tuple[str, str], ...]:
        """What the contracts made so far don't check: a JSON pointer and a sentence for each."""
        return ()


class MediaType(msgspec.Struct, frozen=True, dict=True):
    """One media type of a body. OpenAPI 3.1.1, section 4.8.14. ``examples`` may be empty."""

    name: str
    examples: tuple[Example, ...]
    binary: bool = False
    parts: Mapping[str, Part] = {}
    """The fields of a form, or the parts of a multipart body."""
    places: tuple[Part, ...] = ()
    """The first parts, where parts are identified by their position (3.2, ``prefixEncoding``)."""
    further: Part | None = None
    """Every part after these (3.2, ``itemEncoding``)."""
    sequence: bool = False
    """Whether the value is a list of items that are sent one after the other (3.2, ``itemSchema``)."""
    markup: Callable[[Any], str] | None = None
    """For XML: serializes a value as a document."""
    describe: Callable[[Schema, int], tuple[Property, ...]] = lambda _schema, _most: ()
    """Lists the properties of a schema, up to a number. All requests of a description share one such
    function, and all responses another."""
    schema: Schema = True
    at: str = ""
    """Its JSON pointer in the description."""
    documented: str = ""
    """The key in the description: ``name``, or a range such as ``image/*``, for which ``name`` was chosen."""

    @cached_property
    def properties(self) -> tuple[Property, ...]:
        """Every property at every depth, made on demand, since few targets need it."""
        return self.describe(self.schema, MOST_PROPERTIES)


class RequestBody(msgspec.Struct, frozen=True):
    """A request body. OpenAPI 3.1.1, section 4.8.13. ``content`` is never empty; its first is sent."""

    description: str
    required: bool
    content: tuple[MediaType, ...]

    @property
    def has_files(self) -> bool:
        """Whether the body that is sent contains a file, which a person has to choose."""
        sent = self.content[0]
        parts = (*sent.parts.values(), *sent.places, *([sent.further] if sent.further else []))
        return sent.binary or any(part.file for part in parts)


class Expression(msgspec.Struct, frozen=True):
    """A runtime expression. OpenAPI 3.1.1, section 4.8.20.3."""

    text: str
    """The expression as it is written: ``$response.body#/id``."""
    source: Literal["url", "method", "statusCode", "header", "query", "path", "body"]
    message: Literal["", "request", "response"] = ""
    """The message that the header, query, path or body belongs to."""
    name: str = ""
    """The name of the header or parameter; for a body, a JSON pointer, empty for the whole body."""


class Template(msgspec.Struct, frozen=True):
    """A text that contains expressions in braces, split into its parts."""

    parts: tuple[str | Expression, ...]


class LinkParameter(msgspec.Struct, frozen=True):
    """The value that a link sets for one parameter of its operation."""

    key: str
    """The parameter's name, optionally with its location: ``id`` or ``path.id``."""
    value: Any
    """A JSON value; each ``Expression`` or ``Template`` in it is evaluated at run time."""


class Link(msgspec.Struct, frozen=True):
    """A link of a response. OpenAPI 3.1.1, section 4.8.20."""

    name: str
    operation: str
    """The id of the operation that it leads to."""
    description: str
    parameters: tuple[LinkParameter, ...]
    at: str
    """Its JSON pointer in the description."""
    body: tuple[Any, ...] = ()
    """The request's whole body, in a tuple of one, as in ``LinkParameter.value``; empty if not given."""
    server: Server | None = None


class Response(msgspec.Struct, frozen=True):
    """A documented response. OpenAPI 3.1.1, section 4.8.17. ``status`` is ``200``, ``2XX`` or ``default``."""

    status: str
    description: str
    headers: tuple[Parameter, ...]
    content: tuple[MediaType, ...]
    links: tuple[Link, ...] = ()
    ranges: tuple[str, ...] = ()
    """Documented ranges, such as ``image/*``, without a member in ``content`` of their own: the media type
    chosen for them is documented itself."""

    @property
    def shown(self) -> MediaType | None:
        """The first media type that has an example; ``None`` if one of the bodies is a file."""
        if any(part.binary for part in self.content):
            return None
        return next((part for part in self.content if part.examples), None)


class Variable(msgspec.Struct, frozen=True):
    """A variable for a person to fill in: a credential, or what is needed to obtain one."""

    name: str
    secret: bool = False
    value: str = ""
    """The value that is known from the description, such as a token URL."""
    part: str = ""
    """Its role, if a credential has several variables: ``client_id``, ``scope``, ``token_url``, …"""


class Credential(msgspec.Struct, frozen=True):
    """A credential that authenticates requests. OpenAPI 3.1.1, section 4.8.27.

    ``kind`` is ``apiKey``, ``bearer``, ``basic``, ``digest``, ``awsv4``, ``oauth2`` or ``other``.
    """

    kind: Literal["apiKey", "bearer", "basic", "digest", "awsv4", "oauth2", "other"]
    scheme: str
    """The name of the security scheme; of the header, if the credential was declared as a parameter."""
    header: str = "Authorization"
    """The name of the header, or for an API key of the query parameter or cookie."""
    location: Literal["header", "query", "cookie"] = "header"
    variable: str = ""
    """The variable of the key, the token, the password (``basic``, ``digest``) or secret key (``awsv4``)."""
    username: str = ""
    """The variable of the user name (``basic``, ``digest``) or the access key id (``awsv4``)."""
    variables: tuple[Variable, ...] = ()
    """All of its variables, in the order in which they are shown."""
    grant: str = ""
    """For ``oauth2``: ``clientCredentials``, ``authorizationCode``, ``password`` or ``implicit``."""
    token_url: str = ""
    authorization_url: str = ""
    scopes: tuple[str, ...] = ()
    note: str = ""
    """What a person has to do by hand, in Markdown."""
    optional: bool = False
    """Whether requests are accepted without it: it is listed, but not sent."""

    def part(self, name: str) -> str:
        """The name of the variable with the role ``name``, such as ``client_id``; empty if there is none."""
        return next((variable.name for variable in self.variables if variable.part == name), "")

    @property
    def authorizes(self) -> bool:
        """Whether it is sent in the header ``Authorization``, which a request can have only once."""
        return self.location == "header" and self.header.lower() == "authorization"


class Breach(msgspec.Struct, frozen=True):
    """Where a request is invalid, and which requirement of the description it violates."""

    location: Literal["security", "path", "query", "header", "cookie", "body"]
    name: str
    """The name of the parameter, or of the header of a credential; empty for the body."""
    at: str
    """The JSON pointer of the requirement, its keyword last: ``…/properties/page/minimum``."""
    keyword: str
    """The keyword of JSON Schema that is violated; for other requirements ``required``, ``security``,
    ``content``, ``syntax`` or ``unknown``."""
    path: str = ""
    """The path in the value as in JavaScript, ``users[0].action[0]``; empty for the whole value. For a
    credential: ``query`` or ``cookie`` if it isn't in a header."""


class Growth(msgspec.Struct, frozen=True):
    """A list or a string in a body, made too long to be shown by repeating its first item or its text."""

    path: tuple[str | int, ...]
    length: int
    """The number of items or characters."""


class Variation(msgspec.Struct, frozen=True):
    """A request that differs from the sample request in one thing, for which a server must refuse it."""

    kind: str
    """One of ``VariationKind``."""
    place: Breach
    what: str
    """What is wrong, in words: ``page: -1 is below 0``."""
    value: tuple[Any, ...] = ()
    """The value of the parameter or the body, in a tuple of one; empty if it is left out. A credential that
    is not left out is a wrong one."""
    media_type: str = ""
    """The media type of the body, if that is what is wrong."""
    serialized: bool = False
    """Whether ``value`` is the body as it is sent."""
    growth: Growth | None = None


class Operation(msgspec.Struct, frozen=True):
    """An operation. OpenAPI 3.1.1, section 4.8.10.

    ``id`` is unique: the ``operationId``, or one made from method and path.
    """

    id: str
    method: str
    """The method as it is sent: in upper case, except in ``additionalOperations`` of 3.2."""
    path: str
    """The path template: ``/jobs/{JOB_ID}``."""
    name: str
    """A name in one line: by default the summary, or the id if there is none."""
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    responses: tuple[Response, ...]
    credentials: tuple[Credential, ...]
    deprecated: bool = False
    servers: tuple[Server, ...] = ()
    """Its own servers, if they differ from the API's."""
    kind: Literal["path", "webhook", "callback"] = "path"
    extensions: Mapping[str, Any] = {}
    """The members whose names begin with ``x-``."""
    home: str = ""
    """The tag under which it is listed; empty if it has no tag for that."""
    variations: Callable[[], tuple[Variation, ...]] = tuple
    """Makes the requests that a server must refuse, in the description's order, for the few targets that need
    them."""

    def parameters_in(self, location: str) -> tuple[Parameter, ...]:
        """The parameters in one location, in the description's order."""
        return tuple(p for p in self.parameters if p.location == location)

    @property
    def successes(self) -> tuple[Response, ...]:
        """The documented responses of class 2xx."""
        return tuple(r for r in self.responses if r.status.startswith("2"))

    @property
    def gets_bodies(self) -> bool:
        """Whether responses may have a body; those to HEAD have none (RFC 9110, section 9.3.2)."""
        return self.method != "HEAD"

    @property
    def writes(self) -> bool:
        """Whether the request may change something on the server (RFC 9110, section 9.2.1)."""
        return self.method.upper() not in SAFE_METHODS


class Tag(msgspec.Struct, frozen=True):
    """A tag. OpenAPI 3.2.0, section 4.8.22. ``parent`` is the name of another tag, or empty."""

    name: str
    description: str = ""
    parent: str = ""
    summary: str = ""
    kind: str = ""
    """``nav``, ``badge``, ``audience`` or any other word; empty if the description gives none."""

    @property
    def title(self) -> str:
        """The title to show: the summary or the name, without HTML."""
        return plain(self.summary or self.name) or self.name


class Server(msgspec.Struct, frozen=True):
    """A server. OpenAPI 3.2.0, section 4.8.5. ``variables`` maps names to values, the default first."""

    url: str
    description: str = ""
    variables: Mapping[str, tuple[str, ...]] = {}
    name: str = ""
    base: str = ORIGIN
    """The address against whose origin a relative ``url`` is resolved."""

    def address(self, values: Mapping[str, str] | None = None) -> str:
        """The absolute URL without a slash at its end, its variables replaced by ``values`` or defaults."""
        return whole(self.filled(values), self.base)

    def filled(self, values: Mapping[str, str] | None = None) -> str:
        """``url`` with its variables replaced, which may be relative."""
        url = self.url
        for name, accepted in self.variables.items():
            url = url.replace("{" + name + "}", (values or {}).get(name, accepted[0]))
        return url


class Api(msgspec.Struct, frozen=True):
    """One API, with everything that targets need."""

    name: str
    """The name of the description's file, without its suffix."""
    title: str
    version: str
    description: str
    servers: tuple[Server, ...]
    tags: tuple[Tag, ...]
    operations: tuple[Operation, ...]
    schemas: Schemas
    """Resolves and merges the schemas of parameters, media types and headers."""
    token_urls: tuple[str, ...] = ()
    """The token endpoints of the OAuth 2.0 flows that the description declares."""
    contracts: Callable[[frozenset[str]], Contracts] = lambda _: Contracts()
    """Returns the ``Contracts`` of its responses; takes the formats that are not to be checked."""
    _made: dict[object, Any] = msgspec.field(default_factory=dict)

    def once(self, key: object, make: Callable[[], T]) -> T:
        """The result of ``make``, which is called once for each ``key``."""
        if key not in self._made:
            self._made[key] = make()
        return cast(T, self._made[key])

    def tagged(self) -> tuple[tuple[Tag, tuple[Operation, ...]], ...]:
        """The operations listed under each tag, in the order of the tags.

        Tags without operations are left out. Operations without such a tag are last, under ``Tag("")``.
        """
        groups: dict[str, list[Operation]] = {tag.name: [] for tag in self.tags}
        untagged: list[Operation] = []
        for operation in self.operations:
            if operation.home:
                groups.setdefault(operation.home, []).append(operation)
            else:
                untagged.append(operation)
        known = {tag.name: tag for tag in self.tags}
        found = [(known.get(name) or Tag(name), tuple(group)) for name, group in groups.items() if group]
        return (*found, *([(Tag(""), tuple(untagged))] if untagged else []))
