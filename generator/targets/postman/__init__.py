"""Postman collections (2.1.0 and 3.0.0), environments and data files."""
