"""Wording: how sentences write dates, numbers of days and lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

Facts = Mapping[str, str]


def day(text: str | None) -> str:
    """A date as people write it: 29 June 2026."""
    if not text:
        return "an unknown date"
    value = date.fromisoformat(text)
    if value == date.max:
        return "the end of time"
    return f"{value.day} {value:%B %Y}"


def days(text: str) -> str:
    """A number of days: 1 day, 2 days."""
    return "1 day" if text == "1" else f"{text} days"


def listed(text: str) -> str:
    """A list with commas, its last two joined by "and"."""
    parts = text.split(", ")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
