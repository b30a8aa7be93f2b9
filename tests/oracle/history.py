"""What was known at a position: the events in effect, in the order in which rules read them, and their world."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Order = tuple[date, int]
RecordedEvent = Mapping[str, Any]

DEFAULT_FIGURES: Mapping[str, Any] = {
    "grace_days": 90,
    "inclusion_window_days": 90,
    "warning_days": [30, 7, 1],
    "engagement_window_days": 30,
    "dispute_answer_days": 14,
    "dispute_ruling_days": 30,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One event in effect. Its order is (effective date, position): section 1."""

    on: date
    position: int
    type: str
    event_id: str
    account: str | None
    data: Mapping[str, Any]

    @property
    def order(self) -> Order:
        return (self.on, self.position)

    def names(self, line: str) -> bool:
        """Whether the line is one of those that this event names."""
        return line in self.lines()

    def lines(self) -> list[str]:
        """The business lines of a forecast, an award, a renewal or an inclusion."""
        return [line["line"] if isinstance(line, Mapping) else line for line in self.data["lines"]]


def as_date(value: date | str) -> date:
    """Dates are dates in the envelope and strings inside the data."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def facts_in_effect(events: Iterable[RecordedEvent], known_at: int) -> list[Fact]:
    """The events recorded up to the position, without those retracted or corrected, by (effective date, position)."""
    known = [event for event in events if event["position"] <= known_at]
    gone = {event["corrects"] for event in known if event.get("corrects")}
    gone |= {event["data"]["event_id"] for event in known if event["type"] == "event_retracted"}
    facts = [
        Fact(
            as_date(event["effective_on"]),
            event["position"],
            event["type"],
            event["event_id"],
            event.get("account_id"),
            event["data"],
        )
        for event in known
        if event["event_id"] not in gone and event["type"] != "event_retracted"
    ]
    return sorted(facts, key=lambda fact: fact.order)


def until(facts: Sequence[Fact], on: date) -> list[Fact]:
    """The facts by which the day is judged: those effective on or before it."""
    return [fact for fact in facts if fact.on <= on]


class World:
    """Who the parties are and what the figures say: both known as a whole, not day by day."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._figures = [fact for fact in facts if fact.type == "policy_figure_set"]
        self._registrations: dict[str, list[Fact]] = {}
        for fact in facts:
            if fact.type == "party_registered":
                self._registrations.setdefault(fact.data["party_id"], []).append(fact)

    def figure(self, name: str, on: date) -> Any:
        """The figure in effect on the day: the last one set by (effective date, position), else the default."""
        value = DEFAULT_FIGURES[name]
        for fact in self._figures:
            if fact.on <= on and fact.data["figure"] == name:
                value = fact.data["value"]
        return value

    def grace_after(self, clock_start: date) -> date:
        """The deadline of a clock: the figure is the one of the day on which the clock starts."""
        return clock_start + timedelta(days=self.figure("grace_days", clock_start))

    def registration(self, party: str, on: date) -> Mapping[str, Any]:
        """How the party is registered on the day; before its first registration, as in the first one."""
        registrations = self._registrations.get(party, [])
        if not registrations:
            return {}
        in_effect = registrations[0]
        for fact in registrations:
            if fact.on <= on:
                in_effect = fact
        return in_effect.data

    def acting_as(self, party: str, on: date) -> str:
        """A person who is a member of a partner organisation acts as it; everybody else acts as themselves."""
        registration = self.registration(party, on)
        organisation = registration.get("member_of")
        if (
            registration.get("kind") in {"employee", "contact"}
            and organisation is not None
            and self.registration(organisation, on).get("kind") == "partner"
        ):
            return str(organisation)
        return party

    def same(self, one: str | None, other: str | None, on: date) -> bool:
        """Two parties are the same when they act as the same; nobody is the same as no one."""
        return one is not None and other is not None and self.acting_as(one, on) == self.acting_as(other, on)

    def is_partner(self, party: str, on: date) -> bool:
        """Whether the party acts as a partner organisation."""
        return self.registration(self.acting_as(party, on), on).get("kind") == "partner"

    def may_be_major_account_manager(self, party: str, on: date) -> bool:
        """MAM-PARTNER: an employee, or a partner of one of the two strategic tiers."""
        registration = self.registration(self.acting_as(party, on), on)
        if registration.get("kind") == "partner":
            return registration.get("tier") in {"strategic_solution_provider", "strategic_channel_partner"}
        return registration.get("kind") == "employee"
