"""Staleness: an opportunity on which nobody has engaged or coordinated for long is an exception, and loses no right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.events.engagement import CoordinationRecorded, EngagementRecorded
from ledger.recorded import Recorded
from policies.days import next_day, plus_days
from policies.figures import Figures
from policies.rulebook import rule

Activity = Literal["engagement", "coordination"]

ACTIVITIES: dict[Activity, type] = {"engagement": EngagementRecorded, "coordination": CoordinationRecorded}


@dataclass(frozen=True, slots=True)
class LastActivity:
    """The latest engagement or coordination of an opportunity by a day, and from which day on it is stale."""

    activity: Activity
    fact: Recorded
    window_days: int
    stale_from: date

    def is_stale(self, on: date) -> bool:
        """Whether it was left for too long by a day: an exception, from which no right follows."""
        return self.stale_from <= on


@rule("OM-ESTABLISHED")
def last_activities(history: Iterable[Recorded], figures: Figures, on: date) -> tuple[LastActivity, ...]:
    """The latest engagement and the latest coordination in the facts of an opportunity; none that lies ahead.

    The window is the figure of the day of the activity, with which the clock starts. What never happened is not stale:
    that it is missing is for OM-ESTABLISHED to say.
    """
    facts = sorted((fact for fact in history if fact.effective_on <= on), key=lambda fact: fact.order)
    found = []
    for activity, kind in ACTIVITIES.items():
        latest = next((fact for fact in reversed(facts) if isinstance(fact.event, kind)), None)
        if latest is not None:
            window = figures.at("engagement_window_days", latest.effective_on).days
            stale_from = next_day(plus_days(latest.effective_on, window))
            found.append(LastActivity(activity, latest, window, stale_from))
    return tuple(found)
