"""The curl calls as bash scripts, in which tokens and secrets are never arguments of a process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from generator.escaping.shell import shell_double, shell_here, shell_quote, shell_word
from generator.model.types import Operation, Parameter
from generator.targets.curl import curl_syntax
from generator.targets.curl.bodies import Data
from generator.targets.curl.calls import Call, path_value
from generator.targets.curl.shell_text import writing
from generator.targets.curl.variables import (
    VARIABLE,
    File,
    Piece,
    Variable,
    encoded_pieces,
    guide_name,
    pieces,
)
from generator.targets.shared import templating
from generator.targets.shared.guards import Guards


def operation_script(
    operation: Operation,
    call: Call,
    address: str,
    environment: str,
    what: Mapping[str, str],
    guards: Guards,
) -> str:
    """The script of an operation.

    ``address``, that of ``environment``, is called unless ``BASE_URL`` is set. ``what`` explains shell
    variables in Markdown.
    """
    credentials = call.credentials
    return templating.render(
        "curl/operation.sh.j2",
        operation=operation,
        call=call,
        credentials=credentials,
        address=address,
        environment=environment,
        asks=guards.writes and operation.writes,
        keeps=guards.known if guards.hosts and credentials else None,
        what={name: what[name] for name in credentials if name in what},
        variables={call.path_names[p.name]: _sample(path_value(p)) for p in call.variables},
        command=" \\\n  ".join(_words(call)),
        headers=[_header(name, value) for name, value in call.credential_headers]
        + (["Authorization: Basic ${BASIC}"] if call.user and not call.hands_over_user else []),
        config=list(_config(call)),
        user=call.user if not call.hands_over_user else None,
        json_names=[f.name for f in call.fills if f.how in ("json", "quotedjson")],
        xml_names=[f.name for f in call.fills if f.how in ("xml", "quotedxml")],
    )


def _words(call: Call) -> list[str]:
    """The lines of the curl command. Secrets come from standard input (``-H @-``) and descriptor 3.

    If the body comes from standard input, the headers come from descriptor 4. ``--globoff`` prevents curl
    from expanding the address, and ``--proto`` from using any protocol but HTTP.
    """
    body = f"{writing(call.document, _word)} |\n  " if call.document else ""
    lines = [f"{body}curl --fail-with-body --silent --show-error {method_option(call)}"]
    lines += [f"--globoff --proto =http,https{' --path-as-is' if call.has_dot_segments else ''}"]
    lines += ["--digest"] if call.digest else []
    lines += [f'--aws-sigv4 "aws:amz:{_scope(call)}"'] if call.signature else []
    lines += [] if call.query_credentials else [_address(call)]
    lines += ["--config /dev/fd/3"] if call.query_credentials or call.hands_over_user else []
    lines += [f"-H @{'/dev/fd/4' if call.document else '-'}"] if _has_secret_headers(call) else []
    lines += [
        f"-H {_word(tuple(pieces(curl_syntax.header(*header), 'text')))}" for header in call.plain_headers
    ]
    lines += [f"{data.option} {_value(data)}" for data in call.data]
    lines += ["--data-binary @-"] if call.document else []
    return [*lines, '-o "$OUTPUT.part"'] if call.output else lines


def _has_secret_headers(call: Call) -> bool:
    return bool(call.credential_headers) or (call.user is not None and not call.hands_over_user)


def _scope(call: Call) -> str:
    """The scope of a signature, for the inside of double quotes: region and service from variables."""
    return ":".join(f"${{{name}:-{shell_double(value)}}}" for name, value in call.signed_for)


def method_option(call: Call) -> str:
    """The option for the method. HEAD has one of its own, with which curl doesn't wait for a body."""
    return "--head" if call.method == "HEAD" else f"-X {shell_word(call.method)}"


def _value(data: Data) -> str:
    """The value of an option as a shell word."""
    if data.option != "-F":
        return _word(data.value)
    # A path is written in curl's own quotes, where it has no syntax.
    found = (
        (f'"\\"$(quoted "${piece.name}")\\""' if isinstance(piece, File) else _word((piece,)))
        for piece in data.value
    )
    return "".join(found)


def _word(found: Sequence[Piece]) -> str:
    """One shell word: text in single quotes, variables in double quotes."""
    return "".join(map(_piece, found)) or "''"


def _piece(piece: Piece) -> str:
    if isinstance(piece, str):
        return shell_quote(piece)
    return f'"${piece.name}"' if isinstance(piece, File) else f'"{_expansion(piece)}"'


def _expansion(variable: Variable) -> str:
    """The shell expansion of a variable, for the inside of double quotes."""
    name, how = variable
    return {
        "json": f"${{{name}_JSON}}",
        "xml": f"${{{name}_XML}}",
        "url": f'$(encoded "${name}")',
        "quoted": f'$(quoted "${name}")',
        "quotedjson": f'$(quoted "${name}_JSON")',
        "quotedxml": f'$(quoted "${name}_XML")',
    }.get(how, f"${{{name}}}")


def _sample(text: str) -> str:
    """The sample of a path parameter as a shell word. The script encodes variables in it when it runs."""
    return f'"{_encoded(text)}"' if VARIABLE.search(text) else shell_quote(text)


def _encoded(text: str) -> str:
    """Text for the inside of double quotes, with expansions to the encoded values of its variables."""
    found = (_expansion(p) if isinstance(p, Variable) else shell_double(str(p)) for p in encoded_pieces(text))
    return "".join(found)


def _config(call: Call) -> Iterator[str]:
    """Lines of a curl configuration: an address that contains a key, user and password, a session token."""
    if call.query_credentials:
        keys = "&".join(
            f'{name}=$(encoded "${guide_name(variable)}")' for name, variable in call.query_credentials
        )
        yield f'url = "$(quoted {_address(call)[:-1]}{call.joint}{keys}")"'
    if call.hands_over_user and call.user:
        name, password = call.user
        yield f'user = "$(quoted "${name}:${password}")"'
    if call.session_token:
        yield "${session_header}"


def _address(call: Call) -> str:
    path = "".join(
        "${" + call.path_names[p.name] + "}" if isinstance(p, Parameter) else shell_double(p)
        for p in call.path
    )
    return f'"${{BASE_URL%/}}{path}{_encoded(call.query)}"'


def _header(name: str, value: str) -> str:
    """A line of the here-document that curl reads headers from."""
    words = (
        f"${{{guide_name(part)}}}" if index % 2 else shell_here(part)
        for index, part in enumerate(VARIABLE.split(value))
    )
    return f"{shell_here(name)}: {''.join(words)}"
