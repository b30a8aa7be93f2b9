"""The standing of the ledger at a position, for questions that were made to be asked within a unit of work."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import BindParameter, bindparam, case, literal_column, or_, select, union_all

from ledger.recorded import Recorded
from ledger.store import Head, OneOf, Prepared, Reader
from ledger.store.prepared import Row, Values
from ledger.store.queries import KNOWN, LAST_POSITIONS
from ledger.store.reading import decoded
from ledger.store.schema import accounts, known_ids
from ledger.store.schema import events as log
from policies.kept import Kept
from projections.knowledge import EVENTS, WITHDRAWN
from projections.parties import REGISTRATIONS
from projections.problems import PositionConflict
from projections.rows import DECODE, INTERVALS
from projections.schema import OPEN_POSITION, kept_mentions, kept_parties, kept_withdrawals
from projections.shelf import ELSEWHERE

_AT: BindParameter[int] = bindparam("at")
_STILL_KNOWN = or_(known_ids.c.gone_position.is_(None), known_ids.c.gone_position > _AT)
_NAMED = kept_parties.alias("named")

AT: Mapping[Prepared, Prepared] = {
    KNOWN: Prepared(
        select(known_ids.c.kind, known_ids.c.id, known_ids.c.account_id, known_ids.c.position)
        .where(OneOf(known_ids.c.id, "ids"), known_ids.c.position <= _AT, _STILL_KNOWN)
        .order_by(known_ids.c.position.desc())
    ),
    EVENTS: Prepared(
        select(log.c.event_id, log.c.position, log.c.type, log.c.account_id, log.c.body).where(
            OneOf(log.c.event_id, "event_ids"), log.c.position <= _AT
        )
    ),
    WITHDRAWN: Prepared(
        select(kept_withdrawals.c.event_id).where(
            OneOf(kept_withdrawals.c.event_id, "event_ids"), kept_withdrawals.c.position <= _AT
        )
    ),
    REGISTRATIONS: Prepared(
        select(
            kept_parties.c.party_id,
            kept_parties.c.known_from,
            case((kept_parties.c.known_until > _AT, OPEN_POSITION), else_=kept_parties.c.known_until),
            kept_parties.c.effective_on,
            kept_parties.c.name,
            kept_parties.c.kind,
            kept_parties.c.tier,
            kept_parties.c.member_of,
        ).where(
            OneOf(kept_parties.c.party_id, "ids")
            | kept_parties.c.party_id.in_(select(_NAMED.c.member_of).where(OneOf(_NAMED.c.party_id, "ids"))),
            kept_parties.c.known_from <= _AT,
        )
    ),
}
"""What a unit of work asks about now → the same as it was known at a position."""

KEPT = Prepared(
    union_all(
        *(
            select(literal_column(str(place)), table.c.body).where(
                table.c.account_id == bindparam("account_id"), table.c.known_from <= _AT, table.c.known_until > _AT
            )
            for place, table in enumerate(INTERVALS)
        )
    )
)
"""All that was kept for an account at a position, past and future days alike."""

SOME_ACCOUNTS = Prepared(
    select(accounts.c.account_id)
    .where(accounts.c.account_id > bindparam("after"))
    .order_by(accounts.c.account_id)
    .limit(bindparam("limit"))
)
MENTIONING = Prepared(
    select(kept_mentions.c.account_id)
    .where(OneOf(kept_mentions.c.party_id, "ids"), kept_mentions.c.position <= _AT)
    .distinct()
)


class Standing:
    """The ledger as known at a position. Holds no locks: what was recorded up to there never changes."""

    def __init__(self, reader: Reader, position: int) -> None:
        head = reader.head()
        self.head = Head(position, head.recorded_at, head.world)
        self.reader = reader

    @property
    def position(self) -> int:
        return self.head.position

    def rows(self, prepared: Prepared, values: Values) -> list[Row]:
        """What a question comes to at the position; it may be one that is about now."""
        return self.reader.rows(AT.get(prepared, prepared), {**values, "at": self.position})

    def check_positions(self, expected_position: Mapping[str, int]) -> None:
        """Raises PositionConflict for an account that has an event past the position expected."""
        if not expected_position:
            return
        for account_id, actual in self.reader.rows(LAST_POSITIONS, {"account_ids": list(expected_position)}):
            if actual > expected_position[account_id]:
                raise PositionConflict(account_id, expected_position[account_id], actual)

    def history(self, account_id: str) -> list[Recorded]:
        """The facts of an account, with those recorded elsewhere that withdrew one of them."""
        elsewhere = self.reader.rows(ELSEWHERE, {"account_ids": [account_id]})
        own = self.reader.history(account_id, up_to=self.position)
        if not elsewhere:
            return own
        others = [fact for fact in decoded(elsewhere) if fact.position <= self.position]
        return sorted([*own, *others], key=lambda fact: fact.position)

    def kept(self, account_id: str) -> list[Kept]:
        """All that was kept for an account: rights, obligations, situations, streams and entitlements over all days."""
        rows = self.rows(KEPT, {"account_id": account_id})
        return [DECODE[table](body) for table, body in rows]
