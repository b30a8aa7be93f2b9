"""Instants: moments of recording, always UTC, written so that the order of the texts is the order of time."""

from datetime import UTC, datetime


def write_instant(instant: datetime) -> str:
    """RFC 3339 with six decimals and `Z`; raises ValueError unless the instant is in UTC."""
    if instant.tzinfo is not UTC:
        offset = instant.utcoffset()
        if offset is None or offset:
            message = f"{instant!r} is not in UTC"
            raise ValueError(message)
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_instant(text: str) -> datetime:
    """The instant that `write_instant` wrote; raises ValueError for a text of another form."""
    if len(text) != 27 or not text.endswith("Z"):
        message = f"{text!r} is not an instant of the form YYYY-MM-DDTHH:MM:SS.ffffffZ"
        raise ValueError(message)
    return datetime.fromisoformat(text)
