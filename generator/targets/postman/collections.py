"""All Postman collections of an API: its requests, and variations of them."""

from __future__ import annotations

from collections.abc import Iterator

from generator.escaping.file_names import dotted_stem
from generator.model import Api
from generator.project.settings import Settings
from generator.targets.postman.collection import Collection
from generator.targets.postman.formats import FORMAT_2, Format
from generator.targets.postman.requests import Json


def collections(api: Api, settings: Settings, form: Format = FORMAT_2) -> Iterator[tuple[str, Json]]:
    """All collections of ``api``, each with the stem of its file's name.

    Requests inherit the most common authorization from the collection. If ``form`` doesn't support that, each
    request has its own, and the collection none.
    """
    from generator.targets.postman import variations  # which imports this module

    stem = dotted_stem(api.name)
    yield stem, Collection(api, settings, form).structure()
    refused = variations.collection(api, settings, form)
    if refused is not None:
        yield f"{stem}.variations", refused
