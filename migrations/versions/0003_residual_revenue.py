"""Residual revenue: streams, what renewals earn, and by which version of the rules' reading all is kept.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

STREAM_INDEXES = (("account_id", "known_until", "valid_until"), ("holder", "known_until", "valid_until"),
                  ("opportunity_id", "known_until"))  # fmt: skip
ENTITLEMENT_INDEXES = (("account_id", "known_until"), ("valid_from", "account_id", "known_from", "ordinal"),
                       ("party_id", "valid_from"), ("contract_id", "valid_from"),
                       ("known_from", "valid_from"), ("known_until", "valid_from"))  # fmt: skip


def upgrade() -> None:
    _create_interval(
        "kept_streams",
        STREAM_INDEXES,
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("opportunity_id", KEY, nullable=False),
        sa.Column("holder", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
    )
    _create_interval(
        "kept_entitlements",
        ENTITLEMENT_INDEXES,
        sa.Column("kind", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=True),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("opportunity_id", KEY, nullable=True),
        sa.Column("currency", KEY, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
    )
    derivation = op.create_table(
        "kept_derivation",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_kept_derivation_single_row")),
        sa.PrimaryKeyConstraint("id", name="pk_kept_derivation"),
    )
    op.bulk_insert(derivation, [{"id": 1, "version": 0}])


def _create_interval(name: str, indexes: tuple[tuple[str, ...], ...], *columns: sa.Column[object]) -> None:
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
    for index in indexes:
        op.create_index(f"ix_{name}_{'_'.join(index)}", name, list(index))


def downgrade() -> None:
    for name in ("kept_derivation", "kept_entitlements", "kept_streams"):
        op.drop_table(name)
