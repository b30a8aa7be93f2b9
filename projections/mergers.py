"""Mergers of accounts, read from the log."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, select

from ledger import canonical
from ledger.recorded import Recorded
from ledger.store import Prepared
from ledger.store.schema import events as log
from policies.mergers import taken_in
from projections.parties import Rows
from projections.schema import kept_withdrawals

IDENTITIES = Prepared(
    select(log.c.body)
    .where(
        log.c.type == bindparam("identity_changed", "account_identity_changed"),
        log.c.position <= bindparam("at"),
        ~select(kept_withdrawals.c.event_id)
        .where(kept_withdrawals.c.event_id == log.c.event_id, kept_withdrawals.c.position <= bindparam("at"))
        .exists(),
    )
    .order_by(log.c.position)
)
"""How accounts changed who they are, as known at a position."""


def identities(rows: Rows, position: int) -> list[Recorded]:
    """The changes of accounts' identities that count, as known at a position."""
    return [canonical.decode(body) for (body,) in rows(IDENTITIES, {"at": position})]


def with_taken_in(rows: Rows, account_id: str, on: date, position: int) -> frozenset[str]:
    """An account and those that it has taken in by the day, as known at a position."""
    return taken_in(identities(rows, position), account_id, on) | {account_id}
