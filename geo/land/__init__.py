"""Land accounts: what may be added, totals as trees, land by zone as a table."""
