"""Concern: whether what a dispute names is there, and whom it concerns. Only they may open a dispute or answer one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from ledger.events.disputes import Subject
from ledger.events.references import references
from ledger.recorded import Recorded
from policies.account import AccountReading
from policies.calling import Question, Situations, verdict_on
from policies.disputes import is_whole
from policies.history import DISPUTE_TYPES
from policies.kept import Situation
from policies.opportunity import Contract, Opportunity
from policies.refusals import Refused


@dataclass(frozen=True, slots=True)
class Scope:
    """What a dispute reaches: opportunities, lines and contracts of the account, and perhaps the account itself."""

    whole: bool
    opportunities: frozenset[str]
    lines: frozenset[str]
    contracts: frozenset[str] = field(default_factory=frozenset)


def check_subject(subject: Subject, reading: AccountReading) -> Scope:
    """What the subject reaches. Raises Refused for a line or a contract that is not where the subject looks for it."""
    if is_whole(subject):
        return Scope(True, frozenset(reading.opportunities), frozenset(_all_lines(reading)), frozenset(_all(reading)))
    among = [
        one
        for one in reading.opportunities.values()
        if subject.opportunity_id in (None, one.opportunity_id) and _has_contract(one, subject.contract_id)
    ]
    if subject.contract_id is not None and not among:
        raise _not_there(f"the contract {subject.contract_id!r} was not awarded in it", "contract_id")
    lines = {line for one in among for line in _lines(one, subject.contract_id)}
    if subject.line is not None and subject.line not in lines:
        raise _not_there(f"there is no line {subject.line!r} there: nobody forecast, won or joined it", "line")
    named = lines if subject.line is None else {subject.line}
    contracts = {
        contract.contract_id
        for one in among
        for contract in one.contracts
        if subject.contract_id in (None, contract.contract_id) and not named.isdisjoint(contract.lines)
    }
    reached = {one.opportunity_id for one in reading.opportunities.values() if not named.isdisjoint(_lines(one))}
    if subject.line is None:
        reached |= {one.opportunity_id for one in among}
    return Scope(False, frozenset(reached), frozenset(named), frozenset(contracts))


def is_concerned(party_id: str, on: date, scope: Scope, reading: AccountReading) -> bool:
    """Whether a dispute of this scope concerns a party, as it acts, by a day.

    It does if the facts on what is disputed, on another claim to it, or on the charge of the account name the party;
    or if on that day or before the party might not simply call for what is disputed.
    """
    parties = reading.world.parties
    acting = parties.acting_as(party_id, on)
    if any(parties.acting_as(named, on) == acting for named in _named(scope, reading)):
        return True
    return _is_held_back(party_id, on, scope, reading)


def scope_of(subject: Subject, reading: AccountReading) -> Scope:
    """What the subject of a dispute reaches; the whole account, once what it names was taken back."""
    try:
        return check_subject(subject, reading)
    except Refused:
        return check_subject(Subject(), reading)


def check_concern(party_id: str, on: date, scope: Scope, reading: AccountReading, pointer: str) -> None:
    """Raises Refused unless a dispute of this scope concerns the party."""
    if not is_concerned(party_id, on, scope, reading):
        raise Refused(
            None,
            f"the dispute does not concern {party_id}: no fact about what is disputed names {party_id}, and nothing "
            "keeps that party from calling; somebody else who records for a party names that party here",
            pointer,
        )


def _named(scope: Scope, reading: AccountReading) -> Iterator[str]:
    """The parties that the facts name, those of disputes aside: being mentioned in a quarrel gives no part in it."""
    whole = reading.facts.account_history()
    own = (fact for one in sorted(scope.opportunities) for fact in reading.opportunities[one].history)
    for facts in (whole, own):
        yield from _parties(fact for fact in facts if fact.type not in DISPUTE_TYPES)


def _parties(facts: Iterable[Recorded]) -> Iterator[str]:
    for fact in facts:
        yield from (one.id for one in references(fact.event) if one.kind == "party")


def _is_held_back(party_id: str, on: date, scope: Scope, reading: AccountReading) -> bool:
    """Whether on some day up to `on` the rules did not simply allow the party what is disputed."""
    situations = [kept for kept in reading.kept if isinstance(kept, Situation) and kept.valid_from <= on]
    of: dict[str, list[Situation]] = {}
    for one in situations:
        of.setdefault(one.business, []).append(one)
    questions = [Question(party_id, line) for line in sorted(scope.lines)]
    questions += [Question(party_id, None, contract_id) for contract_id in sorted(scope.contracts)]
    if scope.whole:
        questions.append(Question(party_id))
    for question in questions:
        seen = Situations(
            of.get(f"line:{question.line}", ()),
            of.get(f"contract:{question.contract_id}", ()),
            of.get("general", ()),
            reading.world.parties,
        )
        days = {one.valid_from for group in (seen.line, seen.contract, seen.general) for one in group} | {on}
        if any(verdict_on(question, day, seen).verdict != "allowed" for day in sorted(days, reverse=True)):
            return True
    return False


def _has_contract(opportunity: Opportunity, contract_id: str | None) -> bool:
    return contract_id is None or any(one.contract_id == contract_id for one in opportunity.contracts)


def _lines(opportunity: Opportunity, contract_id: str | None = None) -> Iterator[str]:
    """The lines of an opportunity: forecast, awarded, or those of a partner; of one contract those awarded on it."""
    yield from (line for one in opportunity.contracts if contract_id in (None, one.contract_id) for line in one.lines)
    if contract_id is None:
        yield from opportunity.claims
        yield from (span.value.line for span in opportunity.inclusions)


def _all_lines(reading: AccountReading) -> Iterator[str]:
    for one in reading.opportunities.values():
        yield from _lines(one)


def _all(reading: AccountReading) -> Iterator[str]:
    contracts: Iterator[Contract] = (one for each in reading.opportunities.values() for one in each.contracts)
    yield from (one.contract_id for one in contracts)


def _not_there(detail: str, name: str) -> Refused:
    return Refused(None, detail, f"/data/subject/{name}", unknown=True)
