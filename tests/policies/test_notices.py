"""Notices: what is due of claims on a day, once each, whatever the days on which somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.kept import Right
from policies.notices import ALIVE, Notice, by_claim, doubtful, due_notices, farthest_warning, needed
from policies.refusals import Refused
from tests.policies.memory import MemoryLedger
from tests.scenarios.telling import Telling, told
from tests.strategies.histories import histories

GTX = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31"
"""In 2026, 31 March plus 90 days is 29 June."""

WARNED = [
    "2026-05-30 grace_warning_issued gtx-pro 2026-06-29",
    "2026-06-22 grace_warning_issued gtx-pro 2026-06-29",
    "2026-06-28 grace_warning_issued gtx-pro 2026-06-29",
]
LAPSED = "2026-06-30 rights_lapsed gtx-pro 2026-06-29"
REVIVED = "2026-06-30 rights_revived gtx-pro 2026-06-29"


@dataclass
class Board:
    """Where notices of acme are announced, and what stands there."""

    ledger: MemoryLedger
    notices: list[Notice] = field(default_factory=list)
    keys: set[tuple[Notice, int]] = field(default_factory=set)

    def look(self, on: str | date) -> list[str]:
        """Announces what is due on a day, and says what that was."""
        day = date.fromisoformat(on) if isinstance(on, str) else on
        figures = self.ledger.world.figures
        rights: Sequence[Right] = self.ledger.kept("acme", Right)
        ahead = farthest_warning(figures)
        near = [right for right in rights if needed(right, day, ahead)]
        closer = doubtful(self.notices, near)
        near += [
            right for right in rights if (right.opportunity_id, right.line) in closer and right not in near
        ]  # as a projection does, which reads no more than it has to
        due = due_notices(near, self.notices, day, figures)
        assert due == due_notices(rights, self.notices, day, figures), "what was not looked at would have mattered"
        for one in due:
            key = (one.notice, one.turn)
            assert key not in self.keys, "announced twice"
            self.keys.add(key)
            self.notices.append(one.notice)
        assert due_notices(rights, self.notices, day, figures) == [], "not done at once"
        return [
            f"{one.notice.effective_on} {one.notice.kind} {one.notice.line} {one.notice.deadline_on}" for one in due
        ]


def board(*lines: str) -> tuple[Telling, Board]:
    """These facts, and a board with nothing on it."""
    telling = told(*lines)
    return telling, Board(telling.ledger)


def test_a_claim_is_warned_three_times_and_then_lapses() -> None:
    """By the figure 30, 7, 1: nothing a day too early, nothing twice."""
    _, notices = board(GTX)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(250)]
    assert [said for day in days for said in notices.look(day)] == [*WARNED, LAPSED]


def test_what_was_missed_is_made_up_for() -> None:
    """After a pause: the warnings whose deadline is still to come, each for its own day."""
    _, notices = board(GTX)
    assert notices.look("2026-06-25") == WARNED[:2]
    assert notices.look("2026-06-29") == WARNED[2:]


def test_a_warning_that_comes_too_late_is_left_out() -> None:
    """Once the deadline has passed only the lapse is told, however long after."""
    _, notices = board(GTX)
    assert notices.look("2027-02-01") == [LAPSED]


def test_a_moved_deadline_is_warned_of_anew() -> None:
    """An extension: what was announced for the old day stands, nothing more is, the new day has its own warnings."""
    telling, notices = board(GTX)
    assert notices.look("2026-05-30") == WARNED[:1]
    telling.tell("2026-06-01 opp-1 extended to 2026-04-30")
    assert notices.look("2026-06-28") == []
    assert notices.look("2026-06-29") == ["2026-06-29 grace_warning_issued gtx-pro 2026-07-29"]
    assert notices.look("2026-07-30") == ["2026-07-30 rights_lapsed gtx-pro 2026-07-29"]


def test_no_warning_for_days_before_the_claim() -> None:
    """A claim that begins five days before its deadline is warned on the last day only."""
    _, notices = board("2026-06-24 jane establishes opp-1 on gtx-pro expected 2026-03-31")
    assert notices.look("2026-06-28") == WARNED[2:]


def test_every_claim_that_runs_is_warned() -> None:
    """Queued or incomplete, as they lapse too; of a won one nothing is said."""
    telling, notices = board(
        GTX,
        "2026-01-20 omar establishes opp-2 on gtx-pro expected 2026-04-01",
        "2026-01-10 mary appointed to opp-3",
        "2026-01-10 opp-3 forecasts rack expected 2026-03-31",
    )
    assert notices.look("2026-06-22") == [
        *WARNED[:2],
        "2026-05-31 grace_warning_issued gtx-pro 2026-06-30",
        "2026-05-30 grace_warning_issued rack 2026-06-29",
        "2026-06-22 grace_warning_issued rack 2026-06-29",
    ]
    telling.tell("2026-06-23 opp-1 awarded gtx-pro on contract-1")
    assert notices.look("2026-07-01") == [
        "2026-07-01 rights_lapsed gtx-pro 2026-06-30",
        "2026-06-30 rights_lapsed rack 2026-06-29",
    ]


def test_the_figure_in_effect_when_the_clock_starts_counts() -> None:
    """A figure set later does not reach back; one set before does, for complete and incomplete claims alike."""
    early, late = "2026-03-31 figure warning_days set to 60, 2", "2026-04-01 figure warning_days set to 60, 2"
    incomplete = ("2026-01-10 jane appointed to opp-1", "2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31")
    for lines in ((GTX,), incomplete):
        _, after = board(*lines, late)
        assert after.look("2026-06-29") == WARNED
        _, before = board(*lines, early)
        assert before.look("2026-06-29") == [
            "2026-04-30 grace_warning_issued gtx-pro 2026-06-29",
            "2026-06-27 grace_warning_issued gtx-pro 2026-06-29",
        ]


def test_an_incomplete_claim_with_another_grace_finds_its_clock() -> None:
    """The day whose grace ends with the deadline, though the reason of an incomplete claim doesn't say it."""
    _, notices = board(
        "2026-01-01 figure grace_days set to 10",
        "2026-01-10 jane appointed to opp-1",
        "2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31",
        "2026-04-01 figure warning_days set to 9, 8",
    )
    assert notices.look("2026-04-09") == [
        "2026-03-11 grace_warning_issued gtx-pro 2026-04-10",
        "2026-04-03 grace_warning_issued gtx-pro 2026-04-10",
        "2026-04-09 grace_warning_issued gtx-pro 2026-04-10",
    ]


def test_a_late_award_revives_what_was_announced_as_lapsed() -> None:
    """OM-LATE-AWARD: effective in time, recorded late. Taken back it lapses again, which is announced again."""
    telling, notices = board(GTX)
    assert notices.look("2026-07-01") == [LAPSED]
    telling.tell("2026-06-20 opp-1 awarded gtx-pro on contract-1 [award]")
    assert notices.look("2026-07-02") == [REVIVED]
    assert notices.look("2026-07-03") == []
    telling.tell("2026-07-04 [award] retracted")
    assert notices.look("2026-07-05") == [LAPSED]


def test_an_extension_known_late_revives_and_lapses_again() -> None:
    """The claim lived on after the day announced, and has lapsed on another by now."""
    telling, notices = board(GTX)
    assert notices.look("2026-07-01") == [LAPSED]
    telling.tell("2026-06-15 opp-1 extended to 2026-04-15")
    assert notices.look("2026-09-01") == [REVIVED, "2026-07-15 rights_lapsed gtx-pro 2026-07-14"]


def test_a_loss_known_late_moves_the_lapse_ahead() -> None:
    """It was over before the day announced: nothing revives, the right day is announced."""
    telling, notices = board(GTX)
    assert notices.look("2026-07-01") == [LAPSED]
    telling.tell("2026-02-01 opp-1 lost")
    assert notices.look("2026-07-01") == ["2026-05-03 rights_lapsed gtx-pro 2026-05-02"]


@pytest.mark.parametrize("late", ["2026-06-20 opp-1 abandoned", "2026-01-11 [forecast] retracted"])
def test_what_ended_otherwise_is_no_revival(late: str) -> None:
    """Given up before it lapsed, or never forecast: there is nothing that lives again."""
    telling, notices = board(f"{GTX} [forecast]")
    assert notices.look("2026-07-01") == [LAPSED]
    telling.tell(late)
    assert notices.look("2026-07-02") == []


def test_a_clock_that_jumps() -> None:
    """Ahead by months and back: nothing is taken back, nothing told twice; what becomes known still counts."""
    telling, notices = board(GTX)
    assert notices.look("2026-12-01") == [LAPSED]
    assert [notices.look(day) for day in ("2026-05-01", "2026-06-29", "2026-06-30", "2026-12-01")] == [
        [],
        WARNED,
        [],
        [],
    ]
    telling.tell("2026-05-02 opp-1 awarded gtx-pro on contract-1")
    assert notices.look("2026-05-03") == [REVIVED]


@given(data=st.data(), history=histories(accounts=1))
def test_however_often_and_whenever_somebody_looks(data: st.DataObject, history: list[dict[str, object]]) -> None:
    """After a last look the board says of each claim whether it has lapsed, and each notice stood there once."""
    ledger = MemoryLedger()
    notices = Board(ledger)
    days = st.dates(date(2023, 1, 1), date(2026, 12, 31))
    for event in history:
        try:
            ledger.record(event)
        except (Refused, ValueError):
            continue
        if event.get("account_id") is not None and data.draw(st.booleans()):
            notices.look(data.draw(days))
    account = next(str(event["account_id"]) for event in history if event["type"] == "account_opened")
    last = date(2030, 1, 1)
    notices.look(last)

    claims = by_claim(ledger.kept(account, Right))
    for claim in {one.claim for one in notices.notices} | claims.keys():
        told_last = [one for one in notices.notices if one.claim == claim and one.kind != "grace_warning_issued"][-1:]
        standing = [one for one in claims.get(claim, ()) if one.valid_from <= last < one.valid_until]
        if any(one.status == "lapsed" for one in standing):
            assert [(one.kind, one.effective_on) for one in told_last] == [("rights_lapsed", standing[0].valid_from)]
        elif any(one.status in ALIVE for one in standing):
            assert [one.kind for one in told_last] in ([], ["rights_revived"])
