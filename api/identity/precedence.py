"""Precedence: a partner puts no claim of its own before one that is there, by dating what it records back.

A claim stands in the queue by the date on which it was established, so facts recorded late can overtake. That is right
for what did happen before, and sales operations record it; a partner says of itself what it likes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from api.identity.callers import NotYours
from ledger.events.base import Event
from ledger.recorded import Recorded
from ledger.store import Head, Reader
from policies.claims import claims
from policies.establishment import establishment
from policies.figures import Figures
from policies.kept import Right
from policies.quotas import overtaken
from projections.figures import settings
from projections.knowledge import withdrawn_by
from projections.problems import UnknownSubject
from projections.rights import timeline

RESERVED = frozenset({"active", "in_grace"})
AT_ONCE = 1_000


def check_precedence(events: Mapping[int, Event], own: Collection[str], reader: Reader, today: date) -> None:
    """Refuses a batch with which a claim would begin before another's on the same line that is live today.

    `events` are those of the batch by their place in it, `own` the parties that act as the caller's. Raises NotYours,
    StoreError.
    """
    head = reader.head()
    named: dict[str, dict[str, None]] = {}
    for event in events.values():
        opportunity_id = _opportunity_of(event)
        if event.account_id is not None and opportunity_id is not None:
            named.setdefault(event.account_id, {})[opportunity_id] = None
    for account_id, opportunities in named.items():
        reserved = _reserved_since(_rights(reader, account_id, head.position), own, today)
        if not reserved:
            continue
        known = list(reader.history(account_id, up_to=head.position))
        figures = Figures(settings(reader.rows, head.position))
        for opportunity_id in opportunities:
            before = _begun(opportunity_id, known, figures)
            after = _begun(opportunity_id, [*known, *_as_recorded(events, account_id, head)], figures)
            line = overtaken(before, after, reserved)
            if line is not None:
                place = next(at for at, event in events.items() if _opportunity_of(event) == opportunity_id)
                detail = (
                    f"the line {line} is reserved by a claim that began later than yours would have: what came before "
                    "it is for sales operations to record"
                )
                raise NotYours(detail, f"/events/{place}/effective_on")


def _opportunity_of(event: Event) -> str | None:
    named: str | None = getattr(event.data, "opportunity_id", None)
    return named


def _begun(opportunity_id: str, facts: Sequence[Recorded], figures: Figures) -> dict[str, date]:
    """The day on which each claim of an opportunity began."""
    gone = {event_id for fact in facts for event_id in withdrawn_by(fact.event)}
    history = sorted(
        (fact for fact in facts if fact.event_id not in gone and _opportunity_of(fact.event) == opportunity_id),
        key=lambda fact: fact.order,
    )
    found = claims(opportunity_id, history, establishment(history), figures).by_line
    return {line: claim.live.since for line, claim in found.items() if claim.live is not None}


def _as_recorded(events: Mapping[int, Event], account_id: str, head: Head) -> Iterator[Recorded]:
    for place, event in events.items():
        if event.account_id == account_id:
            yield Recorded(head.position + 1 + place, head.recorded_at, "", event.event_id or f"{place}", event)


def _reserved_since(rights: Iterable[Right], own: Collection[str], today: date) -> dict[str, date]:
    """For each line that is reserved for another today, the first day of that claim."""
    rows: dict[tuple[str | None, str | None], list[Right]] = {}
    for right in rights:
        if right.kind == "opportunity_manager" and right.status in RESERVED:
            rows.setdefault((right.opportunity_id, right.line), []).append(right)
    found = {}
    for (_, line), of_claim in rows.items():
        now = next((right for right in of_claim if right.valid_from <= today < right.valid_until), None)
        if now is not None and now.holder not in own:
            found[line or ""] = min(right.valid_from for right in of_claim)
    return found


def _rights(reader: Reader, account_id: str, position: int) -> Iterator[Right]:
    after: str | None = None
    while True:
        try:
            page = timeline(reader, account_id, position, after=after, limit=AT_ONCE)
        except UnknownSubject:
            return  # the recorder says that there is none
        yield from page.items
        after = page.next
        if after is None:
            return
