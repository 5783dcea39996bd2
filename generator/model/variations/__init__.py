"""Variations of a request, each of which violates one requirement of the description."""
