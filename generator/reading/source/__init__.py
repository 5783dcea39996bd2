"""The text of a file to plain data, and back from a JSON pointer to a line and column."""
