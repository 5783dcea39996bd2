"""Convert schemas to JSON Schema draft 7, the newest version that Postman's validator (Ajv 6) supports.

Keywords that draft 7 has in another form are converted; what it can't express is left out and reported. A
schema is loosened where necessary, but never made stricter: no valid response may fail.
"""

from generator.model.draft7.contracts import Draft7

__all__ = ["Draft7"]
