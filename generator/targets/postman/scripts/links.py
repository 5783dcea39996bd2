"""OpenAPI's links as Postman variables: values from responses that later requests use."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from generator.escaping.javascript import key, literal
from generator.escaping.markup.lines import markdown_sentence
from generator.escaping.markup.spans import markdown_code, markdown_text
from generator.escaping.postman import postman_path
from generator.model import Api
from generator.model.styles import json_line
from generator.model.types import SAFE_METHODS, Expression, Operation, Parameter, Response, Template
from generator.targets.shared import templating
from generator.targets.shared.link_values import LinkValue, link_values_of
from generator.targets.shared.variables import Variables
from generator.targets.shared.wording import status_title

_WHOLE = {"url": "sentAddress()", "method": "pm.request.method", "statusCode": "pm.response.code"}
#: How many names a sentence lists.
_MOST_NAMES = 3
_WIDTH = 100
#: A valid status (OpenAPI 3.1.1, section 4.8.16.2), since descriptions may contain anything.
_STATUS = re.compile(r"[1-5][0-9][0-9]|[1-5]XX|default")
#: Words that are capitalized only at the beginning of a sentence.
_ARTICLE = re.compile(r"(?:An?|The|This|What)\b")
_SEPARATORS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}


class Kept(NamedTuple):
    """A variable that is set after a response."""

    variable: str
    link: str
    """The link's name."""
    source: Any
    """The value in the description: an expression, a template or a constant."""
    read: str
    """JavaScript that evaluates to the text to keep, or throws."""
    needed: str
    """JavaScript that evaluates to whether a request fails without the value."""
    names: tuple[str, ...]
    """The names of the requests that use it."""
    description: str
    sample: str = ""
    """The initial value of the variable."""
    fills: bool = False
    """Whether a value other than empty or the sample is kept: reading a list changes no choice."""
    all_variable: str = ""
    """The variable with all such values in the response, as a JSON list; empty if there is none."""
    all_read: str = ""
    """JavaScript that evaluates to that list."""


class Chains:
    """The values that each request of a collection keeps for later ones."""

    def __init__(self, api: Api, variables: Variables) -> None:
        self._operations = {operation.id: operation for operation in api.operations}
        self._variables = variables
        self._readers: dict[str, list[Operation]] = {}
        for operation in api.operations:
            for parameter in operation.parameters_in("path") if operation.kind == "path" else ():
                self._readers.setdefault(variables.of_parameter(operation, parameter), []).append(operation)

    def section(self, operation: Operation) -> list[str]:
        """The lines of an operation's test script that keep values, if any."""
        found = self._by_response(operation)
        if not found:
            return []
        responses = [(_condition(operation, response), kept) for response, kept in found]
        text = templating.render(
            "scripts/chain.js.j2",
            answers=[
                (condition, [call for each in kept for call in _calls(each)]) for condition, kept in responses
            ],
            reads=" ".join(f"{each.read} {each.all_read}" for _, kept in responses for each in kept),
        )
        return text.strip("\n").split("\n")

    def sentences(self, operation: Operation) -> list[str]:
        """Sentences for the description of a request about the values that are kept after it."""
        found = []
        for response, kept in self._by_response(operation):
            usual = response.status.startswith("2") or response.status == "default"
            after = "After it" if usual else f"After {markdown_text(status_title(response))}"
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
            if known.read == kept.read and known is not kept:
                names = tuple(dict.fromkeys((*known.names, *kept.names)))
                needed = known.needed if known.needed != "false" else kept.needed
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
        value = self._code(linked.owner, given)
        of_path = linked.parameter is not None and linked.parameter.location == "path"
        all_variable, all_read = self._all(variable, linked) if of_path else ("", "")
        return Kept(
            variable,
            linked.link.name,
            given,
            _written(linked.parameter, value),
            _needed(linked),
            (linked.target.name,),
            linked.link.description,
            self._variables.path.get(variable, "") if of_path else "",
            fills=of_path and linked.owner.method in SAFE_METHODS,
            all_variable=all_variable,
            all_read=all_read,
        )

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

    def _all(self, variable: str, linked: LinkValue) -> tuple[str, str]:
        """The variable for all that a request created, and its JavaScript, if a link takes the first item."""
        given = linked.value
        if not (linked.owner.writes and isinstance(given, Expression) and given.source == "body"):
            return "", ""
        before, first, after = given.name.partition("/0/")
        name = f"{variable}{'S' if variable.isupper() else 's'}"
        if not first or "/0/" in f"/{after}/" or given.message != "response" or name in self._variables.path:
            return "", ""
        return name, f"each(answerBody(), {literal(before)}, {literal('/' + after)})"

    def _code(self, owner: Operation, value: Any) -> str:
        """JavaScript that evaluates to a value."""
        if isinstance(value, Expression):
            return self._expression(owner, value)
        if isinstance(value, Template):
            return f"joined({', '.join(self._code(owner, part) for part in value.parts)})"
        if isinstance(value, dict):
            members = [f"{key(name)}: {self._code(owner, child)}" for name, child in value.items()]
            return f"{{ {', '.join(members)} }}" if members else "{}"
        if isinstance(value, list):
            return f"[{', '.join(self._code(owner, child) for child in value)}]"
        return literal(value)

    def _expression(self, owner: Operation, expression: Expression) -> str:
        if expression.source in _WHOLE:
            return _WHOLE[expression.source]
        name = literal(expression.name)
        if expression.source == "body":
            body = "answerBody()" if expression.message == "response" else "sentBody()"
            return f"at({body}, {name})" if expression.name else body
        if expression.source == "header":
            return f"pm.{expression.message}.headers.get({name})"
        if expression.source == "query":
            return f"sentInQuery({name})"
        parameter = next(p for p in owner.parameters_in("path") if p.name == expression.name)
        variable = literal(self._variables.of_path(owner, parameter.name))
        prefix = _prefix(parameter)
        return f"sentInPath({variable}{', ' + literal(prefix) if prefix else ''})"


def _prefix(parameter: Parameter) -> str:
    """What precedes a value in the path: ``.`` or ``;id=``. OpenAPI 3.1.1, section 4.8.12.3."""
    return {"label": ".", "matrix": f";{postman_path(parameter.name, item=True)}="}.get(parameter.style, "")


def _written(parameter: Parameter | None, value: str) -> str:
    """JavaScript that serializes ``value``, itself JavaScript, for ``parameter``, or else for a body."""
    if parameter is None:
        return f"inBody({value})"
    if parameter.media_type:
        value = f"inJson({value})"
    listed = isinstance(parameter.sample, list) and not parameter.media_type
    if parameter.location == "header":
        return f"inHeader({value}{', true' if listed else ''})"
    if parameter.location == "cookie":
        return f"inCookie({value})"
    if parameter.location == "path":
        prefix = _prefix(parameter) if not parameter.media_type else ""
        before = f"{literal(prefix)} + " if prefix else ""
        return f"{before}inPath({value}{', true' if listed else ''})"
    if listed and parameter.explode:
        return f"inAddress(firstOf({value}))"
    separator = _SEPARATORS.get(parameter.style, ",")
    return f"inAddress({value}{', ' + literal(separator) if listed else ''})"


def _needed(linked: LinkValue) -> str:
    if not linked.needed or not linked.response.status.startswith(("2", "default")):
        return "false"
    return "pm.response.code < 300" if linked.response.status == "default" else "true"


def _calls(kept: Kept) -> list[str]:
    """The statements that keep a value, and the list of all values if there is one."""
    found = [_call(kept)]
    if kept.all_variable:
        found.append(f"kept.set({literal(kept.all_variable)}, {kept.all_read});")
    return found


def _call(kept: Kept) -> str:
    """The statement that keeps a value."""
    facts = {
        "link": literal(kept.link),
        "from": literal(_text(kept.source)),
        "requests": literal(_requests(kept.names)),
        "needed": kept.needed,
        **({"sample": literal(kept.sample)} if kept.sample else {}),
        **({"fills": "true"} if kept.fills else {}),
    }
    given = [f"{name}: {value}" for name, value in facts.items()]
    inner = ", ".join(given) if sum(map(len, given)) < _WIDTH else ",\n    ".join(given)
    return f"keep({literal(kept.variable)}, () => {kept.read}, {{\n    {inner},\n  }});"


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


def _condition(operation: Operation, response: Response) -> str:
    """JavaScript that evaluates to whether a response is the documented ``response``."""
    known = [r.status for r in operation.responses if _STATUS.fullmatch(r.status)]
    codes = [status for status in known if status.isdigit()]
    classes = [status for status in known if status.endswith("XX")]
    others = [f"![{', '.join(codes)}].includes(pm.response.code)"] if codes else []
    if response.status == "default":
        others += [f"String(pm.response.code)[0] !== '{status[0]}'" for status in classes]
        return " && ".join(others) or "true"
    if response.status in codes:
        return f"pm.response.code === {response.status}"
    return " && ".join([f"String(pm.response.code)[0] === '{response.status[0]}'", *others])
