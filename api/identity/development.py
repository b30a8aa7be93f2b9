"""The development identity: an issuer of the ledger's own, whose key lives with the database.

Who can read the database can make tokens in any role, and who has the database has the ledger. So it is for one
machine: the server refuses to start with it where others could reach it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
from joserfc import jwt
from joserfc.jwk import OKPKey

from api.identity.callers import Role, admitted
from api.identity.secrets import found, kept
from api.identity.tokens import PublicKey, Trust
from ledger.store import Reader, Store

SECRET = "development-key"  # noqa: S105 - the name of one
ISSUER = "urn:rights-ledger:development"
AUDIENCE = "rights-ledger"
ALGORITHM = "Ed25519"
SUBJECT = "development"

LIFETIME = timedelta(hours=24)

TRUST = Trust(ISSUER, AUDIENCE, (ALGORITHM,), prefix="")


def token(store: Store, role: Role, party_id: str | None = None, lifetime: timedelta = LIFETIME) -> str:
    """A bearer token for the role, good on any server with the development identity on this database.

    Raises NotAdmitted when role and party don't go together, and StoreError.
    """
    caller = admitted(SUBJECT, role, party_id)
    key = OKPKey.import_key(orjson.loads(kept(store, SECRET, _fresh)))
    now = datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": SUBJECT,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        TRUST.role_claim: caller.role,
    }
    if caller.party_id is not None:
        claims[TRUST.party_claim] = caller.party_id
    header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


class DevelopmentKeys:
    """The public half of the key in the database; made there by the first token."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._key: OKPKey | None = None

    is_stale = False

    def find(self, key_id: str | None) -> PublicKey | None:
        return self._key if self._key is not None and self._key.kid == key_id else None

    def refresh(self) -> None:
        written = found(self._reader, SECRET)
        if written is not None:
            self._key = OKPKey.import_key(OKPKey.import_key(orjson.loads(written)).as_dict(private=False))


def _fresh() -> str:
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    return orjson.dumps(key.as_dict(private=True)).decode()
