"""Feeds: by which positions rights changed, webhook subscriptions, and the log of what was delivered to them.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    op.create_index("ix_kept_rights_known_from_account_id", "kept_rights", ["known_from", "account_id"])
    op.create_index("ix_kept_rights_known_until_account_id", "kept_rights", ["known_until", "account_id"])
    _create_subscriptions()
    _create_deliveries()


def _create_subscriptions() -> None:
    op.create_table(
        "webhook_subscriptions",
        sa.Column("webhook_id", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner", KEY, nullable=False),
        sa.Column("feed", KEY, nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text(), nullable=True),
        sa.Column("old_secret_until", INSTANT, nullable=True),
        sa.Column("status", KEY, nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", INSTANT, nullable=True),
        sa.Column("dead_in_a_row", sa.Integer(), nullable=False),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("leased_by", KEY, nullable=True),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("webhook_id", name="pk_webhook_subscriptions"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("webhook_id", KEY, nullable=False),
        sa.Column("number", POSITION, autoincrement=False, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("type", KEY, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("attempted_at", INSTANT, nullable=False),
        sa.Column("outcome", KEY, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", "number", name="pk_webhook_deliveries"),
    )
    op.create_index("ix_webhook_deliveries_webhook_id_outcome", "webhook_deliveries", ["webhook_id", "outcome"])


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_subscriptions")
    op.drop_index("ix_kept_rights_known_until_account_id", "kept_rights")
    op.drop_index("ix_kept_rights_known_from_account_id", "kept_rights")
