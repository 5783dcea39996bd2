"""Parts of a description as readers see them: titles, outlines of schemas, tables of properties."""
