"""The stages that are configured, as known at a position."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import bindparam, or_, select

from ledger import canonical
from ledger.recorded import Recorded
from ledger.store import Prepared, Reader
from ledger.store.prepared import Row, Values
from ledger.store.schema import events as log
from policies.stages import Stages, StageSet
from projections.asking import Moment
from projections.schema import OPEN_POSITION, kept_withdrawals

STAGES_CONFIGURED = "sales_stages_configured"


def _of_type(type_: str) -> Prepared:
    return Prepared(
        select(log.c.body)
        .outerjoin(kept_withdrawals, kept_withdrawals.c.event_id == log.c.event_id)
        .where(
            log.c.type == type_,
            log.c.position <= bindparam("at"),
            or_(kept_withdrawals.c.position.is_(None), kept_withdrawals.c.position > bindparam("at")),
        )
        .order_by(log.c.position)
    )


CONFIGURED = _of_type(STAGES_CONFIGURED)
"""What was configured by a position, and not taken back by then."""


def stages_set(rows: Callable[[Prepared, Values], list[Row]], position: int = OPEN_POSITION) -> list[Recorded]:
    """The events that configure stages, as known at a position; `rows` is that of a reader or a unit of work."""
    return [canonical.decode(body) for (body,) in rows(CONFIGURED, {"at": position})]


def stages_on(reader: Reader, moment: Moment) -> StageSet:
    """The stages in effect on the day."""
    return Stages(stages_set(reader.rows, moment.position)).on(moment.on)
