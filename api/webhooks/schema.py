"""The tables of webhooks: subscriptions and what was delivered. How the service works, not what it knows.

They follow from no event, so no rebuild makes them and no verification looks at them.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from ledger.store.schema import Instant, Key, Position, metadata

webhook_subscriptions = Table(
    "webhook_subscriptions",
    metadata,
    Column("webhook_id", Key, primary_key=True),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("owner", Key, nullable=False),
    Column("feed", Key, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("account_id", Key),
    Column("line", Key),
    Column("party_id", Key),
    Column("secret", Text, nullable=False),
    Column("old_secret", Text),
    Column("old_secret_until", Instant()),
    Column("status", Key, nullable=False),
    Column("status_reason", Text),
    Column("created_at", Instant(), nullable=False),
    Column("cursor", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant()),
    Column("dead_in_a_row", Integer, nullable=False),
    Column("delivered_at", Instant()),
    Column("leased_by", Key),
    Column("leased_until", Instant()),
)
"""Who is told what, and how far it was told: `cursor` is the last message that was delivered or given up. `attempts`
counts the failed ones of the next message. Whoever sends holds the lease. `feed` is the feed and, after a plus, the
form of the messages where it is not plain; `kinds` is a JSON list, empty for all. With a party, it is told only what is
its own."""

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("webhook_id", Key, primary_key=True),
    Column("number", Position, primary_key=True, autoincrement=False),
    Column("message_id", Key, nullable=False),
    Column("cursor", Text, nullable=False),
    Column("type", Key, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("attempted_at", Instant(), nullable=False),
    Column("outcome", Key, nullable=False),
    Column("status", Integer),
    Column("detail", Text),
    Column("milliseconds", Integer, nullable=False),
    Index(None, "webhook_id", "outcome"),
)
"""Every attempt: `delivered`, `failed` (to be tried again) or `dead` (given up)."""
