"""What a run reads if neither a description nor a project file is named."""

from __future__ import annotations

import os
from pathlib import Path

#: The project file that is read, relative to the current folder.
PROJECT_FILE = Path("specs") / "callsheet.yaml"
EMBEDDED = (
    "Reading the embedded description of Adobe's Privacy Service, "
    f"since there is no {PROJECT_FILE.as_posix()} here."
)


def is_embedded(description: Path | None, project_file: Path | None) -> bool:
    """Whether the embedded project file applies: nothing is named, and the current folder has none."""
    return description is None and project_file is None and not os.path.isfile(PROJECT_FILE)  # noqa: PTH113
