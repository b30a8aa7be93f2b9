"""Progress: how long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how many events are done, and of how many."""


def untold(_done: int, _total: int) -> None:
    """Tells nobody."""
