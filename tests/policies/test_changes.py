"""Changes told in a word: given rights before and after, when they are compared, then this is what is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policies.changes import changes, lapses, warning
from policies.days import FOREVER
from policies.kept import Right
from policies.own_changes import Whose

ON = date(2026, 4, 2)


def right(status: str = "active", since: date = date(2026, 1, 1), until: date = FOREVER, **more: Any) -> Right:
    """A claim of Jane on a line."""
    named = {"kind": "opportunity_manager", "opportunity_id": "opp-1", "line": "x", **more}
    return Right(holder=named.pop("holder", "jane"), account_id="acme", status=status, valid_from=since,
                 valid_until=until, **named)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([], [right()], ["right_began", "line_reserved"]),
        ([], [right("queued")], ["right_queued"]),
        ([right("incomplete")], [right()], ["right_established", "line_reserved"]),
        ([right("queued")], [right()], ["became_first", "line_reserved"]),
        ([right()], [right("won")], ["right_won", "line_opened"]),
        ([right()], [right(holder="mary")], ["holder_changed"]),
        ([right(deadline_on=ON)], [right(deadline_on=date(2026, 5, 1))], ["deadline_moved"]),
        ([right()], [], ["right_ended", "line_opened"]),
        ([right()], [right("lapsed")], ["right_lapsed", "line_opened"]),
        ([right("lapsed")], [right()], ["right_revived", "line_reserved"]),
        ([right()], [right(since=date(2026, 2, 1))], ["past_corrected"]),
        ([right()], [right()], []),
    ],
)
def test_the_word_for_a_change(before: list[Right], after: list[Right], said: list[str]) -> None:
    """Given two states, when one follows the other, then each thing that differs has its word."""
    assert [one.change for one in changes(before, after, ON)] == said


def test_residual_rights_of_several_contracts() -> None:
    """Given an opportunity in two contracts, when one residual right moves, then the other is not mixed up with it."""
    one = right(kind="residual", line=None, contract_id="c-1")
    other = right(kind="residual", line=None, contract_id="c-2")
    moved = right(kind="residual", line=None, contract_id="c-2", holder="mary")
    (change,) = changes([one, other], [one, moved], ON)
    assert (change.change, change.contract_id, change.previous_holder, change.holder) == (
        "holder_changed",
        "c-2",
        "jane",
        "mary",
    )


def test_what_time_brings() -> None:
    """Given a claim with a deadline, when it is near and when it passes, then it is warned of, and the line opens."""
    day_after = date(2026, 4, 10)
    rights = [
        right("in_grace", until=day_after, deadline_on=date(2026, 4, 9)),
        right("lapsed", since=day_after, deadline_on=date(2026, 4, 9)),
    ]
    (warned,) = warning(rights, "opp-1", "x", date(2026, 4, 9), ON)
    assert (warned.change, warned.days_left, warned.holder) == ("lapses_soon", 7, "jane")
    assert [one.change for one in lapses(rights, "opp-1", "x", date(2026, 4, 9))] == ["right_lapsed", "line_opened"]
    assert lapses([right()], "opp-1", "x", date(2026, 4, 9)) == []


def lapsing(opportunity_id: str, holder: str, then: str = "in_grace") -> list[Right]:
    """A claim that lapses on 10 April."""
    named = {"opportunity_id": opportunity_id, "holder": holder, "deadline_on": date(2026, 4, 9)}
    day_after = date(2026, 4, 10)
    return [right(then, until=day_after, **named), right("lapsed", since=day_after, **named)]


def test_claims_that_lapse_on_the_same_day() -> None:
    """Given two that do and a third that waits, when each is noticed, then each is told once, and the rest once."""
    waiting = {"opportunity_id": "opp-3", "holder": "omar"}
    third = [right("queued", until=date(2026, 4, 10), **waiting), right("active", since=date(2026, 4, 10), **waiting)]
    rights = [*lapsing("opp-1", "jane"), *lapsing("opp-2", "north", "queued"), *third]
    told = {one: lapses(rights, one, "x", date(2026, 4, 9)) for one in ("opp-1", "opp-2", "opp-3")}
    assert [(one.change, one.opportunity_id) for one in told["opp-1"]] == [
        ("right_lapsed", "opp-1"),
        ("became_first", "opp-3"),
    ]
    assert [(one.change, one.opportunity_id) for one in told["opp-2"]] == [("right_lapsed", "opp-2")]
    assert told["opp-3"] == []
    opened = [lapses(rights[:4], one, "x", date(2026, 4, 9)) for one in ("opp-1", "opp-2")]
    assert [[one.change for one in some] for some in opened] == [["right_lapsed", "line_opened"], ["right_lapsed"]]


def test_one_party_is_told_its_own() -> None:
    """Given a right that changes hands, when each is told, then to one it ends and to the other it begins."""
    before, after = [right()], [right(until=ON), right(since=ON, holder="north")]

    def told(*parties: str, watched: tuple[tuple[str, str], ...] = ()) -> list[tuple[Any, ...]]:
        found = Whose(frozenset(parties), frozenset(watched)).of(before, after, ON)
        return [(one.change, one.line, one.previous_holder, one.holder) for one in found]

    assert told("jane") == [("right_ended", "x", "jane", None)]
    assert told("north") == [("right_began", "x", None, "north")]
    assert told("jane", "north") == [("holder_changed", "x", "jane", "north")]
    assert told("omar") == []


def test_a_line_is_told_to_whom_it_concerns() -> None:
    """Given a line that opens, when a claimant, a watcher and a stranger are told, then the stranger hears nothing."""
    queued = right("queued", opportunity_id="opp-2", holder="north")
    lost = right("ended", opportunity_id="opp-2", holder="north")
    before, after = [right(), queued], [lost]
    own = Whose(frozenset({"north"})).of(before, after, ON)
    assert [(one.change, one.opportunity_id) for one in own] == [("right_ended", "opp-2"), ("line_opened", None)]
    watching = Whose(frozenset({"omar"}), frozenset({("acme", "x"), ("acme", "y")})).of(before, after, ON)
    assert [one.change for one in watching] == ["line_opened"]
    assert Whose(frozenset({"omar"}), frozenset({("bolt", "x")})).of(before, after, ON) == []


def test_what_time_brings_is_told_without_others() -> None:
    """Given a lapse, when the one behind it is told, then it is first, and who was before it is not said."""
    waiting = {"opportunity_id": "opp-2", "holder": "north"}
    behind = [right("queued", until=date(2026, 4, 10), **waiting), right("active", since=date(2026, 4, 10), **waiting)]
    rights = [*lapsing("opp-1", "jane"), *behind]
    found = lapses(rights, "opp-1", "x", date(2026, 4, 9))
    (own,) = Whose(frozenset({"north"})).of_notice(found, rights)
    assert (own.change, own.opportunity_id, own.holder, own.previous_holder) == (
        "became_first",
        "opp-2",
        "north",
        "north",
    )
    assert Whose(frozenset({"omar"})).of_notice(found, rights) == []
