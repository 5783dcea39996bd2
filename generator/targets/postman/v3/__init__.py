"""Collections and environments in Postman's format 3.0.0: a YAML file for each item."""
