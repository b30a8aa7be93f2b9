"""Progress: how long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

Progress = Callable[[int], None]
"""Told now and then how many rows are written."""

TELL_EVERY = 1_000


def told(items: Iterable[Item], progress: Progress | None) -> Iterator[Item]:
    """The items; how many there were so far is told every thousand, and at the end."""
    number = 0
    for number, one in enumerate(items, 1):
        yield one
        if progress is not None and number % TELL_EVERY == 0:
            progress(number)
    if progress is not None:
        progress(number)
