"""The curl calls as bash scripts. Neither a token nor a secret ever becomes an argument of a process."""

from __future__ import annotations

from generator import escaping
from generator.model.api import Operation, Parameter
from generator.targets import templating
from generator.targets.curl_calls import Call, capitals, guide_name
from generator.targets.wording import parameter_text

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
        variables={variable_name(p): parameter_text(p) for p in call.variables},
        command=" \\\n  ".join(_words(call)),
        headers=[_header(name, value) for name, value in call.credential_headers],
    )


def variable_name(parameter: Parameter) -> str:
    """The environment variable that overrides a path parameter's sample value."""
    name = capitals(parameter.name) or "VALUE"
    return f"{name}_VALUE" if name in _TAKEN or name[0].isdigit() else name


def _words(call: Call) -> list[str]:
    """The curl command, a line each. Headers with credentials come from standard input (``-H @-``)."""
    method = "--head" if call.method == "HEAD" else f"-X {call.method}"
    lines = [f"curl --fail-with-body --silent --show-error {method}", _address(call)]
    lines += ["-H @-"] if call.credential_headers else []
    lines += [f"-H {escaping.shell_quote(f'{name}: {value}')}" for name, value in call.plain_headers]
    lines += [f"{option} {escaping.shell_with_variables(value, _json_name)}" for option, value in call.data]
    return [*lines, '-o "$OUTPUT.part"'] if call.output else lines


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
    before, _, variable = value.rstrip("}").rpartition("{")
    return f"{_double(name)}: {_double(before)}${{{guide_name(variable)}}}"
