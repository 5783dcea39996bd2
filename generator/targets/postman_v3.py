"""Collections and environments in Postman's format 3.0.0: a folder of YAML files, one for each request.

Made of the same structure as the file in format 2.1.0, so that both send the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.model import Api
from generator.settings import Settings
from generator.targets import environments, v3_requests
from generator.targets.collection import collections
from generator.targets.file_names import unique_names
from generator.targets.requests import Json
from generator.targets.yaml_text import yaml_text
from generator.texts import Items

_ROOT = "postman"
_STEP = 1000
#: The longest file name, and the longest path below the collection: beyond, Windows can't take an export.
_NAME, _PATH = 60, 180
_REQUEST, _EXAMPLE, _DEFINITION = ".request.yaml", ".example.yaml", ".resources/definition.yaml"
_STEM = _NAME - len(_REQUEST)
_EXAMPLE_STEM = 30
#: What is left for the folders above a request: the path to its examples is the longest.
_FOLDERS = _PATH - len(".resources/.resources/examples/") - len(_EXAMPLE) - _STEM - _EXAMPLE_STEM
_SHORTEST = 7
_COLLECTION = frozenset({"info", "item", "auth", "event", "variable", "protocolProfileBehavior"})
_FOLDER = frozenset({"id", "name", "description", "item", "event", "auth"})


def render(api: Api, settings: Settings) -> dict[str, str]:
    """``postman/collections/<name>/…`` and ``postman/environments/<name>.environment.yaml``."""
    found = [structure for _, structure in collections(api, settings)]
    names = unique_names([(structure["info"]["name"], "") for structure in found], _NAME)
    files: dict[str, str] = {}
    for name, structure in zip(names, found, strict=True):
        files |= _Writer(f"{_ROOT}/collections/{name}").files(structure)
    for stem, environment in environments.named(api, settings):
        values = [
            {"key": each["key"], "value": each["value"], "enabled": each["enabled"], "type": each["type"]}
            for each in environment["values"]
        ]
        text = yaml_text({"id": environment["id"], "name": environment["name"], "values": values})
        files[f"{_ROOT}/environments/{stem}.environment.yaml"] = text
    return files


class _Writer:
    """Writes one collection below ``folder``."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._depth = 1

    def files(self, structure: Json) -> dict[str, str]:
        """Every file of the collection, by path."""
        v3_requests.only(structure, _COLLECTION)
        info = structure["info"]
        stem = self._folder.rpartition("/")[2]
        definition = {
            "$kind": "collection",
            "id": info["_postman_id"],
            **({"name": info["name"]} if info["name"] != stem else {}),
            **({"description": info["description"]} if info["description"] else {}),
            "variables": {each["key"]: each["value"] for each in structure["variable"]},
            **v3_requests.settings(structure.get("protocolProfileBehavior", {})),
            **v3_requests.scripts(structure["event"], "http:"),
        }
        items = _opened(structure["item"], structure.get("auth"))
        self._depth = max(_depth(items), 1)
        return {
            f"{self._folder}/{_DEFINITION}": yaml_text(definition),
            **dict(self._items(items, self._folder, 1)),
        }

    def _items(self, items: Sequence[Json], folder: str, level: int) -> Iterator[tuple[str, str]]:
        """The files of ``items``, which stand in ``folder``, the ``level``-th from the top."""
        most = max(_FOLDERS // self._depth - 1, _SHORTEST)
        if (most + 1) * level > _FOLDERS:
            # Deeper than paths may be long: what stands below joins this folder.
            items = list(_requests(items))
        below = [item for item in items if "item" in item]
        own = [item for item in items if "item" not in item]
        folders = dict(zip(map(id, below), unique_names(map(_named, below), min(most, _NAME)), strict=True))
        requests = dict(zip(map(id, own), unique_names(map(_named, own), _STEM), strict=True))
        for number, item in enumerate(items, start=1):
            order = number * _STEP
            if "item" in item:
                yield from self._subfolder(item, f"{folder}/{folders[id(item)]}", order, level)
            else:
                yield from _request(item, folder, requests[id(item)], order)

    def _subfolder(self, item: Json, folder: str, order: int, level: int) -> Iterator[tuple[str, str]]:
        v3_requests.only(item, _FOLDER)
        stem = folder.rpartition("/")[2]
        definition = {
            "$kind": "collection",
            "id": item["id"],
            **({"name": item["name"]} if item["name"] != stem else {}),
            **({"description": item["description"]} if item["description"] else {}),
            **({"auth": v3_requests.auth(item["auth"])} if "auth" in item else {}),
            **v3_requests.scripts(item.get("event", []), "http:"),
            "order": order,
        }
        yield f"{folder}/{_DEFINITION}", yaml_text(definition)
        yield from self._items(item["item"], folder, level + 1)


def _named(item: Json) -> tuple[str, str]:
    return item["name"], item["id"]


def _opened(items: Items | Sequence[Json], auth: Json | None) -> list[Json]:
    """The items, and theirs, all made, each request with its ``auth``.

    The collection has none in format 3: its runtime adds a collection's to what a script sends, too, whatever
    the script says, and the token request would carry the token.
    """
    found: list[Json] = []
    for item in items.make() if isinstance(items, Items) else items:
        if "item" in item:
            found.append({**item, "item": _opened(item["item"], auth)})
        elif auth is None or "auth" in item["request"]:
            found.append(dict(item))
        else:
            found.append({**item, "request": {**item["request"], "auth": auth}})
    return found


def _requests(items: Sequence[Json]) -> Iterator[Json]:
    for item in items:
        if "item" in item:
            yield from _requests(item["item"])
        else:
            yield item


def _depth(items: Sequence[Json]) -> int:
    return max((1 + _depth(item["item"]) for item in items if "item" in item), default=0)


def _request(item: Json, folder: str, stem: str, order: int) -> Iterator[tuple[str, str]]:
    examples = f".resources/{stem}.resources/examples"
    saved = item.get("response", [])
    whole = {
        "$kind": "http-request",
        "id": item["id"],
        **({"name": item["name"]} if item["name"] != stem else {}),
        **v3_requests.request(item),
        **v3_requests.scripts(item.get("event", [])),
        **({"examples": f"./{examples}"} if saved else {}),
        "order": order,
    }
    yield f"{folder}/{stem}{_REQUEST}", yaml_text(whole)
    names = unique_names(((_status(each), each["id"]) for each in saved), _EXAMPLE_STEM)
    for number, (name, each) in enumerate(zip(names, saved, strict=True), start=1):
        text = {
            "$kind": "http-example",
            "id": each["id"],
            **({"name": each["name"]} if each["name"] != name else {}),
            **v3_requests.example(each),
            "order": number * _STEP,
        }
        yield f"{folder}/{examples}/{name}{_EXAMPLE}", yaml_text(text)


def _status(saved: Json) -> str:
    """The name of an example's file: its status, or what it is called where it has none."""
    return f"{saved['code']} {saved['status']}".strip() if "code" in saved else str(saved["name"])
