"""curl samples: a page for each tag in the form of the public guides, and the same calls as scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from generator import escaping
from generator.auth import oauth2
from generator.model import Api
from generator.model.api import Operation, Parameter
from generator.model.media_types import is_json
from generator.settings import Settings
from generator.targets import access, curl_tokens, templating
from generator.targets.curl_calls import Call, capitals, guide_name, path_value
from generator.targets.curl_scripts import method_option, operation_script
from generator.targets.guards import Guards
from generator.targets.payloads import shown_text
from generator.targets.routes import PARAMETER, Route
from generator.targets.variables import credential_variables
from generator.targets.wording import explained, status_code, status_title

#: Pairs of optional parameters that are shown together, by what their names begin with.
_PAIRS = (("from", "to"), ("start", "end"), ("min", "max"), ("since", "until"), ("after", "before"))
_TYPICAL_FORMS = 8


def render(api: Api, settings: Settings) -> dict[str, str]:
    """``curl/README.md``, a page for each tag, and ``curl/scripts/`` with a script for each token."""
    first = next(iter(settings.environments), None)
    address = first.base_url if first else api.servers[0].address()
    # The names of our own files are taken before those that the description gives.
    ids = [escaping.file_stem(operation.id) for operation in api.operations]
    tokens = oauth2.tokens(api, settings)
    own_scripts = curl_tokens.names(tokens)
    reserved = dict.fromkeys(["ims-token", *own_scripts.values()])
    stems = escaping.unique_names([*reserved, *ids])[len(reserved) :]
    scripts = {operation.id: stem for operation, stem in zip(api.operations, stems, strict=True)}
    calls = {operation.id: Call.of(operation) for operation in api.operations}
    printed = {name: f"{stem}.sh" for name, stem in own_scripts.items()}
    credentials = [c for operation in api.operations for c in operation.credentials]
    shell_variables = {
        guide_name(name): what for name, what in access.shell_variables(credentials, printed, address).items()
    }
    guards = Guards.of(api, settings)
    common: dict[str, Any] = {
        "api": api,
        "guards": guards,
        "address": address,
        "local": next((e for e in settings.environments if e.mock), None),
        "profile": settings.profile,
        "token_scripts": own_scripts,
        "shell_variables": shell_variables,
        "scripts": scripts,
        "calls": calls,
        "path_names": list(dict.fromkeys(name for c in calls.values() for name in c.path_names.values())),
        "file_names": list(dict.fromkeys(name for c in calls.values() for name in c.files)),
    }
    files = _pages(api, common)
    for operation in api.operations:
        own = operation.servers[0].address() if operation.servers else address
        name = first.name if first and own == address else "the API"
        what = {} if settings.profile else shell_variables
        script = operation_script(operation, calls[operation.id], own, name, what, guards)
        files[f"curl/scripts/{scripts[operation.id]}.sh"] = script
    described = {name: variable.value for name, variable in credential_variables(api).items()}
    for stem, script in curl_tokens.scripts(tokens, described, first).items():
        files[f"curl/scripts/{stem}.sh"] = script
    return files


def _pages(api: Api, common: dict[str, Any]) -> dict[str, str]:
    groups = api.tagged()
    slugs = [escaping.slug(tag.name or "other") for tag, _ in groups]
    pages = list(zip(groups, escaping.unique_names(["README", *slugs])[1:], strict=True))
    page = _Page(common["address"], common["calls"])
    files = {"curl/README.md": templating.render("curl/README.md.j2", pages=pages, **common)}
    for (tag, operations), stem in pages:
        text = templating.render(
            "curl/tag.md.j2", tag=tag, operations=operations, page=page, explained=explained, **common
        )
        files[f"curl/{stem}.md"] = _tidy(text)
    return files


def _tidy(text: str) -> str:
    """``text`` with single blank lines between blocks; fenced code is left as it is."""
    parts = re.split(r"(^(?P<fence>`{3,})[^`\n]*\n.*?^(?P=fence)$)", text, flags=re.MULTILINE | re.DOTALL)
    kept = [
        part if index % 3 == 1 else re.sub(r"\n{3,}", "\n\n", part)
        for index, part in enumerate(parts)
        if index % 3 < 2
    ]
    return "".join(kept).rstrip("\n") + "\n"


class _Page(msgspec.Struct, frozen=True):
    """What the template of a page asks for each operation."""

    default: str
    calls: dict[str, Call]

    def address(self, operation: Operation) -> str:
        """The address of an operation's server."""
        return operation.servers[0].address() if operation.servers else self.default

    def formats(self, operation: Operation) -> list[str]:
        """The typical forms of the call, one a line: required parameters alone, then with each other one."""
        route = Route.of(operation)
        own = "&".join(name if value is None else f"{name}={value}" for name, value in route.query)
        whole = (route.path or "/") + (f"?{own}" if own else "")
        path = PARAMETER.sub(lambda match: "{" + capitals(match[1]) + "}", whole)
        query = operation.parameters_in("query")
        required = [p for p in query if p.required]
        forms = [required, *([*required, *group] for group in _groups([p for p in query if not p.required]))]
        texts = [_form(form) for form in forms[:_TYPICAL_FORMS]]
        texts = ["{" + capitals(p.name) + "}" for p in operation.parameters_in("querystring")] or texts
        return [f"{operation.method} {path}{'&' if own else '?'}{text}".rstrip("?&") for text in texts]

    def parameters(self, operation: Operation) -> list[tuple[str, Parameter]]:
        """The variables of the API format and their parameters."""
        kinds = ("path", "query", "querystring")
        found = [parameter for kind in kinds for parameter in operation.parameters_in(kind)]
        return [("{" + capitals(parameter.name) + "}", parameter) for parameter in found]

    def request(self, operation: Operation) -> str:
        """The sample call as a person pastes it into a shell."""
        call = self.calls[operation.id]
        path = "".join(path_value(part) if isinstance(part, Parameter) else part for part in call.path)
        keys = "&".join(f"{name}={{{guide_name(variable)}}}" for name, variable in call.query_credentials)
        query = call.query + (call.joint + keys if keys else "")
        lines = [
            f"curl {method_option(call)}",
            escaping.shell_quote(self.address(operation) + _shown(path + query)),
        ]
        if call.user:
            user = escaping.shell_quote(f"{{{call.user[0]}}}:{{{call.user[1]}}}")
            lines += [f"{'--digest ' if call.digest else ''}-u {user}"]
        lines += [f"-H {escaping.shell_quote(_shown(f'{name}: {value}'))}" for name, value in call.headers]
        lines += [
            f"{data.option} "
            + escaping.shell_quote(_shown(data.text) + (f"{{{data.file}}}{data.ending}" if data.file else ""))
            for data in call.data
        ]
        lines += [f"-o {escaping.shell_quote(call.output)}"] if call.output else []
        return " \\\n  ".join(lines)

    def files(self, operation: Operation) -> list[str]:
        """What stands for paths of files in the sample call."""
        return [f"{{{name}}}" for name in self.calls[operation.id].files]

    def purpose(self, operation: Operation) -> str:
        """What the request is for, as the end of a sentence: ``list privacy jobs``."""
        name = operation.name.rstrip(".")
        first = name.split(" ", 1)[0]
        return name if first.isupper() else name[:1].lower() + name[1:]

    def answer(self, operation: Operation) -> dict[str, Any]:
        """The success that is shown: its title, description, media type and example, as far as there are."""
        response = next(iter(operation.successes), None)
        if response is None:
            return {"response": None}
        part = next((p for p in response.content if p.examples), None)
        binary = next((p for p in response.content if p.binary), None)
        example = part.examples[0] if part and not binary else None
        return {
            "response": response,
            "title": status_title(response),
            "binary": binary,
            "part": part if not binary else None,
            "language": "json" if part and is_json(part.name) else "text",
            "text": shown_text(part, example) if part and example else "",
        }

    def errors(self, operation: Operation) -> list[str]:
        """The other documented answers, by their titles."""
        shown = next(iter(operation.successes), None)
        return [status_title(r) for r in operation.responses if r is not shown and status_code(r)]


def _shown(text: str) -> str:
    """``text`` with its placeholders named as the guides name them."""
    return escaping.with_placeholders(text, lambda variable: "{" + guide_name(variable) + "}")


def _form(parameters: list[Parameter]) -> str:
    pairs = [f"{parameter.name}={{{capitals(parameter.name)}}}" for parameter in parameters]
    return "&".join(pairs)


def _groups(parameters: list[Parameter]) -> Iterator[list[Parameter]]:
    """Each optional parameter by itself, but the two ends of a range together."""
    rest = {parameter.name: parameter for parameter in parameters}
    for parameter in parameters:
        if rest.pop(parameter.name, None) is None:
            continue
        group = [parameter]
        for low, high in _PAIRS:
            if parameter.name.lower().startswith(low):
                partner = high + parameter.name[len(low) :]
                other = next((name for name in rest if name.lower() == partner.lower()), None)
                group += [rest.pop(other)] if other else []
        yield group
