"""Bytes to ``Document``: plain OpenAPI 3.1 data whose every node can be traced to its line."""

from generator.reading.document import Document, load_document

__all__ = ["Document", "load_document"]
