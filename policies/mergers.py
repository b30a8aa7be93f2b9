"""Mergers: which accounts an account has taken in. No right changes by it, and what is on an account stays on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ledger.events.accounts import AccountIdentityChanged
from ledger.recorded import Recorded


def taken_in(history: Iterable[Recorded], account_id: str, on: date) -> frozenset[str]:
    """The accounts merged into an account by a day, and those merged into these; never the account itself.

    `history` are the facts that count, of all accounts; of several mergers of one account the latest holds.
    """
    into: dict[str, str] = {}
    for fact in sorted(history, key=lambda fact: fact.order):
        event = fact.event
        if isinstance(event, AccountIdentityChanged) and event.data.merged_into and fact.effective_on <= on:
            into[event.account_id] = event.data.merged_into
    found: set[str] = set()
    nearer = {account_id}
    while nearer:
        nearer = {one for one, taker in into.items() if taker in nearer} - found - {account_id}
        found |= nearer
    return frozenset(found)
