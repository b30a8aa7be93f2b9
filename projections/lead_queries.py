"""What is asked of the log about leads: the facts of some leads, found by an index on the lead that an event names, and
which leads parties captured or were given.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, bindparam, literal_column, or_, select, text

from ledger.store import OneOf, Prepared
from ledger.store.schema import OF_LEADS, LeadOf
from ledger.store.schema import events as log
from projections.schema import kept_withdrawals

FACTS = Prepared(
    select(log.c.body)
    .where(
        OneOf(LeadOf(log.c.body), "lead_ids"),
        text(OF_LEADS),
        log.c.position <= bindparam("at"),
        ~select(kept_withdrawals.c.event_id)
        .where(kept_withdrawals.c.event_id == log.c.event_id, kept_withdrawals.c.position <= bindparam("at"))
        .exists(),
    )
    .order_by(log.c.position)
)
"""The facts of leads as known at a position, without those retracted or corrected by then."""


def _given(said: str) -> Select[Any]:
    """`said` is how a database reads a field of an event's data."""
    captured, assigned = (
        and_(
            log.c.type == bindparam(type_, type_),
            OneOf(literal_column(said.format(field)), "party_ids"),
        )
        for type_, field in (("lead_captured", "captured_by"), ("lead_assigned", "party_id"))
    )
    statement = select(LeadOf(log.c.body)).where(text(OF_LEADS), log.c.position <= bindparam("at"))
    return statement.where(or_(captured, assigned)).distinct()


GIVEN = Prepared(
    _given("json_extract(events.body, '$.data.{}')"),
    postgresql=_given("(events.body::json #>> '{{data,{}}}')"),
)
"""The leads that one of some parties captured or was given by a position, also by what was taken back since."""
