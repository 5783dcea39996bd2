"""Compare a tree of texts with a folder, or write it there. Nothing else writes to the output.

``manifest.json`` lists the files that were written, with SHA-256 and target, and identifies the description.
A file that isn't listed belongs to somebody else, and is never touched.

| Module | What it does |
| --- | --- |
| ``comparing`` | finds the files that differ; writes nothing |
| ``writing`` | stages every file, then moves them into place, in an order that survives being killed |
| ``staging`` | keeps new files until they are moved |
| ``manifest`` | reads and makes ``manifest.json``, which lists the files that are ours |
| ``disk`` | reads and changes the disk, within one folder and without following links |
| ``locking`` | ensures that each folder has one writer at a time |
"""

from generator.output.comparing import compare
from generator.output.files import Files, FileState, Rendered
from generator.output.manifest import Description
from generator.output.writing import write
from generator.output_names import MANIFEST

__all__ = ["MANIFEST", "Description", "FileState", "Files", "Rendered", "compare", "write"]
