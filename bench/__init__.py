"""What the atlas costs, measured in a real browser: `python -m bench page|points|sessions|all`."""
