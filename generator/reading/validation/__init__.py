"""Whether a description is a valid OpenAPI document, and what is wrong where it isn't."""
