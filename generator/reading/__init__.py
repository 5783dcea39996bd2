"""Read a file into a ``Document``: plain OpenAPI 3 data, of which every node can be traced to its line."""

from generator.reading.document import Document, load_document

__all__ = ["Document", "load_document"]
