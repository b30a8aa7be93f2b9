"""Who may call: the verdict for a party on a business of an account, on a date, rule after rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from policies.days import FOREVER
from policies.kept import (
    ContractSituation,
    GeneralSituation,
    LineSituation,
    OwnClaim,
    Reserved,
    Situation,
)
from policies.parties import Asker, Parties
from policies.reasons import Reason, because
from policies.renewals import co_sellers, concerned, holder, resold
from policies.rulebook import rule

Answer = Literal["allowed", "conditional", "denied"]

NOBODY = GeneralSituation()
NOTHING = LineSituation()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a party may call, by which rule and why.

    `agreement_of` is whose agreement a conditional verdict needs; `opens_on` the day from which a denied party is no
    longer denied (None: not known); `incomplete` the party's own claims that are not established yet.
    """

    verdict: Answer
    rule: str
    reasons: tuple[Reason, ...]
    agreement_of: str | None = None
    opens_on: date | None = None
    opportunity_id: str | None = None
    contested: bool = False
    incomplete: tuple[OwnClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks for what: new business on a line, new business in general, or the renewal of a contract."""

    party_id: str
    line: str | None = None
    contract_id: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What holds on one day: the line's situation, the claims that wait on it, the contract's and the account's.

    A live contract has one situation for each opportunity in which it was awarded.
    """

    line: LineSituation
    own: tuple[OwnClaim, ...]
    contract: tuple[ContractSituation, ...]
    general: GeneralSituation


@dataclass(slots=True)
class Situations:
    """The situations an answer may need: those of line, contract and account, from the day asked on."""

    line: Sequence[Situation] = ()
    contract: Sequence[Situation] = ()
    general: Sequence[Situation] = ()
    parties: Parties = field(default_factory=Parties)

    def on(self, day: date) -> Held:
        """What holds on one day."""
        line, general = NOTHING, NOBODY
        own: list[OwnClaim] = []
        contract: list[ContractSituation] = []
        for situations in (self.line, self.contract, self.general):
            for situation in situations:
                if situation.valid_from <= day < situation.valid_until:
                    content = situation.content
                    if isinstance(content, LineSituation):
                        line = content
                    elif isinstance(content, OwnClaim):
                        own.append(content)
                    elif isinstance(content, GeneralSituation):
                        general = content
                    else:
                        contract.append(content)
        own.sort(key=_by_claim)
        return Held(line, tuple(own), tuple(contract), general)

    def edges_after(self, day: date) -> list[date]:
        """The days after one on which somebody denied may be so no longer; nobody opens a line by waiting."""
        edges = {
            edge
            for situations in (self.line, self.contract, self.general)
            for situation in situations
            if not isinstance(situation.content, OwnClaim)
            for edge in (situation.valid_from, situation.valid_until)
            if day < edge < FOREVER
        }
        return sorted(edges | {edge for edge in self.parties.edges if edge > day})


def _by_claim(claim: OwnClaim) -> tuple[str, str]:
    return claim.opportunity_id, claim.holder


def may_call(question: Question, on: date, situations: Situations) -> Verdict:
    """The verdict on a date: the first rule that applies, with its reasons and, if denied, the opening date."""
    verdict = verdict_on(question, on, situations)
    if verdict.verdict == "denied":
        opens_on = next(
            (
                day
                for day in situations.edges_after(on)
                if verdict_on(question, day, situations, bare=True).verdict != "denied"
            ),
            None,
        )
        verdict = _with_opening(verdict, question, opens_on)
    return verdict


def verdict_on(question: Question, day: date, situations: Situations, *, bare: bool = False) -> Verdict:
    """The verdict on one day, without looking ahead; `bare`: without its reasons, for who looks ahead themselves."""
    held = situations.on(day)
    asker = situations.parties.asker(question.party_id, day)
    case = _Case(question, day, asker, situations.parties, held, bare)
    if question.contract_id is None:
        return new_business(case)
    return renewal(case, concerned(held.contract, question.line)) if held.contract else in_general(case)


@dataclass(frozen=True, slots=True)
class _Case:
    """One question on one day, with everything the rules look at."""

    question: Question
    day: date
    asker: Asker
    parties: Parties
    held: Held
    bare: bool = False

    def is_asker(self, party_id: str | None) -> bool:
        """Whether a party acts as the one that asks."""
        return party_id is not None and self.parties.acting_as(party_id, self.day) == self.asker.acting

    def first(self, parts: Iterable[tuple[str, Reason]]) -> Reason | None:
        """The reason for which the asker is among the parties named, if it is."""
        return next((reason for party_id, reason in parts if self.is_asker(party_id)), None)

    def answer(
        self,
        verdict: Answer,
        rule_id: str,
        *reasons: Reason,
        event_ids: Iterable[str] = (),
        agreement_of: str | None = None,
        opportunity_id: str | None = None,
    ) -> Verdict:
        """A verdict by a rule, what decided it, the party's own incomplete claims, whether it is disputed.

        `event_ids` are those that the rule itself looks at; those of other rules stand with their `reasons`.
        """
        if self.bare:
            return Verdict(verdict, rule_id, ())
        incomplete = tuple(
            claim for claim in self.held.own if claim.status == "incomplete" and self.is_asker(claim.holder)
        )
        own = (claim.reason for claim in incomplete if claim.reason is not None)
        return Verdict(
            verdict,
            rule_id,
            (because(rule_id, event_ids, line=self.question.line), *reasons, *own),
            agreement_of=agreement_of,
            opportunity_id=opportunity_id,
            contested=self.contested(opportunity_id),
            incomplete=incomplete,
        )

    def contested(self, opportunity_id: str | None) -> bool:
        """Whether a dispute is open on the account, a deciding opportunity, or the line or contract asked for."""
        if not self.held.general.disputes:
            return False
        question = self.question
        deciding = {opportunity_id, *(claim.opportunity_id for claim in self.held.own)}
        deciding.update(one.opportunity_id for one in concerned(self.held.contract, question.line))
        for dispute in self.held.general.disputes:
            subject = (dispute.opportunity_id, dispute.line, dispute.contract_id)
            if subject == (None, None, None) or (question.line is None and question.contract_id is None):
                return True
            if dispute.contract_id is not None:
                same_line = None in (dispute.line, question.line) or dispute.line == question.line
                if dispute.contract_id == question.contract_id and same_line:
                    return True
                continue
            if dispute.line is not None and question.line is not None and dispute.line != question.line:
                continue
            if dispute.opportunity_id is not None:
                if dispute.opportunity_id in deciding:
                    return True
            elif dispute.line is not None and dispute.line == question.line:
                return True
        return False


@rule("CALL-MAM")
def new_business(case: _Case) -> Verdict:
    """New business, on a line or in general: the Major Account Manager, then the line's claim, then the account."""
    charge = case.held.general.major_account_manager
    if charge is not None and case.is_asker(charge[0]):
        return case.answer("allowed", "CALL-MAM", charge[1])
    if case.question.line is not None and case.held.line.reserved is not None:
        return reserved_line(case, case.held.line.reserved)
    return unclaimed(case)


@rule("CALL-OM", "CALL-CO-SELL", "CALL-PRIME", "CALL-TEAMING", "CALL-UNSHARED", "CALL-RESERVED", "CALL-QUEUED")
def reserved_line(case: _Case, first: Reserved) -> Verdict:
    """A line with a live claim: its manager, partners and sharers; partners kept in the dark; nobody else."""
    opportunity = first.opportunity_id
    if case.is_asker(first.holder):
        return case.answer("allowed", "CALL-OM", *first.reasons, opportunity_id=opportunity)
    if (part := case.first(first.co_sell)) is not None:
        return case.answer("allowed", "CALL-CO-SELL", part, opportunity_id=opportunity)
    if (part := case.first(first.prime)) is not None:
        return case.answer("conditional", "CALL-PRIME", part, agreement_of=first.holder, opportunity_id=opportunity)
    if (share := case.first(first.teaming)) is not None:
        return case.answer("allowed", "CALL-TEAMING", share, opportunity_id=opportunity)
    if first.unshared is not None and case.asker.is_partner:
        return case.answer("allowed", "CALL-UNSHARED", event_ids=first.unshared.event_ids, opportunity_id=opportunity)
    waiting = next((claim for claim in case.held.own if claim.status == "queued" and case.is_asker(claim.holder)), None)
    if waiting is not None:
        behind = (waiting.reason,) if waiting.reason is not None else ()
        return case.answer("denied", "CALL-QUEUED", *behind, *first.reasons, opportunity_id=opportunity)
    return case.answer("denied", "CALL-RESERVED", *first.reasons, opportunity_id=opportunity)


@rule("CALL-MAM-AGREEMENT", "CALL-GROWTH", "CALL-PARTNER-FREE", "CALL-GROWTH-AGREEMENT")
def unclaimed(case: _Case) -> Verdict:
    """No live claim on the line, or no line asked: the word of whoever holds the account, else open."""
    charge, growth = case.held.general.major_account_manager, case.held.general.growth
    if charge is not None:
        return case.answer("conditional", "CALL-MAM-AGREEMENT", charge[1], agreement_of=charge[0])
    if growth is not None:
        if case.is_asker(growth[0]):
            return case.answer("allowed", "CALL-GROWTH", growth[1])
        if case.asker.is_partner:
            return case.answer("allowed", "CALL-PARTNER-FREE", growth[1])
        return case.answer("conditional", "CALL-GROWTH-AGREEMENT", growth[1], agreement_of=growth[0])
    return open_business(case)


@rule("CALL-AFTER-LAPSE", "CALL-BEYOND-FORECAST", "CALL-OPEN")
def open_business(case: _Case) -> Verdict:
    """Open to all, and why: a lapse, business beyond what is forecast, or no claim at all."""
    lapsed = case.held.general.lapsed if case.question.line is None else case.held.line.lapsed
    if lapsed is not None:
        verdict = case.answer("allowed", "CALL-AFTER-LAPSE")
        return replace(verdict, reasons=(lapsed, *verdict.reasons[1:]))
    claimed = case.held.general.claimed
    if claimed is not None:
        return case.answer("allowed", "CALL-BEYOND-FORECAST", event_ids=claimed.event_ids)
    return case.answer("allowed", "CALL-OPEN")


def in_general(case: _Case) -> Verdict:
    """The renewal of a contract that is not live, or that nobody holds: as new business in general."""
    question = Question(case.question.party_id)
    held = Held(NOTHING, (), (), case.held.general)
    return new_business(_Case(question, case.day, case.asker, case.parties, held, case.bare))


@rule("CALL-RENEWAL", "CALL-RENEWAL-RESERVED")
def renewal(case: _Case, contract: Sequence[ContractSituation]) -> Verdict:
    """The renewal of a live contract: co-sell lines, the won right, the account, the sharers, prime partners.

    `contract` are the opportunities to which what is asked belongs.
    """
    line, first = case.question.line, contract[0].opportunity_id
    if (verdict := co_sell_renewal(case, contract)) is not None:
        return verdict
    own = [one for one in contract if not co_sellers(one, line)]
    held = [one for one in own if holder(one, line) is not None]
    mine = [one for one in held if case.is_asker(one.holder)]
    if mine:
        return case.answer("allowed", "CALL-RENEWAL", *_reasons(mine), opportunity_id=mine[0].opportunity_id)
    charge = case.held.general.major_account_manager
    if charge is not None and case.is_asker(charge[0]):
        return case.answer("allowed", "CALL-MAM", charge[1], opportunity_id=first)
    for one in own:
        if (share := case.first(one.teaming)) is not None:
            return case.answer("allowed", "CALL-TEAMING", share, opportunity_id=one.opportunity_id)
    for one in own:
        if one.manager is not None and (part := case.first(resold(one, line))) is not None:
            return case.answer(
                "conditional", "CALL-PRIME", part, agreement_of=one.manager, opportunity_id=one.opportunity_id
            )
    if held:
        return case.answer("denied", "CALL-RENEWAL-RESERVED", *_reasons(held), opportunity_id=first)
    return in_general(case)


@rule("CALL-CO-SELL-RENEWAL", "CALL-HANDS-OFF", "CALL-RENEWAL-RESERVED", "CO-SELL-HANDS-OFF")
def co_sell_renewal(case: _Case, contract: Sequence[ContractSituation]) -> Verdict | None:
    """The renewal of a line that is a co-sell partner's: its own; None where it is nobody's, or also another's.

    What one opportunity agrees with a partner takes nothing from another opportunity that won the line as well.
    """
    line = case.question.line
    sold = [(one, co_sellers(one, line)) for one in contract]
    for one, partners in sold:
        if (part := case.first(partners)) is not None:
            return case.answer("allowed", "CALL-CO-SELL-RENEWAL", part, opportunity_id=one.opportunity_id)
    for one, partners in sold:
        if partners and case.is_asker(one.manager):
            return case.answer("denied", "CALL-HANDS-OFF", opportunity_id=one.opportunity_id)
    theirs = next((one for one, partners in sold if partners), None)
    if theirs is None or any(holder(one, line) is not None for one, partners in sold if not partners):
        return None
    return case.answer("denied", "CALL-RENEWAL-RESERVED", opportunity_id=theirs.opportunity_id)


def _reasons(held: Iterable[ContractSituation]) -> Iterator[Reason]:
    return (reason for one in held for reason in one.reasons)


def _with_opening(verdict: Verdict, question: Question, opens_on: date | None) -> Verdict:
    first = because(verdict.rule, line=question.line, opens_on=opens_on)
    return replace(verdict, opens_on=opens_on, reasons=(first, *verdict.reasons[1:]))
