"""Analyses from parameters to results: proximity, near, coverage, underserved land, siting."""
