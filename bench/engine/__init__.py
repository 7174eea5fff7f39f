"""The spatial engine beside its peers, one job per file: `python -m bench engine`."""
