"""An operation as pages show it: its parts, prepared for the template."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import msgspec
from markupsafe import Markup

from generator.escaping.markup import html_text
from generator.escaping.markup.highlighting import code, filled_in, unmarked
from generator.model import Api
from generator.model.presentation.outlines import Outline
from generator.model.presentation.titles import titled
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.types import Example, LinkParameter, MediaType, Operation, Parameter, Response
from generator.targets.curl.calls import Call
from generator.targets.curl.sample_calls import Notation, SampleCalls
from generator.targets.docs.layout import PageAnchor, SiteLayout
from generator.targets.docs.outline_text import descriptions, names
from generator.targets.docs.shown_outlines import ShownOutlines
from generator.targets.shared import templating
from generator.targets.shared.guards import Guards
from generator.targets.shared.payloads import is_json_text, shown_text
from generator.targets.shared.wording import status_title

_LOCATIONS = {
    "path": "Path parameters",
    "query": "Query parameters",
    "querystring": "Query",
    "header": "Headers",
    "cookie": "Cookies",
}
#: How many examples of a body are shown, each as a call of its own.
_MOST_SAMPLES = 8

NOTATION = Notation(
    variable=lambda name, how: filled_in(name, how, "{" + name + "}"),
    address=lambda address: filled_in("address", "address", address),
    text=unmarked,
)


class Sample(NamedTuple):
    """A code block with a title and an explanation."""

    title: str
    words: Markup
    text: Markup


class Section(NamedTuple):
    """A list of fields below a heading."""

    title: str
    fields: tuple[Outline, ...]


class Content(NamedTuple):
    """A media type of a body, and the outline of its schema, if it says anything."""

    name: str
    outline: Outline | None


class Related(NamedTuple):
    """The target of a link, and the parameters that the link gives it."""

    place: PageAnchor
    description: str
    takes: tuple[tuple[str, str], ...]
    """Names of parameters, each with the source of its value."""


class DocumentedResponse(NamedTuple):
    """A documented response."""

    title: str
    success: bool
    description: str
    headers: tuple[Outline, ...]
    contents: tuple[Content, ...]
    samples: tuple[Sample, ...]
    empty: Markup
    """Shown instead of samples if there are none."""
    links: tuple[Related, ...]


class OperationView(NamedTuple):
    """An operation as its page shows it."""

    operation: Operation
    place: PageAnchor
    formats: Markup
    sections: tuple[Section, ...]
    contents: tuple[Content, ...]
    """The media types of the request's body."""
    samples: tuple[Sample, ...]
    responses: tuple[DocumentedResponse, ...]
    folders: tuple[str, ...]
    credentials: tuple[str, ...]
    """The variables that the sample call needs."""

    def texts(self) -> Iterator[str]:
        """The descriptions of parameters, properties and responses, for the search."""
        outlines = [field for section in self.sections for field in section.fields]
        outlines += [content.outline for content in self.contents if content.outline]
        for response in self.responses:
            yield response.description
            outlines += [content.outline for content in response.contents if content.outline]
        for outline in outlines:
            yield from descriptions(outline)

    def words(self) -> Iterator[str]:
        """The names of parameters, properties and components, for the search."""
        for section in self.sections:
            yield from (field.name for field in section.fields)
        outlines = [content.outline for content in self.contents if content.outline]
        outlines += [c.outline for r in self.responses if r.success for c in r.contents if c.outline]
        for outline in outlines:
            yield from names(outline)


class Reader:
    """Creates the views of an API's operations."""

    def __init__(self, api: Api, site: SiteLayout, calls: SampleCalls, guards: Guards) -> None:
        self._outlines = ShownOutlines(api, is_large=site.is_large)
        self._site = site
        self._calls = calls
        self._guards = guards

    def view(self, operation: Operation) -> OperationView:
        """The view of ``operation``. Views share a budget, in the order in which they are made."""
        self._outlines.next_operation()
        return OperationView(
            operation=operation,
            place=self._site.operations[operation.id],
            formats=code("\n".join(self._calls.formats(operation)), "http"),
            sections=tuple(self._sections(operation)),
            contents=tuple(self._contents(operation.body.content, Direction.REQUEST))
            if operation.body
            else (),
            samples=tuple(self._samples(operation)),
            responses=tuple(self._response(operation, response) for response in operation.responses),
            folders=self._site.folders.get(operation.id, ()),
            credentials=self._calls.calls[operation.id].credentials,
        )

    def _sections(self, operation: Operation) -> Iterator[Section]:
        for location, title in _LOCATIONS.items():
            fields = tuple(self._field(p, Direction.REQUEST) for p in operation.parameters_in(location))
            if fields:
                yield Section(title, fields)

    def _field(self, parameter: Parameter, direction: Direction) -> Outline:
        sample = parameter.sample
        shown = (sample,) if not isinstance(sample, dict | list) and sample is not None else ()
        return msgspec.structs.replace(
            self._outlines.outline(parameter.schema, direction) or Outline(parameter.facts),
            kind="property",
            name=parameter.name,
            facts=parameter.facts,
            description=parameter.description,
            required=parameter.required,
            deprecated=parameter.deprecated,
            examples=shown,
        )

    def component(self, schema: Schema) -> Outline | None:
        """The outline of a component in the list of all, or ``None`` if it says nothing."""
        return self._outlines.component(schema)

    def _contents(self, content: tuple[MediaType, ...], direction: Direction) -> Iterator[Content]:
        known: list[Outline] = []
        for media_type in content:
            outline = None if media_type.binary else self._outlines.outline(media_type.schema, direction)
            # An outline is shown once, even if several media types have it.
            again = outline in known
            known += [outline] if outline and not again else []
            yield Content(media_type.documented or media_type.name, None if again else outline)

    def _samples(self, operation: Operation) -> Iterator[Sample]:
        content = operation.body.content if operation.body else ()
        # The first one is the call of the curl pages, whether its body has an example or not.
        variants: list[tuple[MediaType | None, Example | None]] = []
        variants += [(m, e) for m in content for e in m.examples or ((None,) if m is content[0] else ())]
        for index, (media_type, example) in enumerate(variants[:_MOST_SAMPLES] or [(None, None)]):
            other = operation if index == 0 else _sending(operation, media_type, example)
            call = self._calls.calls[operation.id] if index == 0 else Call.of(other)
            words = templating.render(
                "words/request.md.j2",
                operation=operation,
                example=example,
                page=self._calls,
                guards=self._guards,
            )
            title = _title(example, media_type, several=len(variants) > 1)
            text = self._calls.request(other, NOTATION, call)
            yield Sample(title, html_text.block(words), code(text, "shell", marked=True))

    def _response(self, operation: Operation, response: Response) -> DocumentedResponse:
        title = status_title(response)
        binary = next((part for part in response.content if part.binary), None)
        samples = tuple(_response_samples(response))
        saves = bool(self._calls.calls[operation.id].output) and response.status.startswith("2")
        content = response.content[0].name if response.content and operation.gets_bodies else ""
        return DocumentedResponse(
            title=title,
            success=response.status.startswith("2"),
            description=response.description,
            headers=tuple(self._field(header, Direction.RESPONSE) for header in response.headers),
            contents=tuple(self._contents(response.content, Direction.RESPONSE))
            if operation.gets_bodies
            else (),
            samples=samples,
            empty=Markup() if samples else _unsampled(binary.name if binary else "", content, saves=saves),
            links=tuple(self._links(response)),
        )

    def _links(self, response: Response) -> Iterator[Related]:
        for link in response.links:
            if link.operation in self._site.operations:
                takes = tuple((p.key.rpartition(".")[2], _source(p)) for p in link.parameters)
                yield Related(self._site.operations[link.operation], link.description, takes)


@lru_cache(maxsize=256)
def _unsampled(file: str, content: str, *, saves: bool) -> Markup:
    """The text in place of a sample; ``file`` is the media type of a body that is a file."""
    values = {"binary": {"name": file} if file else None, "content": content, "saves": saves}
    return html_text.block(templating.render("words/payload.md.j2", **values))


def _source(parameter: LinkParameter) -> str:
    text = getattr(parameter.value, "text", None)
    return text if isinstance(text, str) else ""


def _sending(operation: Operation, media_type: MediaType | None, example: Example | None) -> Operation:
    """``operation`` with ``example`` as the only example of its body."""
    assert operation.body is not None
    assert media_type is not None
    assert example is not None
    content = msgspec.structs.replace(media_type, examples=(example,))
    body = msgspec.structs.replace(operation.body, content=(content,))
    return msgspec.structs.replace(operation, body=body)


def _title(example: Example | None, media_type: MediaType | None, *, several: bool) -> str:
    if not several or example is None or media_type is None:
        return ""
    return titled(example.summary or example.name or media_type.name).name


def _response_samples(response: Response) -> Iterator[Sample]:
    shown = [(part, example) for part in response.content if not part.binary for example in part.examples]
    for part, example in shown[:_MOST_SAMPLES]:
        text = shown_text(part, example)
        language = "json" if is_json_text(part, example) else ""
        title = _title(example, part, several=len(shown) > 1)
        yield Sample(title, html_text.block(example.description), code(text, language))
