"""Sheets of opportunities, and the names that opportunities have.

Revision ID: 0007
Revises: 0006
"""

import json
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

AT_ONCE = 1_000


def upgrade() -> None:
    op.create_table(
        "kept_sheets",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("known_from", POSITION, autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("known_until", POSITION, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("opportunity_id", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("stage", KEY, nullable=True),
        sa.Column("manager", KEY, nullable=True),
        sa.Column("region", KEY, nullable=True),
        sa.Column("currency", KEY, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("expected_close_on", sa.Date(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "known_from", "ordinal", name="pk_kept_sheets"),
    )
    for columns in (
        ("opportunity_id", "known_until", "valid_until"),
        ("account_id", "known_until", "valid_until"),
        ("manager", "known_until", "valid_until"),
        ("known_until", "valid_until", "opportunity_id"),
    ):
        op.create_index(f"ix_kept_sheets_{'_'.join(columns)}", "kept_sheets", list(columns))
    _make_names_known()


def _make_names_known() -> None:
    """The names of the opportunities that were opened before: taken from now on, whoever shares one already."""
    connection = op.get_bind()
    after = 0
    while True:
        rows = connection.execute(
            sa.text(
                "SELECT e.position, e.account_id, e.body, k.gone_position FROM events e"
                " JOIN known_ids k ON k.position = e.position AND k.kind = 'opportunity'"
                " WHERE e.type = 'opportunity_opened' AND e.position > :after ORDER BY e.position LIMIT :most"
            ),
            {"after": after, "most": AT_ONCE},
        ).all()
        if not rows:
            return
        connection.execute(
            sa.text(
                "INSERT INTO known_ids (id, kind, position, account_id, gone_position)"
                " VALUES (:id, 'opportunity_name', :position, :account_id, :gone)"
            ),
            [
                {"id": _key(json.loads(body)["data"]["name"]), "position": at, "account_id": account, "gone": gone}
                for at, account, body, gone in rows
            ],
        )
        after = rows[-1][0]


def _key(name: str) -> str:
    """As ledger.events.references.name_key made it when this revision was written."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def downgrade() -> None:
    op.execute("DELETE FROM known_ids WHERE kind = 'opportunity_name'")
    op.drop_table("kept_sheets")
