"""Leads: which there are and how each stands on a day, read from the log alone. A lead owns nothing to be kept."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from ledger import canonical
from ledger.store import Reader
from policies.carrying_over import carried_over
from policies.lead_figures import LeadReport, report
from policies.leads import Lead, State, read_leads
from projections.asking import Moment, Page, read_cursor, write_cursor
from projections.lead_queries import FACTS, GIVEN
from projections.mergers import with_taken_in
from projections.problems import UnknownSubject

AT_ONCE = 200
"""How many leads are looked through with one question."""

INTRODUCING = ("lead_captured", "lead_responded")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads: in a state, with a party responsible, from a source, of a campaign, on an account; None: any.

    Those on an account are also those on accounts that it has taken in by the day.
    """

    state: State | None = None
    responsible: str | None = None
    source: str | None = None
    campaign: str | None = None
    account_id: str | None = None

    def has(self, lead: Lead, accounts: Container[str | None]) -> bool:
        """Whether a lead, as it stands, is one of them; `accounts` are those that the account asked for stands for."""
        if self.account_id is not None and lead.account_id not in accounts:
            return False
        known = carried_over(lead)
        return all(
            wanted in (None, found)
            for wanted, found in (
                (self.state, lead.state),
                (self.responsible, lead.responsible),
                (self.source, known.source),
                (self.campaign, known.campaign),
            )
        )


ANY = Wanted()


def leads(
    reader: Reader, moment: Moment, wanted: Wanted = ANY, *, after: str | None = None, limit: int = 100
) -> Page[Lead]:
    """The leads there are by the day, in the order in which they were first recorded: all, or those asked for.

    Raises UnknownSubject for an account or a party that is not known, InvalidCursor.
    """
    for kind, name in (("account", wanted.account_id), ("party", wanted.responsible)):
        if name is not None and reader.known(kind, name, at=moment.position) is None:
            raise UnknownSubject(kind, name)
    accounts: Container[str | None] = ()
    if wanted.account_id is not None:
        accounts = with_taken_in(reader.rows, wanted.account_id, moment.on, moment.position)
    found: list[Lead] = []
    for lead in _all(reader, moment, 0 if after is None else read_cursor(after, int)[0]):
        if not wanted.has(lead, accounts):
            continue
        if len(found) == limit:
            return Page(tuple(found), write_cursor(found[-1].place))
        found.append(lead)
    return Page(tuple(found), None)


def lead_sheet(reader: Reader, lead_id: str, moment: Moment) -> Lead:
    """One lead as it stands on the day. Raises UnknownSubject, also for one that is there only later."""
    if (lead := find_lead(reader, lead_id, moment)) is not None:
        return lead
    raise UnknownSubject("lead", lead_id)


def find_lead(reader: Reader, lead_id: str, moment: Moment) -> Lead | None:
    """The same, None where it is not there."""
    return next(_standing(reader, [lead_id], moment), None)


def leads_given(reader: Reader, party_ids: Iterable[str], moment: Moment) -> list[Lead]:
    """The leads there are on the day that one of the parties may have captured or been given, in their order."""
    rows = reader.rows(GIVEN, {"party_ids": list(party_ids), "at": moment.position})
    found = _standing(reader, [lead_id for (lead_id,) in rows], moment)
    return sorted(found, key=lambda lead: lead.place)


def lead_report(reader: Reader, moment: Moment, since: date | None, until: date | None) -> LeadReport:
    """The figures of the leads that began on the days from `since` to before `until`, as they stand on the day."""
    return report(
        lead
        for lead in _all(reader, moment, 0)
        if (since is None or since <= lead.began_on) and (until is None or lead.began_on < until)
    )


def _all(reader: Reader, moment: Moment, after: int) -> Iterator[Lead]:
    """Every lead there is by the day, whose place is after a position, in the order of their places."""
    for places in _introductions(reader, moment, after):
        standing = {lead.place: lead for lead in _standing(reader, sorted({*places.values()}), moment)}
        yield from (standing[place] for place in places if place in standing)


def _standing(reader: Reader, lead_ids: Sequence[str], moment: Moment) -> Iterator[Lead]:
    facts = reader.rows(FACTS, {"lead_ids": list(lead_ids), "at": moment.position})
    for lead in read_leads(canonical.decode(body) for (body,) in facts).values():
        if (found := lead.on(moment.on)) is not None:
            yield found


def _introductions(reader: Reader, moment: Moment, after: int) -> Iterator[dict[int, str]]:
    """The positions of events that make leads known, with the leads, some at a time, in order."""
    while after < moment.position:
        pages = [
            reader.page(after=after, limit=AT_ONCE, type=event_type, up_to=moment.position)
            for event_type in INTRODUCING
        ]
        complete = [page[-1].position for page in pages if len(page) == AT_ONCE]
        through = min(complete, default=moment.position)
        found = sorted(one for page in pages for one in page if one.position <= through)
        if found:
            yield {one.position: orjson.loads(one.body)["data"]["lead_id"] for one in found}
        after = through
