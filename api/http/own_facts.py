"""Own facts: the log as it is told to a caller who sees only what is its own party's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson
from starlette.responses import Response

from api.http.access import Access
from api.http.own import MOST_DIGITS, view
from api.http.paging import not_this_cursor
from api.http.problem_kinds import UNKNOWN_SUBJECT
from api.http.problems import Problem
from api.http.sending import send
from api.identity.belongings import Belongings
from api.own_answers import event as event_told

NO_SUCH_EVENT = "There is no event of yours with this id."


class LogPage(NamedTuple):
    """A page of the log: the JSON texts of its events, the cursor of the next page, and the position it was read at."""

    bodies: list[str]
    following: str | None
    position: int


def log(asked: Any, access: Access) -> LogPage:
    """The caller's own facts in their order; the cursor is the own position of the last one seen."""
    seen = view(asked, access)
    after = 0
    if asked.after is not None:
        if not (asked.after.isascii() and asked.after.isdecimal()) or len(asked.after) > MOST_DIGITS:
            raise not_this_cursor()
        after = int(asked.after)
    wanted = [
        (number, fact)
        for number, fact in enumerate(seen.belongings.facts, 1)
        if number > after and asked.account_id in (None, fact.account_id) and asked.type in (None, fact.type)
    ]
    shown = wanted[: asked.limit]
    following = str(shown[-1][0]) if len(wanted) > len(shown) else None
    bodies = [
        orjson.dumps(event_told(seen.belongings, number)).decode()
        for number, fact in shown
        if _is_on(fact.effective_on, asked.on)
    ]
    return LogPage(bodies, following, seen.position)


def event(asked: Any, access: Access) -> Response:
    """One of the caller's own facts. Raises Problem, the same for another's and for none."""
    seen = view(asked, access)
    number = seen.belongings.place_of(asked.event_id)
    if number is None or not _is_on(seen.belongings.facts[number - 1].effective_on, asked.on):
        raise Problem(UNKNOWN_SUBJECT, NO_SUCH_EVENT, [{"parameter": "event_id", "detail": NO_SUCH_EVENT}])
    return send(event_told(seen.belongings, number))


def recorded(position: int, event_ids: Sequence[str], access: Access) -> Response:
    """What the caller has just recorded."""
    belongings = Belongings(access.read, access.caller.party_id or "", position, access.ledger.today())
    numbers = [belongings.place_of(one) for one in event_ids]
    told = [event_told(belongings, number) for number in numbers if number is not None]
    return send({"events": told, "position": belongings.own_position}, 201)


def _is_on(effective_on: date, on: date | None) -> bool:
    return on is None or effective_on <= on
