"""Read the project file and the files that it names, and combine it with the model into settings."""
