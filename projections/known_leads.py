"""The facts of leads while a unit of work takes in events: recorded before, or taken in just now.

A lead may have no account, so its facts lie on no page; and they may lie on several: each is judged with all of them.
Beside them stand the mergers of accounts: a lead may go on with the account that took its own in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ledger import canonical
from ledger.events.accounts import AccountIdentityChanged
from ledger.events.base import Event
from ledger.recorded import Recorded
from ledger.store.values import NO_LIMIT
from policies.leads import check_lead, lead_of
from policies.refusals import Refused
from projections.judging import Candidate, refusal
from projections.knowledge import Journal, Knowledge
from projections.lead_queries import FACTS
from projections.mergers import identities
from projections.parties import Rows


class KnownLeads:
    """The leads that events are about, as known now, those events included that were taken in."""

    def __init__(self, rows: Rows, known: Knowledge, journal: Journal, position: int = NO_LIMIT) -> None:
        self._rows = rows
        self._known = known
        self._journal = journal
        self._position = position
        self._facts: defaultdict[str, list[Recorded]] = defaultdict(list)
        self._identities: list[Recorded] = []

    def load(self, events: Iterable[Event]) -> None:
        """Looks up the facts of all leads that these events are about, and which accounts were merged."""
        wanted = {lead_id for event in events if (lead_id := lead_of(event)) is not None}
        if wanted:
            known = {fact.event_id for fact in self._identities}
            found = identities(self._rows, self._position)
            self._identities += [fact for fact in found if fact.event_id not in known]
            for (body,) in self._rows(FACTS, {"lead_ids": list(wanted), "at": self._position}):
                self._note(canonical.decode(body))

    def judge(self, candidate: Candidate) -> None:
        """Raises RuleRefused if the lead, as known now, has no place for the event."""
        lead_id = lead_of(candidate.fact.event)
        if lead_id is None:
            return
        corrected = candidate.fact.corrects
        others, merged = (
            [fact for fact in facts if fact.event_id != corrected and not self._known.is_withdrawn(fact.event_id)]
            for facts in (self._facts.get(lead_id, ()), self._identities)
        )
        try:
            check_lead(candidate.fact, others, merged)
        except Refused as refused:
            raise refusal(candidate, refused) from refused

    def add(self, fact: Recorded) -> None:
        """Takes in an event; one that is about no lead and no account's identity changes nothing here."""
        facts = self._note(fact)
        if facts is not None:
            self._journal.note(facts.pop)

    def _note(self, fact: Recorded) -> list[Recorded] | None:
        if isinstance(fact.event, AccountIdentityChanged):
            self._identities.append(fact)
            return self._identities
        lead_id = lead_of(fact.event)
        if lead_id is None:
            return None
        self._facts[lead_id].append(fact)
        return self._facts[lead_id]
