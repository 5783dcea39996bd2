"""The command line: what each command does, in which order, and what it prints."""
