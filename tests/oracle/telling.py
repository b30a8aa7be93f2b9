"""Short words for telling a history event by event: the examples worked out by hand are written in them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tests import oracle

ACCOUNT = "acme"
WORLD: Mapping[str, Mapping[str, str]] = {
    "ann": {"kind": "employee"},
    "bob": {"kind": "employee"},
    "cyd": {"kind": "employee"},
    "dan": {"kind": "employee"},
    "house": {"kind": "company"},
    "copra": {"kind": "partner", "tier": "co_sell"},
    "resol": {"kind": "partner", "tier": "reseller"},
    "strat": {"kind": "partner", "tier": "strategic_channel_partner"},
    "mia": {"kind": "contact", "member_of": "resol"},
}


def day(text: str) -> date:
    """A date from its ISO form."""
    return date.fromisoformat(text)


class Story:
    """A history told in recording order; `on` is the effective date, each call answers the event's id."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        for party, registration in WORLD.items():
            self.tell("party_registered", "2020-01-01", None, party_id=party, name=party.title(), **registration)
        self.tell("account_opened", "2020-01-01", name="Acme")

    @property
    def head(self) -> int:
        """The position of the last event told."""
        return len(self.events)

    def tell(
        self, kind: str, on: str, account: str | None = ACCOUNT, corrects: str | None = None, /, **data: Any
    ) -> str:
        """One more event; `from_` stands for the field `from` and `with_` for `with`."""
        event_id = str(UUID(int=len(self.events) + 1))
        data = {name.rstrip("_"): value for name, value in data.items()}
        event = {
            "position": len(self.events) + 1,
            "event_id": event_id,
            "type": kind,
            "account_id": account,
            "effective_on": day(on),
            "data": data,
        }
        if corrects is not None:
            event["corrects"] = corrects
        self.events = [*self.events, event]
        return event_id

    # ---- events, in few words ----

    def retract(self, event_id: str, on: str = "2026-01-01") -> str:
        return self.tell("event_retracted", on, event_id=event_id, reason="a mistake")

    def appoint(self, opportunity: str, party: str, on: str) -> str:
        data: dict[str, Any] = {
            "party_id": party,
            "authorized_by": "sales management",
            "skills": True,
            "resources": True,
        }
        return self.tell("opportunity_manager_appointed", on, opportunity_id=opportunity, **data)

    def engage(self, opportunity: str, party: str, on: str) -> str:
        return self.tell("engagement_recorded", on, opportunity_id=opportunity, party_id=party, activity="visit")

    def plan(self, opportunity: str, on: str) -> str:
        return self.tell("opportunity_plan_adopted", on, opportunity_id=opportunity, plan_ref="plan")

    def coordinate(self, opportunity: str, on: str, *parties: str) -> str:
        data: dict[str, Any] = {"with_": list(parties), "activity": "call"}
        return self.tell("coordination_recorded", on, opportunity_id=opportunity, **data)

    def forecast(
        self, opportunity: str, on: str, award_on: str, *lines: str, corrects: str | None = None, account: str = ACCOUNT
    ) -> str:
        named = [{"line": line, "amount": "1000.00"} for line in lines]
        data: dict[str, Any] = {
            "opportunity_id": opportunity,
            "currency": "USD",
            "expected_award_on": award_on,
            "lines": named,
        }
        return self.tell("forecast_recorded", on, account, corrects, **data)

    def establish(self, opportunity: str, party: str, on: str, award_on: str, *lines: str) -> str:
        """All five kinds of evidence on one day; answers the id of the appointment."""
        self.tell("opportunity_opened", on, opportunity_id=opportunity, name=opportunity)
        appointment = self.appoint(opportunity, party, on)
        self.engage(opportunity, party, on)
        self.plan(opportunity, on)
        self.coordinate(opportunity, on)
        self.forecast(opportunity, on, award_on, *lines)
        return appointment

    def extend(self, opportunity: str, on: str, award_on: str) -> str:
        data: dict[str, Any] = {
            "expected_award_on": award_on,
            "granted_by": "sales management",
            "reason": "budget moved",
        }
        return self.tell("forecast_extension_granted", on, opportunity_id=opportunity, **data)

    def award(
        self,
        opportunity: str,
        contract: str,
        on: str,
        *lines: str,
        corrects: str | None = None,
        renewal: tuple[int, str] | None = None,
        currency: str = "USD",
    ) -> str:
        named = [{"line": line, "amount": "1000"} for line in lines]
        data: dict[str, Any] = {"contract_id": contract, "currency": currency, "lines": named}
        if renewal is not None:
            data["renewal"] = {"every_months": renewal[0], "first_on": renewal[1]}
        return self.tell("business_awarded", on, ACCOUNT, corrects, opportunity_id=opportunity, **data)

    def lose(self, opportunity: str, on: str) -> str:
        return self.tell("business_lost", on, opportunity_id=opportunity, reason="price")

    def abandon(self, opportunity: str, on: str) -> str:
        return self.tell("opportunity_abandoned", on, opportunity_id=opportunity, reason="no budget")

    def hand_over(self, opportunity: str, party: str, on: str, *, residuals: bool | None = False) -> str:
        """Says nothing about residuals if they are None."""
        said = {} if residuals is None else {"residuals": residuals}
        return self.tell("opportunity_handed_over", on, opportunity_id=opportunity, to_party_id=party, **said)

    def reassign(self, opportunity: str, party: str, on: str, *, residuals: bool | None = True) -> str:
        """Says nothing about residuals if they are None."""
        data: dict[str, Any] = {"to_party_id": party, "coverage_goal": "north", "authorized_by": "management"}
        data |= {} if residuals is None else {"residuals": residuals}
        return self.tell("opportunity_reassigned", on, opportunity_id=opportunity, **data)

    def put_in_charge(self, party: str, on: str) -> str:
        """Elevates the account and appoints its MAM on the same day."""
        self.tell("account_elevated", on)
        return self.tell("major_account_manager_appointed", on, party_id=party)

    def execute_plan(self, party: str, on: str) -> str:
        """Develops an account plan and executes a milestone of it on the same day."""
        self.tell("account_plan_developed", on, party_id=party, plan_ref="growth")
        return self.tell("account_plan_executed", on, party_id=party, milestone="first visit")

    def propose(
        self,
        opportunity: str,
        agreement: str,
        on: str,
        proposer: str,
        *parties: str,
        from_: str,
        until: str | None = None,
    ) -> str:
        percents = [str(100 - 10 * (len(parties) - 1)), *["10"] * (len(parties) - 1)]
        shares = [{"party_id": party, "percent": percent} for party, percent in zip(parties, percents, strict=True)]
        data: dict[str, Any] = {"agreement_id": agreement, "proposed_by": proposer, "shares": shares, "from_": from_}
        if until is not None:
            data["until"] = until
        return self.tell("revenue_share_proposed", on, opportunity_id=opportunity, **data)

    def answer(self, agreement: str, how: str, party: str, on: str) -> str:
        """How is `accepted`, `declined` or `ended`."""
        return self.tell(f"revenue_share_{how}", on, agreement_id=agreement, party_id=party)

    def include(self, opportunity: str, partner: str, role: str, on: str, *lines: str) -> str:
        data: dict[str, Any] = {"partner_id": partner, "role": role, "lines": list(lines)}
        return self.tell("partner_included", on, opportunity_id=opportunity, **data)

    def release(self, opportunity: str, partner: str, on: str) -> str:
        return self.tell("partner_released", on, opportunity_id=opportunity, partner_id=partner, reason="done")

    def renew(self, contract: str, on: str, period_from: str, period_until: str, *lines: str) -> str:
        named = [{"line": line, "amount": "1000.00"} for line in lines]
        data: dict[str, Any] = {
            "period_from": period_from,
            "period_until": period_until,
            "currency": "USD",
            "lines": named,
        }
        return self.tell("contract_renewed", on, contract_id=contract, **data)

    def pay(
        self,
        contract: str,
        period_from: str,
        period_until: str,
        corrects: str | None = None,
        currency: str = "USD",
        /,
        **amounts: str,
    ) -> str:
        """A renewal with an amount for each line, effective on its start."""
        data: dict[str, Any] = {
            "period_from": period_from,
            "period_until": period_until,
            "currency": currency,
            "lines": [{"line": line, "amount": amount} for line, amount in amounts.items()],
        }
        return self.tell("contract_renewed", period_from, ACCOUNT, corrects, contract_id=contract, **data)

    def agree(self, opportunity: str, agreement: str, on: str, *shares: tuple[str, str], **more: Any) -> str:
        """A share of these parties and percentages that all of them accept on the day it starts."""
        named = [{"party_id": party, "percent": percent} for party, percent in shares]
        data: dict[str, Any] = {"agreement_id": agreement, "proposed_by": shares[0][0], "shares": named, "from_": on}
        proposal = self.tell("revenue_share_proposed", on, opportunity_id=opportunity, **data, **more)
        for party, _ in shares[1:]:
            self.answer(agreement, "accepted", party, on)
        return proposal

    def close(self, month: str, on: str) -> str:
        return self.tell("period_closed", on, None, period=month)

    def end_contract(self, contract: str, on: str) -> str:
        return self.tell("contract_ended", on, contract_id=contract, reason="cancelled")

    def set_figure(self, name: str, value: int, on: str) -> str:
        return self.tell("policy_figure_set", on, None, figure=name, value=value, reason="policy")

    # ---- questions, in few words ----

    def status(self, opportunity: str, line: str, on: str, known_at: int | None = None) -> str | None:
        """The status of a claim on the day, over ones included; None where there is no row."""
        rows = oracle.rights(self.events, day(on), known_at or self.head, include_over=True)
        return next((row.status for row in rows if (row.opportunity_id, row.line) == (opportunity, line)), None)

    def statuses(self, opportunity: str, line: str, *days: str) -> list[str | None]:
        return [self.status(opportunity, line, each) for each in days]

    def holders(self, kind: str, on: str, opportunity: str | None = None) -> set[str]:
        rows = oracle.rights(self.events, day(on), self.head)
        return {row.holder for row in rows if row.kind == kind and opportunity in {None, row.opportunity_id}}

    def call(self, party: str, on: str, line: str | None = None, contract: str | None = None) -> tuple[str, ...]:
        """Verdict and rule, then the opening date or whose agreement, where there is one."""
        answer = oracle.may_call(self.events, party, ACCOUNT, day(on), self.head, line, contract)
        rest = [str(each) for each in (answer.opens_on, answer.agreement_of) if each is not None]
        return (answer.verdict, answer.rule, *rest)

    def earned(self, period_from: str, known_at: int | None = None) -> set[tuple[Any, ...]]:
        """Kind, party, base, amount and opportunity of what the renewal of that start earns."""
        rows = oracle.entitlements(self.events, known_at or self.head)
        return {
            (row.kind, row.party, row.base, row.amount, row.opportunity)
            for row in rows
            if row.period_from == day(period_from)
        }

    def refused(self, other: "Story") -> str | None:
        """How the last event of another story is refused if it comes next here."""
        return oracle.refused_by(self.events, {**other.events[-1], "event_id": "new"})

    def owed(self, kind: str, on: str) -> set[tuple[str, str | None, str]]:
        """Who owes it, when it is due, and its state."""
        duties = oracle.obligations(self.events, day(on), self.head)
        return {
            (each.party, str(each.due_on) if each.due_on else None, each.state) for each in duties if each.kind == kind
        }
