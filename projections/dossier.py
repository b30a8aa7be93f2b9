"""The dossier of a dispute: both claims, the rights on both clocks, who knew what, and what a ruling would change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ledger.events.disputes import DisputeAnswered, DisputeEvidenceSubmitted
from ledger.recorded import Recorded
from ledger.store import Reader
from policies.disputes import held, is_about, is_whole, opposed
from policies.kept import Right
from policies.reasons import Reason
from projections.asking import Moment
from projections.calling import CallingAnswer, CallingQuestion, calling_right
from projections.disputes import WITHDRAWN, DisputeSheet, dispute_sheet, speakers
from projections.parties import parties_known
from projections.problems import UnknownSubject
from projections.rulings import PastRuling, PossibleRuling, past_ruling, possible_rulings, rights_on

MOST_BUSINESSES = 20
"""For how many lines and contracts of what is disputed the verdicts are told."""

Role = Literal["opener", "holder", "other"]


@dataclass(frozen=True, slots=True)
class Side:
    """A party to a dispute: its part, its own words (its latest answer), what it holds on the day, and its verdicts."""

    party_id: str
    role: Role
    said: Recorded | None
    holds: tuple[Right, ...]
    verdicts: tuple[CallingAnswer, ...]


@dataclass(frozen=True, slots=True)
class Deciding:
    """An event that decides: by which rules it is cited, and whether it is evidence; `withdrawn` if it counts no more.

    `cited_then` and `cited_now`: whether a right on the day in dispute rests on it, as known then and as known now.
    """

    fact: Recorded
    rules: tuple[str, ...]
    is_evidence: bool
    cited_then: bool
    cited_now: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Milestone:
    """A moment that matters to a side, and which of the deciding events were recorded by then, and which only later."""

    party_id: str | None
    what: str
    fact: Recorded
    known: tuple[str, ...]
    not_yet_known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of a dispute on a day. `then` is the day in dispute as it was known when it was opened."""

    sheet: DisputeSheet
    moment: Moment
    then: Moment
    rights_then: tuple[Right, ...]
    rights_now: tuple[Right, ...]
    rights_today: tuple[Right, ...]
    sides: tuple[Side, ...]
    deciding: tuple[Deciding, ...]
    milestones: tuple[Milestone, ...]
    possible: tuple[PossibleRuling, ...]
    ruling: PastRuling | None


def dossier(reader: Reader, dispute_id: str, moment: Moment) -> Dossier:
    """The dossier of a dispute on a day, as known at a position. Raises UnknownSubject."""
    sheet = dispute_sheet(reader, dispute_id, moment)
    return _Maker(reader, sheet, moment).dossier()


class _Maker:
    def __init__(self, reader: Reader, sheet: DisputeSheet, moment: Moment) -> None:
        self.reader, self.sheet, self.moment = reader, sheet, moment
        self.dispute = sheet.dispute
        self.then = Moment(self.dispute.opened_on, self.dispute.opening.position)

    def dossier(self) -> Dossier:
        then = self._about(self._rights(self.then))
        now = self._about(self._rights(replace(self.then, position=self.moment.position)))
        today = self._about(self._rights(self.moment))
        sides = self._sides(then, now, today)
        deciding = self._deciding(then, now, [*today, *(right for side in sides for right in side.holds)], sides)
        return Dossier(
            self.sheet,
            self.moment,
            self.then,
            then,
            now,
            today,
            sides,
            deciding,
            tuple(self._milestones((*then, *now), deciding)),
            possible_rulings(self.reader, self.sheet, self.moment),
            past_ruling(self.reader, self.dispute, self.moment, [side.party_id for side in sides]),
        )

    # ---- rights and sides ---------------------------------------------------------------------------------------

    def _rights(self, moment: Moment) -> tuple[Right, ...]:
        return rights_on(self.reader, self.dispute.account_id, moment)

    def _about(self, rights: Iterable[Right]) -> tuple[Right, ...]:
        return tuple(right for right in rights if is_about(self.dispute.subject, right))

    def _sides(self, then: Sequence[Right], now: Sequence[Right], today: Sequence[Right]) -> tuple[Side, ...]:
        """The opener, those that hold what is disputed then, now or on the day asked about, and whoever spoke."""
        dispute = self.dispute
        rights = (*then, *now, *today)
        parties = parties_known(self.reader, {dispute.opened_by, *(one.holder for one in rights)}, self.moment.position)
        holders = dict.fromkeys(
            holder for part in (then, now, today) for holder in opposed(dispute, part, parties, self.moment.on)
        )
        roles: dict[str, Role] = {dispute.opened_by: "opener"}
        roles.update((holder, "holder") for holder in holders if holder not in roles)
        roles.update((party, "other") for party in speakers(dispute) if party not in roles)
        businesses = self._businesses(rights)
        return tuple(self._side(party_id, role, today, businesses) for party_id, role in roles.items())

    def _side(
        self, party_id: str, role: Role, today: Sequence[Right], businesses: Sequence[tuple[str | None, str | None]]
    ) -> Side:
        said = self.dispute.opening if role == "opener" else None
        for fact in self.dispute.answers:
            if isinstance(fact.event, DisputeAnswered) and fact.event.data.party_id == party_id:
                said = fact
        holds = tuple(right for right in today if right.holder == party_id)
        return Side(party_id, role, said, holds, tuple(self._verdicts(party_id, businesses)))

    def _businesses(self, rights: Iterable[Right]) -> list[tuple[str | None, str | None]]:
        """The lines and contracts that verdicts are asked for, new business in general where nothing is named."""
        subject = self.dispute.subject
        if is_whole(subject):
            return [(None, None)]
        lines = {subject.line} if subject.line else {right.line for right in rights} - {None}
        contracts = {subject.contract_id} if subject.contract_id else {right.contract_id for right in rights} - {None}
        new_business = [] if subject.contract_id else [(line, None) for line in sorted(filter(None, lines))]
        renewals = [(subject.line, contract_id) for contract_id in sorted(filter(None, contracts))]
        return [*new_business, *renewals][:MOST_BUSINESSES]

    def _verdicts(self, party_id: str, businesses: Iterable[tuple[str | None, str | None]]) -> Iterator[CallingAnswer]:
        for line, contract_id in businesses:
            question = CallingQuestion(self.dispute.account_id, party_id, self.moment, line, contract_id)
            try:
                yield calling_right(self.reader, question.account_id, party_id, self.moment, line, contract_id)
            except UnknownSubject:  # the contract, say, was taken back since
                continue

    # ---- events -------------------------------------------------------------------------------------------------

    def _deciding(
        self, then: Sequence[Right], now: Sequence[Right], today: Sequence[Right], sides: Iterable[Side]
    ) -> tuple[Deciding, ...]:
        """The events that decide, in the order of their dates: cited for a right or a verdict, or given as evidence."""
        verdicts = [reason for side in sides for answer in side.verdicts for reason in answer.verdict.reasons]
        groups = [_reasons(then), _reasons(now), [*_reasons(today), *verdicts]]
        rules: defaultdict[str, dict[str, None]] = defaultdict(dict)
        cited: list[set[str]] = [set(), set(), set()]
        for number, reasons in enumerate(groups):
            for reason in reasons:
                for event_id in reason.event_ids:
                    rules[event_id][reason.rule] = None
                    cited[number].add(event_id)
        evidence = {
            event_id
            for fact in self.dispute.evidence
            if isinstance(fact.event, DisputeEvidenceSubmitted)
            for event_id in fact.event.data.event_ids or ()
        }
        events = self.reader.events_by_id(sorted(rules.keys() | evidence))
        wanted = {"account_ids": [self.dispute.account_id], "at": self.moment.position}
        withdrawn = {event_id for (event_id,) in self.reader.rows(WITHDRAWN, wanted)}
        return tuple(
            Deciding(
                fact,
                tuple(rules.get(fact.event_id, ())),
                fact.event_id in evidence,
                fact.event_id in cited[0],
                fact.event_id in cited[1],
                fact.event_id in withdrawn,
            )
            for fact in sorted(events.values(), key=lambda fact: fact.order)
            if fact.position <= self.moment.position
        )

    def _milestones(self, rights: Iterable[Right], deciding: Sequence[Deciding]) -> Iterator[Milestone]:
        """What each side knew of what decides on the day in dispute, as claims were established and at every step.

        What came of a ruling is nothing that anybody could have known before.
        """
        facts_that_count = [one.fact for one in deciding if one.cited_then or one.cited_now or one.is_evidence]
        moments: list[tuple[str | None, str, Recorded]] = []
        known = {one.fact.event_id: one.fact for one in deciding}
        for holder, event_ids in dict.fromkeys(_established(held(self.dispute.subject, rights))):
            facts = [known[event_id] for event_id in event_ids if event_id in known]
            if facts:
                moments.append((holder, "claim_established", max(facts, key=lambda fact: fact.position)))
        for fact in self.dispute.facts:
            party_id = getattr(fact.event.data, "party_id", None)
            if fact is self.dispute.opening:
                party_id = self.dispute.opened_by
            moments.append((party_id, fact.type, fact))
        for party_id, what, fact in sorted(moments, key=lambda moment: moment[2].position):
            before = [one.event_id for one in facts_that_count if one.position <= fact.position]
            after = [one.event_id for one in facts_that_count if one.position > fact.position]
            yield Milestone(party_id, what, fact, tuple(before), tuple(after))


def _reasons(rights: Iterable[Right]) -> list[Reason]:
    return [reason for right in rights for reason in right.reasons]


def _established(rights: Iterable[Right]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for right in rights:
        for reason in right.reasons:
            if reason.rule == "OM-ESTABLISHED" and "established_on" in dict(reason.facts):
                yield right.holder, reason.event_ids
