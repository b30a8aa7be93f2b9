"""Short ways to say a few facts, for tests of the store."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from ledger.events.base import Event
from ledger.events.catalogue import parse
from ledger.recorded import Recorded
from ledger.store import Draft, Store
from ledger.store.engines import sqlite_driver

DAY = date(2026, 1, 10)


def fact(type_: str, account_id: str | None = "acme", *, corrects: str | None = None, **data: Any) -> Event:
    """An event as a client states it."""
    raw: dict[str, Any] = {"type": type_, "effective_on": DAY.isoformat(), "data": data}
    if account_id is not None:
        raw["account_id"] = account_id
    if corrects is not None:
        raw["corrects"] = corrects
    return parse(raw, today=DAY)


def opened(account_id: str = "acme", **others: Any) -> Event:
    """An account is opened."""
    return fact("account_opened", account_id, name=f"Account {account_id}", **others)


def elevated(account_id: str = "acme", reason: str = "It has grown.") -> Event:
    """A fact on an account that introduces nothing."""
    return fact("account_elevated", account_id, reason=reason)


def party(party_id: str = "jane", name: str = "Jane") -> Event:
    """A party is registered; this belongs to no account."""
    return fact("party_registered", None, party_id=party_id, name=name, kind="employee")


def retracted(event_id: str, account_id: str | None = "acme") -> Event:
    """An earlier event is taken back."""
    return fact("event_retracted", account_id, event_id=event_id, reason="Recorded by mistake.")


def drafts(*events: Event, actor: str = "tester") -> list[Draft]:
    """The events on their way into the ledger."""
    return [Draft.of(event, actor) for event in events]


def record(store: Store, *events: Event) -> list[Recorded]:
    """Records the events in a unit of work of their own."""
    with store.write(accounts_of(events)) as unit:
        return unit.append(drafts(*events))


def accounts_of(events: Iterable[Event]) -> set[str]:
    """The accounts that the events belong to."""
    return {event.account_id for event in events if event.account_id is not None}


def positions(store: Store) -> list[int]:
    """The positions in the log, in the order in which it is read."""
    return [stored.position for stored in store.read.page(limit=100_000)]


def plain_engine(url: str) -> Engine:
    """The database as a program sees it that knows nothing of the store.

    With the store's own SQLite library: two of them in one process don't see each other's locks.
    """
    module = {"module": sqlite_driver} if make_url(url).get_backend_name() == "sqlite" else {}
    return create_engine(url, poolclass=NullPool, **module)
