"""The site in memory: its files, the number of their build, and the error of a later one."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from generator import deep_stack
from generator.errors import only_documented

if TYPE_CHECKING:
    from generator.api import Plan

#: The target whose files are served, and its folder.
_TARGET, _FOLDER = "docs", "docs/"


class Build(msgspec.Struct, frozen=True):
    """The files that are served, and the state of the newest build."""

    files: Mapping[str, bytes] = {}
    """The content of each file by its path below the top of the site."""
    made: int = 0
    """The number of the build that made the files."""
    number: int = 0
    """The number of the newest build."""
    error: str = ""
    """Why the newest build failed; empty if it made the files."""


class NewestBuild:
    """The newest build, shared by the threads that serve it and the one that makes it."""

    def __init__(self) -> None:
        # A time, so that pages left open from an earlier server don't have the number of a new build.
        self._build = Build(number=int(time.time()))
        self._changed = threading.Condition()

    @property
    def build(self) -> Build:
        """The build that is served now."""
        return self._build

    def put(self, files: Mapping[str, bytes]) -> None:
        """Serve ``files`` from now on. Do nothing if they haven't changed and the last build didn't fail."""
        old = self._build
        if files != old.files or old.error:
            self._set(Build(files, old.number + 1, old.number + 1))

    def fail(self, error: str) -> None:
        """Report ``error`` to open pages. The files served before are still served."""
        old = self._build
        if error != old.error:
            self._set(Build(old.files, old.made, old.number + 1, error))

    def _set(self, build: Build) -> None:
        with self._changed:
            self._build = build
            self._changed.notify_all()

    def wait(self, since: int, seconds: float) -> Build | None:
        """Wait until the newest build isn't number ``since``, and return it; ``None`` after ``seconds``."""
        with self._changed:
            is_new = self._changed.wait_for(lambda: self._build.number != since, seconds)
            return self._build if is_new else None


def files(plan: Plan) -> dict[str, bytes]:
    """The files of the site of ``plan``, by their paths below its top. Raises ``CallsheetError``."""
    from generator.targets.shared import templating

    templating.forget()  # (templates are watched too, and may have changed)
    with only_documented(plan.document.file):
        return deep_stack.run(
            lambda: {
                path.removeprefix(_FOLDER): rendered.text.encode() for path, rendered in plan.files([_TARGET])
            }
        )
