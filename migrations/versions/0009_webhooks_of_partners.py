"""Webhooks of partners: whose a subscription is, if it is told only what is its own; and on which line.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SUBSCRIPTIONS = "webhook_subscriptions"


def upgrade() -> None:
    op.add_column(SUBSCRIPTIONS, sa.Column("line", KEY, nullable=True))
    op.add_column(SUBSCRIPTIONS, sa.Column("party_id", KEY, nullable=True))


def downgrade() -> None:
    # Without its party, a partner's subscription would be told everything.
    theirs = "FROM webhook_subscriptions WHERE party_id IS NOT NULL"
    op.execute(f"DELETE FROM webhook_deliveries WHERE webhook_id IN (SELECT webhook_id {theirs})")  # noqa: S608 - no input
    op.execute(f"DELETE {theirs}")
    op.drop_column(SUBSCRIPTIONS, "party_id")
    op.drop_column(SUBSCRIPTIONS, "line")
