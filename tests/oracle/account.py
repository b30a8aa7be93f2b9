"""Sections 3 to 6 read plainly: everything that one account shows on one day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from tests.oracle.claims import Claim, claims_on, established_at, facts_that_count, manager
from tests.oracle.history import Fact, Order, World, until
from tests.oracle.partners import Inclusion, inclusions
from tests.oracle.shares import parties_of, share_in_force


class RightRow(NamedTuple):
    """A right as one day shows it."""

    kind: str
    holder: str
    opportunity_id: str | None
    line: str | None
    contract_id: str | None
    status: str
    deadline_on: date | None


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """A claim with its opportunity and the Opportunity Manager of the day."""

    opportunity: str
    holder: str
    claim: Claim


class Account:
    """One account's facts in effect, sorted by opportunity."""

    def __init__(self, account_id: str, facts: Sequence[Fact], world: World) -> None:
        self.account_id = account_id
        self.facts = [fact for fact in facts if fact.account == account_id]
        self.world = world
        names = dict.fromkeys(fact.data["opportunity_id"] for fact in self.facts if "opportunity_id" in fact.data)
        self.opportunities = {name: facts_that_count(self._facts_of(name), world) for name in names}

    def _facts_of(self, opportunity: str) -> list[Fact]:
        """The facts that name the opportunity, or that end or renew a contract which was awarded in it."""
        contracts = {
            fact.data["contract_id"]
            for fact in self.facts
            if fact.type == "business_awarded" and fact.data["opportunity_id"] == opportunity
        }
        return [
            fact
            for fact in self.facts
            if fact.data.get("opportunity_id") == opportunity
            or (fact.type in {"contract_ended", "contract_renewed"} and fact.data["contract_id"] in contracts)
        ]


class AccountDay:
    """The account as one day shows it: each answer is worked out from the facts effective on or before the day."""

    def __init__(self, account: Account, on: date) -> None:
        self.on = on
        self.world = account.world
        self.facts = until(account.facts, on)
        self.opportunities = {name: until(facts, on) for name, facts in account.opportunities.items()}

    def same(self, one: str | None, other: str | None) -> bool:
        """Whether two parties act as the same on the day."""
        return self.world.same(one, other, self.on)

    # ---- section 3 ----

    def manager(self, opportunity: str) -> str | None:
        """The Opportunity Manager of the day."""
        return manager(self.opportunities[opportunity])

    @cached_property
    def claims(self) -> list[HeldClaim]:
        """Every claim of which somebody is the Opportunity Manager."""
        return [
            HeldClaim(name, holder, claim)
            for name, facts in self.opportunities.items()
            if (holder := manager(facts)) is not None
            for claim in claims_on(facts, self.on, self.world)
        ]

    def queue(self, line: str) -> list[HeldClaim]:
        """OM-QUEUE: the live claims on the line, the one established first in front."""
        live = [held for held in self.claims if held.claim.line == line and held.claim.status == "live"]
        return sorted(live, key=_start)

    def status(self, held: HeldClaim) -> str:
        """The status as the contract words it: a live claim is active, in grace, or queued behind another."""
        if held.claim.status != "live":
            return held.claim.status
        if self.queue(held.claim.line)[0] is not held:
            return "queued"
        assert held.claim.clock_start is not None
        return "active" if self.on <= held.claim.clock_start else "in_grace"

    # ---- section 4 ----

    @cached_property
    def major_account_manager(self) -> str | None:
        """MAM-MAJOR: who was appointed, on an elevated account with nobody in charge, and not released since."""
        elevated_from = min((fact.on for fact in self.facts if fact.type == "account_elevated"), default=date.max)
        in_charge: str | None = None
        for fact in self.facts:
            if fact.type == "major_account_manager_released":
                in_charge = None
            if fact.type == "major_account_manager_appointed" and in_charge is None and fact.on >= elevated_from:
                in_charge = fact.data["party_id"]
        return in_charge

    @cached_property
    def growth_holder(self) -> str | None:
        """GROWTH: without a MAM, the Opportunity Manager who executed their account plan first."""
        if self.major_account_manager is not None:
            return None
        executed = [fact for fact in self.facts if fact.type == "account_plan_executed"]
        return next((fact.data["party_id"] for fact in executed if self._may_grow(fact.data["party_id"])), None)

    def _may_grow(self, party: str) -> bool:
        engaged = any(held.claim.status in {"live", "won"} and self.same(held.holder, party) for held in self.claims)
        return engaged and any(
            fact.type == "account_plan_developed" and self.same(fact.data["party_id"], party) for fact in self.facts
        )

    # ---- sections 5 and 6 ----

    def share(self, opportunity: str) -> Fact | None:
        """SHARE: the proposal of the revenue share in force on the opportunity."""
        return share_in_force(self.facts, opportunity, self.on, self.world)

    def has_share(self, party: str, opportunity: str) -> bool:
        """Whether the party is one of those of the share in force."""
        agreement = self.share(opportunity)
        return agreement is not None and any(self.same(party, named) for named in parties_of(agreement))

    def inclusions(self, opportunity: str) -> list[Inclusion]:
        """The partners included in the opportunity, line by line."""
        return inclusions(self.opportunities[opportunity])

    def includes(self, party: str, opportunity: str, line: str, role: str) -> bool:
        """Whether the party is included in the opportunity for the line in this role."""
        return any(
            each.line == line and each.role == role and self.same(party, each.partner)
            for each in self.inclusions(opportunity)
        )

    # ---- for CALL-UNSHARED ----

    def is_first_opportunity(self, opportunity: str, holder: str) -> bool:
        """Whether this is the first opportunity on which the holder was established on the account."""
        moments: list[tuple[Order, str]] = []
        for name, facts in self.opportunities.items():
            established = established_at(facts)
            if established is not None and self.same(manager(until(facts, established[0])), holder):
                moments.append((established, name))
        return bool(moments) and min(moments)[1] == opportunity

    def was_shared(self, opportunity: str) -> bool:
        """Whether opportunity-management activity was shared with partners by the day."""
        return any(fact.type == "activity_shared" for fact in self.opportunities[opportunity])

    # ---- rows ----

    def rights(self, *, include_over: bool) -> Iterator[RightRow]:
        """Every right in effect on the day; with `include_over` also the claims that lapsed or ended."""
        for held in self.claims:
            status, claim = self.status(held), held.claim
            if include_over or status not in {"lapsed", "ended"}:
                yield RightRow(
                    "opportunity_manager",
                    held.holder,
                    held.opportunity,
                    claim.line,
                    claim.contract_id,
                    status,
                    claim.deadline,
                )
        if self.major_account_manager is not None:
            yield _row("major_account_manager", self.major_account_manager)
        if self.growth_holder is not None:
            yield _row("growth", self.growth_holder)
        for name in self.opportunities:
            for each in self.inclusions(name):
                kind = {"co_sell": "co_sell_partner", "prime_resale": "prime_partner"}[each.role]
                yield _row(kind, each.partner, name, each.line)
            agreement = self.share(name)
            for party in parties_of(agreement) if agreement is not None else []:
                yield _row("teaming", party, name)


def _row(kind: str, holder: str, opportunity: str | None = None, line: str | None = None) -> RightRow:
    return RightRow(kind, holder, opportunity, line, None, "active", None)


def _start(held: HeldClaim) -> Order:
    assert held.claim.start is not None
    return held.claim.start
