"""The desk: the pages of the accounts that a unit of work concerns, laid out, brought up to date, and taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from ledger.recorded import Recorded
from ledger.store import Unit
from projections.figures import KnownFigures
from projections.judging import Candidate
from projections.knowledge import Journal
from projections.pages import AccountPage
from projections.parties import LoadedRegister
from projections.pending import PendingRows
from projections.shelf import PageLoader, Shelf


class Desk:
    """The pages in use, and the facts taken in so far on each account."""

    def __init__(
        self, unit: Unit, shelf: Shelf, figures: KnownFigures, register: LoadedRegister, pending: PendingRows
    ) -> None:
        self.figures = figures
        self._world = unit.head.world
        self._unit = unit
        self._shelf = shelf
        self._register = register
        self._loader = PageLoader(unit, register, pending)
        self._pages: dict[str, AccountPage] = {}
        self._positions: dict[str, int] = {}
        self._facts: defaultdict[str, list[Recorded]] = defaultdict(list)
        self._worn = False

    def lay_out(self, accounts: Collection[str]) -> None:
        """Takes the pages of these accounts from the shelf, brings them up to date, reads those that are missing."""
        self._positions = self._unit.account_positions(accounts)
        missing = []
        for account_id, position in self._positions.items():
            page = self._shelf.get(account_id)
            if position == 0:
                continue
            if page is None or page.world != self._world:
                missing.append(account_id)
                continue
            if page.position < position:
                self._loader.extend(page)
            self._pages[account_id] = page
        if missing:
            self._read(missing)

    def page(self, account_id: str) -> AccountPage:
        """The page of an account as it stands now."""
        if account_id not in self._pages:
            self._read([account_id])
        return self._pages[account_id]

    def page_before(self, account_id: str, position: int, figures: KnownFigures) -> AccountPage:
        """The page of an account as it stood before the event at a position, with the figures that were known then."""
        if account_id not in self._pages:
            before = [fact for fact in self._facts.get(account_id, ()) if fact.position < position]
            register = self._register.before(position)
            self._pages.update(
                (page.account_id, page)
                for page in self._loader.load([account_id], {account_id: before}, figures.now, register)
            )
        return self._pages[account_id]

    def page_for(self, candidate: Candidate, touched: set[str]) -> AccountPage | None:
        """The page on which a fact is to be judged, its parties made known there; None for a fact of no account."""
        account_id = candidate.fact.account_id
        if account_id is None:
            return None
        if account_id not in self._pages and not self.last_position(account_id):
            self._pages[account_id] = AccountPage(account_id, self.figures.now, self._world)
        page = self.page(account_id)
        if page.meet(candidate.parties, self._register):
            touched.add(account_id)
        return page

    def last_position(self, account_id: str) -> int:
        """The position of an account's last event, those taken in included; 0 if it has none."""
        facts = self._facts.get(account_id)
        return facts[-1].position if facts else self._positions.get(account_id, 0)

    def note(self, fact: Recorded, accounts: Iterable[str], journal: Journal) -> None:
        """Notes that a fact is taken in on these accounts."""
        for account_id in accounts:
            facts = self._facts[account_id]
            facts.append(fact)
            journal.note(facts.pop)

    def known_here(self) -> list[str]:
        """The accounts of which facts were taken in."""
        return [account_id for account_id, facts in self._facts.items() if facts]

    def take_away(self, account_ids: Iterable[str]) -> None:
        """Throws away pages that were written on in vain."""
        for account_id in account_ids:
            self._pages.pop(account_id, None)

    def wear_out(self) -> None:
        """The world changed: no page is good for another unit of work."""
        self._worn = True

    def clear(self) -> None:
        """Takes all pages away, to make room."""
        self._pages.clear()

    def shift(self, past: int, by: int) -> None:
        """Moves every position after `past`."""
        for account_id, page in self._pages.items():
            if self._facts.get(account_id):
                page.current.shift(past, by)
                page.position += by

    def hand_back(self) -> None:
        """Puts the pages back on the shelf, once the unit is committed."""
        if self._worn:
            self._shelf.clear()
        else:
            self._shelf.put(self._pages.values())

    def _read(self, account_ids: Sequence[str]) -> None:
        for page in self._loader.load(account_ids, self._facts, self.figures.now, self._register):
            self._pages[page.account_id] = page
