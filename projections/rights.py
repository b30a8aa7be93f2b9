"""Who holds what: the rights kept for an account or a party, and what runs out soon."""

from __future__ import annotations

from ledger.store.reading import Reader
from policies.kept import Right
from projections.asking import Moment, Page


def rights_of_account(
    reader: Reader, account_id: str, moment: Moment, *, after: str | None = None, limit: int = 100
) -> Page[Right]:
    """The rights in effect on the day, lapsed and ended claims left out. Raises UnknownSubject."""
    raise NotImplementedError


def timeline(
    reader: Reader, account_id: str, position: int, *, after: str | None = None, limit: int = 100
) -> Page[Right]:
    """The whole history of rights as known at a position, one per interval, in order. Raises UnknownSubject."""
    raise NotImplementedError


def rights_of_party(
    reader: Reader, party_id: str, moment: Moment, *, after: str | None = None, limit: int = 100
) -> Page[Right]:
    """What a party holds on the day, over all accounts, lapsed and ended claims left out. Raises UnknownSubject."""
    raise NotImplementedError


def deadlines(
    reader: Reader, moment: Moment, *, within_days: int, after: str | None = None, limit: int = 100
) -> Page[Right]:
    """The claims not yet won whose last day of grace lies at most so many days after the day, by that day."""
    raise NotImplementedError
