"""Verifying: positions without a gap, bodies that match their hashes, kept answers that equal re-derived ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from projections.progress import Progress, untold


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing found that is not as it has to be: where, what should stand there, and what does."""

    where: str
    expected: str
    found: str


def verify(store: Any, progress: Progress = untold) -> Difference | None:
    """The first difference between the ledger and what it must be, None if there is none. Changes nothing."""
    raise NotImplementedError
