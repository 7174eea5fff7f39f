"""The jobs, in the order of the report."""

import importlib

from bench.engine.model import Job

NAMES = ("assign", "nearest", "k_nearest", "within", "land", "land_detailed", "geojson", "table", "metres")
FILES = {"land_detailed": ("land", "DETAILED")}


def job_named(name: str) -> Job:
    """Load one job with the libraries that it needs, and no other's."""
    file, constant = FILES.get(name, (name, "JOB"))
    found: Job = getattr(importlib.import_module(f"bench.engine.{file}"), constant)
    return found
