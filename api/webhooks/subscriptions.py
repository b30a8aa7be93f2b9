"""Subscriptions: who is told what by webhook, kept in the database; and the log of what was delivered.

Every change is one short transaction of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, or_, select, update

from api.webhooks.schema import webhook_deliveries, webhook_subscriptions
from api.webhooks.signing import new_secret
from ledger.store import Store
from projections.problems import UnknownSubject

EVENTS, CHANGES = "events", "changes"
LATEST = "latest"
"""What a subscriber calls the present."""

PLAIN, CLOUDEVENTS = "plain", "cloudevents"
ACTIVE, DISABLED = "active", "disabled"
DELIVERED, FAILED, DEAD = "delivered", "failed", "dead"

OLD_SECRET_FOR = timedelta(hours=24)
"""How long the secret before still signs after it was replaced."""

KEPT_DELIVERIES = 1_000
KEPT_DEAD = 100_000
"""How many attempts of a subscription are kept, and among how many those that gave a message up."""

PRUNE_EVERY = 100

_them = webhook_subscriptions.c
_tries = webhook_deliveries.c


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be sent, and where."""

    url: str
    feed: str = EVENTS
    kinds: tuple[str, ...] = ()
    account_id: str | None = None
    line: str | None = None
    party_id: str | None = None
    """Whom it is for, if it is told only what is its own."""
    description: str = ""
    after: str = LATEST
    """A place in the feed, as it is told to who wants it."""
    format: str = PLAIN


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told what, and how far it was told. `secret` is for signing; nobody is shown it again."""

    webhook_id: str
    url: str
    description: str
    owner: str
    feed: str
    kinds: tuple[str, ...]
    account_id: str | None
    line: str | None
    party_id: str | None
    secret: str
    old_secret: str | None
    old_secret_until: datetime | None
    status: str
    status_reason: str | None
    created_at: datetime
    cursor: str
    attempts: int
    next_attempt_at: datetime | None
    dead_in_a_row: int
    delivered_at: datetime | None
    leased_by: str | None = None
    leased_until: datetime | None = None
    format: str = PLAIN

    def secrets(self, now: datetime) -> list[str]:
        """The secrets that sign: the current one, and the one before while it still does."""
        still = self.old_secret is not None and self.old_secret_until is not None and now < self.old_secret_until
        return [self.secret, self.old_secret] if still and self.old_secret is not None else [self.secret]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver a message."""

    message_id: str
    cursor: str
    type: str
    attempt: int
    attempted_at: datetime
    outcome: str
    status: int | None
    detail: str | None
    milliseconds: int
    number: int = 0


class Subscriptions:
    """The subscriptions of one ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # ---- for who subscribes -------------------------------------------------------------------------------------

    def add(self, wish: Wish, *, owner: str, cursor: str) -> Subscription:
        """A new subscription, which begins after a place of the ledger. The caller has checked the wish."""
        made = Subscription(
            webhook_id=str(uuid4()),
            url=wish.url,
            description=wish.description,
            owner=owner,
            feed=wish.feed,
            kinds=wish.kinds,
            account_id=wish.account_id,
            line=wish.line,
            party_id=wish.party_id,
            secret=new_secret(),
            old_secret=None,
            old_secret_until=None,
            status=ACTIVE,
            status_reason=None,
            created_at=datetime.now(UTC),
            cursor=cursor,
            attempts=0,
            next_attempt_at=None,
            dead_in_a_row=0,
            delivered_at=None,
            format=wish.format,
        )
        with self._store.transaction() as connection:
            connection.execute(insert(webhook_subscriptions).values(**_written(made)))
        return made

    def all(self, party_id: str | None = None) -> list[Subscription]:
        """Every subscription, or those of a party, the oldest first."""
        statement = select(webhook_subscriptions).order_by(_them.created_at, _them.webhook_id)
        if party_id is not None:
            statement = statement.where(_them.party_id == party_id)
        with self._store.read.connection() as connection:
            return [_read(row) for row in connection.execute(statement).mappings()]

    def one(self, webhook_id: str, party_id: str | None = None) -> Subscription:
        """A subscription; raises UnknownSubject, also for one that is not the party's, if there is one given."""
        with self._store.read.connection() as connection:
            row = connection.execute(_select(webhook_id)).mappings().one_or_none()
        if row is None or party_id not in (None, row["party_id"]):
            raise UnknownSubject("webhook", webhook_id)
        return _read(row)

    def remove(self, webhook_id: str) -> None:
        """Takes a subscription away, with its deliveries; raises UnknownSubject."""
        with self._store.transaction() as connection:
            gone = connection.execute(delete(webhook_subscriptions).where(_them.webhook_id == webhook_id))
            connection.execute(delete(webhook_deliveries).where(_tries.webhook_id == webhook_id))
        if not gone.rowcount:
            raise UnknownSubject("webhook", webhook_id)

    def replay(self, webhook_id: str, cursor: str) -> Subscription:
        """Has everything after a cursor sent (again), and a disabled subscription works again. Raises UnknownSubject.

        Whoever holds its lease loses it, so that an attempt under way can't move it on.
        """
        afresh = {"cursor": cursor, "status": ACTIVE, "status_reason": None, "leased_by": None, "leased_until": None}
        self._set(webhook_id, **afresh, attempts=0, next_attempt_at=None, dead_in_a_row=0)
        return self.one(webhook_id)

    def rotate(self, webhook_id: str) -> Subscription:
        """A new secret; the one before signs as well for OLD_SECRET_FOR. Raises UnknownSubject."""
        now = datetime.now(UTC)
        self._set(webhook_id, secret=new_secret(), old_secret=_them.secret, old_secret_until=now + OLD_SECRET_FOR)
        return self.one(webhook_id)

    def deliveries(
        self, webhook_id: str, *, outcome: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[Attempt]:
        """The attempts kept of a subscription, the latest first; raises UnknownSubject."""
        self.one(webhook_id)
        statement = select(webhook_deliveries).where(_tries.webhook_id == webhook_id)
        if outcome is not None:
            statement = statement.where(_tries.outcome == outcome)
        if before is not None:
            statement = statement.where(_tries.number < before)
        with self._store.read.connection() as connection:
            rows = connection.execute(statement.order_by(_tries.number.desc()).limit(limit)).mappings()
            return [Attempt(**{name: value for name, value in row.items() if name != "webhook_id"}) for row in rows]

    # ---- for who sends ------------------------------------------------------------------------------------------

    def lease(self, webhook_id: str, holder: str, length: timedelta) -> Subscription | None:
        """The subscription, if nobody else is sending for it: it is the holder's until the length has gone by.

        By the clock of the database, so that the clocks of several machines need not agree.
        """
        with self._store.transaction() as connection:
            now = _now(connection)
            free = or_(_them.leased_by.is_(None), _them.leased_by == holder, _them.leased_until <= now)
            taken = connection.execute(
                update(webhook_subscriptions)
                .where(_them.webhook_id == webhook_id, _them.status == ACTIVE, free)
                .values(leased_by=holder, leased_until=now + length)
            )
            if not taken.rowcount:
                return None
            return _read(connection.execute(_select(webhook_id)).mappings().one())

    def release(self, holder: str) -> None:
        """Gives back everything that a holder has leased."""
        with self._store.transaction() as connection:
            connection.execute(
                update(webhook_subscriptions).where(_them.leased_by == holder).values(leased_by=None, leased_until=None)
            )

    def note(self, state: Subscription, holder: str, attempt: Attempt | None = None) -> bool:
        """Writes how far a subscription has come, and the attempt that brought it there; False if the lease is lost."""
        values = {
            name: getattr(state, name)
            for name in ("cursor", "attempts", "next_attempt_at", "dead_in_a_row", "delivered_at", "status",
                         "status_reason")
        }  # fmt: skip
        with self._store.transaction() as connection:
            moved = connection.execute(
                update(webhook_subscriptions)
                .where(_them.webhook_id == state.webhook_id, _them.leased_by == holder)
                .values(**values)
            )
            if not moved.rowcount:
                return False
            if attempt is not None:
                _log(connection, state.webhook_id, attempt)
        return True

    def _set(self, webhook_id: str, **values: Any) -> None:
        with self._store.transaction() as connection:
            done = connection.execute(
                update(webhook_subscriptions).where(_them.webhook_id == webhook_id).values(**values)
            )
        if not done.rowcount:
            raise UnknownSubject("webhook", webhook_id)


def _log(connection: Connection, webhook_id: str, attempt: Attempt) -> None:
    """Keeps an attempt, and from time to time lets go of the oldest."""
    last = select(func.max(_tries.number)).where(_tries.webhook_id == webhook_id)
    number = (connection.execute(last).scalar() or 0) + 1
    kept = {name: getattr(attempt, name) for name in attempt.__slots__}
    connection.execute(insert(webhook_deliveries).values(**{**kept, "webhook_id": webhook_id, "number": number}))
    if number % PRUNE_EVERY == 0:
        dispensable = or_(
            _tries.number <= number - KEPT_DEAD,
            and_(_tries.number <= number - KEPT_DELIVERIES, _tries.outcome != DEAD),
        )
        connection.execute(delete(webhook_deliveries).where(_tries.webhook_id == webhook_id, dispensable))


def _select(webhook_id: str) -> Any:
    return select(webhook_subscriptions).where(_them.webhook_id == webhook_id)


def _now(connection: Connection) -> datetime:
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC)


def _written(one: Subscription) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in one.__slots__ if name != "format"}
    feed = one.feed if one.format == PLAIN else f"{one.feed}+{one.format}"
    return {**values, "feed": feed, "kinds": orjson.dumps(one.kinds).decode()}


def _read(row: RowMapping) -> Subscription:
    feed, _, format_ = str(row["feed"]).partition("+")
    found = Subscription(**{**row, "feed": feed}, format=format_ or PLAIN)
    return replace(found, kinds=tuple(orjson.loads(row["kinds"])))
