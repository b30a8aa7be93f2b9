"""Disputes: how one stands on a day, when it is due, what it is about, and which of its events are refused.

Section 9 of the specification gives its rules no ids; its refusals cite none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ledger.events.disputes import (
    DisputeAnswered,
    DisputeEvidenceSubmitted,
    DisputeOpened,
    DisputeRuled,
    DisputeWithdrawn,
    Subject,
)
from ledger.recorded import Recorded
from policies.days import plus_days
from policies.figures import Figures
from policies.kept import OpenDispute, Right
from policies.parties import Parties
from policies.refusals import Refused
from policies.rulebook import RULES

State = Literal["open", "answered", "ruled", "withdrawn"]

STATES: tuple[State, ...] = ("open", "answered", "ruled", "withdrawn")

DisputeStep = DisputeEvidenceSubmitted | DisputeAnswered | DisputeRuled | DisputeWithdrawn
"""What may happen to a dispute once it is open."""

ENDINGS = (DisputeRuled, DisputeWithdrawn)

HELD_FIRST = ("active", "in_grace", "won", "incomplete", "queued")
"""The statuses in which an opportunity manager's right can be disputed, the weightiest first."""

IN_CHARGE = ("major_account_manager", "growth")


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as its facts tell it, in the order of their dates: opened, argued, and perhaps ended."""

    dispute_id: str
    account_id: str
    opening: Recorded
    opened: DisputeOpened.Data
    evidence: tuple[Recorded, ...] = ()
    answers: tuple[Recorded, ...] = ()
    ending: Recorded | None = None

    @property
    def opened_by(self) -> str:
        return self.opened.opened_by

    @property
    def opened_on(self) -> date:
        return self.opening.effective_on

    @property
    def subject(self) -> Subject:
        return self.opened.subject

    @property
    def state(self) -> State:
        """Ruled or withdrawn once it has ended; before that answered as soon as somebody answered."""
        if self.ending is not None:
            return "ruled" if isinstance(self.ending.event, DisputeRuled) else "withdrawn"
        return "answered" if self.answers else "open"

    @property
    def facts(self) -> tuple[Recorded, ...]:
        """All its facts, in order."""
        ending = () if self.ending is None else (self.ending,)
        return tuple(sorted((self.opening, *self.evidence, *self.answers, *ending), key=lambda fact: fact.order))

    def on(self, day: date) -> Dispute | None:
        """The dispute as far as it has come by a day; None before it is opened."""
        if day < self.opened_on:
            return None
        return replace(
            self,
            evidence=_until(self.evidence, day),
            answers=_until(self.answers, day),
            ending=self.ending if self.ending is not None and self.ending.effective_on <= day else None,
        )


@dataclass(frozen=True, slots=True)
class Due:
    """By when a dispute is to be answered and ruled on, and whether that is overdue. Neither changes a right."""

    answer_on: date
    ruling_on: date
    answer_overdue: bool
    ruling_overdue: bool


def read_disputes(history: Iterable[Recorded]) -> dict[tuple[str, str], Dispute]:
    """The disputes in facts that count, by account and id; what names a dispute without an opening says nothing.

    Of several endings the first counts: only a history recorded otherwise than by these rules can have them.
    """
    grouped: defaultdict[tuple[str, str], list[Recorded]] = defaultdict(list)
    for fact in sorted(history, key=lambda fact: fact.order):
        if isinstance(fact.event, DisputeOpened | DisputeStep):
            grouped[fact.event.account_id, fact.event.data.dispute_id].append(fact)
    found = {key: _read(facts) for key, facts in grouped.items()}
    return {key: dispute for key, dispute in found.items() if dispute is not None}


def due(dispute: Dispute, figures: Figures, on: date) -> Due:
    """The days by which a dispute is due, by the figures of the day it was opened, and whether `on` is past them."""
    answer_on = plus_days(dispute.opened_on, figures.at("dispute_answer_days", dispute.opened_on).days)
    ruling_on = plus_days(dispute.opened_on, figures.at("dispute_ruling_days", dispute.opened_on).days)
    return Due(
        answer_on,
        ruling_on,
        answer_overdue=dispute.state == "open" and answer_on < on,
        ruling_overdue=dispute.state in {"open", "answered"} and ruling_on < on,
    )


# ---- what a dispute is about ----------------------------------------------------------------------------------------


def is_about(subject: Subject | OpenDispute, right: Right) -> bool:
    """Whether a right is what is disputed: any of the account's where nothing is named.

    A right on a whole opportunity is touched by a dispute on one of its lines; one on a contract by its own only.
    """
    if is_whole(subject):
        return True
    if subject.contract_id is not None and right.contract_id != subject.contract_id:
        return False
    if subject.opportunity_id is not None and right.opportunity_id != subject.opportunity_id:
        return False
    if subject.line is None:
        return True
    if subject.opportunity_id is None and subject.contract_id is None:
        return right.line == subject.line
    return right.line in (None, subject.line)


def is_whole(subject: Subject | OpenDispute) -> bool:
    """Whether a dispute is about the account as a whole."""
    return (subject.opportunity_id, subject.line, subject.contract_id) == (None, None, None)


def held(subject: Subject, rights: Iterable[Right]) -> list[Right]:
    """The rights that a dispute contests, of those in effect on a day, the weightiest first.

    The opportunity manager's on what is named; where nothing is named, those in charge of the account, then all claims.
    Of a contract also its residual revenue.
    """
    about = [right for right in rights if is_about(subject, right)]
    charges = [right for right in about if right.kind in IN_CHARGE] if is_whole(subject) else []
    claims = [right for right in about if right.kind == "opportunity_manager" and right.status in HELD_FIRST]
    return [
        *sorted(charges, key=lambda right: IN_CHARGE.index(right.kind)),
        *sorted(
            claims, key=lambda right: (HELD_FIRST.index(right.status), right.opportunity_id or "", right.line or "")
        ),
        *(right for right in about if right.kind == "residual" and subject.contract_id is not None),
    ]


def opposed(dispute: Dispute, rights: Iterable[Right], parties: Parties, on: date) -> tuple[str, ...]:
    """The parties that a dispute is directed against: those that hold what is disputed, but for the opener."""
    opener = parties.acting_as(dispute.opened_by, on)
    holders = dict.fromkeys(right.holder for right in held(dispute.subject, rights))
    return tuple(holder for holder in holders if parties.acting_as(holder, on) != opener)


# ---- what is refused ------------------------------------------------------------------------------------------------


def check_order(candidate: Recorded, others: Sequence[Recorded], parties: Parties) -> None:
    """Refuse an event that a dispute, as known now, has no place for.

    Nothing comes before the opening or after the end, there is one end, and nobody answers their own claim. `others`
    are the dispute's facts without what the candidate corrects.
    """
    event = candidate.event
    ending = next((fact for fact in others if isinstance(fact.event, ENDINGS)), None)
    if ending is not None and not isinstance(event, DisputeOpened):
        ended = "ruled" if isinstance(ending.event, DisputeRuled) else "withdrawn"
        raise Refused(
            None,
            f"the dispute was {ended} on {ending.effective_on}: it is closed, and a new claim is a new dispute",
            "/data/dispute_id",
        )
    facts = sorted([*others, candidate], key=lambda fact: fact.order)
    opening = next((fact for fact in facts if isinstance(fact.event, DisputeOpened)), None)
    if opening is None or not isinstance(opening.event, DisputeOpened):
        return
    if facts[0] is not opening:
        raise Refused(
            None,
            f"the dispute is opened on {opening.effective_on}, and something of it would take effect on "
            f"{facts[0].effective_on}, before it is open",
            "/effective_on",
        )
    last = next((fact for fact in facts if isinstance(fact.event, ENDINGS)), facts[-1])
    if last is not facts[-1]:
        raise Refused(
            None,
            f"it would end the dispute on {last.effective_on}, and something of it takes effect on "
            f"{facts[-1].effective_on}",
            "/effective_on",
        )
    for fact in facts:
        answered = fact.event
        if isinstance(answered, DisputeAnswered) and parties.acting_as(
            answered.data.party_id, fact.effective_on
        ) == parties.acting_as(opening.event.data.opened_by, fact.effective_on):
            pointer = "/data/party_id" if fact is candidate else "/data/opened_by"
            raise Refused(None, "a dispute is answered by another party than the one that opened it", pointer)


def check_taken_back(fact: Recorded, others: Sequence[Recorded], pointer: str, *, is_replaced: bool) -> None:
    """Refuse to take back, or to say otherwise, what somebody else's word rests on.

    While a dispute is closed only its end can be taken back, and it is open again then. An opening that others have
    spoken to is withdrawn, not taken back. `others` are the dispute's facts but this one.
    """
    ending = next((one for one in others if isinstance(one.event, ENDINGS)), None)
    if ending is not None:
        ended = "ruled" if isinstance(ending.event, DisputeRuled) else "withdrawn"
        detail = f"the dispute was {ended} on {ending.effective_on}, by what had been said in it: that stays as it is"
        raise Refused(None, detail, pointer)
    if others and isinstance(fact.event, DisputeOpened) and not is_replaced:
        raise Refused(None, "the dispute has been spoken to: withdraw it, or take that back first", pointer)


def check_ruling(event: DisputeRuled) -> None:
    """Refuse a ruling that rests on a rule which the book does not know."""
    for place, rule_id in enumerate(event.data.rules):
        if rule_id not in RULES:
            raise Refused(None, f"names the rule {rule_id!r}, which the book does not know", f"/data/rules/{place}",
                          unknown=True)  # fmt: skip


def _until(facts: Iterable[Recorded], day: date) -> tuple[Recorded, ...]:
    return tuple(fact for fact in facts if fact.effective_on <= day)


def _read(facts: Sequence[Recorded]) -> Dispute | None:
    opening = next((fact for fact in facts if isinstance(fact.event, DisputeOpened)), None)
    if opening is None or not isinstance(opening.event, DisputeOpened):
        return None
    return Dispute(
        opening.event.data.dispute_id,
        opening.event.account_id,
        opening,
        opening.event.data,
        tuple(fact for fact in facts if isinstance(fact.event, DisputeEvidenceSubmitted)),
        tuple(fact for fact in facts if isinstance(fact.event, DisputeAnswered)),
        next((fact for fact in facts if isinstance(fact.event, ENDINGS)), None),
    )
