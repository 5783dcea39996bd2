"""The description as it was read: plain OpenAPI 3 data, and the place of each node in its file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from generator.errors import DescriptionError, Place, Problem
from generator.identity import IdentityMemo
from generator.reading import inputs, swagger2
from generator.reading.json_pointer import node_at, pointer
from generator.reading.keywords import keyword_objects
from generator.reading.limits import depth, lengths
from generator.reading.limits.patterns import Patterns
from generator.reading.references import (
    example_references,
    external_files,
    identifiers,
    misplaced,
    other_formats,
)
from generator.reading.references.resolver import References
from generator.reading.source import texts_meant
from generator.reading.source.decoding import TextError, decoded
from generator.reading.source.locations import Places, locate
from generator.reading.source.numerals import Written, settle
from generator.reading.source.parsing import parse_bytes
from generator.reading.survey import Survey, survey
from generator.reading.swagger2_pointers import pointer_in_file
from generator.reading.validation import schema_dialects, structure
from generator.reading.validation.findings import MOST_FINDINGS, first

_EXAMPLES = re.compile(rb"""examples?["']?\s*:""")
_VERSIONS = ("3.0.", "3.1.", "3.2.")


@dataclass(frozen=True)
class Document:
    """An OpenAPI description.

    ``root`` is plain data in the terms of OpenAPI 3, whatever version the file has. It may be invalid, so
    code that reads it must not rely on its structure (see ``lenient``). It is shared, and must not be
    changed.
    """

    name: str
    """The name of the file up to its first dot, from which the artifacts take their names."""
    file: str
    """The file as the user named it, for messages."""
    content: bytes = field(repr=False)
    """The bytes of the file."""
    root: Mapping[str, Any] = field(repr=False)
    warnings: tuple[Problem, ...] = ()
    """What was found while reading: faults of the structure, and what was cut, left out or decided."""
    version: str = "3.1"
    """The OpenAPI version of the file: ``2.0``, ``3.0``, ``3.1`` or ``3.2``."""
    other_texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The texts of the files that it refers to, by their paths relative to its folder."""
    given: Any = field(default=None, repr=False)
    """The data in the version of the file, with overlays applied, for validation by another tool."""
    overlays: tuple[Path, ...] = ()
    """The overlays that were applied to it."""
    files: tuple[Path, ...] = ()
    """Every file that was read or looked for."""
    references: References = field(default=None, repr=False)  # type: ignore[assignment]
    entries: tuple[str, ...] = ()
    """Pointers into ``given`` of the nodes of other files that are referred to."""
    copies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The pointer of the original by that of each copy made for dynamic references; see ``identifiers``."""
    inlined: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The pointer of the original by that of each node that replaced a reference; see ``misplaced``."""
    _schemas: IdentityMemo[dict[str, Any]] = field(default_factory=IdentityMemo, repr=False)
    _patterns: Patterns = field(default_factory=Patterns, repr=False)

    def __post_init__(self) -> None:
        if self.references is None:
            object.__setattr__(self, "references", References(self.root))

    @property
    def may_have_examples(self) -> bool:
        """Whether it may hold an example: a quick test of the bytes. If false, there is none."""
        plain = self.content and not (self.other_texts or self.overlays or self.content[:4].count(0))
        return not plain or _EXAMPLES.search(self.content) is not None

    @cached_property
    def size(self) -> int:
        """Roughly the characters of the description and the files that it refers to, for budgets."""
        return len(self.content) + sum(map(len, self.other_texts.values()))

    @cached_property
    def merges(self) -> int:
        """An upper bound on how often several schemas apply together: a quick count of keywords."""
        own = self.content.replace(b"\0", b"") if external_files.is_wide(self.content) else self.content
        texts = [own, *(text.encode() for text in self.other_texts.values())]
        return sum(text.count(b"allOf") + text.count(b"$ref") + text.count(b"$dynamicRef") for text in texts)

    def follow(self, node: Any) -> Any:
        """``node``, or the target of its ``$ref``; an empty object if the reference leads nowhere."""
        return self.references.follow(node)

    def schema(self, node: Any) -> dict[str, Any]:
        """The Schema Object ``node`` as JSON Schema 2020-12 (see ``schema_dialects``).

        Its reference isn't followed.
        """
        if not isinstance(node, dict):
            return {}
        known = self._schemas.get(node)
        if known is None:
            plain = schema_dialects.plain(node, siblings=self.version > "3.0")
            known = self._schemas.keep(node, self._patterns.kept(plain))
        return known

    def ignored_patterns(self) -> dict[str, None]:
        """The places of regular expressions that are ignored, since all together take too much to compile."""
        ignored = set(self._patterns.ignored)
        if not ignored:
            return {}
        return {
            at: None
            for at, node in self.objects()
            if node.get("pattern") in ignored or not ignored.isdisjoint(node.get("patternProperties") or ())
        } or {"": None}

    def place(self, at: str) -> Place:
        """The place in its file of the node at the pointer ``at``."""
        return self.place_in_file(pointer_in_file(at, self.given) if self.version == "2.0" else at)

    def place_in_file(self, at: str) -> Place:
        """The place in its file of the node at ``at``, a pointer into ``given``."""
        at = misplaced.origin(identifiers.origin(at, self.copies), self.inlined)
        name, at = external_files.split(at)
        if name in self.other_texts:
            # Built from the path that the user gave, without resolving links.
            folder = os.path.dirname(self.file)  # noqa: PTH120
            return locate(self.other_texts[name], os.path.join(folder, name), at)  # noqa: PTH118
        return self._places.locate(at)

    @cached_property
    def _places(self) -> Places:
        return Places(self.content, self.file)

    def problem(self, at: str, what: str, advice: str = "") -> Problem:
        """A finding about the node at the pointer ``at``."""
        return Problem(self.place(at), what, advice)

    def every_unresolved(self) -> tuple[Problem, ...]:
        """A finding for each place in the whole description whose reference leads nowhere."""
        return self._broken((each.at, each.why) for each in self._survey.broken)

    def unresolved(self) -> tuple[Problem, ...]:
        """A finding for each reference that leads nowhere, at its first occurrence."""
        once = {each.reference: (each.at, each.why) for each in reversed(self._survey.broken)}
        return self._broken(reversed(once.values()))

    def _broken(self, found: Iterable[tuple[str, str]]) -> tuple[Problem, ...]:
        """Problems for references that lead nowhere, and for those that were followed in other places."""
        known = {each.reference for each in self._survey.broken}
        elsewhere = (why for reference, why in self.references.unresolved.items() if reference not in known)
        located = tuple(self.problem(at, why) for at, why in first(found, "broken references"))
        return (*located, *(Problem(Place(self.file), why) for why in islice(elsewhere, MOST_FINDINGS)))

    @property
    def with_default(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Those of ``objects`` that have a ``default``."""
        return self._survey.with_default

    @cached_property
    def _survey(self) -> Survey:
        return survey(self.objects(), self.references)

    def objects(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every keyword object of the description, and of those parts of other files that it refers to."""
        seen: set[int] = set()
        yield from keyword_objects(self.root, seen=seen)
        for entry in self.entries:
            yield from keyword_objects(node_at(self.root, entry), entry, seen=seen)


def load_document(path: Path, overlays: Sequence[Path] = ()) -> Document:
    """Read the description at ``path`` and apply ``overlays`` to it, in their order.

    Raises ``DescriptionError`` if it isn't an OpenAPI description. Faults of a description are its warnings.
    """
    file = str(path)
    contents = [read_bytes(path), *(read_bytes(overlay, "Name an overlay.") for overlay in overlays)]
    try:
        if not contents[0].strip():
            raise DescriptionError(Problem(Place(file), "The file is empty.", "Name an OpenAPI description."))
        parsed = parse_bytes(contents[0], file)
    except TextError as error:
        known = other_formats.of_text(contents[0])
        raise DescriptionError(known.problem(file) if known else error.problem) from None
    root, warnings = parsed.data, list(parsed.warnings)
    version = check_version(root, contents[0], file)
    more_numerals: list[Written] = []
    if overlays:
        from generator.reading.overlay import applied

        root, found, more_numerals = applied(root, zip(overlays, contents[1:], strict=True))
        warnings += found
        version = check_version(root, contents[0], file)
    findings = first(structure.structure(root, version), "structural faults")
    bundle = external_files.Files(path.parent, path.name, root)
    if version == "3.2" or external_files.refers_to_files(contents):  # a security requirement may be a URI
        bundle.bundle()
        warnings += bundle.folder.warnings
        findings += [*structure.path_items_elsewhere(root, version), *bundle.findings]
    inlined = misplaced.Inlined()
    in_schemas = version >= "3.1" and misplaced.may_replace_properties(contents)
    if findings or bundle.entries or bundle.spread or in_schemas:
        # A misplaced reference shows as a structural fault, except in a schema of 3.1 or in another file.
        inlined = misplaced.inlined(root, bundle, version)
        if inlined.origins:
            own = {key: value for key, value in root.items() if key != external_files.FILES}
            findings = first(structure.structure(own, version), "structural faults")
            findings += [*structure.path_items_elsewhere(root, version), *bundle.findings]
        findings += inlined.findings
    findings += first(depth.check_depth(root), "examples nested too deeply")
    texts = (*contents, *(text.encode() for text in bundle.folder.texts.values()))
    findings += first(depth.cut_texts(root, texts), "texts with too much Markdown")
    if example_references.may_be_used(texts, version):
        findings += first(example_references.follow(root, bundle, version), "references in examples")
    copies: dict[str, str] = {}
    if identifiers.are_used(texts):
        copies, cut_references = identifiers.resolve(root)
        findings += cut_references
    given = root
    if version == "2.0":
        root = swagger2.upgraded(root)
    if numerals := (*parsed.numerals, *more_numerals, *bundle.folder.numerals):
        findings = texts_meant.as_written(given, findings, numerals)
        findings += texts_meant.restore(root, bundle.entries, numerals)
        settle((root, given), numerals)
    cut = first(lengths.shorten(root), "names and lists that are too long")
    document = Document(
        name=_name(path),
        file=file,
        content=contents[0],
        root=root,
        version=version,
        other_texts=bundle.folder.texts,
        overlays=tuple(overlays),
        files=(path, *overlays, *bundle.folder.paths),
        given=given,
        references=References(root, bundle.reasons),
        entries=tuple(bundle.entries),
        copies=copies,
        inlined=inlined.origins,
    )
    # Pointers of findings about Swagger 2.0 lead into the file as it is, not into the upgraded data.
    places = (Problem(document.place_in_file(at), what) for at, what in findings)
    lengths_cut = (document.problem(at, what) for at, what in cut)
    object.__setattr__(document, "warnings", (*warnings, *places, *lengths_cut))
    return document


def read_bytes(path: Path, advice: str = "Name an OpenAPI description.") -> bytes:
    """The content of an input file. Raises ``DescriptionError`` with ``advice`` if it can't be read."""
    try:
        return inputs.content(path)
    except inputs.InputError as error:
        known = other_formats.of_folder(path)
        problem = Problem(Place(inputs.name(path)), error.what, error.advice or advice)
        raise DescriptionError(known.problem(str(path)) if known else problem) from None


def check_version(root: Any, content: bytes, file: str) -> str:
    """The OpenAPI version of a description: ``2.0``, ``3.0``, ``3.1`` or ``3.2``.

    The field ``openapi`` holds it (OpenAPI 3.1.1, section 4.8.1), or ``swagger`` before 3.0. Corrects a
    version that is shortened or isn't a string, in place. Raises ``DescriptionError`` for other versions and
    other formats.
    """
    if isinstance(root, dict):
        version = root.get("openapi")
        if isinstance(version, str) and version.startswith(_VERSIONS):
            return version[:3]
        if isinstance(version, int | float | str) and f"{version}" in ("3.0", "3.1", "3.2", "3"):
            # An unquoted or shortened version is a slip that changes nothing.
            root["openapi"] = {"3": "3.0.0"}.get(f"{version}", f"{version}.0")
            return str(root["openapi"])[:3]
        if str(root.get("swagger", "")).startswith("2"):
            root["swagger"] = "2.0"
            return "2.0"
        if "openapi" in root or "swagger" in root:
            key = "openapi" if "openapi" in root else "swagger"
            raise DescriptionError(
                Problem(
                    locate(decoded(content, file), file, pointer(key)),
                    f"OpenAPI {root[key]!r} is not a version that is read.",
                    "Write 2.0 (as `swagger`), 3.0.x, 3.1.x or 3.2.x, as a string.",
                )
            )
    known = other_formats.of_data(root) or other_formats.of_text(content)
    if known:
        raise DescriptionError(known.problem(file))
    raise DescriptionError(
        Problem(
            Place(file, 1, 1),
            "This is not an OpenAPI description: it has neither a field `openapi` nor `swagger`.",
            "Name an OpenAPI description, in YAML or JSON.",
        )
    )


#: What says how a file is written, at the end of its name.
_ENDINGS = re.compile(r"(?:\.(?:openapi|swagger|oas|api))?\.(?:ya?ml|json)$", re.IGNORECASE)


def _name(path: Path) -> str:
    """The name of a description by its file: ``api.github.com.json`` → ``api.github.com``."""
    return _ENDINGS.sub("", path.name).strip(".") or path.stem
