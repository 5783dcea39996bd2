"""Resolve references: within the description, to other files, and by identifiers."""
