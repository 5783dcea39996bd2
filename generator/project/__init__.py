"""The project file, the choices that a command or a project file makes, and the files they name."""
