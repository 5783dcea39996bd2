"""The targets, named after their hostile input: each makes one, runs the tool, and checks what must hold."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from fuzzing import seeds
from fuzzing.choices import Choices
from fuzzing.mutating import TEXTS, mutated
from generator import api
from generator.cli import single
from generator.errors import CallsheetError, InternalError, OutOfMemoryError
from generator.escaping.printable import printable
from generator.file_stamps import STEP

#: Seconds of processor time, so that a busy machine makes no difference. A run that takes longer hangs.
PATIENCE = 20.0
#: Maximum bytes in all files of a run; the output of small inputs is far smaller.
MOST_OUTPUT = 50_000_000
_OUTSIDE = ("outside.txt", "beside/outside.txt", "beside/manifest.json")


class BrokenError(AssertionError):
    """A property that must hold doesn't."""


class _LateError(BaseException):
    """Derived from ``BaseException``, so that no handler in between catches it."""


@contextlib.contextmanager
def _in_time() -> Iterator[None]:
    def late(*_: object) -> None:
        raise _LateError

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    except _LateError as error:
        raise BrokenError(f"not done after {PATIENCE} s") from error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def _place() -> Iterator[Path]:
    """A folder to work in; raises if files beside it are changed."""
    with tempfile.TemporaryDirectory(prefix="fuzz") as top:
        folder = Path(top) / "work"
        folder.mkdir()
        for name in _OUTSIDE:
            (Path(top) / name).parent.mkdir(exist_ok=True)
            (Path(top) / name).write_text(name)
        yield folder
        found = {p.relative_to(top).as_posix() for p in Path(top).rglob("*") if folder not in (p, *p.parents)}
        if found != {*_OUTSIDE, "beside"} or any((Path(top) / n).read_text() != n for n in _OUTSIDE):
            raise BrokenError(f"something was written or removed outside: {sorted(found)}")


def _written(path: Path, tree: Any) -> None:
    path.write_text(json.dumps(tree), encoding="utf-8")


@contextlib.contextmanager
def _documented() -> Iterator[None]:
    """Suppress documented errors, whose messages must be printable; let any other error through."""
    try:
        yield
    except (InternalError, OutOfMemoryError) as error:
        raise BrokenError(f"{type(error).__name__}: {error}") from error.__cause__
    except CallsheetError as error:
        if not error.problems:
            raise BrokenError("an error without a problem") from error
        _lines(error.problems)


def _lines(problems: Any) -> None:
    for problem in problems:
        line = printable(str(problem))
        line.encode()
        if "\n" in line or "\x1b" in line:
            raise BrokenError(f"a message of several lines: {line!r}")


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _parsed(files: dict[str, bytes]) -> None:
    """Check that the content of every file is of the type that its name says."""
    if sum(map(len, files.values())) > MOST_OUTPUT:
        raise BrokenError("the output has no measure")
    for name, content in files.items():
        text = content.decode("utf-8")
        if name.endswith(".json"):
            json.loads(text)
        elif name.endswith((".yaml", ".yml")):
            yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        if "\0" in text:
            raise BrokenError(f"{name} holds a NUL")


def _generated(
    folder: Path, description: Path | None, options: api.Options, project: Path | None = None
) -> None:
    out = folder / "out"
    plan = api.load(description, project, options)
    _lines(plan.warnings)
    api.generate(plan, out)
    _parsed(_files(out))
    if api.check(plan, out):
        raise BrokenError("`check` finds a difference right after `generate`")


def description(choices: Choices) -> None:
    """A mutated description is validated, generated and checked."""
    tree = mutated(choices.one_of(seeds.DESCRIPTIONS), choices)
    with _place() as folder, _in_time():
        file = folder / ("a.json" if choices.chance(2) else "a.yaml")
        _written(file, tree)
        _written(folder / "b.json", seeds.OPENAPI)
        with _documented():
            _lines(api.validate(file))
        with _documented():
            options = api.Options(webhooks=choices.chance(2), callbacks=choices.chance(2))
            _generated(folder, file, options)


def text(choices: Choices) -> None:
    """A description with bytes removed or inserted."""
    content = bytearray(
        json.dumps(choices.one_of(seeds.DESCRIPTIONS), indent=choices.integer(2) or None).encode()
    )
    if choices.chance(2):
        content = bytearray(yaml.safe_dump(seeds.OPENAPI).encode())
    for _ in range(1 + choices.integer(5)):
        at = choices.integer(len(content))
        what = choices.integer(3)
        if what == 0:
            content[at : at + choices.integer(40)] = b""
        elif what == 1:
            content[at:at] = choices.one_of(TEXTS).encode(errors="surrogatepass")
        elif what == 2:
            content[at:at] = bytes(choices.integer(255) for _ in range(1 + choices.integer(3)))
        else:
            content[at:at] = choices.one_of(
                (b"&a ", b"*a", b"!!python/object:os.system ", b"? ", b"<<: ", b"- " * 50, b"%")
            )
    with _place() as folder, _in_time():
        file = folder / choices.one_of(("a.json", "a.yaml"))
        file.write_bytes(bytes(content))
        with _documented():
            _lines(api.validate(file))
        with _documented():
            _generated(folder, file, api.Options())


def overlay(choices: Choices) -> None:
    """A mutated overlay is applied to a valid description."""
    with _place() as folder, _in_time():
        _written(folder / "a.json", seeds.OPENAPI)
        _written(folder / "overlay.json", mutated(seeds.OVERLAY, choices))
        with _documented():
            _generated(folder, folder / "a.json", api.Options(overlays=(folder / "overlay.json",)))


def project(choices: Choices) -> None:
    """A mutated project file is used with a valid description."""
    with _place() as folder, _in_time():
        _written(folder / "a.json", seeds.OPENAPI)
        _written(
            folder / "before.json", mutated(seeds.OPENAPI, choices, 2) if choices.chance(3) else seeds.OPENAPI
        )
        _written(folder / "overlay.json", seeds.OVERLAY)
        (folder / "guide.md").write_text("# Guide\n\nText.\n")
        (folder / "templates").mkdir()
        _written(folder / "callsheet.yaml", mutated(seeds.PROJECT, choices, 3))
        with _documented():
            _generated(folder, None, api.Options(), folder / "callsheet.yaml")


_PATHS = (
    "../outside.txt",
    "../../outside.txt",
    "../beside/outside.txt",
    "/etc/hostname",
    "link/outside.txt",
    ".",
    "",
    "a\0b",
)


def manifest(choices: Choices) -> None:
    """A crafted manifest, in a folder that contains a symbolic link out of it."""
    with _place() as folder, _in_time():
        out = folder / "out"
        _written(folder / "a.json", seeds.OPENAPI)
        plan = api.load(folder / "a.json")
        api.generate(plan, out)
        (out / "link").symlink_to(folder.parent / "beside")
        listed = json.loads((out / "manifest.json").read_text())
        entry = next(iter(listed["files"].values()))
        for _ in range(choices.integer(3)):
            listed["files"][choices.one_of((*_PATHS, *TEXTS))] = dict(entry)
        listed = mutated(listed, choices, 3)
        if choices.chance(4):
            (out / "manifest.json").write_bytes(json.dumps(listed).encode()[: choices.integer(300)])
        else:
            _written(out / "manifest.json", listed)
        (out / choices.one_of(sorted(_files(out)))).unlink()
        for targets in (("curl",), ()):
            with _documented():
                api.generate(plan, out, targets)


def cache(choices: Choices) -> None:
    """A mutated cache entry, which must never be trusted more than the files."""
    before = os.environ.get("CALLSHEET_CACHE")
    with _place() as folder, _in_time():
        os.environ["CALLSHEET_CACHE"] = str(folder / "cache")
        try:
            _written(folder / "a.json", seeds.SWAGGER)
            time.sleep(2 * STEP / 1e9)  # the cache skips files that are newer than this
            request = single.Request(folder / "a.json", None, folder / "out")
            single.generate(request)
            for entry in (folder / "cache").iterdir():
                data = mutated(json.loads(entry.read_text()), choices, 3)
                entry.write_text(json.dumps(data).replace('"1e999"', "1e999"))
            if choices.chance(2):
                (folder / "out" / "manifest.json").unlink()
            with _documented():
                outcome = single.generate(request)
                for row in outcome.rows:
                    f"{row.size:,}".encode()
                _lines(outcome.findings.lines)
                f"{outcome.findings.total:,}".encode()
                if single.check(request).rows:
                    raise BrokenError("a run was recalled whose files are not there")
        finally:
            if before is None:
                del os.environ["CALLSHEET_CACHE"]
            else:
                os.environ["CALLSHEET_CACHE"] = before


def option(choices: Choices) -> None:
    """Arbitrary option values, as a script may pass them."""
    from click.testing import CliRunner

    from generator.cli.main import main

    words = [
        choices.one_of((*TEXTS, "a.json", "a=b", "tag=x", "path=/a*", "1/2", "-1", "99999")) for _ in range(4)
    ]
    names = (
        "--include",
        "--exclude",
        "--shard",
        "--jobs",
        "--folders",
        "--overlay",
        "--since",
        "-c",
        "--target",
        "-o",
    )
    with _place() as folder, _in_time(), contextlib.chdir(folder):
        _written(folder / "a.json", seeds.SWAGGER)
        arguments = [choices.one_of(("generate", "check", "validate")), "a.json"]
        for word in words[: 1 + choices.integer(3)]:
            if choices.chance(3):
                arguments.append(word)
            else:
                name = choices.one_of(names)
                # Always the same folder: a user who passes another one to -o is responsible for it.
                arguments += [name, "out" if name == "-o" else word]
        done = CliRunner().invoke(main, [argument.replace("\0", "") for argument in arguments])
        if done.exit_code not in (0, 1, 2) or "Traceback" in done.output or "\x1b" in done.output:
            raise BrokenError(f"{arguments}: {done.exit_code} {done.output[-500:]}")


TARGETS: dict[str, Callable[[Choices], None]] = {
    target.__name__: target for target in (description, text, overlay, project, manifest, cache, option)
}
