"""From a line about a lead to the events that make the ledger say so: captured, judged, or what differs said anew.

A lead says more and more: nothing that was said of it can be emptied by a file, and it goes to no earlier state.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from api.importing.differences import Context, Said, differing, filled, needed, refuse
from api.importing.drafting import RawEvent
from api.importing.problems import Untakeable

DETAILS = (
    "name",
    "organisation",
    "contact",
    "email",
    "phone",
    "region",
    "source",
    "target_list",
    "campaign",
    "lines",
    "interest",
    "amount",
    "currency",
    "expected_close_on",
    "attributes",
)
JUDGED = {"qualified": "lead_qualified", "disqualified": "lead_disqualified", "converted": "lead_qualified"}
"""State → the judgement that it stands on."""


def lead_events(said: Said, now: Said | None, context: Context) -> Iterator[RawEvent]:
    """A lead is captured, worked and judged, or said to be otherwise; a conversion comes by `conversion_events`."""
    key = needed(said, "lead_id")
    account_id = said.get("account_id") if now is None or now["account_id"] is None else now["account_id"]
    if now is None:
        began_on = said.get("began_on") or context.on
        data = {"lead_id": key, **filled(said, DETAILS)}
        yield context.event("lead_captured", began_on, data, key=key, account_id=account_id)
    else:
        began_on = context.on
        told = ("began_on",) if now["account_id"] is None else ("account_id", "began_on")
        refuse(differing(said, now, told), "is said by what made the lead known")
        yield from _said_anew(said, now, key, account_id, context)
    if said.get("responsible") is not None and (now is None or said["responsible"] != now["responsible"]):
        data = {"lead_id": key, "party_id": said["responsible"]}
        yield context.event("lead_assigned", began_on, data, key=key, account_id=account_id)
    yield from _steps(said, now, key, account_id, context)


def conversion_events(said: Said, now: Said | None, context: Context) -> Iterator[RawEvent]:
    """That the lead became an opportunity; recorded once the opportunities are there."""
    if said.get("state") == "converted" and (now is None or now["state"] != "converted"):
        key = needed(said, "lead_id")
        data = {"lead_id": key, "opportunity_id": needed(said, "opportunity_id")}
        account_id = needed({**(now or {}), **said}, "account_id")
        yield context.event("lead_converted", _since(said, context), data, key=key, account_id=account_id)


def _said_anew(said: Said, now: Said, key: str, account_id: str | None, context: Context) -> Iterator[RawEvent]:
    changed = differing(said, now, DETAILS)
    refuse([name for name in changed if said[name] is None], "was said of the lead, and a lead forgets nothing")
    if "attributes" in changed and {**(now["attributes"] or {}), **said["attributes"]} != said["attributes"]:
        refuse(["attributes"], "holds more than the file says, and a lead forgets nothing")
    if {"amount", "currency"} & set(changed):
        changed = list(dict.fromkeys((*changed, "amount", "currency")))
    if changed:
        data = {"lead_id": key, **{name: said.get(name, now[name]) for name in changed}}
        yield context.event("lead_captured", context.on, data, key=key, account_id=account_id)


def _steps(said: Said, now: Said | None, key: str, account_id: str | None, context: Context) -> Iterator[RawEvent]:
    state, before = said.get("state") or "captured", "captured" if now is None else now["state"]
    if "state" not in said or state == before:
        return
    if now is None and said.get("activity") is not None:
        data = {"lead_id": key, "party_id": needed(said, "worked_by"), "activity": said["activity"]}
        worked_on = _since(said, context) if state == "worked" else said.get("began_on") or context.on
        yield context.event("lead_worked", worked_on, data, key=key, account_id=account_id)
    elif now is None and state == "responded":
        yield context.event("lead_responded", _since(said, context), {"lead_id": key}, key=key, account_id=account_id)
    elif state not in JUDGED or before == "converted":
        detail = f"state {state!r} can't be reached from {before!r} by a file; record what happened as an event"
        raise Untakeable("a state that a file can't bring about", detail)
    if state in JUDGED and not (state == "converted" and before == "qualified"):
        reason, criteria = said.get("judged_because"), said.get("criteria")
        data = {"lead_id": key, **filled({"reason": reason}, ("reason",))}
        if JUDGED[state] == "lead_qualified" and criteria is not None:
            data["criteria"] = criteria
        judged_on = said.get("judged_on") or _since(said, context)
        yield context.event(JUDGED[state], judged_on, data, key=key, account_id=account_id)


def _since(said: Said, context: Context) -> date:
    since: date = said.get("state_since") or context.on
    return since
