"""What a reader sees of a description: titles, outlines of schemas, tables of properties."""
