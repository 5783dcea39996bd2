"""CommonMark and HTML: descriptions are parsed, and what is safe in them is written again."""
