"""Collections in Postman's format 2.1.0: one file each, which Newman and every version of Postman read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.identity import Same
from generator.model import Api
from generator.project.settings import Settings
from generator.targets.postman import data_files
from generator.targets.postman.collections import collections
from generator.targets.postman.requests import Json
from generator.texts import Kept, Pieces, Text, json_pieces

ENDING = ".postman_collection.json"


def render(api: Api, settings: Settings) -> dict[str, Text]:
    """``<name>.postman_collection.json`` for each collection, and examples of data files in ``data/``."""
    return {**files(api, settings), **data_files.files(api, settings)}


def files(api: Api, settings: Settings) -> Mapping[str, Text]:
    """``<name>.postman_collection.json`` for each collection, created once for all targets."""
    return api.once((files, Same(settings)), lambda: _files(api, settings))


def _files(api: Api, settings: Settings) -> dict[str, Text]:
    return {f"{stem}{ENDING}": _written(collection) for stem, collection in collections(api, settings)}


def _written(collection: Json) -> Pieces:
    """The text of a collection's file."""

    def pieces() -> Iterator[str]:
        yield from json_pieces(collection)
        yield "\n"

    return Pieces(Kept(pieces))
