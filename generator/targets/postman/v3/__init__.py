"""Collections and environments in format 3.0.0: one YAML file for each item."""
