"""What several targets write in the same way."""
