"""Identifiers: the client's own strings, and the UUIDs that name events."""

import re
from typing import Annotated
from uuid import uuid4

from pydantic import StringConstraints

IDENTIFIER_PATTERN = r"^[A-Za-z0-9_.:@+-]{1,128}$"
EVENT_ID_PATTERN = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"

Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER_PATTERN)]
"""1 to 128 letters, digits and `-_.:@+`."""

EventId = Annotated[str, StringConstraints(pattern=EVENT_ID_PATTERN, to_lower=True)]
"""A UUID in its hyphenated form; kept in lower case, so that one UUID is one id (RFC 9562, 4)."""

_IDENTIFIER = re.compile(IDENTIFIER_PATTERN)
_EVENT_ID = re.compile(EVENT_ID_PATTERN)


def is_identifier(value: str) -> bool:
    """Whether the string may name a party, account, opportunity, line, …"""
    return _IDENTIFIER.fullmatch(value) is not None


def is_event_id(value: str) -> bool:
    """Whether the string may name an event."""
    return _EVENT_ID.fullmatch(value) is not None


def new_event_id() -> str:
    """A fresh id, for an event whose sender gave none."""
    return str(uuid4())
