"""curl samples: Markdown pages, shell scripts, and scripts that obtain access tokens."""
