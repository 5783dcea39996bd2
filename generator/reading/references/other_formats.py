"""Recognize other formats that are given in place of an OpenAPI description, and say what to do with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from generator.errors import Place, Problem
from generator.reading import inputs
from generator.reading.lenient import mapping, sequence, text

_OF_THE_SAME_API = "Name the OpenAPI description of this API, if there is one."


class Format(NamedTuple):
    """A format that Callsheet doesn't read."""

    name: str
    """The name with its article, as in ``an AsyncAPI document``."""
    advice: str

    def problem(self, file: str) -> Problem:
        """The finding that ``file`` has this format."""
        return Problem(Place(file, 1, 1), f"This is {self.name}, not an OpenAPI description.", self.advice)


_COLLECTION = (
    "Import it in Postman as it is. To start from a description, convert it first, for example with the "
    "npm package postman-to-openapi."
)
_COLLECTION_FOLDER = "Name the OpenAPI description that it was made from; Postman opens the folder as it is."
_ENVIRONMENT = (
    "Import it in Postman, and name the OpenAPI description here; environments are made from its servers."
)

ASYNCAPI = Format(
    "an AsyncAPI document",
    f"Only HTTP APIs that OpenAPI describes are read. {_OF_THE_SAME_API}",
)
COLLECTION_1 = Format("a Postman collection (format 1)", _COLLECTION)
COLLECTION_2 = Format("a Postman collection (format 2)", _COLLECTION)
COLLECTION_3 = Format("part of a Postman collection (format 3)", _COLLECTION_FOLDER)
ENVIRONMENT = Format("a Postman environment", _ENVIRONMENT)
GLOBALS = Format("an export of Postman globals", _ENVIRONMENT)
EXPORT = Format("a data export of Postman", "Name an OpenAPI description instead.")
HAR = Format(
    "a HAR file (recorded HTTP traffic)",
    "Convert it first, for example with the npm package har-to-openapi. Remove its cookies and tokens.",
)
JSON_SCHEMA = Format(
    "a JSON Schema",
    "Refer to it from an OpenAPI description (`schema: {$ref: FILE}`), and name that.",
)
OVERLAY = Format(
    "an OpenAPI Overlay",
    "Name the description that it changes, and the overlay with `--overlay`.",
)
ARAZZO = Format(
    "an Arazzo description of workflows",
    "Name one of the OpenAPI descriptions under its `sourceDescriptions`.",
)
INSOMNIA = Format(
    "an Insomnia export", "In Insomnia, export the design document as OpenAPI, and name that file."
)
RAML = Format("a RAML document", "Convert it to OpenAPI first, for example with AMF's command line.")
BLUEPRINT = Format("an API Blueprint", "Convert it first, for example with the npm package apib2swagger.")
DISCOVERY = Format("a Google API discovery document", _OF_THE_SAME_API)
SMITHY = Format("a Smithy model", "Convert it to OpenAPI first, with `smithy build` and its plugin openapi.")
SWAGGER_1 = Format("a Swagger 1 description", "Convert it to Swagger 2.0 or OpenAPI 3 first.")
PROJECT_FILE = Format("a project file", "Name it with `-c`.")
WEB_PAGE = Format(
    "a web page (HTML)", "Get the description itself: its link is often called raw or download."
)
WSDL = Format("a WSDL description of a SOAP service", _OF_THE_SAME_API)
WADL = Format("a WADL description", "Convert it to OpenAPI first.")
XML = Format("an XML document", "Name an OpenAPI description, in YAML or JSON.")
LFS = Format("a pointer of Git LFS to a file", "Get the file itself with `git lfs pull`.")
UNVERSIONED = Format(
    "a description without a version", "Add the field `openapi`, such as `openapi: 3.1.0`, if it is one."
)

_SCHEMA_KEYS = ("$schema", "$defs", "definitions", "properties", "items", "allOf", "anyOf", "oneOf")
_Test = Callable[[Mapping[str, Any]], bool]


def _is_collection_2(root: Mapping[str, Any]) -> bool:
    """Whether it has ``info`` and ``item``, or ``collection`` with these, as Postman's own API sends it."""
    whole = mapping(root.get("collection")) or root
    info = mapping(whole.get("info"))
    named = "getpostman.com/" in text(info.get("schema")) or "_postman_id" in info
    return named or (bool(info) and isinstance(whole.get("item"), list))


def _is_collection_3(root: Mapping[str, Any]) -> bool:
    """Whether it is a file of the collection's folder: each has its kind as ``$kind``."""
    return "$kind" in root


def _is_environment(root: Mapping[str, Any]) -> bool:
    values = [mapping(value) for value in sequence(root.get("values"))]
    return root.get("_postman_variable_scope") == "environment" or (
        "name" in root and bool(values) and all("key" in value and "value" in value for value in values)
    )


def _is_json_schema(root: Mapping[str, Any]) -> bool:
    if "json-schema.org" in text(root.get("$schema")):
        return True
    return any(key in root for key in _SCHEMA_KEYS) and not {"info", "paths"} & root.keys()


def _is_project_file(root: Mapping[str, Any]) -> bool:
    keys = {"collection", "token", "environments", "overlays", "tests", "guards", "variations", "since"}
    named = text(root.get("description"))
    return bool(named) and (bool(keys & root.keys()) or named.endswith((".yaml", ".yml", ".json")))


def _has(*keys: str) -> _Test:
    return lambda root: all(key in root for key in keys)


#: The first test that passes decides. Formats with a field of their own come before those known by their
#: shape.
_BY_FIELDS: tuple[tuple[_Test, Format], ...] = (
    (_has("asyncapi"), ASYNCAPI),
    (_has("arazzo"), ARAZZO),
    (_has("overlay", "actions"), OVERLAY),
    (_has("swaggerVersion"), SWAGGER_1),
    (lambda root: text(root.get("kind")).startswith("discovery#"), DISCOVERY),
    (lambda root: "smithy" in root and "shapes" in root, SMITHY),
    (
        lambda root: "__export_format" in root or "insomnia" in text(root.get("type")),
        INSOMNIA,
    ),
    (lambda root: isinstance(mapping(root.get("log")).get("entries"), list), HAR),
    (_is_collection_2, COLLECTION_2),
    (_is_collection_3, COLLECTION_3),
    (lambda root: isinstance(root.get("requests"), list) and "order" in root, COLLECTION_1),
    (lambda root: root.get("_postman_variable_scope") == "globals", GLOBALS),
    (_is_environment, ENVIRONMENT),
    (lambda root: "collections" in root and "environments" in root, EXPORT),
    (_is_project_file, PROJECT_FILE),
    (_is_json_schema, JSON_SCHEMA),
    (lambda root: isinstance(root.get("paths"), dict), UNVERSIONED),
)
#: What a text begins with, after white space and a byte order mark, and a word in its first `_LOOKED_AT`
#: bytes.
_BY_BEGINNING: tuple[tuple[str, str, Format], ...] = (
    ("#%RAML ", "", RAML),
    ("FORMAT: 1A", "", BLUEPRINT),
    ("version https://git-lfs.github.com/spec/", "", LFS),
    ("<", "<html", WEB_PAGE),
    ("<", "<!doctype html", WEB_PAGE),
    ("<", "schemas.xmlsoap.org/wsdl", WSDL),
    ("<", "www.w3.org/ns/wsdl", WSDL),
    ("<", "wadl.dev.java.net", WADL),
    ("<", "", XML),
)
_LOOKED_AT = 4096


def of_data(root: Any) -> Format | None:
    """The format that the data of a file has, or ``None`` if it is none of these."""
    if not isinstance(root, dict):
        return None
    return next((format_ for test, format_ in _BY_FIELDS if test(root)), None)


def of_text(content: bytes) -> Format | None:
    """The format that a file has by its beginning, even if it isn't YAML; ``None`` if it is none of these."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    start = content[:_LOOKED_AT].decode("utf-16" if wide else "utf-8", "replace").lstrip("\ufeff \t\r\n")
    return next(
        (
            format_
            for beginning, word, format_ in _BY_BEGINNING
            if start.startswith(beginning) and word in start.lower()
        ),
        None,
    )


def of_folder(path: Path) -> Format | None:
    """Format 3 of Postman's collections, if the folder ``path`` has it; else ``None``."""
    if inputs.is_file(path / ".resources" / "definition.yaml"):
        return Format("a Postman collection (format 3)", _COLLECTION_FOLDER)
    return None
