"""The shelf: pages of accounts kept in memory between units of work, and how a page is read from the database."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from ledger import canonical
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared, Unit
from ledger.store.schema import events as log
from policies.figures import Figures
from projections.pages import AccountPage, parties_named
from projections.parties import LoadedRegister, Register
from projections.pending import LostRows, PendingRows
from projections.rows import INTERVALS, RowKey
from projections.schema import OPEN_POSITION, kept_withdrawals
from projections.worlds import WorldHistory, replay

EVENTS_AT_HAND = 60_000
"""How many events the pages on the shelf may hold together."""

CURRENT_ROWS = tuple(
    Prepared(
        select(table.c.account_id, table.c.known_from, table.c.ordinal, table.c.body)
        .where(OneOf(table.c.account_id, "account_ids"), table.c.known_until == OPEN_POSITION)
        .order_by(table.c.known_from, table.c.ordinal)
    )
    for table in INTERVALS
)

ELSEWHERE = Prepared(
    select(kept_withdrawals.c.account_id, log.c.body)
    .join(log, log.c.position == kept_withdrawals.c.position)
    .where(
        OneOf(kept_withdrawals.c.account_id, "account_ids"),
        kept_withdrawals.c.by_account_id.is_distinct_from(kept_withdrawals.c.account_id),
    )
)
"""The events recorded elsewhere that took an event out of the history of one of these accounts."""


class Shelf:
    """The pages used last, up to a number of events."""

    def __init__(self, most_events: int = EVENTS_AT_HAND) -> None:
        self._pages: OrderedDict[str, AccountPage] = OrderedDict()
        self._most_events = most_events
        self._events = 0

    def get(self, account_id: str) -> AccountPage | None:
        """The page of an account, if it is here. It leaves the shelf: whoever has used it puts it back."""
        page = self._pages.pop(account_id, None)
        if page is not None:
            self._events -= page.events
        return page

    def put(self, pages: Iterable[AccountPage]) -> None:
        """Puts pages on the shelf; those not used for longest make room."""
        for page in pages:
            self._pages[page.account_id] = page
            self._events += page.events
        while self._events > self._most_events and self._pages:
            _, page = self._pages.popitem(last=False)
            self._events -= page.events

    def clear(self) -> None:
        self._pages.clear()
        self._events = 0


class PageLoader:
    """Reads pages within a unit of work, what the unit itself has taken in included."""

    def __init__(self, unit: Unit, register: LoadedRegister, pending: PendingRows) -> None:
        self._unit = unit
        self._register = register
        self._pending = pending

    def load(
        self,
        account_ids: Sequence[str],
        taken_in: Mapping[str, Sequence[Recorded]],
        figures: Figures,
        register: Register,
    ) -> list[AccountPage]:
        """The pages of accounts, read anew from the log, the events taken in so far, and the rows that are current.

        `figures` and `register` are the world in which those rows were derived.
        """
        histories = self._histories(account_ids, taken_in)
        self._register.load(
            party_id for facts in histories.values() for fact in facts for party_id in parties_named(fact)
        )
        pages = []
        for account_id, facts in histories.items():
            page = AccountPage(account_id, figures, self._unit.head.world)
            page.read(facts, register)
            pages.append(page)
        self._find_rows({page.account_id: page for page in pages})
        return [
            page if page.current.matches(page.reading.kept) else self._retraced(page, histories[page.account_id])
            for page in pages
        ]

    def extend(self, page: AccountPage) -> None:
        """Brings a page up to date with what other processes recorded on its account in the same world."""
        facts = self._unit.account_events(page.account_id, after=page.position)
        self._register.load(party_id for fact in facts for party_id in parties_named(fact))
        for fact in facts:
            page.take(fact, self._register)

    def _retraced(self, page: AccountPage, facts: Sequence[Recorded]) -> AccountPage:
        """The page again, step by step as it came about, should all at once come to other (if equivalent) intervals.

        Raises LostRows if the rows are not those that this comes to.
        """
        retraced = AccountPage(page.account_id, page.reading.world.figures, page.world)
        known = self._unit.head.position
        recorded = [fact for fact in facts if fact.position <= known and fact.account_id == page.account_id]
        for _ in replay(retraced, recorded, WorldHistory(self._unit.rows, known)):
            pass
        for fact in facts:
            if fact.position > known:
                retraced.take(fact, self._register)
        if not page.current.matches(retraced.reading.kept):
            raise LostRows(f"account {page.account_id}")
        retraced.current = page.current
        return retraced

    def _histories(
        self, account_ids: Sequence[str], taken_in: Mapping[str, Sequence[Recorded]]
    ) -> dict[str, list[Recorded]]:
        histories = self._unit.histories(account_ids)
        for account_id, body in self._unit.rows(ELSEWHERE, {"account_ids": list(account_ids)}):
            histories[account_id].append(canonical.decode(body))
            histories[account_id].sort(key=_position)
        for account_id, facts in histories.items():
            facts.extend(taken_in.get(account_id, ()))
        return histories

    def _find_rows(self, pages: Mapping[str, AccountPage]) -> None:
        for table, prepared in enumerate(CURRENT_ROWS):
            for account_id, known_from, ordinal, body in self._unit.rows(prepared, {"account_ids": list(pages)}):
                key = RowKey(table, known_from, ordinal)
                if not self._pending.ends(account_id, key):
                    pages[account_id].current.add(key, body.encode())
        for account_id, page in pages.items():
            for key, body in self._pending.begun_on(account_id):
                page.current.add(key, body)


def _position(fact: Recorded) -> int:
    return fact.position
