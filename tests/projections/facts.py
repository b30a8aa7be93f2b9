"""Events in few words, as clients send them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

Event = dict[str, Any]


def event(type_: str, on: str | None = "2024-01-10", account: str | None = "acme", **data: Any) -> Event:
    """An event; `from_` and `with_` stand for the fields `from` and `with`."""
    said: Event = {"type": type_, "data": {name.rstrip("_"): value for name, value in data.items()}}
    if on is not None:
        said["effective_on"] = on
    if account is not None:
        said["account_id"] = account
    return said


def identified(number: int, sent: Event) -> Event:
    """The event under an id of its sender's."""
    return {**sent, "event_id": str(UUID(int=number))}


def party(party_id: str, kind: str = "employee", on: str = "2020-01-01", **more: Any) -> Event:
    """The registration of a party."""
    return event("party_registered", on, None, party_id=party_id, name=party_id.title(), kind=kind, **more)


def account(account_id: str = "acme", **more: Any) -> Event:
    """The opening of an account."""
    return event("account_opened", "2020-01-01", account_id, name=account_id.title(), **more)


def appointment(opportunity: str, party_id: str, on: str = "2024-01-10", account: str = "acme") -> Event:
    """The appointment of an opportunity manager."""
    return event(
        "opportunity_manager_appointed",
        on,
        account,
        opportunity_id=opportunity,
        party_id=party_id,
        authorized_by="sales management",
        skills=True,
        resources=True,
    )


def forecast(
    opportunity: str, *lines: str, on: str = "2024-01-10", award_on: str = "2024-03-01", account: str = "acme"
) -> Event:
    """A forecast of lines of the same amount."""
    return event(
        "forecast_recorded",
        on,
        account,
        opportunity_id=opportunity,
        currency="USD",
        expected_award_on=award_on,
        lines=[{"line": line, "amount": "1000.00"} for line in lines],
    )


def opportunity(name: str, party_id: str, *lines: str, on: str = "2024-01-10", account: str = "acme") -> list[Event]:
    """An opportunity with all that establishes its manager's right on the lines, on one day."""
    return [
        event("opportunity_opened", on, account, opportunity_id=name, name=name),
        appointment(name, party_id, on, account),
        event("engagement_recorded", on, account, opportunity_id=name, party_id=party_id, activity="visit"),
        event("opportunity_plan_adopted", on, account, opportunity_id=name, plan_ref="plan"),
        event("coordination_recorded", on, account, opportunity_id=name, with_=[], activity="call"),
        forecast(name, *lines, on=on, account=account),
    ]


def award(opportunity: str, contract: str, *lines: str, on: str = "2024-02-10", account: str = "acme") -> Event:
    """The award of lines under a contract."""
    return event(
        "business_awarded",
        on,
        account,
        opportunity_id=opportunity,
        contract_id=contract,
        currency="USD",
        lines=[{"line": line, "amount": "1000.00"} for line in lines],
    )


def retraction(event_id: str, on: str = "2024-01-10") -> Event:
    """The retraction of an event; its account is left to be filled in."""
    return event("event_retracted", on, None, event_id=event_id, reason="a mistake")


def grace(days: int, on: str = "2020-01-01") -> Event:
    """A new number of days of grace."""
    return event("policy_figure_set", on, None, figure="grace_days", value=days, reason="a decision")


def stage() -> list[Event]:
    """Two employees and an account."""
    return [party("jane"), party("mary"), account()]
