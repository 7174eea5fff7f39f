"""The analysis panel: what is near what, what is covered, where it is weak, where the next points would go."""
