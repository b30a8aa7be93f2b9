"""API keys: for programs that have no identity provider. 256 random bits each, of which only the SHA-256 is kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import bindparam, insert, select, update

from api.identity.callers import Caller, NotProven, Role, admitted
from api.identity.schema import api_keys
from ledger.store import Prepared, Reader, Store

PREFIX = "rlk"
"""What every key begins with, so that scanners for leaked secrets can know one when they see it."""

SECRET_BYTES = 32
ID_BYTES = 6

LIFETIME = timedelta(days=365)
OVERLAP = timedelta(days=1)
"""How long a key that was rotated is good still, so that whoever uses it can change over."""

USE_NOTED_EVERY = timedelta(minutes=1)

_NO_KEY = sha256(b"").digest()

KEY = Prepared(select(api_keys).where(api_keys.c.key_id == bindparam("key_id")))
KEYS = Prepared(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.key_id))


class UnknownKey(Exception):  # noqa: N818 - it says what happened
    """There is no such key, or none any more."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: everything but the key itself."""

    key_id: str
    name: str
    secret_hash: bytes
    role: str
    party_id: str | None
    scopes: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    def state(self, now: datetime) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at is not None and self.revoked_at <= now:
            return "revoked"
        return "expired" if self.expires_at <= now else "active"

    @property
    def caller(self) -> Caller:
        """Whom the key lets in. Raises NotAdmitted."""
        return admitted(f"key:{self.key_id}", self.role, self.party_id, frozenset(self.scopes.split()))


@dataclass(frozen=True, slots=True)
class Made:
    """A key that was just made; `secret` is told this once."""

    key: ApiKey
    secret: str


def create(
    store: Store,
    name: str,
    role: Role,
    party_id: str | None = None,
    *,
    scopes: Sequence[str] = (),
    lifetime: timedelta = LIFETIME,
    by: str,
) -> Made:
    """A fresh key. Raises NotAdmitted when role and party don't go together, and StoreError."""
    admitted(name, role, party_id)
    key_id, now = secrets.token_hex(ID_BYTES), datetime.now(UTC)
    secret = f"{PREFIX}_{key_id}_{secrets.token_urlsafe(SECRET_BYTES)}"
    key = ApiKey(key_id, name, _hash(secret), role, party_id, " ".join(scopes), now, by, now + lifetime, None, None)
    with store.transaction() as connection:
        connection.execute(insert(api_keys).values(**{name: getattr(key, name) for name in ApiKey.__slots__}))
    return Made(key, secret)


def listed(reader: Reader) -> list[ApiKey]:
    """Every key that was ever made, the oldest first. Raises StoreError."""
    return [ApiKey(*row) for row in reader.rows(KEYS)]


def rotate(store: Store, key_id: str, *, by: str, overlap: timedelta = OVERLAP, lifetime: timedelta = LIFETIME) -> Made:
    """A fresh key in the place of an active one, which ends after the overlap. Raises UnknownKey, StoreError."""
    old, now = _active(store.read, key_id), datetime.now(UTC)
    made = create(
        store,
        old.name,
        old.role,  # type: ignore[arg-type]  # it was checked when the key was made
        old.party_id,
        scopes=old.scopes.split(),
        lifetime=lifetime,
        by=by,
    )
    _change(store, key_id, expires_at=min(old.expires_at, now + overlap))
    return made


def revoke(store: Store, key_id: str) -> ApiKey:
    """Ends an active key at once; no server takes it any more. Raises UnknownKey, StoreError."""
    key = _active(store.read, key_id)
    _change(store, key_id, revoked_at=datetime.now(UTC))
    return key


def proven(reader: Reader, given: str, now: datetime) -> ApiKey:
    """The active key that was given. Asks the database each time, so that a revoked key ends at once.

    Raises NotProven (with the same words whatever is wrong with it), StoreError.
    """
    _, _, rest = given.partition("_")
    key_id, _, _ = rest.partition("_")
    key = _found(reader, key_id)
    matches = compare_digest(_hash(given), _NO_KEY if key is None else key.secret_hash)
    if key is None or not matches or key.state(now) != "active":
        raise NotProven("The key is unknown, has expired, or was revoked.")
    return key


def is_key(given: str) -> bool:
    """Whether this is meant to be an API key."""
    return given.startswith(f"{PREFIX}_")


def note_use(store: Store, key: ApiKey, now: datetime) -> None:
    """Keeps that the key was used. Raises StoreError."""
    _change(store, key.key_id, last_used_at=now)


def _found(reader: Reader, key_id: str) -> ApiKey | None:
    rows = reader.rows(KEY, {"key_id": key_id})
    return ApiKey(*rows[0]) if rows else None


def _active(reader: Reader, key_id: str) -> ApiKey:
    key = _found(reader, key_id)
    if key is None:
        raise UnknownKey(f"there is no key {key_id!r}")
    if (state := key.state(datetime.now(UTC))) != "active":
        raise UnknownKey(f"key {key_id!r} is {state} already")
    return key


def _change(store: Store, key_id: str, **values: datetime) -> None:
    with store.transaction() as connection:
        connection.execute(update(api_keys).where(api_keys.c.key_id == key_id).values(**values))


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
