"""Other files that a description refers to, made part of it: one tree, every reference inside it.

Only files below the description's own folder are read; nothing is ever fetched. What a file holds is put
under ``x-files`` by its path, and the references that led there are rewritten. OpenAPI 3.1.1, section 4.6.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from generator.errors import Place, Problem
from generator.reading.nodes import mapping
from generator.reading.references import keyword_objects
from generator.reading.text import TextError, decoded, parse, pointer

FILES = "x-files"
_MAYBE = re.compile(rb"""\$ref["']?\s*:\s*["']?(?!["'#\s])""")


def refers_to_files(content: bytes) -> bool:
    """Whether a description may refer to another file: a quick look that is never wrong with a no."""
    if b"externalValue" in content or b"operationRef" in content or content[:4].count(0):
        return True
    # In JSON, as most tools write it, counting is enough, and many times faster.
    references = content.count(b'"$ref"')
    inside = content.count(b'"$ref": "#') or content.count(b'"$ref":"#')
    if references == inside and references == content.count(b"$ref"):
        return False
    return _MAYBE.search(content) is not None


class Files:
    """The files beside one description, read as they are met."""

    def __init__(self, folder: Path, name: str, root: dict[str, Any]) -> None:
        self._folder = folder.resolve()
        self._name = name
        self.texts: dict[str, str] = {}
        self.warnings: list[Problem] = []
        self.paths: list[Path] = []
        """Every file that was read, or looked for."""
        self._found: dict[str, Any] = {}
        self._root = root

    def bundle(self) -> None:
        """Rewrite every reference in the description, and read what they lead to."""
        waiting = [(self._name, self._root)]
        while waiting:
            name, tree = waiting.pop()
            before = set(self._found)
            for _, node in keyword_objects(tree):
                self._rewrite(node, name)
            waiting += [(new, self._found[new]) for new in self._found if new not in before]
        if self._found:
            self._root[FILES] = self._found

    def _rewrite(self, node: dict[str, Any], name: str) -> None:
        for key in ("$ref", "operationRef"):
            if isinstance(node.get(key), str):
                node[key] = self._internal(node[key], name)
        names = mapping(mapping(node.get("discriminator")).get("mapping"))
        for value, target in names.items():
            if isinstance(target, str) and (name != self._name or re.search(r"[./]", target)):
                names[value] = self._internal(target, name)
        if isinstance(node.get("externalValue"), str) and "value" not in node:
            found = self._read(self._path(node["externalValue"], name), example=True)
            if found is not None:
                node["value"] = found

    def _internal(self, reference: str, name: str) -> str:
        """``reference``, as it stands in the file ``name``, as one into the whole tree."""
        before, _, fragment = reference.partition("#")
        path = self._path(before, name) if before else name
        if path == self._name:
            return "#" + fragment
        if path is None or (fragment and not fragment.startswith("/")):
            return reference
        if path not in self._found and self._read(path) is None:
            return reference
        return f"#/{FILES}{pointer(path)}".replace("%", "%25") + fragment

    def _path(self, reference: str, name: str) -> str | None:
        """The path of another file below the folder, as the description's folder sees it."""
        parts = urlsplit(reference)
        if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
        return None if path.startswith("..") else path

    def _read(self, path: str | None, *, example: bool = False) -> Any:
        if path is None:
            return None
        file = (self._folder / path).resolve()
        self.paths.append(file)
        if not file.is_relative_to(self._folder) or not file.is_file():
            return None
        shown = os.path.relpath(file)
        try:
            content = file.read_bytes()
            text = decoded(content, shown)
            if example and not path.lower().endswith((".json", ".yaml", ".yml")):
                return text
            parsed = parse(text, shown)
        except TextError as error:
            self.warnings.append(error.problem)
            return None
        except OSError as error:
            self.warnings.append(Problem(Place(shown), f"The file can't be read: {error.strerror}."))
            return None
        self.warnings += parsed.warnings
        if not example:
            self.texts[path] = text
            self._found[path] = parsed.data
        return parsed.data


def split(at: str) -> tuple[str, str]:
    """The file that a pointer into the tree leads to, empty for the description's own, and the rest."""
    if not at.startswith(f"/{FILES}/"):
        return "", at
    name, _, rest = at.removeprefix(f"/{FILES}/").partition("/")
    return name.replace("~1", "/").replace("~0", "~"), "/" + rest if rest else ""
