"""JSON Schemas: resolve and merge them, describe them, and validate values against them."""
