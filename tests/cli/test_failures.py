"""Every failure has a plain message and an exit code; tracebacks are printed with --debug only."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import OURS, ROOT

import generator
from generator import api, errors
from generator.cli import failures
from generator.cli.main import main
from generator.errors import CallsheetError, InternalError

CALLSHEET = Path(sys.executable).parent / "callsheet"
DESCRIPTION = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.json").write_text(json.dumps(DESCRIPTION))
    return tmp_path


def _shell(command: str, folder: Path, **env: str) -> tuple[int, str]:
    """Run a line of bash, in which ``callsheet`` is ours. Returns its exit code and everything it printed."""
    path = f"{CALLSHEET.parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, "PATH": path, **env},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    output = done.stdout.decode(errors="replace")
    assert "Traceback" not in output
    assert "Exception ignored" not in output
    return done.returncode, output


#: Lines of bash, each with its exit code and a pattern of everything it prints.
LINES = {
    "disk full, standard output": (
        "callsheet validate a.json > /dev/full",
        74,
        "can't be printed: No space left",
    ),
    "disk full, standard error": ("callsheet generate a.json 2> /dev/full > /dev/null", 74, "$"),
    "disk full, both": ("callsheet validate a.json > /dev/full 2>&1", 74, "$"),
    "disk full, help": (
        "callsheet --help > /dev/full",
        74,
        "error: The output can't be printed: No space left",
    ),
    "disk full, version": (
        "callsheet --version > /dev/full",
        74,
        "error: The output can't be printed: No space left",
    ),
    "disk full, a wrong option": ("callsheet --nope 2> /dev/full", 2, "$"),
    "disk full, mock": ("callsheet mock --port 0 > /dev/full", 74, "error: The output can't be printed"),
    "disk full, docs": ("callsheet docs --port 0 > /dev/full", 74, "error: The output can't be printed"),
    "a reader that goes": ("callsheet generate --help | true; exit ${PIPESTATUS[0]}", (0, 141), "$"),
    "a reader that is gone": (
        "(sleep 0.5; callsheet validate a.json 2>&1) | exit 0; exit ${PIPESTATUS[0]}",
        141,
        "$",
    ),
    "closed standard output": ("callsheet validate a.json >&-", 1, r"a\.json: \d problem"),
    "everything closed": ("callsheet generate a.json <&- >&- 2>&-", 0, "$"),
    "port too high": ("callsheet mock --port 99999", 2, "99999 is not in the range"),
    "port below zero": ("callsheet mock --port -1", 2, "-1 is not in the range"),
    "port of the site": ("callsheet docs --port 65536", 2, "65536 is not in the range"),
    "no number": ("callsheet mock --port 1e3", 2, "not a valid integer"),
    "no plain number": ("callsheet docs --port 1_000", 2, "'1_000' is not a valid integer"),
    "an empty output folder": ("callsheet generate a.json -o ''", 2, "'-o' / '--output': The path is empty"),
    "an empty description": ("callsheet generate ''", 2, "The path is empty"),
    # (Either nothing was written, or the rest is written by the next run.)
    "few open files": (
        "ulimit -n 6; callsheet generate a.json",
        2,
        "error: .*Too many (files are open|open files)",
    ),
    "infinite seconds": ("callsheet mock --processing inf", 2, "'inf' is not a number of seconds"),
    "no seconds": ("callsheet mock --token-lifetime nan", 2, "'nan' is not a number of seconds"),
    "words for seconds": ("callsheet mock --processing soon", 2, "'soon' is not a number of seconds"),
    "less than nothing": ("callsheet mock --rate-limit -1", 2, "-1 is not in the range"),
    "removed folder": (
        "mkdir g; cd g; rmdir ../g; callsheet generate",
        2,
        "error: callsheet: The current folder no longer exists",
    ),
    "removed folder, help": ("mkdir g; cd g; rmdir ../g; callsheet generate --help", 0, "Usage: "),
    "a pipe nobody writes": ("mkfifo p; callsheet validate p", 2, "p: This is not a regular file"),
    "a pipe as an overlay": (
        "mkfifo p; callsheet validate a.json --overlay p",
        2,
        "p: This is not a regular file",
    ),
    "a pipe as project file": ("mkfifo p; callsheet generate -c p", 2, "p: .*This is not a regular file"),
    "an endless device": ("callsheet generate /dev/zero", 2, "This is not a regular file"),
    "a file too large": ("truncate -s 1T b.json; callsheet validate b.json", 2, "larger than 256 MiB"),
    "a folder": ("callsheet validate .", 2, "This is a folder"),
    "an empty file": ("touch e; callsheet validate e", 2, "The file is empty"),
    "a loop of links": (
        "ln -s l l; callsheet validate l",
        2,
        "can't be read: Too many levels of symbolic links",
    ),
    "too long a name": (f"callsheet validate {'a' * 5000}", 2, "can't be read: File name too long"),
    "a file as output": ("touch o; callsheet generate a.json -o o", 2, "error: o"),
    "no home": ("env -u HOME callsheet generate a.json > /dev/null", 0, "warning"),
    "a name in the project file with a character that no file may hold": (
        r"printf 'description: \"a\\0b\"' > p.yaml; callsheet generate -c p.yaml",
        2,
        r"error: p\.yaml:1:1 \(#/description\): The description 'ab' can't be read\. There is no such file",
    ),
    "a guide that no file can be": (
        r"printf 'description: a.json\nguides: [\"a\\0b\"]' > p.yaml; callsheet generate -c p.yaml",
        2,
        "There is no file",
    ),
    "templates that no folder can be": (
        f"printf 'description: a.json\\ntemplates: {'a' * 5000}' > p.yaml; callsheet generate -c p.yaml",
        2,
        "There is no folder",
    ),
    "a host that is none": (
        "callsheet validate b.json",
        1,
        r"b\.json:1:\d+ \(#/servers/0\): The server's address 'https://\[1-9\]/' names no host",
    ),
    "generated with a host that is none": (
        "callsheet generate b.json",
        0,
        "names no host that an address can have",
    ),
    "a lone surrogate": ("callsheet validate s.json", 1, r"s\.json: \d problem"),
}


@pytest.mark.parametrize("case", LINES)
def test_what_can_go_wrong_has_a_plain_message_and_an_exit_code(case, folder):
    bad_host = {**DESCRIPTION, "servers": [{"url": "https://[1-9]/"}]}
    (folder / "b.json").write_text(json.dumps(bad_host))
    (folder / "s.json").write_text(json.dumps({**DESCRIPTION, "paths": {"/\ud800": {}}}))
    line, codes, pattern = LINES[case]
    code, output = _shell(line, folder)
    assert code in (codes if isinstance(codes, tuple) else (codes,)), output
    assert re.match(pattern, output, re.DOTALL) or (pattern != "$" and re.search(pattern, output)), output


def test_a_port_that_is_in_use_is_reported(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for command in ("mock", "docs"):
            code, output = _shell(f"callsheet {command} --port {taken.getsockname()[1]}", folder)
            assert code == 2
            assert "can't be opened: Address already in use. Name another" in output


@pytest.mark.parametrize("arguments", [("generate", "\ud800"), ("generate", "-o", "\ud800", "a.json")])
def test_a_path_that_cannot_be_encoded_is_a_usage_error(arguments):
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert "The path holds characters that no file name can have." in done.output


@pytest.mark.parametrize("port", [-1, 65536, 1 << 70])
def test_the_library_reports_an_invalid_port_too(port):
    from generator.mock.server import running
    from generator.mock.settings import MockSettings
    from generator.preview.builds import NewestBuild
    from generator.preview.server import Server

    with (
        pytest.raises(errors.MockError, match="a port is a number"),
        running(DESCRIPTION, MockSettings(port=port)),
    ):
        pass
    with pytest.raises(errors.SiteError, match="a port is a number"):
        Server(NewestBuild(), port)


def test_ctrl_c_is_quiet_at_any_time(folder):
    """At many moments of the start and of the work, there is an exit code and no traceback."""
    for step in range(12):
        process = subprocess.Popen(
            [CALLSHEET, "generate", OURS, "-o", f"o{step}"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        # By then, Python itself has started.
        time.sleep(0.06 + step * 0.04)
        process.send_signal(signal.SIGINT)
        time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=60)[0].decode()
        # Before that line, Python and the script that pip installs are running.
        assert not re.search(r"generator/__main__\.py.*in run$", output, re.MULTILINE), output
        assert "Exception ignored" not in output, output
        if "Traceback" not in output:
            assert process.returncode in (0, 130)


# --- Unexpected exceptions ------------------------------------------------------------------------------


def _broken(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(api, "build_api", fail)


def _run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, arguments)
    return done.exit_code, done.output


@pytest.mark.parametrize("command", ["generate", "check", "validate"])
def test_an_unexpected_exception_is_a_fault_of_the_program_reported_in_one_line(command, folder, monkeypatch):
    monkeypatch.chdir(folder)
    _broken(monkeypatch, KeyError("s3cret of /home/somebody"))
    code, output = _run(command, "a.json")
    assert code == failures.FAULT == 70
    (line,) = output.splitlines()
    assert re.match(
        r"error: generator/api\.py:\d+: This is a fault of Callsheet, not of your input \(KeyError\)\.",
        line,
    )
    assert "SECURITY.md" in line
    assert "s3cret" not in output
    assert "home" not in output


@pytest.mark.parametrize("arguments", [("--debug", "validate"), ("validate", "--debug")])
def test_debug_prints_the_traceback_as_well(arguments, folder, monkeypatch):
    monkeypatch.chdir(folder)
    _broken(monkeypatch, KeyError("a\x1b[31mb"))
    code, output = _run(*arguments, "a.json")
    assert code == 70
    assert "Traceback (most recent call last)" in output
    assert r"KeyError: 'a\x1b[31mb'" in output
    assert "\x1b" not in output
    assert "Traceback" not in _run("validate", "a.json")[1]


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (MemoryError(), 2, "a.json: There is not enough memory for this."),
        (RecursionError(), 2, "a.json: This is nested too deeply to be read."),
        (OSError(5, "Input/output error", "x"), 70, "This is a fault of Callsheet"),
        (UnicodeEncodeError("utf-8", "s3cret", 0, 1, "no"), 70, "(UnicodeEncodeError)"),
        (AssertionError("s3cret"), 70, "(AssertionError)"),
        (KeyboardInterrupt(), 130, "Interrupted."),
    ],
)
def test_each_kind_of_exception_has_its_exit_code(error, code, message, folder, monkeypatch):
    monkeypatch.chdir(folder)
    _broken(monkeypatch, error)
    found, output = _run("generate", "a.json")
    assert (found, message in output, "s3cret" in output) == (code, True, False), output


def test_a_fault_with_one_of_many_does_not_stop_the_others(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "b.json").write_text(json.dumps({**DESCRIPTION, "info": {"title": "bad", "version": "1"}}))
    build = api.build_api

    def fail(document, *more, **options):
        if document.root["info"]["title"] == "bad":
            raise KeyError("s3cret")
        return build(document, *more, **options)

    monkeypatch.setattr(api, "build_api", fail)
    code, output = _run("generate", "a.json", "b.json", "--jobs", "1", "-o", "out")
    assert code == 70
    assert "error: b.json: generator/" in output
    assert "1 of 2 descriptions written to out" in output
    assert "s3cret" not in output
    assert (folder / "out" / "a" / "manifest.json").exists()
    code, output = _run("--debug", "generate", "a.json", "b.json", "--jobs", "1", "-o", "out")
    assert "KeyError: 's3cret'" in output


def test_the_library_raises_nothing_but_the_documented_errors(folder, monkeypatch):
    plan = generator.load(folder / "a.json")
    for name, work in {
        "load_document": lambda: generator.load(folder / "a.json"),
        "build_api": lambda: generator.validate(folder / "a.json"),
        "write": lambda: generator.generate(plan, folder / "out"),
        "compare": lambda: generator.check(plan, folder / "out"),
    }.items():
        with monkeypatch.context() as patch:

            def fail(*_: object, **__: object) -> None:
                raise ZeroDivisionError("s3cret")

            patch.setattr(api, name, fail)
            with pytest.raises(InternalError) as raised:
                work()
        assert isinstance(raised.value.__cause__, ZeroDivisionError)
        assert "s3cret" not in str(raised.value)


def test_the_tree_in_the_docstring_of_errors_is_that_of_its_classes():
    drawn = re.findall(r"^ +[│├└─ ]*(\w+Error) ", inspect.getdoc(errors) or "", re.MULTILINE)
    classes = {
        name: value
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, CallsheetError)
    }
    assert set(drawn) == set(classes)
    assert len(drawn) == len(set(drawn))


def test_exit_codes_are_listed_in_help():
    text = CliRunner().invoke(main, ["--help"], terminal_width=100).output
    listed = [int(code) for code in re.findall(r"^ {4}(\d+) {2,}\S", text, re.MULTILINE)]
    ours = (failures.WRONG, failures.FAULT, failures.UNPRINTED, failures.INTERRUPTED, failures.UNREAD)
    assert listed == [0, 1, *ours]


def test_every_input_is_opened_by_one_function():
    """Others would block on a pipe, or raise unexpected exceptions for a name with a NUL."""
    found = set()
    for path in (ROOT / "generator").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if re.search(r"\.(read_bytes|read_text|open|fdopen)$|^open$", called):
                    found.add(path.relative_to(ROOT / "generator").as_posix())
    # Apart from that function: files that we wrote, and files of the package.
    known = {
        "reading/inputs.py",
        "output.py",
        "file_stamps.py",
        "cli/run_cache.py",
        "preview/server.py",
        "__main__.py",
        "cli/failures.py",
    }
    assert {name for name in found if not name.startswith("output/")} <= known | {
        "reading/validation/structure.py"
    }


def test_no_module_splits_urls_by_itself():
    """``urlsplit`` raises ``ValueError`` for some texts in descriptions; two modules refuse such a URL."""
    found = {
        path.relative_to(ROOT / "generator").as_posix()
        for path in (ROOT / "generator").rglob("*.py")
        if re.search(r"\burl(split|join|parse)\(", path.read_text())
    }
    assert found == {"urls.py", "reading/references/folder.py", "preview/server.py"}


HOSTS = ["[1-9]", "[", "[::1", "]", "[v1.a]", "[::1]x", "a[b]", "\u2100.example", "[fe80::1%25]"]


@pytest.mark.parametrize("host", HOSTS)
def test_an_invalid_host_is_a_finding_of_both_validate_and_generate(host, tmp_path):
    url = f"https://{host}/v1"
    description = {
        **DESCRIPTION,
        "servers": [{"url": url}],
        "paths": {"/a": {"get": {"servers": [{"url": url}], "responses": {"200": {"description": "x"}}}}},
        "components": {
            "securitySchemes": {
                "o": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": url, "scopes": {}}},
                }
            }
        },
        "security": [{"o": []}],
    }
    (tmp_path / "a.json").write_text(json.dumps(description))
    found = [str(problem) for problem in generator.validate(tmp_path / "a.json")]
    plan = generator.load(tmp_path / "a.json")
    generator.generate(plan, tmp_path / "out")
    shown = [str(problem) for problem in plan.warnings]
    about = [line for line in shown if "names no host" in line]
    assert set(about) <= set(found)
    address = plan.api.servers[0].address()
    assert about or address.startswith("https://")
    if about:
        assert address == "http://localhost/v1"


# --- Local servers --------------------------------------------------------------------------------------


def test_a_fault_of_the_mock_prints_one_line_and_the_next_request_is_served(capfd, monkeypatch):
    from generator.mock import app
    from generator.mock.server import running
    from generator.mock.settings import MockSettings

    def fail(*_: object, **__: object) -> None:
        raise KeyError("s3cret\x1b[31m")

    with running(DESCRIPTION, MockSettings(port=0)) as mock:
        with monkeypatch.context() as patch:
            patch.setattr(app.Description, "problems", fail)
            patch.setattr(app._Mock, "_refused", lambda *_: None)
            assert _status(mock.url + "/a%1b[31m") == 500
        assert _status(mock.url + "/a%1b[31m") == 401
    printed = "".join(capfd.readouterr())
    (line,) = printed.splitlines()
    assert "generator/mock/app.py:" in line
    assert "This is a fault of Callsheet, not of your input (KeyError)" in line
    assert "s3cret" not in printed
    assert "\x1b[31mpwned" not in printed


def _status(url: str) -> int:
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_fault_while_the_site_is_served_prints_one_line(capfd, monkeypatch):
    import threading

    from generator.preview import server as site_server
    from generator.preview.builds import NewestBuild

    def fail(*_: object, **__: object) -> None:
        raise KeyError("s3cret")

    with site_server.Server(NewestBuild(), 0) as server:
        monkeypatch.setattr(site_server._Handler, "_file", fail)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(OSError, match=r"closed|reset"):
            _status(server.url)
        server.shutdown()
    printed = "".join(capfd.readouterr())
    (line,) = printed.splitlines()
    assert "generator/preview/server.py:" in line
    assert "(KeyError)" in line
    assert "s3cret" not in printed


@pytest.mark.parametrize("paths", [[], {"/a": None}, {"/a": {"get": {"responses": 5}}}, None, "x"])
def test_a_description_that_the_mock_cannot_serve_is_reported(paths, folder):
    (folder / "m.json").write_text(json.dumps({**DESCRIPTION, "paths": paths, "servers": 5}))
    process = subprocess.Popen(
        [CALLSHEET, "mock", "m.json", "--port", "0"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        output = process.communicate(timeout=15)[0].decode()
    except subprocess.TimeoutExpired:  # it serves
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=15)[0].decode()
    assert "Traceback" not in output
    assert process.returncode in (2, 130), output
    if process.returncode == 2:
        assert "The mock can't be made of this description" in output


def test_no_memory_for_a_deep_stack_is_reported_as_such(folder):
    nested = '{"a":' * 3000 + "1" + "}" * 3000
    (folder / "d.json").write_text(
        '{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{},"x-a":' + nested + "}"
    )
    code, output = _shell("ulimit -v 450000; callsheet generate d.json", folder)
    assert code in (0, 2), output
    if code == 2:
        assert "There is not enough memory for this." in output


def test_a_watcher_that_fails_prints_one_line(capsys):
    from generator.preview.server import _follow

    class Watcher:
        def run(self) -> None:
            raise KeyError("s3cret")

    _follow(Watcher())
    printed = "".join(capsys.readouterr())
    assert "generator/preview/server.py:" in printed
    assert "s3cret" not in printed
