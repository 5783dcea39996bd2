"""Security requirements, and the credentials that they ask for."""
