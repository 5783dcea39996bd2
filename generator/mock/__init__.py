"""A local mock of IMS and the Privacy Service, on loopback. It is not the real service."""
