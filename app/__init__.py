"""What uses the atlas: page, server, command line, and the rooms below them (docs/adr/0025)."""
