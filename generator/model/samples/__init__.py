"""Sample values for schemas."""
