"""What the scheduler announced, and when it last ran.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_notices",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("opportunity_id", KEY, nullable=False),
        sa.Column("line", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_kept_notices"),
    )
    op.create_index("ix_kept_notices_account_id_position", "kept_notices", ["account_id", "position"])
    op.create_table(
        "scheduler_runs",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("ran_at", INSTANT, nullable=False),
        sa.Column("ran_on", sa.Date(), nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("leader", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_scheduler_runs_single_row"),
        sa.PrimaryKeyConstraint("id", name="pk_scheduler_runs"),
    )


def downgrade() -> None:
    op.drop_table("scheduler_runs")
    op.drop_table("kept_notices")
