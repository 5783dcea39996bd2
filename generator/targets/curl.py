"""curl samples: a page for each tag in the form of the public guides, and the same calls as scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator import escaping
from generator.auth import ims
from generator.model import Api
from generator.model.api import Operation, Parameter
from generator.model.bodies import is_json
from generator.settings import Settings
from generator.targets import templating
from generator.targets.curl_calls import Call, capitals, guide_name
from generator.targets.curl_scripts import operation_script
from generator.targets.wording import explained, parameter_text, status_code, status_title

#: Pairs of optional parameters that are shown together, by what their names begin with.
_PAIRS = (("from", "to"), ("start", "end"), ("min", "max"), ("since", "until"), ("after", "before"))
_TYPICAL_FORMS = 8


def render(api: Api, settings: Settings) -> dict[str, str]:
    """``curl/README.md``, a page for each tag, and ``curl/scripts/`` with ``ims-token.sh``."""
    groups = api.tagged()
    stems = escaping.unique_names([escaping.slug(tag.name or "other") for tag, _ in groups])
    script_stems = escaping.unique_names([escaping.file_stem(op.id) for op in api.operations])
    scripts = dict(zip((op.id for op in api.operations), script_stems, strict=True))
    calls = {op.id: Call.of(op) for op in api.operations}
    common: dict[str, Any] = {
        "api": api,
        "address": _production(settings) or api.servers[0].address(),
        "local": next((e for e in settings.environments if e.mock), None),
        "profile": settings.profile,
        "scripts": scripts,
        "calls": calls,
    }
    if settings.profile == ims.PROFILE:
        common |= {
            "ims_host": ims.IMS_HOSTS["production"],
            "token_path": ims.TOKEN_PATH,
            "scopes": ims.SCOPES,
        }
    pages = list(zip(groups, stems, strict=True))
    files = {"curl/README.md": templating.render("curl/README.md.j2", pages=pages, **common)}
    for (tag, operations), stem in pages:
        text = templating.render(
            "curl/tag.md.j2",
            tag=tag,
            operations=operations,
            page=_Page(common["address"], calls),
            explained=explained,
            **common,
        )
        files[f"curl/{stem}.md"] = re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"
    for operation in api.operations:
        script = operation_script(operation, calls[operation.id], common["address"], _first_name(settings))
        files[f"curl/scripts/{scripts[operation.id]}.sh"] = script
    if settings.profile == ims.PROFILE:
        files["curl/scripts/ims-token.sh"] = templating.render("curl/ims-token.sh.j2", **common)
    return files


def _production(settings: Settings) -> str:
    return settings.environments[0].base_url if settings.environments else ""


def _first_name(settings: Settings) -> str:
    """What the address is called where no other is given, for a sentence of the scripts."""
    return settings.environments[0].name if settings.environments else ""


@dataclass(frozen=True, slots=True)
class _Page:
    """What the template of a page asks for each operation."""

    address: str
    calls: dict[str, Call]

    def formats(self, operation: Operation) -> list[str]:
        """The typical forms of the call, one a line: required parameters alone, then with each other one."""
        path = re.sub(r"\{([^{}]+)\}", lambda match: "{" + capitals(match[1]) + "}", operation.path)
        query = operation.parameters_in("query")
        required = [p for p in query if p.required]
        forms = [required, *([*required, *group] for group in _groups([p for p in query if not p.required]))]
        return [f"{operation.method} {path}{_form(form)}" for form in forms[:_TYPICAL_FORMS]]

    def parameters(self, operation: Operation) -> list[tuple[str, Parameter]]:
        """The variables of the API format and their parameters."""
        found = (*operation.parameters_in("path"), *operation.parameters_in("query"))
        return [("{" + capitals(parameter.name) + "}", parameter) for parameter in found]

    def request(self, operation: Operation) -> str:
        """The sample call as a person pastes it into a shell."""
        call = self.calls[operation.id]
        parts = (parameter_text(p) if isinstance(p, Parameter) else p for p in call.path)
        encoded = (
            escaping.url_component(text) if isinstance(part, Parameter) else text
            for part, text in zip(call.path, parts, strict=True)
        )
        lines = [f"curl -X {call.method}", escaping.shell_quote(self.address + "".join(encoded) + call.query)]
        lines += [f"-H {escaping.shell_quote(_shown(f'{name}: {value}'))}" for name, value in call.headers]
        lines += [f"{option} {escaping.shell_quote(_shown(value))}" for option, value in call.data]
        lines += [f"-o {escaping.shell_quote(call.output)}"] if call.output else []
        return " \\\n  ".join(lines)

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
            "text": _example_text(example.value) if example else "",
        }

    def errors(self, operation: Operation) -> list[str]:
        """The other documented answers, by their titles."""
        shown = next(iter(operation.successes), None)
        return [status_title(r) for r in operation.responses if r is not shown and status_code(r)]


def _example_text(value: Any) -> str:
    return value if isinstance(value, str) else escaping.json_text(value)


def _shown(text: str) -> str:
    """``text`` with its placeholders named as the guides name them."""
    return escaping.with_placeholders(text, lambda variable: "{" + guide_name(variable) + "}")


def _form(parameters: list[Parameter]) -> str:
    pairs = [f"{parameter.name}={{{capitals(parameter.name)}}}" for parameter in parameters]
    return "?" + "&".join(pairs) if pairs else ""


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
