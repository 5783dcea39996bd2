"""A local server for the documentation site, which rebuilds it when an input changes."""
