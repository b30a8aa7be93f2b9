"""What every benchmark is told: on which databases, how large, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """`quick` is a size that only shows that a benchmark runs; `folder` holds the CRM export, if there is one."""

    databases: Sequence[str]
    folder: Path | None = None
    mapping: Path | None = None
    rounds: int = 5
    seconds: float = 2.0
    quick: bool = False

    def size(self, full: int, quick: int) -> int:
        """How much to do."""
        return quick if self.quick else full
