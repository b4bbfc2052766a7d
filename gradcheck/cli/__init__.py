"""The command line: `commands.py` has the commands and their flags; what one does is a file of its name."""
