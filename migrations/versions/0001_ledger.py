"""The facts: the log and its head, accounts, known identifiers, kept answers to requests; events refuse any change.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")

REFUSAL = (
    "recorded events are immutable: record an event_retracted, or an event that corrects the old one, "
    "instead of changing or removing one"
)

TAKEN = "events.position or events.event_id is taken, and recorded events are not replaced"

SQLITE_TRIGGERS = {
    "events_refuse_update": f"BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "events_refuse_delete": f"BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    # INSERT OR REPLACE would remove the old row without asking the trigger above (unless recursive_triggers is on).
    "events_refuse_replace": f"""
        BEFORE INSERT ON events
        WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position OR event_id = NEW.event_id)
        BEGIN SELECT RAISE(ABORT, '{TAKEN}'); END
    """,  # noqa: S608 - both are constants of this module
}

POSTGRESQL_REFUSAL = f"""
    CREATE FUNCTION events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION USING ERRCODE = 'RL001', MESSAGE = '{REFUSAL}';
    END
    $$
"""

# ALWAYS: also in a session that has switched ordinary triggers off (session_replication_role).
POSTGRESQL_TRIGGERS = (
    """
    CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION events_refuse_change()
    """,
    "ALTER TABLE events ENABLE ALWAYS TRIGGER events_refuse_change",
    """
    CREATE TRIGGER events_refuse_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change()
    """,
    "ALTER TABLE events ENABLE ALWAYS TRIGGER events_refuse_truncate",
)


def upgrade() -> None:
    _create_log()
    _create_beside_the_log()
    if op.get_bind().dialect.name == "sqlite":
        for name, trigger in SQLITE_TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {trigger}")
    else:
        op.execute(POSTGRESQL_REFUSAL)
        for statement in POSTGRESQL_TRIGGERS:
            op.execute(statement)


def _create_log() -> None:
    op.create_table(
        "events",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("type", KEY, nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor", KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.UniqueConstraint("event_id", name="uq_events_event_id"),
        sa.CheckConstraint("position >= 1", name=op.f("ck_events_position_from_one")),
        sa.CheckConstraint("length(leaf_hash) = 32", name=op.f("ck_events_leaf_hash_is_sha256")),
    )
    op.create_index("ix_events_account_id_position", "events", ["account_id", "position"])
    op.create_index("ix_events_type_position", "events", ["type", "position"])
    op.create_index("ix_events_recorded_at_position", "events", ["recorded_at", "position"])
    op.create_table(
        "head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("world", POSITION, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_head_single_row")),
    )
    op.execute("INSERT INTO head (id, position, recorded_at, world) VALUES (1, 0, '1970-01-01T00:00:00.000000Z', 0)")


def _create_beside_the_log() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("last_position", POSITION, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_accounts"),
    )
    op.create_table(
        "known_ids",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("gone_position", POSITION, nullable=True),
        sa.PrimaryKeyConstraint("id", "kind", "position", name="pk_known_ids"),
    )
    op.create_index("ix_known_ids_position", "known_ids", ["position"])
    op.create_table(
        "idempotency",
        sa.Column("key", KEY, nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_idempotency"),
    )


def downgrade() -> None:
    for name in ("idempotency", "known_ids", "accounts", "head", "events"):
        op.drop_table(name)  # an index or a trigger goes with its table
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION events_refuse_change()")
