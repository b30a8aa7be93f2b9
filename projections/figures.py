"""The figures that the rules rest on, as known at a position."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import bindparam, or_, select

from ledger import canonical
from ledger.recorded import Recorded
from ledger.store import Prepared, Reader
from ledger.store.prepared import Row, Values
from ledger.store.schema import events as log
from policies.figures import Figures, FigureValue
from projections.asking import Moment
from projections.schema import OPEN_POSITION, kept_withdrawals

FIGURE_SET = "policy_figure_set"

SETTINGS = Prepared(
    select(log.c.body)
    .outerjoin(kept_withdrawals, kept_withdrawals.c.event_id == log.c.event_id)
    .where(
        log.c.type == FIGURE_SET,
        log.c.position <= bindparam("at"),
        or_(kept_withdrawals.c.position.is_(None), kept_withdrawals.c.position > bindparam("at")),
    )
    .order_by(log.c.position)
)
"""What was set by a position, and not taken back by then."""


class KnownFigures:
    """The figures as known now, and the events that set them."""

    def __init__(self, settings: Iterable[Recorded], world: int) -> None:
        self.settings = tuple(settings)
        self.world = world
        self.now = Figures(self.settings)

    def after(self, fact: Recorded, withdrawn: Sequence[str]) -> KnownFigures:
        """The figures once a fact is known too, which withdraws the events with these ids."""
        left = [one for one in self.settings if one.event_id not in withdrawn]
        if fact.type != FIGURE_SET and len(left) == len(self.settings):
            return self
        return KnownFigures([*left, fact] if fact.type == FIGURE_SET else left, self.world)


def settings(rows: Callable[[Prepared, Values], list[Row]], position: int = OPEN_POSITION) -> list[Recorded]:
    """The events that set figures, as known at a position; `rows` is that of a reader or a unit of work."""
    return [canonical.decode(body) for (body,) in rows(SETTINGS, {"at": position})]


def figures_on(reader: Reader, moment: Moment) -> list[FigureValue]:
    """Every figure in effect on the day."""
    return Figures(settings(reader.rows, moment.position)).all_on(moment.on)
