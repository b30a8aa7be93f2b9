"""The kept answers: rights, obligations, calling situations, parties, and who is named where; all can be rebuilt.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _create_intervals()
    _create_registers()


def _create_intervals() -> None:
    _create_interval(
        "kept_rights",
        sa.Column("kind", KEY, nullable=False),
        sa.Column("holder", KEY, nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("opportunity_id", KEY, nullable=True),
        sa.Column("line", KEY, nullable=True),
        sa.Column("contract_id", KEY, nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
    )
    _create_index("kept_rights", "account_id", "known_until", "valid_until")
    _create_index("kept_rights", "holder", "known_until", "valid_until")
    _create_index("kept_rights", "deadline_on", "known_until")
    _create_interval(
        "kept_obligations",
        sa.Column("kind", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("opportunity_id", KEY, nullable=True),
        sa.Column("contract_id", KEY, nullable=True),
    )
    _create_index("kept_obligations", "account_id", "known_until", "valid_until")
    _create_index("kept_obligations", "party_id", "known_until", "valid_until")
    _create_interval("kept_situations", sa.Column("business", KEY, nullable=False))
    _create_index("kept_situations", "account_id", "business", "known_until", "valid_until")


def _create_interval(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("known_from", POSITION, autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("known_until", POSITION, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        *columns,
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "known_from", "ordinal", name=f"pk_{name}"),
    )


def _create_registers() -> None:
    op.create_table(
        "kept_parties",
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("known_from", POSITION, autoincrement=False, nullable=False),
        sa.Column("known_until", POSITION, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("tier", KEY, nullable=True),
        sa.Column("member_of", KEY, nullable=True),
        sa.PrimaryKeyConstraint("party_id", "known_from", name="pk_kept_parties"),
    )
    _create_index("kept_parties", "member_of")
    op.create_table(
        "kept_mentions",
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.PrimaryKeyConstraint("party_id", "account_id", name="pk_kept_mentions"),
    )
    _create_index("kept_mentions", "account_id")
    op.create_table(
        "kept_withdrawals",
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("by_account_id", KEY, nullable=True),
        sa.PrimaryKeyConstraint("event_id", name="pk_kept_withdrawals"),
    )
    _create_index("kept_withdrawals", "account_id")


def _create_index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    for name in (
        "kept_withdrawals",
        "kept_mentions",
        "kept_parties",
        "kept_situations",
        "kept_obligations",
        "kept_rights",
    ):
        op.drop_table(name)
