"""Serialize values as XML by the ``xml`` objects of their schemas. OpenAPI 3.1.1 and 3.2.0, section 4.8.26.

Whatever the description says, the document is well-formed (XML 1.0), and each prefix in it is declared
(Namespaces in XML 1.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from generator.budget import LONGEST_XML_NAME
from generator.identity import IdentityMemo
from generator.model.schemas.facts import Schema
from generator.model.schemas.resolved import Schemas
from generator.model.styles import plain_text
from generator.reading.lenient import mapping, sequence, text

Element = ElementTree.Element
#: Letters that may begin a name in every edition of XML 1.0 (parsers still follow the fourth): Latin, Greek,
#: Cyrillic, Hebrew, Arabic, kana, Chinese and Korean.
_LETTERS = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0391-\u03a1\u03a3-\u03ce\u0410-\u044f\u05d0-\u05ea"
    "\u0621-\u063a\u0641-\u064a\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3"
)
_NOT_IN_NAMES = re.compile(f"[^{_LETTERS}\\-.0-9]")
_NAME_BEGINS = re.compile(f"[{_LETTERS}]")
_NO_CHARACTERS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


#: Marks around a CDATA section until the document is serialized: characters that XML doesn't allow in text.
_OPEN, _CLOSE = "\ufffe", "\uffff"
_SECTION = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")


def document(schemas: Schemas, schema: Schema, value: Any, otherwise: str = "root") -> str:
    """``value`` as an XML document. The root is named by ``xml.name``, its component or ``otherwise``."""
    if isinstance(value, str) and value.lstrip().startswith("<"):
        return value
    writer = _Writer(schemas)
    name = _name_of(schemas, schema, otherwise)
    found = writer.elements(schema, value, name, root=True)
    root = found[0] if len(found) == 1 else Element(_local(name))
    if len(found) != 1:
        root.extend(found)
    _drop_undeclared(root, writer.namespaces.keys() | {"xml", "xmlns"})
    for prefix, uri in writer.namespaces.items():
        root.set(f"xmlns:{prefix}", uri)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _with_sections(
        ElementTree.tostring(root, encoding="unicode")
    )


def _name_of(schemas: Schemas, schema: Schema, otherwise: str) -> str:
    """``xml.name``, else the last part of the schema's ``$ref``, else ``otherwise``."""
    own = text(_hints(schemas, schema).get("name"))
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    return own or (reference.rpartition("/")[2] if isinstance(reference, str) else "") or otherwise


def _hints(schemas: Schemas, schema: Schema) -> Mapping[str, Any]:
    """The ``xml`` object of a schema, without names that are too long, since each element repeats them."""
    hints = mapping(schemas.merged(schema).get("xml"))
    return {key: value for key, value in hints.items() if not _is_long(value)} if hints else hints


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and len(value) > LONGEST_XML_NAME


def has_long_names(schemas: Schemas, schema: Schema, seen: IdentityMemo[bool]) -> bool:
    """Whether ``schema``, or one inside it, has a name that is too long. Those in ``seen`` are skipped."""
    waiting = [schema]
    while waiting:
        merged = schemas.merged(waiting.pop())
        if merged in seen:
            continue
        seen.keep(merged, True)
        if any(map(_is_long, mapping(merged.get("xml")).values())):
            return True
        waiting += mapping(merged.get("properties")).values()
        waiting += (*sequence(merged.get("oneOf")), *sequence(merged.get("anyOf")))
        waiting += [merged[key] for key in ("items", "additionalProperties") if key in merged]
    return False


class _Writer:
    """Makes the elements of one document. ``namespaces`` has the prefixes that the root must declare."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.namespaces: dict[str, str] = {}

    def elements(self, schema: Schema, value: Any, name: str, *, root: bool = False) -> list[Element]:
        """The elements for a value: of a list, one for each item or one that wraps them; else one."""
        hints = _hints(self._schemas, schema)
        if isinstance(value, list):
            return self._list(schema, hints, value, name, root=root)
        element = self._element(hints, text(hints.get("name")) or name)
        self._fill(element, schema, value)
        return [element]

    def _list(
        self, schema: Schema, hints: Mapping[str, Any], value: list[Any], name: str, *, root: bool
    ) -> list[Element]:
        items = self._schemas.merged(schema).get("items", {})
        wrapped = hints.get("wrapped") is True or hints.get("nodeType") == "element" or root
        # Items without a name of their own have the name of the element that wraps them.
        outer = text(hints.get("name")) or name if wrapped else name
        inner = _name_of(self._schemas, items, outer) if root else self._item_name(items, outer)
        children = [child for item in value for child in self.elements(items, item, inner)]
        if not wrapped:
            return children
        element = self._element(hints, outer)
        element.extend(children)
        return [element]

    def _item_name(self, items: Schema, otherwise: str) -> str:
        return text(_hints(self._schemas, items).get("name")) or otherwise

    def _element(self, hints: Mapping[str, Any], name: str) -> Element:
        prefix, uri = _prefix(hints), text(hints.get("namespace"))
        element = Element(self._qualified(hints, name))
        if uri and not prefix:
            element.set("xmlns", uri)
        elif uri and self.namespaces[prefix] != uri:
            element.set(f"xmlns:{prefix}", uri)
        return element

    def _fill(self, element: Element, schema: Schema, value: Any) -> None:
        """Put a value, which is not a list, into its element."""
        if not isinstance(value, dict):
            element.text = _text(value)
            return
        properties = dict(self._properties(schema))
        other = self._schemas.merged(schema).get("additionalProperties", {})
        for key, child in value.items():
            part = properties.get(key, other)
            hints = _hints(self._schemas, part)
            kind = hints.get("nodeType") or ("attribute" if hints.get("attribute") is True else "")
            if kind == "attribute" and not isinstance(child, dict):
                if child is not None:
                    element.set(self._qualified(hints, text(hints.get("name")) or key), _text(child))
            elif kind in ("text", "cdata"):
                _append(element, _text(child) if kind == "text" else f"{_OPEN}{_text(child)}{_CLOSE}")
            elif kind == "none" and not isinstance(child, list):
                self._fill(element, part, child)
            else:
                element.extend(self.elements(part, child, key))

    def _properties(self, schema: Schema) -> Iterator[tuple[str, Schema]]:
        """The properties of an object: those of its alternatives, then its own."""
        merged = self._schemas.merged(schema)
        for branch in (*sequence(merged.get("oneOf")), *sequence(merged.get("anyOf"))):
            yield from mapping(self._schemas.merged(branch).get("properties")).items()
        yield from mapping(merged.get("properties")).items()

    def _qualified(self, hints: Mapping[str, Any], name: str) -> str:
        prefix, uri = _prefix(hints), text(hints.get("namespace"))
        if prefix and uri:
            self.namespaces.setdefault(prefix, uri)
        if not prefix and name.count(":") == 1:
            prefix, _, name = name.partition(":")
        return f"{_local(prefix)}:{_local(name)}" if prefix else _local(name)


def _prefix(hints: Mapping[str, Any]) -> str:
    prefix = text(hints.get("prefix"))
    return _local(prefix) if prefix else ""


def _drop_undeclared(root: Element, declared: set[str]) -> None:
    """Drop each prefix that isn't declared, which a parser with support for namespaces would refuse."""
    for element in root.iter():
        element.tag = _with_known_prefix(element.tag, declared)
        for key in [key for key in element.attrib if _with_known_prefix(key, declared) != key]:
            element.attrib[_with_known_prefix(key, declared)] = element.attrib.pop(key)


def _with_known_prefix(name: str, declared: set[str]) -> str:
    prefix, _, local = name.rpartition(":")
    return name if not prefix or prefix in declared else local


def _local(name: str) -> str:
    """``name`` with the characters replaced that a local name must not have. XML 1.0, section 2.3."""
    name = _NOT_IN_NAMES.sub("_", name) or "_"
    return name if _NAME_BEGINS.match(name) else "_" + name


def _append(element: Element, words: str) -> None:
    """Append text to the content of ``element``."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + words
    else:
        element.text = (element.text or "") + words


def _with_sections(written: str) -> str:
    """``written`` with the marked texts as CDATA sections. XML 1.0, section 2.7."""
    return _SECTION.sub(lambda found: _section(found[1]), written) if _OPEN in written else written


def _section(escaped: str) -> str:
    plain = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return "<![CDATA[" + plain.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _text(value: Any) -> str:
    return _NO_CHARACTERS.sub("", plain_text(value))
