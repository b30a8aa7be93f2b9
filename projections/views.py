"""List views as known at a position, and the check of one before it is taken in."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select

from ledger import canonical
from ledger.events.problems import FieldProblem
from ledger.recorded import Recorded
from ledger.store import Prepared, Reader
from ledger.store.schema import events as log
from policies.refusals import Refused
from policies.views import VIEW_FACTS, ListView, check_view, read_views
from projections.asking import Moment, Page
from projections.judging import Candidate
from projections.knowledge import Knowledge
from projections.parties import Rows
from projections.problems import MalformedEvents, RuleRefused, UnknownSubject
from projections.schema import OPEN_POSITION, kept_withdrawals

VIEW_TYPES = ("list_view_saved", "list_view_deleted")

VIEWS = Prepared(
    select(log.c.body)
    .outerjoin(kept_withdrawals, kept_withdrawals.c.event_id == log.c.event_id)
    .where(
        or_(*(log.c.type == one for one in VIEW_TYPES)),
        log.c.position <= bindparam("at"),
        or_(kept_withdrawals.c.position.is_(None), kept_withdrawals.c.position > bindparam("at")),
    )
    .order_by(log.c.position)
)
"""What was said of views by a position, and not taken back by then."""


def view_facts(rows: Rows, position: int = OPEN_POSITION) -> list[Recorded]:
    """The events of views, as known at a position; `rows` is that of a reader or a unit of work."""
    return [canonical.decode(body) for (body,) in rows(VIEWS, {"at": position})]


def views_on(reader: Reader, moment: Moment) -> dict[str, ListView]:
    """All views there are on the day, by id."""
    return read_views(view_facts(reader.rows, moment.position), moment.on)


def views(
    reader: Reader,
    moment: Moment,
    *,
    actor: str | None,
    of: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[ListView]:
    """The views that an actor sees (None: all), by id, of one list if it is named."""
    found = [
        one
        for view_id, one in sorted(views_on(reader, moment).items())
        if of in (None, one.data.of) and (actor is None or one.is_for(actor)) and view_id > (after or "")
    ]
    return Page(tuple(found[:limit]), found[limit - 1].data.view_id if len(found) > limit else None)


def view(reader: Reader, view_id: str, moment: Moment, *, actor: str | None) -> ListView:
    """One view that an actor sees (None: whoever asks). Raises UnknownSubject, also for one that is not for them."""
    found = views_on(reader, moment).get(view_id)
    if found is None or not (actor is None or found.is_for(actor)):
        raise UnknownSubject("view", view_id)
    return found


def judge_view(candidate: Candidate, known: Knowledge, rows: Rows) -> None:
    """Raises RuleRefused or MalformedEvents if the event says of a view what may not be said."""
    if not isinstance(candidate.fact.event, VIEW_FACTS):
        return
    gone = {target.event_id for target in candidate.targets}
    stored = {fact.event_id: fact for fact in view_facts(rows)}
    stored |= {seen.event_id: seen.recorded for seen in known.of_types(VIEW_TYPES)}
    standing = [one for one in stored.values() if one.event_id not in gone and not known.is_withdrawn(one.event_id)]
    try:
        check_view(candidate.fact, standing)
    except Refused as refused:
        pointer = candidate.posted.pointer + refused.pointer
        if refused.malformed or refused.unknown:
            raise MalformedEvents([FieldProblem(pointer, refused.detail, refused.rule)]) from refused
        raise RuleRefused(refused.rule, refused.detail, pointer) from refused
