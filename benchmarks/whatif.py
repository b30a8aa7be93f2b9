"""What if: the difference that a change of the grace period makes to every account of the CRM export."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.options import Options


def measure(options: Options) -> Iterator[Figure]:
    """Seconds to an answer about all accounts."""
    raise NotImplementedError
