"""Everything the rules say of one opportunity by itself, read from its own facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.awards import BusinessAwarded
from ledger.events.contracts import ContractEnded
from ledger.events.engagement import ActivityShared
from ledger.events.sharing import RevenueShareProposed
from ledger.recorded import Recorded
from policies.claims import Claim, claims
from policies.days import FOREVER, Order, Span, on_day
from policies.establishment import Establishment, Holding, establishment, opportunity_managers
from policies.partners import Inclusion, inclusions
from policies.sharing import ANSWERS, Agreement, agreements
from policies.world import World


@dataclass(frozen=True, slots=True)
class RenewalTerms:
    """How a contract renews: first on a date, then every so many months; and when that was `stated`."""

    first_on: date
    every_months: int
    stated: Order

    @property
    def since(self) -> date:
        """The day from which the terms are known to the business."""
        return self.stated[0]


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as far as it was awarded in one opportunity: since when, until when, and the terms stated there.

    `lines` are the lines awarded, each with the date of its award; `won` the claims won under OM-WON.
    """

    contract_id: str
    award: Recorded
    ended: Recorded | None
    renewal: RenewalTerms | None
    lines: Mapping[str, date]
    won: tuple[Claim, ...]

    @property
    def won_from(self) -> date:
        """The first day on which a line of the contract is won; `FOREVER` if none ever is."""
        return min((claim.ending.on for claim in self.won if claim.ending), default=FOREVER)

    @property
    def until(self) -> date:
        """The first day on which the contract is no longer live."""
        return self.ended.effective_on if self.ended else FOREVER


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One opportunity as read: managers, claims by line, shares, partners and contracts, all as spans of days."""

    opportunity_id: str
    history: tuple[Recorded, ...]
    managers: tuple[Span[Holding], ...]
    establishment: Establishment
    claims: Mapping[str, Claim]
    ignored: Mapping[str, str]
    agreements: tuple[Span[Agreement], ...]
    inclusions: tuple[Span[Inclusion], ...]
    shared: Recorded | None
    contracts: tuple[Contract, ...]

    def manager_on(self, day: date) -> str | None:
        """The opportunity manager on a day."""
        span = on_day(self.managers, day)
        return span.value.party_id if span else None


def read_opportunity(opportunity_id: str, facts: Sequence[Recorded], world: World) -> Opportunity:
    """Read an opportunity's facts: those that name it, its agreements' answers and its contracts' facts."""
    history = sorted(facts, key=lambda fact: fact.order)
    established = establishment(history)
    claimed = claims(opportunity_id, history, established, world.figures)
    if claimed.ignored:
        established = establishment([fact for fact in history if fact.event_id not in claimed.ignored])
    proposals, answers = _sharing(history)
    return Opportunity(
        opportunity_id,
        tuple(history),
        opportunity_managers(history),
        established,
        claimed.by_line,
        claimed.ignored,
        agreements(proposals, answers, world.parties) if proposals else (),
        inclusions(history),
        next((fact for fact in history if isinstance(fact.event, ActivityShared)), None),
        _contracts(history, claimed.by_line),
    )


def _sharing(history: Sequence[Recorded]) -> tuple[list[Recorded], dict[str, list[Recorded]]]:
    proposals: list[Recorded] = []
    answers: dict[str, list[Recorded]] = {}
    for fact in history:
        if isinstance(fact.event, RevenueShareProposed):
            proposals.append(fact)
        elif isinstance(fact.event, ANSWERS):
            answers.setdefault(fact.event.data.agreement_id, []).append(fact)
    return proposals, answers


def _contracts(history: Sequence[Recorded], by_line: Mapping[str, Claim]) -> tuple[Contract, ...]:
    awards: dict[str, Recorded] = {}
    terms: dict[str, RenewalTerms] = {}
    ended: dict[str, Recorded] = {}
    lines: dict[str, dict[str, date]] = {}
    for fact in history:
        if isinstance(fact.event, BusinessAwarded):
            data = fact.event.data
            for awarded in data.lines:
                lines.setdefault(data.contract_id, {}).setdefault(awarded.line, fact.effective_on)
            awards.setdefault(data.contract_id, fact)
            if data.renewal is not None:
                stated = RenewalTerms(data.renewal.first_on, data.renewal.every_months, fact.order)
                terms.setdefault(data.contract_id, stated)
        elif isinstance(fact.event, ContractEnded):
            ended.setdefault(fact.event.data.contract_id, fact)
    return tuple(
        Contract(
            contract_id,
            award,
            ended.get(contract_id),
            terms.get(contract_id),
            lines[contract_id],
            tuple(claim for claim in by_line.values() if claim.ending and claim.ending.contract_id == contract_id),
        )
        for contract_id, award in awards.items()
    )
