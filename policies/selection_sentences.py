"""Sentences about what deserves attention: what is off or due, with its days and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from policies.wording import Facts, day, days, listed


def selected(facts: Facts) -> str:
    """Why an opportunity deserves attention, or by how much it misses its outcome."""
    return _SENTENCES[facts["why"]](facts)


def _days(facts: Facts) -> str:
    return days(facts["days"])


def _within(facts: Facts) -> str:
    return "today" if facts["days"] == "0" else f"in {_days(facts)}"


def _ago(facts: Facts) -> str:
    return "today" if facts["days"] == "0" else f"{_days(facts)} ago"


def _shortfall(facts: Facts) -> str:
    name, target, measured = facts["criterion"], facts["target"], facts.get("measured")
    if facts["kind"] == "date":
        if measured is None:
            return f"{name}: due by {day(target)} and not reached, {_days(facts)} late."
        return f"{name}: {day(measured)} instead of {day(target)}, {_days(facts)} late."
    unit = f" {facts['unit']}" if facts.get("unit") else ""
    direction = "short" if Decimal(str(measured)) < Decimal(target) else "over"
    return f"{name}: {measured}{unit} instead of {target}, {direction} by {facts.get('short')}{unit}."


def _overdue(facts: Facts) -> str:
    told = f"Expected to close by {day(facts['since'])}, {_ago(facts)}"
    if facts.get("slips"):
        times = "once" if facts["slips"] == "1" else f"{facts['slips']} times"
        told += f"; put off {times}, from {day(facts.get('first'))}"
    return f"{told}."


def _stale(facts: Facts) -> str:
    opened = " its opening on" if facts.get("never") else ""
    return (
        f"No engagement with the customer since{opened} {day(facts['since'])}, {_ago(facts)}; "
        f"stale after {facts['figure']}."
    )


_DECIDED: Mapping[str | None, str] = {
    None: "nothing is decided yet",
    "hold": "it is on hold",
    "no_go": "it was decided against, and is still open",
}


def _gate(facts: Facts) -> str:
    return f"At the gate of {facts['stage']} since {day(facts.get('since'))}: {_DECIDED[facts.get('gate')]}."


def _important(facts: Facts) -> str:
    if facts.get("strategic"):
        return "Strategically important."
    return f"Worth {facts['amount']} {facts['currency']}; important from {facts['figure']} on."


_SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "shortfall": _shortfall,
    "close_overdue": _overdue,
    "stale_engagement": _stale,
    "stale_coordination": lambda f: (
        f"Nothing coordinated since {day(f['since'])}, {_ago(f)}; stale after {f['figure']}."
    ),
    "no_manager": lambda f: f"Nobody has managed it since its opening on {day(f['since'])}.",
    "at_gate": _gate,
    "important": _important,
    "not_moving": lambda f: f"In {f['stage']} for {_days(f)}, since {day(f['since'])}; not moving after {f['figure']}.",
    "closing_soon": lambda f: (
        f"Expected to close by {day(f['since'])}, {_within(f)}; closing soon from {days(f['figure'])} before."
    ),
    "lapsing_soon": lambda f: (
        f"Reserved until {day(f['since'])} and then lapsed, {_within(f)}: {listed(f['lines'])}; "
        f"lapsing soon from {days(f['figure'])} before."
    ),
    "new": lambda f: f"Opened on {day(f['since'])}, {_ago(f)}; new for {days(f['figure'])}.",
}
