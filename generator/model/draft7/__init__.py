"""Schemas in JSON Schema draft 7, the newest that Postman's validator (Ajv 6) knows.

What draft 7 says otherwise is said its way; what it can't say is left out and noted. A schema is loosened
where it has to be, never tightened: no valid answer may fail.
"""

from generator.model.draft7.contracts import Draft7

__all__ = ["Draft7"]
