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
"""Methods that change nothing at the service (RFC 9110, section 9.2.1)."""


class Example(msgspec.Struct, frozen=True):
    """A value to show. ``name`` and ``summary`` are empty for the only one."""

    value: Any
    name: str = ""
    summary: str = ""
    description: str = ""
    serialized: bool = False
    """Whether ``value`` is the text on the wire itself, whatever the media type."""
    omitted: frozenset[str] = frozenset()
    """Of a form: the fields that a sample request shows but does not send."""


class Parameter(msgspec.Struct, frozen=True, eq=False):
    """OpenAPI 3.1.1, section 4.8.12. Credentials are not parameters here, whatever the description says.

    Each is itself alone: what is made of one can be remembered for it.
    """

    name: str
    location: Literal["path", "query", "header", "cookie", "querystring"]
    required: bool
    description: str
    facts: Facts
    sample: Any
    """Valid against the schema; may hold placeholders such as ``{IMS_ORG}``."""
    deprecated: bool = False
    style: str = "simple"
    explode: bool = False
    allow_reserved: bool = False
    media_type: str = ""
    """That of ``content``, in which the value is written; empty where ``style`` says how it is."""
    parts: Mapping[str, Part] = {}
    """Of a value that is a form by its ``media_type``: its fields."""
    schema: Schema = True
    """What its value is held against, or of ``content`` what the value is before it is written."""
    named: Mapping[str, Any] = {}
    """The values of ``examples`` by their keys, to go with bodies and answers of the same key."""
    shared: bool = False
    """Whether other operations may have it as well, so that not every key of ``named`` is of this one."""
    at: str = ""
    """Where it stands in the description, as a JSON pointer."""


class Part(msgspec.Struct, frozen=True):
    """How one field of a form is sent. OpenAPI 3.1.1, section 4.8.15."""

    content_type: str = ""
    file: bool = False
    style: str = "form"
    explode: bool = True
    allow_reserved: bool = False
    by_style: bool = False
    """Whether the description gives a style; without one, objects are sent as JSON."""
    required: bool = False
    repeats: bool = True
    """Whether a list is sent as several parts of the same name, one for each item."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers of the part beside those that its name and its media type give: name and value."""
    markup: Callable[[Any], str] | None = None
    """Of a part in XML: its value as a document; an item's value where the part ``repeats``."""


class Contract(msgspec.Struct, frozen=True):
    """What an answer's value is held against: JSON Schema draft 7.

    ``schema`` and ``definitions`` refer to ``#/definitions/<name>``.
    """

    schema: Any
    definitions: Mapping[str, Any]
    """Every definition that is needed, by name, in the order of first use."""


class Contracts:
    """Makes contracts of the schemas of one description; this one, that of none, lets anything pass."""

    def contract(self, schema: Schema, at: str) -> Contract:
        """What an answer is held against: the ``schema`` of what stands at the JSON pointer ``at``."""
        del schema, at
        return Contract(True, {})

    def losses(self) -> tuple[tuple[str, str], ...]:
        """What the contracts made so far don't check: a JSON pointer and a sentence each."""
        return ()


class MediaType(msgspec.Struct, frozen=True, dict=True):
    """OpenAPI 3.1.1, section 4.8.14. ``examples`` is empty where there is nothing to show."""

    name: str
    examples: tuple[Example, ...]
    binary: bool = False
    parts: Mapping[str, Part] = {}
    """Of a form: its fields."""
    places: tuple[Part, ...] = ()
    """How the first parts are sent, where a part is known by its position (3.2, ``prefixEncoding``)."""
    further: Part | None = None
    """How every part after these is sent (3.2, ``itemEncoding``)."""
    sequence: bool = False
    """Whether the value is a list of items that are sent one after the other (3.2, ``itemSchema``)."""
    markup: Callable[[Any], str] | None = None
    """Of XML: a value as a document."""
    describe: Callable[[Schema, int], tuple[Property, ...]] = lambda _schema, _most: ()
    """Gives the first properties of a schema, as many as are asked for; one for all requests of a
    description, and one for all answers."""
    schema: Schema = True
    at: str = ""
    """Where it stands in the description, as a JSON pointer."""
    documented: str = ""
    """What the description calls it: ``name``, or the range that ``name`` is the plainest member of."""

    @cached_property
    def properties(self) -> tuple[Property, ...]:
        """Every property at every depth; found out when it is asked for, since few targets ask."""
        return self.describe(self.schema, MOST_PROPERTIES)


class RequestBody(msgspec.Struct, frozen=True):
    """OpenAPI 3.1.1, section 4.8.13. ``content`` is never empty; the first is the one to send."""

    description: str
    required: bool
    content: tuple[MediaType, ...]

    @property
    def has_files(self) -> bool:
        """Whether what is sent holds a file, which a person has to choose."""
        sent = self.content[0]
        parts = (*sent.parts.values(), *sent.places, *([sent.further] if sent.further else []))
        return sent.binary or any(part.file for part in parts)


class Expression(msgspec.Struct, frozen=True):
    """A runtime expression. OpenAPI 3.1.1, section 4.8.20.3."""

    text: str
    """As it is written: ``$response.body#/id``."""
    source: Literal["url", "method", "statusCode", "header", "query", "path", "body"]
    message: Literal["", "request", "response"] = ""
    """Whose header, query, path or body it is."""
    name: str = ""
    """That of the header or parameter; in a body a JSON pointer, empty for the whole."""


class Template(msgspec.Struct, frozen=True):
    """A text that holds expressions in braces: its parts, one after the other."""

    parts: tuple[str | Expression, ...]


class LinkParameter(msgspec.Struct, frozen=True):
    """What a link gives to one parameter of the operation that it leads to."""

    key: str
    """The parameter's name, which its location may stand before: ``id`` or ``path.id``."""
    value: Any
    """A value of JSON; what is an ``Expression`` or a ``Template`` in it is found out at run time."""


class Link(msgspec.Struct, frozen=True):
    """OpenAPI 3.1.1, section 4.8.20."""

    name: str
    operation: str
    """The id of the operation that it leads to."""
    description: str
    parameters: tuple[LinkParameter, ...]
    at: str
    """Where it stands in the description, as a JSON pointer."""
    body: tuple[Any, ...] = ()
    """The whole body of the request, as a parameter's value; in a tuple of one, or nothing."""
    server: Server | None = None


class Response(msgspec.Struct, frozen=True):
    """OpenAPI 3.1.1, section 4.8.17. ``status`` is ``200``, ``2XX`` or ``default``."""

    status: str
    description: str
    headers: tuple[Parameter, ...]
    content: tuple[MediaType, ...]
    links: tuple[Link, ...] = ()
    ranges: tuple[str, ...] = ()
    """Documented ranges of media types whose plainest member is in ``content`` by itself."""

    @property
    def shown(self) -> MediaType | None:
        """The first media type that has an example; nothing where a body is a file."""
        if any(part.binary for part in self.content):
            return None
        return next((part for part in self.content if part.examples), None)


class Variable(msgspec.Struct, frozen=True):
    """A value that a person fills in: a credential, or what is needed to get one."""

    name: str
    secret: bool = False
    value: str = ""
    """What the description tells of it, such as a token URL."""
    part: str = ""
    """What it is to its credential, where that has several: ``client_id``, ``scope``, ``token_url``, …"""


class Credential(msgspec.Struct, frozen=True):
    """What a request carries to be let in. OpenAPI 3.1.1, section 4.8.27.

    ``kind`` is ``apiKey``, ``bearer``, ``basic``, ``digest``, ``awsv4``, ``oauth2`` or ``other``.
    """

    kind: Literal["apiKey", "bearer", "basic", "digest", "awsv4", "oauth2", "other"]
    scheme: str
    """The security scheme's name; the header's where it was declared as a parameter."""
    header: str = "Authorization"
    """Of an API key: the header's, query parameter's or cookie's name."""
    location: Literal["header", "query", "cookie"] = "header"
    variable: str = ""
    """What holds the key, the token, the password (``basic``, ``digest``) or the secret key (``awsv4``)."""
    username: str = ""
    variables: tuple[Variable, ...] = ()
    """Every variable of it, in the order in which a person meets them."""
    grant: str = ""
    """Of ``oauth2``: ``clientCredentials``, ``authorizationCode``, ``password`` or ``implicit``."""
    token_url: str = ""
    authorization_url: str = ""
    scopes: tuple[str, ...] = ()
    note: str = ""
    """What a person has to do by hand, as Markdown."""
    optional: bool = False
    """Whether requests are let in without it: it is there, but not sent."""

    def part(self, name: str) -> str:
        """The variable that holds one part of it, such as ``client_id``; empty where it has no such part."""
        return next((variable.name for variable in self.variables if variable.part == name), "")

    @property
    def authorizes(self) -> bool:
        """Whether it travels in the header ``Authorization``, of which a request has one."""
        return self.location == "header" and self.header.lower() == "authorization"


class Place(msgspec.Struct, frozen=True):
    """Where in a request something is wrong, and by which demand of the description."""

    location: Literal["security", "path", "query", "header", "cookie", "body"]
    name: str
    """The parameter's, or that of a credential's header; empty for the body."""
    at: str
    """The JSON pointer of the demand in the description, its keyword last: ``…/properties/page/minimum``."""
    keyword: str
    """The keyword of JSON Schema that is broken; of what is no schema ``required``, ``security``,
    ``content``, ``syntax`` or ``unknown``."""
    path: str = ""
    """Where in the value, as JavaScript has it, ``users[0].action[0]``; empty for the value as a whole.
    Of a credential: ``query`` or ``cookie``, where it isn't a header."""


class Growth(msgspec.Struct, frozen=True):
    """A list or a string of a body that is too long to be shown: the first item, or the text, repeated."""

    path: tuple[str | int, ...]
    length: int
    """Items, or characters."""


class Variation(msgspec.Struct, frozen=True):
    """A request that differs from the sample one by one thing, for which it must be refused."""

    kind: str
    """One of ``VariationKind``."""
    place: Place
    what: str
    """What is wrong, in words: ``page: -1 is below 0``."""
    value: tuple[Any, ...] = ()
    """What the parameter or the body has instead, in a tuple of one; empty where it is left out. A credential
    that is not left out is a wrong one."""
    media_type: str = ""
    """What the body is sent as, where that is what is wrong."""
    serialized: bool = False
    """Whether ``value`` is the text of the body itself."""
    growth: Growth | None = None


class Operation(msgspec.Struct, frozen=True):
    """OpenAPI 3.1.1, section 4.8.10. ``id`` is unique; made from method and path where none is given."""

    id: str
    method: str
    """As it is sent: in capitals, but for ``additionalOperations`` of 3.2."""
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
    servers: tuple[Server, ...] = ()
    """Its own, where it has other ones than the API."""
    kind: Literal["path", "webhook", "callback"] = "path"
    extensions: Mapping[str, Any] = {}
    """The members that begin with ``x-``."""
    home: str = ""
    """The one of its tags that it stands with; empty where it has none for that."""
    variations: Callable[[], tuple[Variation, ...]] = tuple
    """Makes the requests that must be refused, in the description's order; few targets ask."""

    def parameters_in(self, location: str) -> tuple[Parameter, ...]:
        """The parameters of one location, in the description's order."""
        return tuple(p for p in self.parameters if p.location == location)

    @property
    def successes(self) -> tuple[Response, ...]:
        """The documented answers of class 2xx."""
        return tuple(r for r in self.responses if r.status.startswith("2"))

    @property
    def gets_bodies(self) -> bool:
        """Whether responses may have a body; those to HEAD have none (RFC 9110, section 9.3.2)."""
        return self.method != "HEAD"

    @property
    def writes(self) -> bool:
        """Whether the request may change something at the service (RFC 9110, section 9.2.1)."""
        return self.method.upper() not in SAFE_METHODS


class Tag(msgspec.Struct, frozen=True):
    """OpenAPI 3.2.0, section 4.8.22. ``parent`` names another tag, or is empty."""

    name: str
    description: str = ""
    parent: str = ""
    summary: str = ""
    kind: str = ""
    """``nav``, ``badge``, ``audience`` or any other word; empty where the description says none."""

    @property
    def title(self) -> str:
        """What a reader is shown: the summary, or the name, without HTML."""
        return plain(self.summary or self.name) or self.name


class Server(msgspec.Struct, frozen=True):
    """OpenAPI 3.2.0, section 4.8.5. ``variables`` maps each name to its values, the default first."""

    url: str
    description: str = ""
    variables: Mapping[str, tuple[str, ...]] = {}
    name: str = ""
    base: str = ORIGIN
    """The address whose host a relative ``url`` means."""

    def address(self, values: Mapping[str, str] | None = None) -> str:
        """The whole URL, its variables filled in, by defaults where ``values`` has none; no closing slash."""
        return whole(self.filled(values), self.base)

    def filled(self, values: Mapping[str, str] | None = None) -> str:
        """The same as the description has it, which may be relative."""
        url = self.url
        for name, accepted in self.variables.items():
            url = url.replace("{" + name + "}", (values or {}).get(name, accepted[0]))
        return url


class Api(msgspec.Struct, frozen=True):
    """One API as a reader, a tester or a tool needs it."""

    name: str
    """The description file's stem."""
    title: str
    version: str
    description: str
    servers: tuple[Server, ...]
    tags: tuple[Tag, ...]
    operations: tuple[Operation, ...]
    schemas: Schemas
    """Its schemas as a reader needs them, to look at the ``schema`` of what has one."""
    token_urls: tuple[str, ...] = ()
    """Token endpoints that the description's OAuth 2.0 flows name."""
    contracts: Callable[[frozenset[str]], Contracts] = lambda _: Contracts()
    """Makes what makes the contracts of its answers; takes the formats that are not to be checked."""
    _made: dict[object, Any] = msgspec.field(default_factory=dict)

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What ``make`` makes of this API, the same for everybody who asks for ``key``."""
        if key not in self._made:
            self._made[key] = make()
        return cast(T, self._made[key])

    def tagged(self) -> tuple[tuple[Tag, tuple[Operation, ...]], ...]:
        """Operations by their home, in the order of the tags; tags without operations are left out."""
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
