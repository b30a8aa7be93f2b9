"""Quotas: how much a partner may claim, and from when, so that nobody reserves a market by recording forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Claimed:
    """Claims of a partner, each a line of an opportunity, as they would be with those of a batch.

    `live`: those not yet won, lapsed or ended; `that_day`: those first named on the day; `anew`: those of the batch.
    """

    live: int
    that_day: int
    anew: int


def check_quota(claimed: Claimed, figures: Mapping[str, int]) -> str | None:
    """Why a batch claims too much by the figures of the day; None if it does not, or claims nothing anew."""
    if not claimed.anew:
        return None
    most_live, most_a_day = figures["partner_live_claims"], figures["partner_claims_per_day"]
    if claimed.live > most_live:
        return f"a partner has at most {most_live} live claims, and with these you would have {claimed.live}"
    if claimed.that_day > most_a_day:
        return (
            f"a partner makes at most {most_a_day} claims a day, and with these you would have made {claimed.that_day}"
        )
    return None


def overtaken(before: Mapping[str, date], after: Mapping[str, date], reserved: Mapping[str, date]) -> str | None:
    """A line on which a batch lets a claim begin before the one that the line is reserved by; None if there is none.

    Each tells of lines the day on which a claim began: the partner's `before` the batch and `after` it, the other's.
    """
    return next(
        (line for line, since in reserved.items() if after.get(line, since) < since <= before.get(line, since)), None
    )
