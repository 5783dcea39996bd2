"""Request and response bodies: media types, samples on the wire, parts, forms, XML."""
