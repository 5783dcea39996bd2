"""JSON Schemas: resolved, merged, described, and checked against values."""
