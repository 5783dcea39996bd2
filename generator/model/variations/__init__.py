"""Variations of a request: each breaks one rule of the description, or uses one more of its choices."""
