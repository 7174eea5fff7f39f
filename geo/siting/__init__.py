"""Where the next points go: plans, bounds that certify them, exact search."""
