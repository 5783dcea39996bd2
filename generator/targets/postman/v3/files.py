"""Collections and environments in Postman's format 3.0.0: a folder of YAML files, one for each request.

They are written from the same structure as the file in format 2.1.0, so that both send the same requests.
The format is known by what Postman's own commands accept: ``postman collection lint``, ``run``, ``migrate``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from generator.escaping.yaml_writer import yaml_text
from generator.model import Api
from generator.project.settings import Settings
from generator.targets.postman import environments
from generator.targets.postman.collections import collections
from generator.targets.postman.formats import FORMAT_3
from generator.targets.postman.requests import Json
from generator.targets.postman.v3 import request_items
from generator.targets.postman.v3.file_names import FolderNames, length
from generator.targets.postman.v3.request_items import Given, known
from generator.texts import Items

File = tuple[str, str]
_STEP = 1000
#: The longest file name, and the longest path below the collection, with which exports work on Windows.
_NAME, _PATH = 60, 180
_REQUEST, _EXAMPLE, _ENVIRONMENT = ".request.yaml", ".example.yaml", ".environment.yaml"
_DEFINITION = ".resources/definition.yaml"
#: The names of examples are statuses, of which ``511 Network Authentication Required`` is the longest.
_EXAMPLE_STEM = 36
#: The part of the longest path that folders and the request's name can't use.
_FIXED = length(".resources/.resources/examples/") + _EXAMPLE_STEM + length(_EXAMPLE)
#: How many characters are reserved for a request's name; the rest is for the folders above it.
_LEAST_STEM = 20
_FOLDERS = _PATH - _FIXED - _LEAST_STEM
_LEAST_FOLDER = 8
#: The longest name of a folder that includes the name of the folder above it.
_LONG = 200


def render(api: Api, settings: Settings) -> Iterator[File]:
    """``postman/collections/<name>/…`` and ``postman/environments/<name>.environment.yaml``, one by one."""
    names = FolderNames()
    for _, structure in collections(api, settings, FORMAT_3):
        info = structure["info"]
        name = names.take(info["name"], info["_postman_id"], _NAME)
        for path, text in collection_files(structure, name):
            yield f"postman/collections/{name}/{path}", text
    names = FolderNames()
    for name, environment in environments.named(api, settings):
        stem = names.take(name, environment["id"], _NAME - length(_ENVIRONMENT))
        text = yaml_text(request_items.environment(environment))
        yield f"postman/environments/{stem}{_ENVIRONMENT}", text


def collection_files(structure: Given, stem: str) -> Iterator[File]:
    """The files of a collection, with their paths below the collection's folder, which is called ``stem``."""
    known(structure, "info", "item", "event", "variable")
    info = structure["info"]
    known(info, "_postman_id", "name", "description", "schema")
    definition = {
        "$kind": "collection",
        "id": info["_postman_id"],
        **_named(info["name"], stem),
        **request_items.described(info),
        **request_items.variables(structure.get("variable", ())),
        **request_items.scripts(structure.get("event", ()), "http:"),
    }
    yield _DEFINITION, yaml_text(definition)
    yield from _Folder("").files(structure["item"])


class _Folder:
    """A folder, with the names that are taken in it and the last value of ``order``."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._names = FolderNames()
        self._order = 0

    def files(self, items: Items | Iterable[Given]) -> Iterator[File]:
        """The files of ``items``, which are requests and folders, in order."""
        for item in items.make() if isinstance(items, Items) else items:
            if "item" in item:
                yield from self._below(item)
            else:
                yield from self._request(item)

    def _below(self, folder: Given) -> Iterator[File]:
        """The files of a folder in this one. If paths would get too long, its own folders are beside it."""
        known(folder, "id", "name", "description", "item", "event")
        left = _FOLDERS - length(self._path)
        most = min(max(left // 2, min(left, _LEAST_FOLDER + 4)) - 1, _NAME)
        # A folder whose name looks like a request's file would be ignored.
        name = re.sub(r"\.(?=yaml)", "-", folder["name"], flags=re.IGNORECASE)
        stem = self._names.take(name, folder.get("id", ""), most)
        path = f"{self._path}{stem}/"
        inside = _Folder(path)
        yield f"{path}{_DEFINITION}", yaml_text(self._definition(folder, stem))
        if _FOLDERS - length(path) > _LEAST_FOLDER:
            yield from inside.files(folder["item"])
        else:
            yield from self._beside(folder, inside)

    def _definition(self, folder: Given, stem: str) -> Json:
        return {
            "$kind": "collection",
            **({"id": folder["id"]} if "id" in folder else {}),
            **_named(folder["name"], stem),
            **request_items.described(folder),
            **request_items.scripts(folder.get("event", ()), "http:"),
            "order": self._next(),
        }

    def _beside(self, folder: Given, inside: _Folder) -> Iterator[File]:
        """The requests of a folder inside it, its folders after it, with the names of both, all in order."""
        items = folder["item"].make() if isinstance(folder["item"], Items) else folder["item"]
        torn = False
        for are_folders, run in groupby(items, lambda item: "item" in item):
            if are_folders:
                torn = True
                for item in run:
                    event = [*folder.get("event", ()), *item.get("event", ())]
                    name = f"{folder['name']} / {item['name']}"
                    name = name if len(name) <= _LONG else f"… / {item['name']}"
                    yield from self._below({**item, "name": name, "event": event})
            elif torn:
                # (An id must not appear twice.)
                again = {key: value for key, value in folder.items() if key != "id"}
                yield from self._below({**again, "item": run})
            else:
                yield from inside.files(run)

    def _request(self, item: Given) -> Iterator[File]:
        """The files of a request and its examples."""
        most = min(_NAME - length(_REQUEST), _PATH - _FIXED - length(self._path))
        stem = self._names.take(item["name"], item["id"], most, _REQUEST)
        examples = f".resources/{stem}.resources/examples"
        saved = item.get("response", ())
        whole = {
            "$kind": "http-request",
            "id": item["id"],
            **_named(item["name"], stem),
            **request_items.request(item),
            **({"examples": f"./{examples}"} if saved else {}),
            "order": self._next(),
        }
        yield f"{self._path}{stem}{_REQUEST}", yaml_text(whole)
        names = FolderNames()
        for number, each in enumerate(saved, start=1):
            name = names.take(_status(each), each["id"], _EXAMPLE_STEM)
            example = {
                "$kind": "http-example",
                "id": each["id"],
                **_named(each["name"], name),
                **request_items.example(each),
                "order": number * _STEP,
            }
            yield f"{self._path}{examples}/{name}{_EXAMPLE}", yaml_text(example)

    def _next(self) -> int:
        self._order += _STEP
        return self._order


def _named(name: str, stem: str) -> Json:
    """The name if it differs from that of the file or folder."""
    return {"name": name} if name != stem else {}


def _status(saved: Given) -> str:
    """The name for an example's file: its status, or its own name if it has none."""
    return f"{saved['code']} {saved.get('status', '')}" if "code" in saved else str(saved["name"])
