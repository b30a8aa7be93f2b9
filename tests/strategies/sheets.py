"""Histories of one opportunity and its sheet, late, corrected and retracted facts among them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 60).map(lambda days: (FIRST + timedelta(days=days)).isoformat())
LATER = st.integers(61, 150).map(lambda days: (FIRST + timedelta(days=days)).isoformat())
STAGES = st.sampled_from(["Prospecting", "Qualified", "qualified", "Proposing", "Negotiating"])
AMOUNTS = st.integers(1, 10**6).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
WHOLE = st.integers(0, 50).map(str)
PARTIES = st.sampled_from(["jane", "omar", "mary"])
CRITERIA = ("units", "speed")

Event = dict[str, Any]


@st.composite
def revisions(draw: DrawFn) -> Event:
    """Some fields of the sheet."""
    fields: dict[str, Any] = {
        "stage": draw(STAGES),
        "probability": draw(st.integers(0, 99)),
        "expected_close_on": draw(LATER),
        "next_milestone": "The next one.",
    }
    chosen = draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=3, unique=True))
    data = {name: fields[name] for name in chosen}
    if draw(st.booleans()):
        data |= {"amount": draw(AMOUNTS), "currency": "USD"}
    emptied = draw(st.sampled_from([None, None, "stage", "probability", "next_milestone"]))
    return data if emptied is None else data | {emptied: None}


@st.composite
def sheet_facts(draw: DrawFn) -> tuple[str, Event]:
    """One fact that may touch the sheet."""
    kind = draw(
        st.sampled_from(
            ["revised"] * 4 + ["forecast", "awarded", "lost", "appointed", "moved", "stated", "measured", "measured"]
        )
    )
    if kind == "revised":
        return "opportunity_revised", draw(revisions())
    if kind == "forecast":
        lines = [{"line": "gtx-pro", "amount": draw(AMOUNTS.filter(lambda one: float(one) > 0))}]
        return "forecast_recorded", {"currency": "USD", "expected_award_on": draw(LATER), "lines": lines}
    if kind == "awarded":
        lines = [{"line": "gtx-pro", "amount": draw(AMOUNTS)}]
        return "business_awarded", {"contract_id": "c-1", "currency": "USD", "lines": lines}
    if kind == "lost":
        return "business_lost", {"reason": "They chose another."}
    if kind == "appointed":
        said = {"authorized_by": "management", "skills": True, "resources": True}
        return "opportunity_manager_appointed", {"party_id": draw(PARTIES), **said}
    if kind == "moved":
        return "opportunity_handed_over", {"to_party_id": draw(PARTIES)}
    if kind == "stated":
        dated: Event = {"criterion": "order", "kind": "date", "by": draw(DAYS | LATER)}
        figures = [{"criterion": name, "kind": "quantity", "target": draw(WHOLE)} for name in CRITERIA]
        return "outcome_stated", {"says": "Units by a day.", "criteria": [dated, *figures]}
    if draw(st.booleans()):
        return "outcome_measured", {"criterion": "order", "on": draw(DAYS | LATER)}
    return "outcome_measured", {"criterion": draw(st.sampled_from(CRITERIA)), "value": draw(WHOLE)}


@st.composite
def sheet_histories(draw: DrawFn) -> list[Event]:
    """An opportunity opened, then facts in any order of dates, some taken back or corrected."""
    opened = {"opportunity_id": "opp-1", "name": "Acme workstations", **draw(st.just({}) | revisions())}
    found = [_event(0, "opportunity_opened", "2026-01-01", {k: v for k, v in opened.items() if v is not None})]
    for number in range(1, draw(st.integers(1, 14)) + 1):
        standing = [one for one in found[1:] if one["type"] != "event_retracted"]
        if standing and draw(st.integers(0, 5)) == 0:
            gone = draw(st.sampled_from(standing))["event_id"]
            taken = {one["data"].get("event_id") for one in found} | {one.get("corrects") for one in found}
            if gone not in taken:
                found.append(_event(number, "event_retracted", draw(DAYS), {"event_id": gone, "reason": "A mistake."}))
                continue
        type_, data = draw(sheet_facts())
        found.append(_event(number, type_, draw(DAYS), {"opportunity_id": "opp-1", **data}))
    return found


def _event(number: int, type_: str, on: str, data: Event) -> Event:
    event_id = str(UUID(int=number + 1))
    return {"type": type_, "account_id": "acme", "effective_on": on, "event_id": event_id, "data": data}
