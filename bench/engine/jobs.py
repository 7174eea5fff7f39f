"""The jobs, in the order of the report."""

import importlib

from bench.engine.model import Job

NAMES = ("assign", "nearest", "k_nearest", "within", "metres")


def job_named(name: str) -> Job:
    """Load one job with the libraries that it needs, and no other's."""
    found: Job = importlib.import_module(f"bench.engine.{name}").JOB
    return found
