"""OpenAPI's links as Postman variables: values from responses that later requests use."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from generator.escaping.javascript import literal
from generator.escaping.markup.lines import markdown_sentence
from generator.escaping.markup.spans import markdown_code, markdown_text
from generator.escaping.postman import postman_path
from generator.model import Api
from generator.model.styles import json_line
from generator.model.types import SAFE_METHODS, Expression, Operation, Parameter, Response, Template
from generator.targets.shared.link_values import LinkValue, link_values_of
from generator.targets.shared.variables import Variables
from generator.targets.shared.wording import status_title

_WHOLE = {"url": "url", "method": "method", "statusCode": "status"}
#: How many names a sentence lists.
_MOST_NAMES = 3
#: A valid status (OpenAPI 3.1.1, section 4.8.16.2), since descriptions may contain anything.
_STATUS = re.compile(r"[1-5][0-9][0-9]|[1-5]XX|default")
#: Words that are capitalized only at the beginning of a sentence.
_ARTICLE = re.compile(r"(?:An?|The|This|What)\b")
#: Where a parameter's value is written in a way of its own; in all other places as in a query.
_PLACES = ("header", "cookie")
_SEPARATORS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}


class Kept(NamedTuple):
    """A variable that is set after a response."""

    variable: str
    source: Any
    """The value in the description: an expression, a template or a constant."""
    options: dict[str, Any]
    """How ``callsheet.keep`` reads and writes the value; see ``kept-values.js.j2``."""
    link: str
    """The link's name."""
    needed: bool
    """Whether a request fails without the value."""
    names: tuple[str, ...]
    """The names of the requests that use it."""
    description: str
    sample: str = ""
    """The initial value of the variable."""
    fills: bool = False
    """Whether a value other than empty or the sample is kept: reading a list changes no choice."""
    all_variable: str = ""
    """The variable with all such values in the response, as a JSON list; empty if there is none."""


class Chains:
    """The values that each request of a collection keeps for later ones."""

    def __init__(self, api: Api, variables: Variables) -> None:
        self._operations = {operation.id: operation for operation in api.operations}
        self._variables = variables
        self._readers: dict[str, list[Operation]] = {}
        for operation in api.operations:
            for parameter in operation.parameters_in("path") if operation.kind == "path" else ():
                self._readers.setdefault(variables.of_parameter(operation, parameter), []).append(operation)

    def calls(self, operation: Operation) -> list[str]:
        """The statements of an operation's test script that keep values, if any."""
        return [
            line
            for response, kept in self._by_response(operation)
            for each in kept
            for line in _call(each, _when(operation, response))
        ]

    def sentences(self, operation: Operation) -> list[str]:
        """Sentences for the description of a request about the values that are kept after it."""
        found = []
        for response, kept in self._by_response(operation):
            usual = response.status.startswith("2") or response.status == "default"
            after = "After this request" if usual else f"After {markdown_text(status_title(response))}"
            for each in kept:
                found.append(
                    f"{after}, {markdown_code(each.variable)} holds {_source(each.source)}, "
                    f"for {_requests(each.names, '*{}*')}{_own_words(each.description)}"
                )
                if each.fills:
                    found[-1] += " Your own value is kept."
                if each.all_variable:
                    found[-1] += f" {markdown_code(each.all_variable)} holds all of them, as a JSON list."
        return list(dict.fromkeys(found))

    def _by_response(self, operation: Operation) -> list[tuple[Response, list[Kept]]]:
        found: dict[str, tuple[Response, dict[str, Kept]]] = {}
        for linked in link_values_of(operation, self._operations):
            kept = self._kept(linked) if _STATUS.fullmatch(linked.response.status) else None
            if kept is None:
                continue
            _, of_response = found.setdefault(linked.response.status, (linked.response, {}))
            known = of_response.setdefault(kept.variable, kept)
            # If two links differ, the first one counts.
            if known.options == kept.options and known is not kept:
                names = tuple(dict.fromkeys((*known.names, *kept.names)))
                needed = known.needed or kept.needed
                description = known.description if known.description == kept.description else ""
                of_response[kept.variable] = known._replace(
                    names=names, needed=needed, description=description
                )
        return [
            (response, [self._with_readers(each, operation) for each in kept.values()])
            for response, kept in found.values()
        ]

    def _with_readers(self, kept: Kept, owner: Operation) -> Kept:
        """Add the names of all requests that have the variable in their paths, after those from links."""
        readers = (each.name for each in self._readers.get(kept.variable, ()) if each is not owner)
        return kept._replace(names=tuple(dict.fromkeys((*kept.names, *readers))))

    def _kept(self, linked: LinkValue) -> Kept | None:
        """What is kept for a link's value; ``None`` if both requests use the same variable anyway."""
        if linked.parameter is None:
            variable = self._variables.of_body(linked.target)
        else:
            variable = self._variables.of_parameter(linked.target, linked.parameter)
        given = linked.value
        of_path = isinstance(given, Expression) and given.source == "path"
        if not variable or (of_path and self._variables.of_path(linked.owner, given.name) == variable):
            return None
        of_path = linked.parameter is not None and linked.parameter.location == "path"
        return Kept(
            variable,
            given,
            {**self._source(linked.owner, given), **_serialized(linked.parameter)},
            linked.link.name,
            linked.needed and linked.response.status.startswith(("2", "default")),
            (linked.target.name,),
            linked.link.description,
            self._variables.path.get(variable, "") if of_path else "",
            fills=of_path and linked.owner.method in SAFE_METHODS,
            all_variable=self._all(variable, linked) if of_path else "",
        )

    def samples(self) -> dict[str, str]:
        """The initial values of the variables that are set."""
        kept = (
            each
            for operation in self._operations.values()
            for _, found in self._by_response(operation)
            for each in found
        )
        return {each.variable: each.sample for each in kept if each.sample}

    def lists(self) -> dict[str, str]:
        """The variables with all values of a response. Initially each is an empty JSON list."""
        kept = (
            each
            for operation in self._operations.values()
            if operation.writes
            for _, found in self._by_response(operation)
            for each in found
        )
        return {each.all_variable: "[]" for each in kept if each.all_variable}

    def _all(self, variable: str, linked: LinkValue) -> str:
        """The variable for all that a request created, if a link takes the first item of a list."""
        given = linked.value
        if not (linked.owner.writes and isinstance(given, Expression) and given.source == "body"):
            return ""
        _, first, after = given.name.partition("/0/")
        name = f"{variable}{'S' if variable.isupper() else 's'}"
        if not first or "/0/" in f"/{after}/" or given.message != "response" or name in self._variables.path:
            return ""
        return name

    def _source(self, owner: Operation, value: Any) -> dict[str, Any]:
        """A value as the options of ``callsheet.keep`` say it: ``{"from": "body", "at": "/id"}``."""
        if isinstance(value, Expression):
            return self._expression(owner, value)
        if isinstance(value, Template):
            return {"joined": [self._source(owner, part) for part in value.parts]}
        if isinstance(value, dict):
            return {"object": {name: self._source(owner, child) for name, child in value.items()}}
        if isinstance(value, list):
            return {"list": [self._source(owner, child) for child in value]}
        return {"value": value}

    def _expression(self, owner: Operation, expression: Expression) -> dict[str, Any]:
        if expression.source in _WHOLE:
            return {"from": _WHOLE[expression.source]}
        ofs = "request " if expression.message == "request" else ""
        if expression.source != "path":
            return {"from": f"{ofs}{expression.source}", "at": expression.name}
        parameter = next(p for p in owner.parameters_in("path") if p.name == expression.name)
        variable = self._variables.of_path(owner, parameter.name)
        prefix = _prefix(parameter)
        return {
            "from": "request path",
            "at": variable,
            **({"name": parameter.name} if parameter.name != variable else {}),
            **({"after": prefix} if prefix else {}),
        }


def _prefix(parameter: Parameter) -> str:
    """What precedes a value in the path: ``.`` or ``;id=``. OpenAPI 3.1.1, section 4.8.12.3."""
    return {"label": ".", "matrix": f";{postman_path(parameter.name, item=True)}="}.get(parameter.style, "")


def _serialized(parameter: Parameter | None) -> dict[str, Any]:
    """How a value is serialized for ``parameter``, or else for a body; by default, in a path."""
    if parameter is None:
        return {"as": "body"}
    listed = isinstance(parameter.sample, list) and not parameter.media_type
    found: dict[str, Any] = {"json": True} if parameter.media_type else {}
    if parameter.location != "path":
        found["as"] = parameter.location if parameter.location in _PLACES else "query"
    if parameter.location == "path":
        prefix = _prefix(parameter) if not parameter.media_type else ""
        return {
            **found,
            **({"prefix": prefix} if prefix else {}),
            **({"separator": ","} if listed else {}),
        }
    if not listed or parameter.location == "cookie":
        return found
    if parameter.location == "header":
        return {**found, "items": "all"}
    if parameter.explode:
        return {**found, "items": "first"}
    return {**found, "separator": _SEPARATORS.get(parameter.style, ",")}


def _call(kept: Kept, when: dict[str, Any]) -> list[str]:
    """The lines of the statement that keeps a value."""
    options = {
        **when,
        **kept.options,
        "link": kept.link,
        "for": _requests(kept.names),
        **({} if kept.needed else {"optional": True}),
        **({"fills": True} if kept.fills else {}),
        **({"all": kept.all_variable} if kept.all_variable else {}),
    }
    begin = f"callsheet.keep(pm, {literal(kept.variable)}, "
    return f"{begin}{literal(options, 0, len(begin) + 2)});".split("\n")


def _requests(names: tuple[str, ...], shown: str = "{}") -> str:
    """The names of requests as part of a sentence: ``A, B, C and 2 more``."""
    texts = [shown.format(markdown_text(name)) if shown != "{}" else name for name in names[:_MOST_NAMES]]
    more = len(names) - _MOST_NAMES
    if more > 0:
        return f"{', '.join(texts)} and {more} more"
    return " and ".join(texts) if len(texts) < 3 else f"{texts[0]}, {texts[1]} and {texts[2]}"


def _own_words(description: str) -> str:
    """The end of a sentence: after a colon, the link's description as Markdown; otherwise a full stop."""
    text = " ".join(description.split())
    if not text:
        return "."
    if _ARTICLE.match(text):
        text = text[0].lower() + text[1:]
    return f": {markdown_sentence(text)}{'' if text[-1] in '.!?' else '.'}"


def _text(source: Any) -> str:
    """A value as the description writes it."""
    if isinstance(source, Expression):
        return source.text
    if isinstance(source, Template):
        return "".join(part if isinstance(part, str) else f"{{{part.text}}}" for part in source.parts)
    return source if isinstance(source, str) else json_line(_plain(source))


def _plain(source: Any) -> Any:
    if isinstance(source, dict):
        return {name: _plain(child) for name, child in source.items()}
    if isinstance(source, list):
        return [_plain(child) for child in source]
    return _text(source) if isinstance(source, Expression | Template) else source


def _source(source: Any) -> str:
    """A value in words: ``the header `Location` of the response``."""
    if not isinstance(source, Expression):
        return markdown_code(_text(source))
    name = markdown_code(source.name)
    if source.source == "body":
        whose = source.message
        return f"the value at {name} of the {whose}" if source.name else f"the body of the {whose}"
    if source.source == "header":
        return f"the header {name} of the {source.message}"
    if source.source in ("query", "path"):
        return f"the {source.source} parameter {name} of the request"
    return {"url": "its address", "method": "its method"}.get(source.source, "the status of the response")


def _when(operation: Operation, response: Response) -> dict[str, Any]:
    """The statuses that are the documented ``response``: ``{"when": "2XX", "unless": [202]}``."""
    known = [r.status for r in operation.responses if _STATUS.fullmatch(r.status)]
    codes = [int(status) for status in known if status.isdigit()]
    classes = [status for status in known if status.endswith("XX")]
    if response.status == "default":
        others: list[Any] = [*codes, *classes]
        return {"unless": others} if others else {}
    if response.status.isdigit():
        return {"when": int(response.status)}
    inside = [code for code in codes if str(code)[0] == response.status[0]]
    return {"when": response.status, **({"unless": inside} if inside else {})}
