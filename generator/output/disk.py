"""Read and change the disk, within one folder.

Paths are relative, with slashes. Symbolic links below the folder are not followed, so that nothing outside it
is read, written or removed. Where the system allows it, each call identifies a file by the descriptor of its
parent folder, so that a link that somebody creates during a run isn't followed either.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_BY_DESCRIPTOR = {os.open, os.mkdir, os.stat, os.unlink, os.rmdir, os.rename} <= os.supports_dir_fd
# Windows has neither of these; there, the check before each call is the only protection.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_AS_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
#: Opening a pipe must not block until somebody writes to it.
_AS_FILE = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_AS_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | getattr(os, "O_BINARY", 0)
#: A name that is valid on Windows too, where ``C:x`` leads to another drive and ``.. `` to the parent folder.
_PLAIN = re.compile(r'[^\x00-\x1f\x7f/\\:*?"<>|\ud800-\udfff]+')
_LONGEST = 1024
_BUFFER = 1 << 16
_MOST_OPEN = 64
"""Folders that are kept open at once."""
#: The attribute of links and junctions on Windows.
_REPARSE_POINT = 0x400
LINK = "a symbolic link"


def change(call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Make a call that changes the disk. All such calls are made here, so that a test can fail each."""
    return call(*args, **named)


class Digest(NamedTuple):
    """The SHA-256 of a content, in hexadecimal, and its size in bytes."""

    sha256: str
    size: int


class BlockedError(Exception):
    """A path leads to a link, a pipe or a device, to a folder instead of a file, or the other way round."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path} is {what}")
        self.path = path
        self.what = what
        """A noun with its article, such as ``a symbolic link``."""


class Folder:
    """An existing folder. The path that leads to it may contain links, which are resolved once."""

    def __init__(self, root: Path) -> None:
        """Open the folder ``root``. Raises ``OSError`` if there is no such folder."""
        self.root = root.resolve(strict=True)
        self._open: dict[str, int] = {}
        self._missing: set[str] = set()
        """Folders that don't exist: in a first run, most files are looked for in one of them."""
        if not self.root.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "Not a directory", str(root))
        self.descriptor = os.open(self.root, _AS_FOLDER) if _BY_DESCRIPTOR else None

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in (*self._open.values(), *([] if self.descriptor is None else [self.descriptor])):
            os.close(descriptor)
        self._open.clear()

    # --- Reading --------------------------------------------------------------------------------------

    def digest(self, path: str) -> Digest | None:
        """The digest of a file, or ``None`` if it doesn't exist. Raises ``BlockedError`` or ``OSError``."""
        with self._reading(path) as file:
            if file is None:
                return None
            # Size and content are those of the same file, even if it is replaced in the meantime.
            size = os.fstat(file.fileno()).st_size
            return Digest(hashlib.file_digest(file, "sha256").hexdigest(), size)  # type: ignore[arg-type]

    def read(self, path: str, most: int) -> bytes | None:
        """The first ``most`` bytes of a file, or ``None`` if it doesn't exist. Raises as ``digest`` does."""
        with self._reading(path) as file:
            return None if file is None else file.read(most)

    def same(self, one: str, other: str) -> bool:
        """Whether two paths lead to the same file, as they may on a case-insensitive file system."""
        try:
            first, second = self._stat(one), self._stat(other)
        except (OSError, BlockedError):
            return False
        return first is not None and second is not None and os.path.samestat(first, second)

    def exists(self, path: str) -> bool:
        """Whether anything exists at ``path``, of whatever kind. Raises ``BlockedError`` or ``OSError``."""
        return self._stat(path) is not None

    def names(self, path: str) -> list[str]:
        """The names in a folder. Raises ``BlockedError`` if ``path`` is something else, or ``OSError``."""
        folder = self._parent(f"{path}/_")[0] if _BY_DESCRIPTOR else self._checked(path)
        return os.listdir(folder)  # noqa: PTH208

    @contextlib.contextmanager
    def _reading(self, path: str) -> Iterator[IO[bytes] | None]:
        found = self._stat(path)
        if found is None:
            yield None
            return
        # (Before it is opened, since opening some devices has an effect.)
        self._only_file(path, found)
        at, name = self._parent(path)
        try:
            descriptor = os.open(name, _AS_FILE, dir_fd=at)
        except OSError as error:
            raise self._named(error, path) from None
        with os.fdopen(descriptor, "rb", _BUFFER) as file:
            self._only_file(path, os.fstat(descriptor))
            yield file

    def _stat(self, path: str) -> os.stat_result | None:
        folder = path.rpartition("/")[0]
        if folder in self._missing:
            return None
        try:
            at, name = self._parent(path)
        except FileNotFoundError:
            self._missing.add(folder)
            return None
        except OSError as error:
            raise self._named(error, path) from None
        try:
            return os.stat(name, dir_fd=at, follow_symlinks=False)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._named(error, path) from None

    @staticmethod
    def _only_file(path: str, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode) or _is_link(found):
            raise BlockedError(path, _kind(found))

    def refuse_removed(self) -> None:
        """Raise ``OSError`` if another run has removed this folder since it was opened."""
        if self.descriptor is not None:
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(self.descriptor), self.root.stat()):
                    return
            raise OSError(errno.ESTALE, "Another run removed the folder", str(self.root))

    def refuse_read_only(self, folder: str) -> None:
        """Raise ``PermissionError`` if ``folder``, or its nearest ancestor that exists, isn't writable."""
        while True:
            try:
                at, name = self._parent(f"{folder}/." if folder else ".")
            except FileNotFoundError:
                folder = folder.rpartition("/")[0]
                continue
            if not os.access(name, os.W_OK | os.X_OK, dir_fd=at):
                raise PermissionError(errno.EACCES, "Permission denied", str(self.root / folder))
            return

    # --- Changing -------------------------------------------------------------------------------------

    def make_folder(self, path: str) -> None:
        """Create a folder and its parents, if they are missing. Raises ``BlockedError`` or ``OSError``."""
        try:
            self._parent(f"{path}/_")
        except FileNotFoundError:
            self.make_folder(path.rpartition("/")[0])
            at, name = self._parent(path)
            self._missing.clear()
            with contextlib.suppress(FileExistsError):
                self._change(path, os.mkdir, name, dir_fd=at)
            self._parent(f"{path}/_")

    def create(self, path: str, pieces: Iterable[bytes], mode: int) -> Digest:
        """Write a file that doesn't exist yet. Returns its digest. Raises ``BlockedError`` or ``OSError``."""
        at, name = self._parent(path)
        descriptor = self._change(path, os.open, name, _AS_NEW, 0o600, dir_fd=at)
        digest, size = hashlib.sha256(), 0
        try:
            for content in _blocks(pieces):
                digest.update(content)
                size += len(content)
                left = memoryview(content)
                while left:
                    left = left[self._change(path, os.write, descriptor, left) :]
            if hasattr(os, "fchmod"):
                self._change(path, os.fchmod, descriptor, mode)
        finally:
            os.close(descriptor)
        return Digest(digest.hexdigest(), size)

    def move(self, path: str, to: str) -> None:
        """Rename a file, replacing what is at ``to``, but no folder. Raises as ``remove`` does."""
        at, name = self._parent(path)
        to_at, to_name = self._parent(to)
        self._change(to, os.replace, name, to_name, src_dir_fd=at, dst_dir_fd=to_at)

    def remove(self, path: str) -> None:
        """Remove a file. Raises ``BlockedError`` or ``OSError``."""
        at, name = self._parent(path)
        self._change(path, os.unlink, name, dir_fd=at)

    def remove_folder(self, path: str) -> bool:
        """Remove a folder if it is empty. Returns whether it was removed."""
        try:
            at, name = self._parent(path)
            descriptor = self._open.pop(path, None)
            if descriptor is not None:
                os.close(descriptor)
            self._change(path, os.rmdir, name, dir_fd=at)
        except (OSError, BlockedError):
            return False
        return True

    def remove_empty_parents(self, path: str) -> None:
        """Remove the folders above ``path`` that are empty, but not this folder itself."""
        while "/" in path:
            path = path.rpartition("/")[0]
            if not self.remove_folder(path):
                return

    def _change(self, path: str, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        try:
            return change(call, *args, **named)
        except OSError as error:
            raise self._named(error, path) from None

    # --- Paths ----------------------------------------------------------------------------------------

    def _parent(self, path: str) -> tuple[int | None, str]:
        """How system calls identify ``path``: the descriptor of its parent folder, and its name there.

        Without descriptors, these are ``None`` and the whole path. Raises ``BlockedError`` if a folder above
        it is a link or a file, and ``FileNotFoundError`` if one is missing.
        """
        folder, _, name = path.rpartition("/")
        if not _BY_DESCRIPTOR:
            return None, os.path.join(self._checked(folder), name)  # noqa: PTH118
        at = self.descriptor
        if folder in self._open:
            return self._folder(folder, "", at), name
        parts = folder.split("/") if folder else []
        for count, part in enumerate(parts, 1):
            at = self._folder("/".join(parts[:count]), part, at)
        return at, name

    def _folder(self, path: str, name: str, at: int | None) -> int:
        known = self._open.pop(path, None)
        if known is None:
            try:
                known = os.open(name, _AS_FOLDER | _NO_LINK, dir_fd=at)
            except FileNotFoundError as error:
                raise self._named(error, path) from None
            except OSError as error:
                found = os.stat(name, dir_fd=at, follow_symlinks=False)
                if stat.S_ISDIR(found.st_mode):
                    raise self._named(error, path) from None
                raise BlockedError(path, _kind(found)) from None
        self._open[path] = known
        if len(self._open) > _MOST_OPEN:
            os.close(self._open.pop(next(iter(self._open))))
        return known

    def _checked(self, folder: str) -> str:
        """The absolute path of a folder, each part checked to be a folder; used without descriptors."""
        whole = str(self.root)
        parts = folder.split("/") if folder else []
        for count, part in enumerate(parts, 1):
            whole = os.path.join(whole, part)  # noqa: PTH118
            found = os.lstat(whole)
            if _is_link(found) or not stat.S_ISDIR(found.st_mode):
                raise BlockedError("/".join(parts[:count]), _kind(found))
        return whole

    def _named(self, error: OSError, path: str) -> OSError:
        error.filename, error.filename2 = os.path.join(self.root, path), None  # noqa: PTH118
        return error


def make_root(root: Path) -> list[Path]:
    """Create ``root`` and its parents, if they are missing. Returns the new folders, deepest first."""
    missing = [folder for folder in (root, *root.parents) if not folder.exists()]
    made: list[Path] = []
    try:
        for folder in reversed(missing):
            with contextlib.suppress(FileExistsError):
                change(os.mkdir, folder)
                made.insert(0, folder)
    except OSError:
        remove_roots(made)
        raise
    return made


def remove_roots(made: Iterable[Path]) -> None:
    """Remove the folders that ``make_root`` created, as far as they are empty."""
    with contextlib.suppress(OSError):
        for folder in made:
            change(os.rmdir, folder)


def digest_of(contents: Iterable[bytes]) -> Digest:
    """The digest of the concatenated ``contents``."""
    digest, size = hashlib.sha256(), 0
    for content in contents:
        digest.update(content)
        size += len(content)
    return Digest(digest.hexdigest(), size)


def is_inside(path: str) -> bool:
    """Whether ``path`` is a valid path within a folder: relative, and with names valid on every system."""
    folder, slash, name = path.rpartition("/")
    return len(path) <= _LONGEST and _is_plain(name) and (not slash or _are_plain(folder))


@lru_cache(maxsize=1024)
def _are_plain(folder: str) -> bool:
    return all(map(_is_plain, folder.split("/")))


def _is_plain(part: str) -> bool:
    return _PLAIN.fullmatch(part) is not None and not part.endswith((".", " "))


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces, of at least ``_BUFFER`` bytes except for the last."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= _BUFFER:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def _is_link(found: os.stat_result) -> bool:
    attributes: Any = getattr(found, "st_file_attributes", 0)
    return stat.S_ISLNK(found.st_mode) or bool(attributes & _REPARSE_POINT)


def _kind(found: os.stat_result) -> str:
    if _is_link(found):
        return LINK
    if stat.S_ISDIR(found.st_mode):
        return "a folder"
    return "a file" if stat.S_ISREG(found.st_mode) else "a pipe or a device"
