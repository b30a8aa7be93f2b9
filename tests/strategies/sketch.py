"""A sketch of the history drawn so far: enough to draw a next event that makes sense, without judging anything."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

T = TypeVar("T")
PostedEvent = dict[str, Any]

FIRST_DAY = date(2023, 10, 1)
LAST_DAY = date(2024, 12, 4)
LEAP_DAY = date(2024, 2, 29)
GRACE = timedelta(days=90)
EVIDENCE = {
    "opportunity_manager_appointed",
    "forecast_recorded",
    "engagement_recorded",
    "opportunity_plan_adopted",
    "coordination_recorded",
}

EMPLOYEES = ("ann", "bob", "cyd", "dan")
CO_SELL, RESELLER, STRATEGIC, MEMBER = "copra", "resol", "strat", "mia"
PARTNERS = (CO_SELL, RESELLER, STRATEGIC)
PARTIES = (*EMPLOYEES, "house", *PARTNERS, MEMBER)
LINES = ("x", "y", "z")
ACCOUNTS = ("acme", "bolt")


@dataclass(slots=True)
class Opportunity:
    """What has been drawn about an opportunity."""

    opportunity_id: str
    account_id: str
    managers: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    dates: list[date] = field(default_factory=list)
    claims: list[tuple[date, date]] = field(default_factory=list)
    partners: list[tuple[str, str]] = field(default_factory=list)
    evidence: dict[str, date] = field(default_factory=dict)

    def claim_days(self) -> list[tuple[date, date]]:
        """From when until when a claim may be live, forecast by forecast: a guess, on 90 days of grace."""
        since = max(self.evidence.values()) if len(self.evidence) == len(EVIDENCE) else FIRST_DAY
        return [(max(since, begun), max(since, begun, anchor + GRACE)) for begun, anchor in self.claims]


@dataclass(slots=True)
class Contract:
    """What has been drawn about a contract; lines and dates are those of its latest award."""

    contract_id: str
    account_id: str
    opportunities: list[Opportunity]
    lines: list[str]
    awarded_on: date
    renewal_on: date | None
    currency: str = "USD"
    periods: list[tuple[date, date]] = field(default_factory=list)


@dataclass(slots=True)
class Agreement:
    """What has been drawn about a revenue share."""

    agreement_id: str
    opportunity: Opportunity
    parties: list[str]
    proposed_on: date


class Sketch:
    """The names, dates and event ids that later events can take up; made anew from any list of posted events."""

    def __init__(self, draw: DrawFn, events: Iterable[PostedEvent] = (), *, base: int = 0) -> None:
        self.draw = draw
        self.base = base
        self.events: list[PostedEvent] = []
        self.accounts: list[str] = []
        self.opportunities: dict[str, Opportunity] = {}
        self.contracts: dict[str, Contract] = {}
        self.agreements: dict[str, Agreement] = {}
        self.managers_of_accounts: list[str] = []
        self.closed: list[str] = []
        for event in events:
            self.add(event)

    # ---- drawing ----

    def one_of(self, choices: Iterable[T]) -> T:
        """One of these; name a choice twice to make it likelier."""
        return self.draw(st.sampled_from(list(choices)))

    def chance(self, percent: int) -> bool:
        """True about so often; an example shrinks towards False."""
        return self.draw(st.integers(0, 99)) >= 100 - percent

    def day_near(self, dates: Iterable[date]) -> date:
        """One of the dates, or its neighbour; seldom any day of the window."""
        pool = sorted(set(dates)) or [FIRST_DAY + timedelta(days=60)]
        if self.chance(6):
            return self.draw(st.dates(FIRST_DAY, LAST_DAY))
        return self.one_of(pool) + timedelta(days=self.one_of([0, 0, 0, 0, 1, -1]))

    def day_between(self, first: date, last: date) -> date:
        """A day of the interval, likelier one of its ends."""
        if last <= first:
            return first
        return self.one_of([first, last, self.draw(st.dates(first, last))])

    def event(self, kind: str, on: date, account: str | None, data: dict[str, Any]) -> PostedEvent:
        """A posted event with an id of its own, taken up into the sketch."""
        number = (self.base << 32) + len(self.events) + 1
        event: PostedEvent = {
            "type": kind,
            "event_id": str(UUID(int=number, version=4)),
            "effective_on": on.isoformat(),
            "data": data,
        }
        if account is not None:
            event["account_id"] = account
        self.add(event)
        return event

    # ---- taking up ----

    def add(self, event: PostedEvent) -> None:
        """Takes up what the event introduces."""
        self.events.append(event)
        data, on = event["data"], date.fromisoformat(str(event["effective_on"]))
        if event["type"] == "account_opened":
            self.accounts.append(event["account_id"])
        if event["type"] == "opportunity_opened" and data["opportunity_id"] not in self.opportunities:
            name = data["opportunity_id"]
            self.opportunities[name] = Opportunity(name, event["account_id"])
        if event["type"] == "major_account_manager_appointed":
            self.managers_of_accounts.append(data["party_id"])
        if event["type"] == "period_closed":
            self.closed.append(data["period"])
        if event["type"] == "contract_renewed" and data["contract_id"] in self.contracts:
            period = date.fromisoformat(data["period_from"]), date.fromisoformat(data["period_until"])
            self.contracts[data["contract_id"]].periods.append(period)
        opportunity = self.opportunities.get(data.get("opportunity_id", ""))
        if opportunity is not None:
            opportunity.dates.append(on)
            self._add_to(opportunity, event["type"], on, data)

    def _add_to(self, opportunity: Opportunity, kind: str, on: date, data: dict[str, Any]) -> None:
        if kind in EVIDENCE:
            opportunity.evidence[kind] = min(on, opportunity.evidence.get(kind, on))
        if kind in {"forecast_recorded", "forecast_extension_granted"}:
            anchor = date.fromisoformat(data["expected_award_on"])
            opportunity.claims.append((on, anchor))
            opportunity.dates += [anchor, anchor + GRACE]
            opportunity.lines += [
                each["line"] for each in data.get("lines", []) if each["line"] not in opportunity.lines
            ]
        if kind == "opportunity_manager_appointed":
            opportunity.managers.append(data["party_id"])
        if kind in {"opportunity_handed_over", "opportunity_reassigned"}:
            opportunity.managers.append(data["to_party_id"])
        if kind == "partner_included":
            opportunity.partners += [(data["partner_id"], line) for line in data["lines"]]
        if kind == "business_awarded":
            lines = [each["line"] for each in data["lines"]]
            renewal = data.get("renewal")
            first = date.fromisoformat(renewal["first_on"]) if renewal else None
            name = data["contract_id"]
            known = self.contracts.get(name)
            before = known.opportunities if known is not None else []
            opportunities = [*(each for each in before if each is not opportunity), opportunity]
            periods = known.periods if known is not None else []
            self.contracts[name] = Contract(
                name, opportunity.account_id, opportunities, lines, on, first, data["currency"], periods
            )
        if kind == "revenue_share_proposed":
            parties = [share["party_id"] for share in data["shares"]]
            self.agreements[data["agreement_id"]] = Agreement(data["agreement_id"], opportunity, parties, on)
