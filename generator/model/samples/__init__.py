"""Sample values for schemas: documented, made or repaired."""
