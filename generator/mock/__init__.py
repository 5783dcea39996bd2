"""A local stand-in for IMS and the Privacy Service, on loopback. It is not the real service."""
