"""The tables of the facts, declared once for both databases; the revisions under migrations/ make them.

Every table of the ledger, also those of other rooms, lives in `metadata`. `Position`, `Text`, `Key` and `Instant` are
the column types to declare them with: they mean the same on both databases.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from ledger.instants import read_instant, write_instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

INSTANT_LENGTH = 27

Position = BigInteger().with_variant(Integer(), "sqlite")
"""A position in the log. On SQLite an INTEGER, so that as a primary key it is the row's own number."""

Key = Text().with_variant(Text(collation="C"), "postgresql")
"""An identifier: compared and sorted by its bytes on both databases."""


class Instant(TypeDecorator[datetime]):
    """An instant in microseconds: `timestamptz` on PostgreSQL, on SQLite the text of ledger.instants, which sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(INSTANT_LENGTH))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return write_instant(value if value.tzinfo is UTC else value.astimezone(UTC))

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = read_instant(value) if dialect.name == "sqlite" else value.astimezone(UTC)
        return found


class LeadOf(ColumnElement[str]):
    """The lead that the body of an event names. For the events OF_LEADS there is an index to look it up by.

    The migrations alone make it, as they do the triggers: no tool can compare indexes on expressions.
    """

    inherit_cache = True
    type = Key

    def __init__(self, body: ColumnElement[Any]) -> None:
        self.body = body


@compiles(LeadOf, "sqlite")
def _lead_of_sqlite(element: LeadOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_extract({compiler.process(element.body, **options)}, '$.data.lead_id')"


@compiles(LeadOf, "postgresql")
def _lead_of_postgresql(element: LeadOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"(({compiler.process(element.body, **options)})::json #>> '{{data,lead_id}}')"


OF_LEADS = "events.type >= 'lead_' AND events.type < 'lead`'"
"""Which events are about a lead, in the words by which the databases find that the index holds them."""

_BY_PARTNERS = text("actor >= 'partner/' AND actor < 'partner0'")

events = Table(
    "events",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("event_id", Key, nullable=False),
    Column("type", Key, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("account_id", Key),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("actor", Key, nullable=False),
    Column("body", Text, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    UniqueConstraint("event_id"),
    CheckConstraint("position >= 1", name="position_from_one"),
    CheckConstraint("length(leaf_hash) = 32", name="leaf_hash_is_sha256"),
    Index(None, "account_id", "position"),
    Index(None, "type", "position"),
    Index(None, "recorded_at", "position"),
    Index("ix_events_partner_actor", "actor", sqlite_where=_BY_PARTNERS, postgresql_where=_BY_PARTNERS),
)
"""The log. `body` is the canonical text whose hash is `leaf_hash`; the other columns repeat parts of it for look-up.
Triggers refuse to update, delete, replace or truncate."""

head = Table(
    "head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", Position, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("world", Position, nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)
"""One row, locked last by every writer. No later event is recorded at or before `recorded_at`. `world` counts the
changes on which earlier derivations of any account may depend."""

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Key, primary_key=True),
    Column("last_position", Position, nullable=False),
)
"""The position of the latest event of every account that has one."""

known_ids = Table(
    "known_ids",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Key, primary_key=True),
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("account_id", Key),
    Column("gone_position", Position),
    Index(None, "position"),
)
"""What a reference may name: a row for each event that introduced an identifier, until that event is retracted or
corrected at `gone_position`. An identifier is known while one of its rows is not gone."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", Key, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)
"""What was answered to a request that carried an Idempotency-Key, with the SHA-256 of its body."""
