"""Rebuild the site whenever one of its inputs changes.

``watchfiles`` reports a change at once, but the state of the files decides. It is also checked once a second,
so that no change is missed on a file system without notifications, or while the site is being built.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from watchfiles import watch

from generator import console
from generator.api import Plan
from generator.errors import CallsheetError
from generator.file_stamps import STEP, changed
from generator.preview.builds import NewestBuild, files
from generator.resources import resource

#: How often the files are checked, in milliseconds, and how long they must not have changed, in seconds.
_LOOK = 1000
_STILL = 0.05
_Stamps = Mapping[Path, tuple[int, int, int]]


class Watcher:
    """Rebuilds ``site`` from the plan that ``load`` returns, until it is stopped."""

    def __init__(self, site: NewestBuild, load: Callable[[], Plan]) -> None:
        self._site = site
        self._load = load
        self._watched: tuple[Path, ...] = ()
        self._stamps: _Stamps = {}
        self._stop = threading.Event()

    def build(self) -> None:
        """Build the site for the first time. Raises ``CallsheetError``."""
        since = time.time_ns()
        plan = self._load()
        self._site.put(files(plan))
        self._follow(_inputs(plan), since)

    def run(self) -> None:
        """Watch and rebuild until ``stop`` is called."""
        while not self._stop.is_set():
            for _ in _wakes(self._watched, self._stop):
                if _stamps(self._watched) != self._stamps:
                    break
            else:
                return
            self._again()

    def stop(self) -> None:
        """Make ``run`` return soon."""
        self._stop.set()

    def _again(self) -> None:
        self._stamps = self._settled()
        since, begun = time.time_ns(), time.monotonic()
        try:
            plan = self._load()
            made = files(plan)
        except CallsheetError as error:
            with suppress(OSError):
                console.failure(error)
            self._site.fail(str(error))
            missed = (*(Path(problem.place.file) for problem in error.problems), *error.looked_for)
            self._follow((*self._watched, *missed), since)
            return
        with suppress(OSError):  # the terminal may be gone; the site is still served
            console.say(f"Rebuilt in {time.monotonic() - begun:.1f} s.")
        self._site.put(made)
        self._follow(_inputs(plan), since)

    def _settled(self) -> _Stamps:
        """The state of the files once they no longer change: an editor may empty a file before writing it."""
        last = _stamps(self._watched)
        while not self._stop.wait(_STILL):
            stamps = _stamps(self._watched)
            if stamps == last:
                break
            last = stamps
        return last

    def _follow(self, paths: Iterable[Path], since: int) -> None:
        """Watch ``paths`` from now on. A change after ``since``, while they were read, is still detected."""
        before = self._stamps
        self._watched = tuple(dict.fromkeys(paths))
        self._stamps = {
            file: before.get(file, stamp)
            for file, stamp in _stamps(self._watched).items()
            if file in before or stamp[0] < since - STEP
        }


def _inputs(plan: Plan) -> tuple[Path, ...]:
    """Every file and folder from which the site is made."""
    own = getattr(plan.settings.templates, "folder", "")
    folders = (resource("templates") / "docs", *((Path(own),) if own else ()))
    return tuple(dict.fromkeys((*plan.inputs, *folders)))


def _stamps(paths: Iterable[Path]) -> _Stamps:
    """The state of each file, in folders too: the time of its last change, its size, and its inode."""
    return {file: _stamp(file) for path in paths for file in _files(path)}


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for place, folders, names in os.walk(path):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (Path(place) / name for name in names)


def _stamp(file: Path) -> tuple[int, int, int]:
    try:
        stat = file.stat()
    except OSError:
        return 0, 0, 0
    return changed(str(file)), stat.st_size, stat.st_ino


def _wakes(paths: Iterable[Path], stop: threading.Event) -> Iterator[object]:
    """Yield whenever a file in the folders of ``paths`` may have changed, and once a second."""
    folders = sorted({folder for path in paths for folder in _folders(path)})
    yield None
    try:
        yield from watch(
            *folders,
            watch_filter=None,
            stop_event=stop,
            rust_timeout=_LOOK,
            yield_on_timeout=True,
            recursive=False,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
    except (OSError, RuntimeError):
        # A folder was removed, or there are more than the system can watch: fall back to checking.
        while not stop.wait(_LOOK / 1000):
            yield None


def _folders(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from {path, *(file.parent for file in _files(path))}
    elif path.parent.is_dir():
        yield path.parent
