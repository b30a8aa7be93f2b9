"""The months closed, read from the log: there are twelve a year."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from ledger import canonical
from ledger.events.periods import PeriodClosed
from ledger.recorded import Recorded
from ledger.store import Prepared
from ledger.store.schema import events as log
from policies.periods import CLOSING, Closing, Closings
from projections.parties import Rows

CLOSED = Prepared(
    select(log.c.body)
    .where(log.c.type == bindparam("type", CLOSING), log.c.position <= bindparam("at", type_=log.c.position.type))
    .order_by(log.c.type, log.c.position)
)


def closings(rows: Rows, position: int) -> Closings:
    """The months closed up to a position. A closing is never withdrawn, so that the log tells."""
    facts = (canonical.decode(body) for (body,) in rows(CLOSED, {"at": position}))
    return Closings(closing(fact, fact.event) for fact in facts if isinstance(fact.event, PeriodClosed))


def closing(fact: Recorded, event: PeriodClosed) -> Closing:
    """What a recorded closing comes to."""
    return Closing(event.data.period, fact.position, fact.event_id, fact.effective_on)
