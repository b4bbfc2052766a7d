"""What the user asked for, on the command line and in pyproject.toml."""
