"""Leads: an index of the events about leads by the lead that they name.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OF_LEADS = sa.text("type >= 'lead_' AND type < 'lead`'")
LEAD_OF = {
    "sqlite": sa.text("json_extract(body, '$.data.lead_id')"),
    "postgresql": sa.text("((body)::json #>> '{data,lead_id}')"),
}


def upgrade() -> None:
    op.create_index(
        "ix_events_lead",
        "events",
        [LEAD_OF[op.get_bind().dialect.name], "position"],
        sqlite_where=OF_LEADS,
        postgresql_where=OF_LEADS,
    )


def downgrade() -> None:
    op.drop_index("ix_events_lead", "events")
