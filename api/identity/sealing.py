"""Sealing: places in the feed of changes as cursors that tell their reader nothing, not even how far apart two are.

A place holds a position of the ledger, which would tell a partner how much others record. So it is encrypted with a
secret of the database, bound to the party that it was given to. The same place makes the same cursor, so that a change
keeps its id; the place that is the present is salted, so that two of them don't tell whether anything happened between.
"""

from __future__ import annotations

import binascii
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from api.identity.secrets import kept
from ledger.store import Store
from projections.changes import Place
from projections.problems import InvalidCursor

SECRET = "change-cursors"  # noqa: S105 - the name of one
KEY_BITS = 512
_HEAD = struct.Struct(">qq8s")
_NO_SALT = bytes(8)


class Seal:
    """Writes and reads the cursors of one party."""

    def __init__(self, store: Store, party_id: str) -> None:
        """Raises StoreError."""
        self._cipher = AESSIV(urlsafe_b64decode(kept(store, SECRET, _fresh)))
        self._bound_to = [party_id.encode()]

    def close(self, place: Place, *, salted: bool = False) -> str:
        """The cursor of a place."""
        salt = os.urandom(len(_NO_SALT)) if salted else _NO_SALT
        plain = _HEAD.pack(place.position, place.number, salt) + (place.account_id or "").encode()
        return urlsafe_b64encode(self._cipher.encrypt(plain, self._bound_to)).rstrip(b"=").decode()

    def open(self, cursor: str) -> Place:
        """The place of a cursor. Raises InvalidCursor for one that was not given to this party."""
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            plain = self._cipher.decrypt(sealed, self._bound_to)
        except (binascii.Error, ValueError, InvalidTag):
            raise InvalidCursor(cursor) from None
        position, number, _ = _HEAD.unpack_from(plain)
        account_id = plain[_HEAD.size :].decode()
        return Place(position, account_id or None, number)


def _fresh() -> str:
    return urlsafe_b64encode(AESSIV.generate_key(KEY_BITS)).decode()
