"""The curl calls as bash scripts. Neither a token nor a secret ever becomes an argument of a process."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator import escaping
from generator.model.api import Operation, Parameter
from generator.targets import templating
from generator.targets.curl_calls import Call, capitals, guide_name, path_value

#: Variables that a shell or its programs read; a path variable of such a name gets an ending.
_TAKEN = frozenset(
    "PATH HOME USER SHELL PWD IFS LANG TERM HOST HOSTNAME OUTPUT BASE_URL API_KEY ORG_ID".split()
)


def operation_script(operation: Operation, call: Call, address: str, environment: str) -> str:
    """The script of one operation. ``address``, that of ``environment``, is called without ``BASE_URL``."""
    return templating.render(
        "curl/operation.sh.j2",
        operation=operation,
        call=call,
        address=address,
        environment=environment,
        variables={variable_name(p): path_value(p) for p in call.variables},
        command=" \\\n  ".join(_words(call)),
        headers=[_header(name, value) for name, value in call.credential_headers]
        + (["Authorization: Basic ${BASIC}"] if call.user and not call.digest else []),
        config=list(_config(call)),
        user=call.user if not call.digest else None,
    )


def variable_name(parameter: Parameter) -> str:
    """The environment variable that overrides a path parameter's sample value."""
    name = capitals(parameter.name) or "VALUE"
    return f"{name}_VALUE" if name in _TAKEN or name[0].isdigit() else name


def _words(call: Call) -> list[str]:
    """The curl command, a line each. Secrets come from standard input (``-H @-``) and descriptor 3."""
    method = "--head" if call.method == "HEAD" else f"-X {escaping.shell_word(call.method)}"
    lines = [f"curl --fail-with-body --silent --show-error {method}"]
    lines += ["--digest"] if call.digest else []
    lines += [] if call.query_credentials else [_address(call)]
    lines += ["--config /dev/fd/3"] if call.query_credentials or call.digest else []
    lines += ["-H @-"] if call.credential_headers or (call.user and not call.digest) else []
    lines += [f"-H {escaping.shell_quote(f'{name}: {value}')}" for name, value in call.plain_headers]
    lines += [f"{option} {escaping.shell_with_variables(value, _json_name)}" for option, value in call.data]
    return [*lines, '-o "$OUTPUT.part"'] if call.output else lines


def _config(call: Call) -> Iterator[str]:
    """Lines of a curl configuration: an address with a key in it, user and password."""
    if call.query_credentials:
        keys = "&".join(
            f'{name}=$(encoded "${guide_name(variable)}")' for name, variable in call.query_credentials
        )
        joint = "&" if call.query else "?"
        yield f'url = "{_address(call)[1:-1]}{joint}{keys}"'
    if call.digest and call.user:
        name, password = call.user
        yield f'user = "$(quoted "${name}:${password}")"'


def _address(call: Call) -> str:
    path = "".join(
        "${" + variable_name(p) + "}" if isinstance(p, Parameter) else _double(p) for p in call.path
    )
    return f'"${{BASE_URL%/}}{path}{_double(call.query)}"'


def _double(text: str) -> str:
    """Text inside double quotes."""
    return "".join("\\" + c if c in '\\"$`' else c for c in text)


def _json_name(variable: str) -> str:
    return guide_name(variable) + "_JSON"


def _header(name: str, value: str) -> str:
    """One line of the here-document that curl reads headers from."""
    parts = re.split(r"\{([A-Z][A-Z0-9_]*)\}", value)
    words = (f"${{{guide_name(part)}}}" if index % 2 else _double(part) for index, part in enumerate(parts))
    return f"{_double(name)}: {''.join(words)}"
