"""Impact: what recorded events did to residual revenue, read from what they ended and began. The same for ever."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, literal_column, or_, select, union_all

from ledger.history import names_as_gone
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared, Reader
from policies.impact import RESIDUAL, Impact, impact
from policies.kept import Kept
from projections.periods import closings
from projections.rows import DECODE
from projections.schema import kept_entitlements, kept_rights

TABLES = ((0, kept_rights), (4, kept_entitlements))
"""The tables that residual revenue is read from, by their place among the intervals."""

TOUCHED = Prepared(
    union_all(
        *(
            select(literal_column(str(place)), table.c.known_from, table.c.known_until, table.c.body).where(
                OneOf(table.c.account_id, "account_ids"),
                or_(
                    table.c.known_from.between(bindparam("first"), bindparam("last")),
                    table.c.known_until.between(bindparam("first"), bindparam("last")),
                ),
                *([table.c.kind == bindparam("kind", RESIDUAL)] if table is kept_rights else []),
            )
            for place, table in TABLES
        )
    )
)


MOVING_TYPES = frozenset(
    {
        "business_awarded",
        "contract_renewed",
        "contract_ended",
        "event_retracted",
        "opportunity_handed_over",
        "opportunity_reassigned",
        "partner_included",
        "partner_released",
        "revenue_share_proposed",
        "revenue_share_accepted",
        "revenue_share_declined",
        "revenue_share_ended",
    }
)
"""What may move residual revenue, besides corrections of whatever type."""


def moved_by(reader: Reader, facts: Iterable[Recorded]) -> Impact:
    """What recorded events did to residual revenue together; looked up only where they may have done something."""
    facts = list(facts)
    if not any(fact.type in MOVING_TYPES or fact.corrects is not None for fact in facts):
        return Impact()
    return impact_of(reader, {fact.position for fact in facts}, accounts_of(reader, facts))


def accounts_of(reader: Reader, facts: Iterable[Recorded]) -> set[str]:
    """The accounts whose history some events belong to: their own, and those of the events that they withdrew."""
    facts = list(facts)
    withdrawn = [event_id for fact in facts for event_id in names_as_gone(fact)]
    found = [*facts, *(reader.events_by_id(withdrawn).values() if withdrawn else ())]
    return {one.account_id for one in found if one.account_id is not None}


def impact_of(reader: Reader, positions: Collection[int], account_ids: Iterable[str]) -> Impact:
    """What the events at these positions did to the residual revenue of these accounts, all of them together."""
    accounts = sorted(set(account_ids))
    if not positions or not accounts:
        return Impact()
    wanted = {"account_ids": accounts, "first": min(positions), "last": max(positions)}
    ended: list[Kept] = []
    begun: list[Kept] = []
    for place, known_from, known_until, body in reader.rows(TOUCHED, wanted):
        began, over = known_from in positions, known_until in positions
        if began != over:  # what began and ended among these events was never there
            (begun if began else ended).append(DECODE[place](body))
    return impact(ended, begun, closings(reader.rows, max(positions)))
