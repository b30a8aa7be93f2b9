"""The figures that the rules rest on, as known at a position."""

from __future__ import annotations

from ledger.store.reading import Reader
from policies.figures import FigureValue
from projections.asking import Moment


def figures_on(reader: Reader, moment: Moment) -> list[FigureValue]:
    """Every figure in effect on the day."""
    raise NotImplementedError
