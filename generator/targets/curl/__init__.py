"""curl samples: Markdown pages, shell scripts, and the scripts that obtain a token."""
