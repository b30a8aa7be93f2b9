"""Events to record in tests, as clients send them."""

from __future__ import annotations

from typing import Any

Sent = dict[str, Any]


def event(type_: str, account_id: str | None = "acme", on: str = "2026-01-05", **data: Any) -> Sent:
    """An event; members of the envelope are added with `|`."""
    envelope: Sent = {"type": type_, "effective_on": on, "data": data}
    return envelope if account_id is None else {**envelope, "account_id": account_id}


def party(party_id: str, kind: str = "employee", **more: Any) -> Sent:
    """A party is registered."""
    return event("party_registered", None, "2026-01-01", party_id=party_id, name=party_id.title(), kind=kind, **more)


def account(account_id: str = "acme", on: str = "2026-01-02", **more: Any) -> Sent:
    """An account is opened."""
    return event("account_opened", account_id, on, name=account_id.title(), **more)


def opportunity(opportunity_id: str = "opp-1", account_id: str = "acme", on: str = "2026-01-05") -> Sent:
    """An opportunity is opened."""
    return event("opportunity_opened", account_id, on, opportunity_id=opportunity_id, name=f"The {opportunity_id}")


def appointment(party_id: str = "jane", opportunity_id: str = "opp-1", account_id: str = "acme", **more: Any) -> Sent:
    """A party becomes opportunity manager."""
    stated = {"authorized_by": "sales management", "skills": True, "resources": True, **more}
    return event(
        "opportunity_manager_appointed", account_id, opportunity_id=opportunity_id, party_id=party_id, **stated
    )


def forecast(
    *lines: tuple[str, str],
    opportunity_id: str = "opp-1",
    account_id: str = "acme",
    on: str = "2026-01-10",
    **more: Any,
) -> Sent:
    """A forecast of lines with amounts in dollars."""
    named = [{"line": line, "amount": amount} for line, amount in lines or [("gtx-pro", "48210.00")]]
    stated = {"currency": "USD", "expected_award_on": "2026-03-31", "lines": named, **more}
    return event("forecast_recorded", account_id, on, opportunity_id=opportunity_id, **stated)


def evidence(opportunity_id: str = "opp-1", account_id: str = "acme", party_id: str = "jane") -> list[Sent]:
    """What a claim needs besides a manager and a forecast."""
    named = {"opportunity_id": opportunity_id}
    return [
        event("engagement_recorded", account_id, party_id=party_id, activity="Visit", **named),
        event("opportunity_plan_adopted", account_id, plan_ref="plans/1", **named),
        event("coordination_recorded", account_id, activity="Preparation", **{"with": []}, **named),
    ]


def claim(party_id: str = "jane", opportunity_id: str = "opp-1", account_id: str = "acme") -> list[Sent]:
    """An established claim on gtx-pro, live from 10 January 2026, in grace from 1 April to 29 June."""
    return [
        opportunity(opportunity_id, account_id),
        appointment(party_id, opportunity_id, account_id),
        *evidence(opportunity_id, account_id, party_id),
        forecast(opportunity_id=opportunity_id, account_id=account_id),
    ]


def award(on: str, opportunity_id: str = "opp-1", contract_id: str = "c-1") -> Sent:
    """Gtx-pro is awarded."""
    said = {"currency": "USD", "lines": [{"line": "gtx-pro", "amount": "48210.00"}]}
    return event("business_awarded", on=on, opportunity_id=opportunity_id, contract_id=contract_id, **said)


def beginning() -> list[Sent]:
    """Two parties and an account."""
    return [party("jane"), party("north", "partner", tier="reseller"), account()]
