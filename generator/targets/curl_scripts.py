"""The curl calls as bash scripts. Neither a token nor a secret ever becomes an argument of a process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator import escaping
from generator.model.api import Operation, Parameter
from generator.targets import templating
from generator.targets.curl_calls import VARIABLE, Call, Data, guide_name, path_value
from generator.targets.guards import Guards


def operation_script(
    operation: Operation,
    call: Call,
    address: str,
    environment: str,
    what: Mapping[str, str],
    guards: Guards,
) -> str:
    """The script of one operation. ``address``, that of ``environment``, is called without ``BASE_URL``.

    ``what`` tells of a shell variable what it is.
    """
    return templating.render(
        "curl/operation.sh.j2",
        operation=operation,
        call=call,
        address=address,
        environment=environment,
        asks=guards.writes and operation.writes,
        keeps=guards.known if guards.hosts and call.credentials else None,
        what={name: what[name] for name in call.credentials if name in what},
        variables={call.path_names[p.name]: _sample(path_value(p)) for p in call.variables},
        command=" \\\n  ".join(_words(call)),
        headers=[_header(name, value) for name, value in call.credential_headers]
        + (["Authorization: Basic ${BASIC}"] if call.user and not call.digest else []),
        config=list(_config(call)),
        user=call.user if not call.digest else None,
    )


def _words(call: Call) -> list[str]:
    """The curl command, a line each. Secrets come from standard input (``-H @-``) and descriptor 3."""
    lines = [f"curl --fail-with-body --silent --show-error {method_option(call)}"]
    lines += ["--digest"] if call.digest else []
    lines += [] if call.query_credentials else [_address(call)]
    lines += ["--config /dev/fd/3"] if call.query_credentials or call.digest else []
    lines += ["-H @-"] if call.credential_headers or (call.user and not call.digest) else []
    lines += [
        f"-H {escaping.shell_with_variables(f'{name}: {value}', guide_name)}"
        for name, value in call.plain_headers
    ]
    lines += [f"{data.option} {_value(data)}" for data in call.data]
    return [*lines, '-o "$OUTPUT.part"'] if call.output else lines


def method_option(call: Call) -> str:
    """How curl is told the method: by its own option for HEAD, after which it waits for no body."""
    return "--head" if call.method == "HEAD" else f"-X {escaping.shell_word(call.method)}"


def _value(data: Data) -> str:
    """The value of an option as a shell word."""
    if not data.file:
        return escaping.shell_with_variables(data.text, _json_name)
    path = f'"${data.file}"' if data.option != "-F" else f'"\\"$(quoted "${data.file}")\\""'
    text, ending = (escaping.shell_quote(part) if part else "" for part in (data.text, data.ending))
    return f"{text}{path}{ending}"


def _sample(text: str) -> str:
    """A sample of a path as a shell word; variables in it are encoded when the script runs."""
    return f'"{_encoded(text)}"' if VARIABLE.search(text) else escaping.shell_quote(text)


def _encoded(text: str) -> str:
    """Text inside double quotes, with the encoded values of its variables."""
    return "".join(
        f'$(encoded "${guide_name(part)}")' if index % 2 else _double(part)
        for index, part in enumerate(VARIABLE.split(text))
    )


def _config(call: Call) -> Iterator[str]:
    """Lines of a curl configuration: an address with a key in it, user and password."""
    if call.query_credentials:
        keys = "&".join(
            f'{name}=$(encoded "${guide_name(variable)}")' for name, variable in call.query_credentials
        )
        yield f'url = "{_address(call)[1:-1]}{call.joint}{keys}"'
    if call.digest and call.user:
        name, password = call.user
        yield f'user = "$(quoted "${name}:${password}")"'


def _address(call: Call) -> str:
    path = "".join(
        "${" + call.path_names[p.name] + "}" if isinstance(p, Parameter) else _double(p) for p in call.path
    )
    return f'"${{BASE_URL%/}}{path}{_encoded(call.query)}"'


def _double(text: str) -> str:
    """Text inside double quotes."""
    return "".join("\\" + c if c in '\\"$`' else c for c in text)


def _json_name(variable: str) -> str:
    return guide_name(variable) + "_JSON"


def _header(name: str, value: str) -> str:
    """One line of the here-document that curl reads headers from."""
    words = (
        f"${{{guide_name(part)}}}" if index % 2 else _double(part)
        for index, part in enumerate(VARIABLE.split(value))
    )
    return f"{_double(name)}: {''.join(words)}"
