"""The report: benchmarks/RESULTS.md, written from what was measured."""

from __future__ import annotations


def write() -> None:
    """Writes the report."""
    raise NotImplementedError
