"""The tables of kept answers: bitemporal intervals, declared once for both databases.

A row says that something held on `[valid_from, valid_until)`, and that this is what the ledger knew from position
`known_from` until position `known_until`. The open ends are OPEN_DAY and OPEN_POSITION. Rows are only ever added; an
event that changes what is known gives the rows it ends their `known_until`, and nothing else is updated.
`(account_id, known_from, ordinal)` follows from the facts alone, so a rebuild gives identical rows.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    and_,
)

from ledger.store.schema import Instant, Key, Position, metadata
from policies.days import FOREVER

OPEN_DAY = FOREVER
"""The end of an interval of days whose end is not known."""

OPEN_POSITION = 2**63 - 1
"""The `known_until` of what is known now."""


def _interval() -> list[Column[object]]:
    return [
        Column("account_id", Key, primary_key=True),
        Column("known_from", Position, primary_key=True, autoincrement=False),
        Column("ordinal", Integer, primary_key=True, autoincrement=False),
        Column("known_until", Position, nullable=False),
        Column("valid_from", Date, nullable=False),
        Column("valid_until", Date, nullable=False),
    ]


kept_rights = Table(
    "kept_rights",
    metadata,
    *_interval(),
    Column("kind", Key, nullable=False),
    Column("holder", Key, nullable=False),
    Column("status", Key, nullable=False),
    Column("opportunity_id", Key),
    Column("line", Key),
    Column("contract_id", Key),
    Column("deadline_on", Date),
    Column("body", Text, nullable=False),
    Index(None, "account_id", "known_until", "valid_until"),
    Index(None, "holder", "known_until", "valid_until"),
    Index(None, "deadline_on", "known_until"),
    Index(None, "known_from", "account_id"),
    Index(None, "known_until", "account_id"),
)
"""Rights of every kind; `body` is the JSON of a policies.kept.Right. By the two positions the feed of changes finds
which accounts an event touched."""

kept_obligations = Table(
    "kept_obligations",
    metadata,
    *_interval(),
    Column("kind", Key, nullable=False),
    Column("party_id", Key, nullable=False),
    Column("state", Key, nullable=False),
    Column("opportunity_id", Key),
    Column("contract_id", Key),
    Column("body", Text, nullable=False),
    Index(None, "account_id", "known_until", "valid_until"),
    Index(None, "party_id", "known_until", "valid_until"),
)
"""What parties owe; `body` is the JSON of a policies.kept.Obligation."""

kept_situations = Table(
    "kept_situations",
    metadata,
    *_interval(),
    Column("business", Key, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "account_id", "business", "known_until", "valid_until"),
)
"""What decides who may call on a business; `body` is the JSON of a policies.kept.Situation."""

kept_streams = Table(
    "kept_streams",
    metadata,
    *_interval(),
    Column("contract_id", Key, nullable=False),
    Column("opportunity_id", Key, nullable=False),
    Column("holder", Key, nullable=False),
    Column("state", Key, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "account_id", "known_until", "valid_until"),
    Index(None, "holder", "known_until", "valid_until"),
    Index(None, "opportunity_id", "known_until"),
)
"""Residual streams; `body` is the JSON of a policies.kept.Stream."""

kept_entitlements = Table(
    "kept_entitlements",
    metadata,
    *_interval(),
    Column("kind", Key, nullable=False),
    Column("party_id", Key),
    Column("contract_id", Key, nullable=False),
    Column("opportunity_id", Key),
    Column("currency", Key, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("counted", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "account_id", "known_until"),
    Index(None, "valid_from", "account_id", "known_from", "ordinal"),
    Index(None, "party_id", "valid_from"),
    Index(None, "contract_id", "valid_from"),
    Index(None, "known_from", "valid_from"),
    Index(None, "known_until", "valid_from"),
)
"""What renewals earn; `body` is the JSON of a policies.kept.Entitlement. Amounts are in minor units, `valid_from` is
the first day of the period renewed."""

kept_sheets = Table(
    "kept_sheets",
    metadata,
    *_interval(),
    Column("opportunity_id", Key, nullable=False),
    Column("state", Key, nullable=False),
    Column("stage", Key),
    Column("manager", Key),
    Column("region", Key),
    Column("currency", Key),
    Column("amount", BigInteger),
    Column("expected_close_on", Date),
    Column("body", Text, nullable=False),
    Index(None, "opportunity_id", "known_until", "valid_until"),
    Index(None, "account_id", "known_until", "valid_until"),
    Index(None, "manager", "known_until", "valid_until"),
    Index(None, "known_until", "valid_until", "opportunity_id"),
)
"""Sheets of opportunities; `body` is the JSON of a policies.kept.Sheet. Amounts are in minor units."""

kept_parties = Table(
    "kept_parties",
    metadata,
    Column("party_id", Key, primary_key=True),
    Column("known_from", Position, primary_key=True, autoincrement=False),
    Column("known_until", Position, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Key, nullable=False),
    Column("tier", Key),
    Column("member_of", Key),
    Index(None, "member_of"),
)
"""The registrations of parties; `known_from` is the position of the registration."""

kept_mentions = Table(
    "kept_mentions",
    metadata,
    Column("party_id", Key, primary_key=True),
    Column("account_id", Key, primary_key=True),
    Column("position", Position, nullable=False),
    Index(None, "account_id"),
)
"""Which accounts name a party, since the first event that does: what to derive again when it is registered anew."""

kept_withdrawals = Table(
    "kept_withdrawals",
    metadata,
    Column("event_id", Key, primary_key=True),
    Column("position", Position, nullable=False),
    Column("account_id", Key),
    Column("by_account_id", Key),
    Index(None, "account_id"),
)
"""Which events were retracted or corrected, at which `position`. `account_id` is the withdrawn event's account;
`by_account_id` that of the event which withdrew it: another one if a correction moved a fact to another account."""

kept_derivation = Table(
    "kept_derivation",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)
"""One row: the version of the rules' reading by which the kept answers were derived; see projections.derivation."""


kept_notices = Table(
    "kept_notices",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("account_id", Key, nullable=False),
    Column("opportunity_id", Key, nullable=False),
    Column("line", Key, nullable=False),
    Column("kind", Key, nullable=False),
    Column("deadline_on", Date, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("event_id", Key, nullable=False),
    Index(None, "account_id", "position"),
)
"""What the scheduler announced, by the position of the announcement; those retracted since are among them."""

TABLES = (
    kept_rights,
    kept_obligations,
    kept_situations,
    kept_streams,
    kept_entitlements,
    kept_sheets,
    kept_parties,
    kept_mentions,
    kept_withdrawals,
    kept_notices,
)
"""Everything that a rebuild makes anew."""

scheduler_runs = Table(
    "scheduler_runs",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("ran_at", Instant, nullable=False),
    Column("ran_on", Date, nullable=False),
    Column("position", Position, nullable=False),
    Column("leader", Text, nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)
"""One row: when, for which day, at which position and by whom the scheduler last ran; no answer rests on it."""


def known(table: Table, at: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a row is what was known at a position.

    The sum keeps SQLite from going through all that was ever known of an account, by its primary key: what matters is
    that few rows are still known.
    """
    return and_(table.c.known_until > at, table.c.known_from + 0 <= at)
