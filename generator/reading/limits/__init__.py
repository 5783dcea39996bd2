"""Limits on how long, deep and costly a description may be."""
