"""The database's shape over time: `upgrade` brings an empty or older database to the shape this release declares."""

from migrations.running import current, downgrade, newest, upgrade

__all__ = ["current", "downgrade", "newest", "upgrade"]
