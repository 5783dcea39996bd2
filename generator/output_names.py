"""What callsheet calls its own in an output folder. (A run that is recalled imports no more than this.)"""

MANIFEST = "manifest.json"
#: Holds new files until all are complete. It stays only where a run was killed; the next one removes it.
STAGING = ".callsheet-unfinished"
