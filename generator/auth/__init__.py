"""How access tokens are obtained, and which hosts may receive the credentials for them."""
