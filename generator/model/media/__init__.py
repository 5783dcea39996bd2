"""Request and response bodies: media types, encoded content, forms, parts, sequences, XML."""
