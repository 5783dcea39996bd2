"""The names of Callsheet's own files in an output folder.

A run that is served from the cache imports nothing else of the output.
"""

MANIFEST = "manifest.json"
#: A folder that holds new files until all are complete. It is left behind only if a run was killed, and
#: removed by the next one.
STAGING = ".callsheet-unfinished"
