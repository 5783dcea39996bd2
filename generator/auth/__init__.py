"""How access tokens are obtained."""
