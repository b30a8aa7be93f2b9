"""What is owed: the kept obligations as they stand on a day."""

from __future__ import annotations

from ledger.store.reading import Reader
from policies.obligations import Owed
from projections.asking import Moment, Page


def obligations(
    reader: Reader,
    moment: Moment,
    *,
    party_id: str | None = None,
    account_id: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[Owed]:
    """What is owed on the day, by a party or on an account if one is named. Raises UnknownSubject."""
    raise NotImplementedError
