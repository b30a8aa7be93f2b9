"""The sheet of an opportunity on one day, read from its raw events with no thought of intervals or speed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Event = dict[str, Any]

STATED = ("opportunity_opened", "opportunity_revised")
ENDS = {"business_lost": "lost", "opportunity_abandoned": "abandoned"}


def standing(events: list[Event], opportunity_id: str, on: date) -> list[Event]:
    """The events on an opportunity up to a day that nothing took back, in the order of their days."""
    gone = {event["data"]["event_id"] for event in events if event["type"] == "event_retracted"}
    gone |= {event["corrects"] for event in events if "corrects" in event}
    own = [one for one in events if one["data"].get("opportunity_id") == opportunity_id]
    left = [one for one in own if one.get("event_id") not in gone and one["effective_on"] <= on.isoformat()]
    ordered = sorted(left, key=lambda one: (one["effective_on"], events.index(one)))
    types = [one["type"] for one in ordered]
    given_up = types.index("opportunity_abandoned") if "opportunity_abandoned" in types else len(types)
    return [one for place, one in enumerate(ordered) if place < given_up or one["type"] != "forecast_recorded"]


def sheet(events: list[Event], opportunity_id: str, on: date) -> Event | None:
    """What the sheet says on a day; None before it is opened."""
    known = standing(events, opportunity_id, on)
    if all(one["type"] != "opportunity_opened" for one in known):
        return None
    awards = [one for one in known if one["type"] == "business_awarded"]
    before = known[: known.index(awards[0])] if awards else known
    stages = [
        (one["effective_on"], one["data"]["stage"]) for one in known if one["type"] in STATED and "stage" in one["data"]
    ]
    return {
        "name": _last(known, "name"),
        "stage": stages[-1][1] if stages else None,
        "stage_since": _since(stages),
        "state": _state(known),
        "manager": _manager(known),
        "amount": _awarded(awards) if awards else _worth(before),
        "probability": 100 if awards else _likely(before),
        "expected_close_on": _closes(before if awards else known, known),
        "shortfalls": _shortfalls(known, on),
    }


def _last(known: list[Event], field: str) -> Any:
    values = [one["data"][field] for one in known if one["type"] in STATED and field in one["data"]]
    return values[-1] if values else None


def _since(stages: list[tuple[str, Any]]) -> str | None:
    since = None
    before: str | None = None
    for day, stage in stages:
        if (stage or "").casefold() != (before or "").casefold():
            since = day if stage is not None else None
        before = stage
    return since


def _state(known: list[Event]) -> str:
    if any(one["type"] == "business_awarded" for one in known):
        return "won"
    said = [one["type"] for one in known if one["type"] in {*ENDS, "forecast_recorded"}]
    return ENDS.get(said[-1], "open") if said else "open"


def _manager(known: list[Event]) -> str | None:
    manager = None
    for one in known:
        if one["type"] == "opportunity_manager_appointed" and manager is None:
            manager = one["data"]["party_id"]
        elif one["type"] in ("opportunity_handed_over", "opportunity_reassigned") and manager is not None:
            manager = one["data"]["to_party_id"]
    return manager


def _worth(known: list[Event]) -> str | None:
    for one in reversed(known):
        if one["type"] == "forecast_recorded":
            return str(sum(Decimal(line["amount"]) for line in one["data"]["lines"]).quantize(Decimal("0.01")))
        if one["type"] in STATED and "amount" in one["data"]:
            amount = one["data"]["amount"]
            return None if amount is None else str(Decimal(amount).quantize(Decimal("0.01")))
    return None


def _awarded(awards: list[Event]) -> str:
    lines = [line for one in awards for line in one["data"]["lines"]]
    return str(sum(Decimal(line["amount"]) for line in lines).quantize(Decimal("0.01")))


def _likely(known: list[Event]) -> int | None:
    for one in reversed(known):
        if "probability" in one["data"]:
            found: int | None = one["data"]["probability"]
            return found
    return None


def _closes(before_award: list[Event], known: list[Event]) -> str | None:
    for one in reversed(known):
        if one["type"] in STATED and "expected_close_on" in one["data"]:
            return one["data"]["expected_close_on"]  # type: ignore[no-any-return]
        if one["type"] == "forecast_recorded" and one in before_award:
            return one["data"]["expected_award_on"]  # type: ignore[no-any-return]
    return None


def _shortfalls(known: list[Event], on: date) -> list[tuple[str, str | None]]:
    stated = [one for one in known if one["type"] == "outcome_stated"]
    if not stated:
        return []
    found = []
    for criterion in stated[-1]["data"]["criteria"]:
        name = criterion["criterion"]
        measured = [one for one in known if one["type"] == "outcome_measured" and one["data"]["criterion"] == name]
        last = measured[-1]["data"] if measured else {}
        if criterion["kind"] == "date":
            by = date.fromisoformat(criterion["by"])
            told = date.fromisoformat(last["on"]) if "on" in last else None
            was_so = told is not None and told <= date.fromisoformat(measured[-1]["effective_on"])
            is_won = _state(known) == "won"
            if told is not None and told > by and (was_so or is_won or on <= told):
                found.append((name, str((told - by).days)))
            elif on >= by + timedelta(days=1) and not is_won and not was_so:
                found.append((name, None))
        elif "value" in last and Decimal(last["value"]) < Decimal(criterion["target"]):
            found.append((name, str(Decimal(criterion["target"]) - Decimal(last["value"]))))
    return found
