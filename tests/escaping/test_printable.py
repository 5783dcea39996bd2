"""Text quoted in messages is only displayed: neither a terminal nor a CI system interprets it."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from support import ROOT

from generator.escaping.printable import printable

CALLSHEET = Path(sys.executable).parent / "callsheet"
ESCAPES = {
    "clear the screen": "\x1b[2J",
    "title": "\x1b]0;pwned\x07",
    "title, ended by ST": "\x1b]0;pwned\x1b\\",
    "link": "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "device control": "\x1bP$q\x1b\\",
    "application program command": "\x1b_G\x1b\\",
    "CSI as C1": "\x9b2J",
    "OSC as C1": "\x9d0;pwned\x9c",
    "DCS as C1": "\x90q\x9c",
    "backspaces": "safe\x08\x08\x08\x08evil",
    "carriage return": "safe\revil",
    "line feed": "safe\nerror: evil",
    "vertical tab, form feed": "a\vb\fc",
    "next line": "a\x85b",
    "line and paragraph separator": "a\u2028b\u2029c",
    "delete": "a\x7fb",
    "NUL": "a\0b",
    "right-to-left override": "a\u202egpj.exe",
    "isolate": "\u2066a\u2069",
    "marks": "\u200e\u200f\u061c",
    "zero width": "a\u200bb\ufeffc\u2060d",
    "tags": "a\U000e0001\U000e0041",
    "lone surrogate": "a\ud800b\udc80",
    "private use": "\ue000\U000f0000",
}


@pytest.mark.parametrize("case", ESCAPES)
def test_characters_that_a_terminal_would_interpret_or_hide_are_escaped(case):
    shown = printable(ESCAPES[case])
    categories = {unicodedata.category(character) for character in shown}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert "\\" in shown


def test_every_character_of_the_basic_plane_is_escaped_or_unchanged():
    for code in range(0x10000):
        character = chr(code)
        shown = printable(f"a{character}a")
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            assert character not in shown, hex(code)
            assert shown.isascii()
        else:
            assert shown == f"a{character}a", hex(code)


@pytest.mark.parametrize(
    "text", ["Grüße, 世界 שלום", "a\u00a0b\u3000c", "[bold]x[/bold] [link=http://a]", "a::b ## c"]
)
def test_harmless_text_is_unchanged(text):
    assert printable(text) == text


COMMANDS = {
    "::error::x": r"\x3a:error::x",
    "  ::add-mask::x": r"  \x3a:add-mask::x",
    "\u00a0::stop-commands::x": "\u00a0\\x3a:stop-commands::x",
    "a ##[error]x": r"a \x23#[error]x",
    "###[group]x": r"#\x23#[group]x",
    "##vso[task.setvariable variable=a]b": r"\x23#vso[task.setvariable variable=a]b",
    "x ##teamcity[buildStop]": r"x \x23#teamcity[buildStop]",
    "a\n::error::x": r"a\n::error::x",
    "a\r##[add-path]x": r"a\r\x23#[add-path]x",
}


@pytest.mark.parametrize("text", COMMANDS)
def test_workflow_commands_become_text(text):
    shown = printable(text)
    assert shown == COMMANDS[text]
    # The patterns with which runners recognize a command: GitHub's ActionCommand, Azure's Command.
    assert not re.match(r"\s*::", shown)
    assert not re.search(r"##[A-Za-z]*\[", shown)


def test_only_one_module_prints():
    """Only ``console.py`` calls ``print``, ``click.echo`` or the ``write`` of a standard stream."""
    found = []
    for path in (ROOT / "generator").rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if re.fullmatch(
                r"print|click\.(echo|secho|style|echo_via_pager)|sys\.std(out|err)\.write(lines)?", called
            ):
                found.append((name, called))
    assert {name for name, _ in found} == {"generator/console.py"}
    assert sorted({called for _, called in found}) == ["click.echo", "click.style"]


# --- The command --------------------------------------------------------------------------------------

EVIL = "\x1b[31mpwned\x1b]0;t\x07\u202e\x9b2J [bold]b[/bold] ##[error]e\n::error::line\r##vso[x]\ud800"


def _description(text: str) -> dict:
    """A description with many errors, and with ``text`` in every place that messages quote."""
    return {
        "openapi": "3.1.0",
        "info": {"title": text, "version": text},
        "servers": [{"url": f"/{text}"}, {"url": f"https://[{text}]/"}],
        "security": [{text: []}],
        "paths": {
            f"/{text}/{{{text}}}": {
                text: {},
                "get": {
                    "operationId": text,
                    "summary": text,
                    "tags": [text],
                    "parameters": [{"name": text, "in": "query", "schema": {"$ref": f"#/{text}"}}],
                    "responses": {text: {"description": text}},
                },
                "post": {
                    "operationId": text,
                    "requestBody": {"content": {text: {"schema": {"type": "string", "pattern": f"({text}"}}}},
                    "responses": {"200": {"description": text, "headers": {text: {"schema": {"enum": 1}}}}},
                },
            }
        },
        "components": {"schemas": {text: {"type": text, "example": 5}}},
    }


def _harmless(output: bytes) -> None:
    text = output.decode()
    assert not [
        c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and c != "\n"
    ]
    for line in text.split("\n"):
        assert not re.match(r"\s*::", line), line
        assert not re.search(r"##[A-Za-z]*\[", line), line
    assert "Traceback" not in text


@pytest.mark.parametrize("command", ["validate", "generate", "check", "many"])
def test_no_command_prints_text_of_a_description_unescaped(command, tmp_path):
    for name in ("evil.json", "other\x1b[31m.json"):
        (tmp_path / name).write_text(json.dumps(_description(EVIL)))
    names = ["evil.json", "other\x1b[31m.json"] if command in ("validate", "many") else ["evil.json"]
    done = subprocess.run(
        [CALLSHEET, "generate" if command == "many" else command, *names],
        capture_output=True,
        cwd=tmp_path,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 1, 2)
    assert b"pwned" in done.stdout + done.stderr
    _harmless(done.stdout)
    _harmless(done.stderr)


def _at_a_terminal(*command: str | Path, cwd: Path | None = None) -> bytes:
    """Run a command on a real pseudo-terminal; returns what it writes."""
    master, slave = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    env.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=env, cwd=cwd) as process:
        os.close(slave)
        output = b""
        with contextlib.suppress(OSError):  # reading fails once the process has closed its end
            while part := os.read(master, 65536):
                output += part
        process.wait(timeout=60)
    os.close(master)
    return output


def test_on_a_terminal_the_only_escape_sequences_are_ours(tmp_path):
    """On a real pseudo-terminal, colors of labels are the only escape sequences, whatever the description."""
    (tmp_path / "evil.json").write_text(json.dumps(_description(EVIL)))
    output = _at_a_terminal(CALLSHEET, "generate", "evil.json", cwd=tmp_path)
    assert b"pwned" in output
    sequences = set(re.findall(rb"\x1b[^a-zA-Z]*[a-zA-Z]", output))
    assert sequences <= {b"\x1b[33m", b"\x1b[31m", b"\x1b[1m", b"\x1b[0m"}
    assert output.count(b"\x1b[33m") == output.count(b"warning:")
    assert b"\x1b[31mpwned" not in output


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-16"])
def test_any_encoding_of_the_terminal_works(encoding, tmp_path):
    (tmp_path / "evil.json").write_text(json.dumps({"openapi": "3.1.0", "paths": {"/ü世\ud800": {"get": 5}}}))
    done = subprocess.run(
        [CALLSHEET, "validate", "evil.json"],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "evil.json: " in done.stderr.decode(encoding)
    assert done.stdout.decode(encoding)


def test_the_progress_bar_interprets_neither_markup_nor_emoji_names():
    code = (
        "from pathlib import Path\nfrom generator.cli import reports\n"
        "from generator.cli.batch import Job, Result\n"
        "with reports.Progress(2) as bar:\n"
        "    job = Job(Path('x'), '[red]:smile:\\x1b[31m')\n"
        "    bar.started(job)\n    bar._bar.refresh()\n"
        "    bar.ended(Result(job, errors=('[link=http://a]:smile: \\x1b]0;t\\x07',)))\n"
    )
    output = _at_a_terminal(sys.executable, "-c", code)
    assert rb"[red]:smile:\x1b[31m" in output
    assert rb"error: [link=http://a]:smile: \x1b]0;t\x07" in output
