"""How a token is had."""
