"""Writes the generated parts of ``docs/``: the commands from click, the project file's keys from their types.

    PYTHONPATH=tests python -m support.manual

Each part is between a comment that says so and ``<!-- end -->``.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin

import click
import msgspec

from generator.cli.main import main as command
from generator.project.keys import ProjectFile
from support import ROOT

DOCS = ROOT / "docs"
BEGIN = "<!-- `make manual` writes the part below. -->"
END = "<!-- end -->"

#: What each key means, by its path; after `` // ``, the default if the type doesn't have one.
KEYS = {
    "description": "The path of the description. Required.",
    "id": "The name from which all IDs are made. // the file name of the description, without its ending",
    "collection": "How the collection is named and organized.",
    "collection.name": "The name of the collection in Postman. // the description's title",
    "collection.folders": "What the folders of the collection are: tags, paths, or none (`flat`).",
    "collection.names": "What requests are named after. If an operation doesn't have it, the next best is "
    "used.",
    "token": "How the collection gets an access token. // `adobe-ims` if the description has the headers or "
    "the token URL of IMS, otherwise `none`",
    "tests": "What the test script of each request checks.",
    "tests.status": "Which status passes: a documented success, any documented status, or any status "
    "(`off`).",
    "tests.contentType": "Whether the media type must be documented for the status.",
    "tests.body": "Whether bodies are validated against their schemas.",
    "tests.headers": "Whether required headers must be present, and headers that are present must be valid.",
    "tests.paging": "Whether the next page of a list is requested too, if the response says that there is "
    "one.",
    "tests.looseFormats": "Formats that the service breaks in practice. They aren't checked. // `date-time` "
    "for the Privacy Service, none for other APIs",
    "tests.enums": "Whether a response may hold values that an enumeration doesn't list. With `open`, a "
    "skipped test names each such value. // `open` with `adobe-ims`, otherwise `closed`",
    "guards": "What isn't sent unless you ask for it.",
    "guards.writes": "Requests that write are only sent while `ALLOW_WRITES` is `true`. // `true` with "
    "`adobe-ims`, otherwise `false`",
    "guards.hosts": "Credentials only go to the API's own hosts and those in `ALLOW_HOSTS`. // `true` with "
    "`adobe-ims`, otherwise `false`",
    "guards.redirects": "Redirects aren't followed. // `true` with `adobe-ims`, otherwise `false`",
    "variations": "The second collection, of requests that must be refused.",
    "variations.enabled": "Whether to write it. // `true` for the Privacy Service, otherwise `false`",
    "variations.kinds": "What is wrong with the requests; see [What the tests "
    "check](tests.md#requests-that-must-be-refused). // all of them",
    "variations.limit": "The most requests for each operation; 0 for all.",
    "data": "The operations, by `operationId`, that are sent once for each row of a data file. // "
    "`createPrivacyJob` for the Privacy Service, none for other APIs",
    "environments": "The environments to write. // one for each server, and for each value of an enumerated "
    "server variable; for the Privacy Service, also `local`",
    "environments.name": "The name of the environment. Required.",
    "environments.server": "Values of the server's variables. // their defaults",
    "environments.values": "Values of the environment's variables; `baseUrl` sets the address. Never a "
    "secret. // none",
    "environments.mock": "Whether to fill the environment with what `callsheet mock` accepts.",
    "overlays": "OpenAPI Overlays, applied in this order.",
    "include": "The operations to take. // all",
    "exclude": "The operations to leave out. // none",
    "include.tags": "Names of tags. // any",
    "include.paths": "Paths, such as `/users*`. // any",
    "include.methods": "HTTP methods. // any",
    "include.operationIds": "Operation IDs. // any",
    "include.deprecated": "Whether the operation is deprecated. // any",
    "include.extensions": "Extensions: `x-name`, or `x-name=value`. // any",
    "webhooks": "Whether webhooks become requests, in a folder of their own.",
    "callbacks": "Whether callbacks become requests, in a folder of their own.",
    "since": "An earlier version of the description. The site lists what changed since then. // none",
    "templates": "A folder whose `docs/` folder has templates that replace those of the site. // none",
    "guides": "Markdown files for the site's reference, each beginning with `# Title`. // those in "
    "`specs/guides/` for the embedded description, otherwise none",
}


def project_file() -> str:
    """A table for each object of the project file."""
    return "\n\n".join(_tables(ProjectFile, ""))


def commands() -> str:
    """A section for each command: how it is called, what it does, its options."""
    root = click.Context(command, info_name="callsheet")
    return "\n\n".join(_commands(command, root))


def with_part(page: str, part: str) -> str:
    """``page`` with its generated part replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{part}\n\n{END}{after}"


#: The pages with a generated part, and what makes it.
PARTS = {"commands.md": commands, "project-file.md": project_file}


def _tables(kind: type[msgspec.Struct], path: str) -> Iterator[str]:
    below: dict[str, type[msgspec.Struct]] = {}
    rows = ["| Key | Value | Default | Meaning |", "| --- | --- | --- | --- |"]
    for field in msgspec.structs.fields(kind):
        name = f"{path}.{field.encode_name}".lstrip(".")
        if name not in KEYS:
            raise SystemExit(f"Add a sentence for the key {name!r} to KEYS in tests/support/manual.py.")
        meaning, _, words = KEYS[name].partition(" // ")
        inner = _structure(field.type)
        if inner:
            below[field.encode_name] = inner
            meaning += f" See [{_title(field.encode_name)}](#{_title(field.encode_name).replace(' ', '-')})."
        default = "" if field.required else words or _default(field.default)
        rows.append(f"| `{field.encode_name}` | {_type(field.type)} | {default} | {meaning} |")
    yield "\n".join(rows)
    for name, inner in below.items():
        if name == "exclude":  # its keys are those of `include`
            continue
        yield "### `include` and `exclude`" if name == "include" else f"### `{name}`"
        if name == "include":
            yield "An operation matches if it meets every criterion that you give. `*` matches anything."
        if name == "environments":
            yield "A list. Each item has these keys:"
        yield from _tables(inner, f"{path}.{name}".lstrip("."))


def _title(name: str) -> str:
    return "include and exclude" if name in ("include", "exclude") else name


def _structure(kind: Any) -> type[msgspec.Struct] | None:
    """The structure that a value is, or is a list of."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    return next(filter(None, map(_structure, get_args(kind))), None)


def _type(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(each) for each in inner if each is not type(None))
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin is tuple:
        of = _type(inner[0])
        return f"list of {of if of.startswith('`') else of + 's'}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return "map of texts"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return "object"
    return {str: "text", bool: "`true`, `false`", int: "number"}[kind]


def _default(value: object) -> str:
    if isinstance(value, msgspec.Struct):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "none" if value in (None, ()) else f"`{value}`"


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        inner = click.Context(found, info_name=name, parent=context)
        yield f"### {inner.command_path}"
        usage = " ".join(found.collect_usage_pieces(inner))
        yield f"```text\n{inner.command_path} {usage}\n```"
        yield from _paragraphs(found.help or "")
        yield "\n".join(["| Option | Meaning |", "| --- | --- |", *_options(found, inner)])
        if isinstance(found, click.Group):
            yield from _commands(found, inner)
        yield from _paragraphs(found.epilog or "")


def _options(found: click.Command, context: click.Context) -> Iterator[str]:
    for param in found.get_params(context):
        record = param.get_help_record(context)
        if record is None or not isinstance(param, click.Option) or "--help" in param.opts:
            continue
        written, meaning = record
        extra = param.get_help_extra(context)
        # What click adds in brackets: the default is shown, and ranges are clear from the words.
        meaning = re.sub(r" *\[[^\[\]]*\]$", "", " ".join(meaning.split())) if extra else meaning
        meaning = _escaped(" ".join(meaning.split()))
        if isinstance(param.type, click.Choice):
            # Words to choose from are listed with the meaning, since a long name can't break between them.
            written = ", ".join(param.opts)
            meaning += f" One of {', '.join(f'`{word}`' for word in param.type.choices)}."
        if default := extra.get("default"):
            meaning += f" Default: `{default}`."
        names = ", ".join(f"`{part.strip()}`" for part in written.split(","))
        yield f"| {names} | {meaning} |"


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.lstrip().startswith("\b"):
            yield "```text\n" + paragraph.replace("\b", "").strip("\n") + "\n```"
        elif paragraph.strip():
            yield _escaped(" ".join(paragraph.split()))


def _escaped(text: str) -> str:
    """``text`` without what Markdown takes for its own, outside of code."""
    parts = re.split(r"(`[^`]*`)", text)
    plain = [part if index % 2 else re.sub(r"([*<\[\]])", r"\\\1", part) for index, part in enumerate(parts)]
    return "".join(plain).replace("|", "\\|")


def main() -> None:
    """Write every page that has a generated part."""
    for name, make in PARTS.items():
        page = DOCS / name
        page.write_text(with_part(page.read_text(encoding="utf-8"), make()), encoding="utf-8")


if __name__ == "__main__":
    main()
