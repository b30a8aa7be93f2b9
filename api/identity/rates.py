"""Rates: how many requests one caller may send, counted in each server process."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from api.identity.callers import IdentityError


class TooMany(IdentityError):  # noqa: N818 - it says what happened
    """The caller has sent too many requests; `seconds` is how long to wait."""

    def __init__(self, limit: str, seconds: int) -> None:
        super().__init__(f"you have sent more requests than {limit}; send the next in {seconds} s")
        self.seconds = seconds


class Rates:
    """Counts the requests of each caller. `limit` is such as `600/minute`; None counts nothing."""

    def __init__(self, limit: str | None) -> None:
        self._limit: RateLimitItem | None = None if limit is None else parse(limit)
        self._counted = FixedWindowRateLimiter(MemoryStorage())

    def count(self, actor: str) -> None:
        """Counts a request. Raises TooMany."""
        if self._limit is None or self._counted.hit(self._limit, actor):
            return
        reset_at = self._counted.get_window_stats(self._limit, actor).reset_time
        raise TooMany(str(self._limit), max(1, math.ceil(reset_at - time.time())))
