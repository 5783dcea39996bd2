"""What a ``$ref`` names: in the description, in another file, or by an identifier."""
