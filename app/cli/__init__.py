"""The command line: `python -m app COMMAND`, one file a command."""
