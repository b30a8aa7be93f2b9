"""The tables of identity: API keys, and the secrets that live with the database. They are not kept answers."""

from sqlalchemy import CheckConstraint, Column, LargeBinary, Table, Text

from ledger.store.schema import Instant, Key, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("role", Key, nullable=False),
    Column("party_id", Key),
    Column("scopes", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
    CheckConstraint("length(secret_hash) = 32", name="secret_hash_is_sha256"),
)
"""API keys by the part of them that is no secret. Of the secret part only the SHA-256 is kept."""

secrets = Table(
    "secrets",
    metadata,
    Column("name", Key, primary_key=True),
    Column("value", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""Secrets that every process of this ledger shares, each made by the first that needs it."""
