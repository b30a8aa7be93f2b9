"""Staleness: an exception from its day on, by the figure of the day of the activity, and never a loss of a right."""

from datetime import date, timedelta

import pytest

from policies.figures import Figures
from policies.staleness import last_activities
from tests.scenarios.telling import history, told

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-06-30"
"""An engagement and a coordination on 10 January; 30 days later is 9 February."""


def stale(on: date, *lines: str) -> dict[str, date]:
    """What is stale on a day, and since when."""
    facts = history(JANE, *lines)
    found = last_activities(facts, Figures(facts), on)
    return {one.activity: one.stale_from for one in found if one.is_stale(on)}


@pytest.mark.parametrize(("day", "is_stale"), [(9, False), (10, True)])
def test_an_activity_is_stale_from_the_day_after_its_window(day: int, is_stale: bool) -> None:
    """Both kinds alike."""
    since = date(2026, 2, 10)
    assert stale(date(2026, 2, day)) == ({"engagement": since, "coordination": since} if is_stale else {})


def test_a_new_engagement_refreshes_engagement_only() -> None:
    """From its day on; one that lies ahead refreshes nothing yet."""
    again = "2026-02-15 jane engaged on opp-1"
    assert set(stale(date(2026, 2, 14), again)) == {"engagement", "coordination"}
    assert set(stale(date(2026, 2, 15), again)) == {"coordination"}
    assert stale(date(2026, 3, 18), again)["engagement"] == date(2026, 3, 18)


def test_the_window_is_that_of_the_day_of_the_activity() -> None:
    """The figure in effect when the clock starts."""
    shorter = ["2026-02-01 figure engagement_window_days set to 5", "2026-02-01 jane engaged on opp-1"]
    assert stale(date(2026, 2, 8), *shorter) == {"engagement": date(2026, 2, 7)}
    facts = history(JANE, *shorter)
    found = last_activities(facts, Figures(facts), date(2026, 2, 8))
    assert [(one.activity, one.window_days) for one in found] == [("engagement", 5), ("coordination", 30)]


def test_what_never_happened_is_not_stale() -> None:
    """That it is missing is another matter."""
    facts = history("2026-01-10 opp-1 opened")
    assert last_activities(facts, Figures(), date(2027, 1, 1)) == ()


def test_no_right_is_lost_by_it() -> None:
    """However the window is set, the rights of every day are the same."""
    usual = told(JANE).ledger
    short = told("2026-01-01 figure engagement_window_days set to 1", JANE).ledger
    for day in (date(2026, 1, 1) + timedelta(days=each) for each in range(400)):
        assert [(one.holder, one.status) for one in usual.rights("acme", day)] == [
            (one.holder, one.status) for one in short.rights("acme", day)
        ]
