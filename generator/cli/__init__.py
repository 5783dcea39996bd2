"""The command line: its commands and options, and what it prints."""
