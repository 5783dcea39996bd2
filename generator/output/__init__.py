"""The only writer: a tree of texts is compared with a folder, or written into it.

``manifest.json`` lists what was written, with SHA-256 and target, and says from which description. A file
that is not listed belongs to somebody else and is never touched.

| Module | What it does |
| --- | --- |
| ``comparing`` | says which files differ; writes nothing |
| ``writing`` | stages every file, then moves them into place in an order that survives being killed |
| ``staging`` | new files, until they are moved |
| ``manifest`` | what ``manifest.json`` holds, and which files it makes ours |
| ``disk`` | the calls that read and change the disk, within one folder, following no link |
| ``locking`` | one writer for each folder |
"""

from generator.output.comparing import compare
from generator.output.files import Files, FileState, Rendered
from generator.output.manifest import Description
from generator.output.writing import write
from generator.output_names import MANIFEST

__all__ = ["MANIFEST", "Description", "FileState", "Files", "Rendered", "compare", "write"]
