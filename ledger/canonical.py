"""Canonical bytes: the one way in which a recorded event is written, hashed and kept.

For the values that events hold (texts, whole numbers, booleans, lists, objects with ASCII names) these are the
bytes of RFC 8785: no spaces, names sorted, UTF-8. The leaf hash is that of RFC 6962, section 2.1.
"""

from hashlib import sha256
from typing import Any

import orjson

from ledger.events.base import Event
from ledger.events.catalogue import validate
from ledger.instants import read_instant, write_instant
from ledger.recorded import Recorded
from ledger.upcasting import UPCASTING, Upcasting

LEAF_PREFIX = b"\x00"

_BY_THE_LEDGER = ("position", "recorded_at", "actor", "schema_version")


def stated(event: Event) -> dict[str, Any]:
    """What the client stated, as JSON values: nothing that was not sent, and every value as it was sent."""
    envelope = event.__pydantic_serializer__.to_python(event, mode="json", by_alias=True, exclude_unset=True)
    envelope["type"] = event.type
    return {name: value for name, value in envelope.items() if value is not None}


def encode_stated(event: Event) -> bytes:
    """Canonical bytes of what the client stated: two events say the same if and only if these are equal."""
    return orjson.dumps(stated(event), option=orjson.OPT_SORT_KEYS)


def encode(recorded: Recorded) -> bytes:
    """Canonical bytes of the event as recorded."""
    body = stated(recorded.event)
    body["event_id"] = recorded.event_id
    body["position"] = recorded.position
    body["recorded_at"] = write_instant(recorded.recorded_at)
    body["actor"] = recorded.actor
    body["schema_version"] = recorded.schema_version
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def decode(body: bytes | str, upcasting: Upcasting = UPCASTING) -> Recorded:
    """The recorded event that the canonical bytes hold, its data in today's schema; its event carries its id.

    Raises orjson.JSONDecodeError, KeyError, UnknownVersionError or pydantic.ValidationError if the bytes are
    not a recorded event.
    """
    fields: dict[str, Any] = orjson.loads(body)
    position, recorded_at, actor, version = [fields.pop(name) for name in _BY_THE_LEDGER]
    return Recorded(
        position=position,
        recorded_at=read_instant(recorded_at),
        actor=actor,
        event_id=fields["event_id"],
        event=validate(upcasting.upcast(fields["type"], version, fields)),
        schema_version=version,
    )


def leaf_hash(body: bytes) -> bytes:
    """SHA-256 of a zero byte and the canonical bytes: the event's leaf in the Merkle log (32 bytes)."""
    return sha256(LEAF_PREFIX + body).digest()
