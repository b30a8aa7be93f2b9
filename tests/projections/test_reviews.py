"""The sheet as read from the log: batches with events not written yet, both clocks, and what is taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from projections import reviews, selection_criteria
from projections.assessment import assessment_sheet
from projections.closing_plans import closing_plan_sheet
from projections.key_players import key_player_sheet
from projections.problems import InvalidCursor, MalformedEvents, RuleRefused, UnknownSubject
from projections.simulation.simulating import Simulation
from projections.simulation.supposing import Supposition
from tests.projections.facts import account, event, opportunity, party, retraction, stage
from tests.projections.ledgers import TODAY, Event, Ledger

FEB = date(2024, 2, 20)


def sheet(type_: str, on: str = "2024-02-01", of: str = "opp-1", account: str = "acme", **data: Any) -> Event:
    """A fact of the sheet of an opportunity."""
    return event(type_, on, account, opportunity_id=of, **data)


def agreed(action: str = "a-1", due_on: str = "2024-02-10", who: str = "jane", **more: Any) -> Event:
    """An action is agreed."""
    return sheet("action_agreed", action_id=action, what="Call.", who=who, due_on=due_on, **more)


def drafted(plan: str = "p-1", **more: Any) -> Event:
    """A closing plan is drafted."""
    return sheet("closing_plan_drafted", closing_plan_id=plan, parts={"risks": [{"what": "Rain."}]}, **more)


def adopted(plan: str = "p-1", **more: Any) -> Event:
    """A closing plan is adopted."""
    return sheet("opportunity_plan_adopted", closing_plan_id=plan, **more)


def configured(*criteria: str, on: str = "2024-01-01") -> Event:
    """Selection criteria are configured."""
    named = [{"criterion": one, "says": one} for one in criteria]
    return event("selection_criteria_configured", on, None, criteria=named, reason="a decision")


def scored(account: str = "acme", on: str = "2024-02-01", **scores: int) -> Event:
    """An account is scored."""
    return event("customer_scored", on, account, scores=scores, scored_by="jane")


def states(ledger: Ledger, on: date = FEB, position: int | None = None, **asked: Any) -> list[tuple[str, str]]:
    """The actions of a day with their states, walked two at a time."""
    found: list[tuple[str, str]] = []
    after = None
    while True:
        at = ledger.at(on, position)
        page = reviews.actions(ledger.store.read, at, reviews.ActionsAsked(**asked), after=after, limit=2)
        found += [(one.action_id, one.state(on)) for one in page.items]
        if page.next is None:
            return found
        after = page.next


def ranked(ledger: Ledger, on: date = FEB, position: int | None = None) -> list[tuple[int, str, int]]:
    """The accounts in their order, walked one at a time."""
    found: list[tuple[int, str, int]] = []
    after = None
    while True:
        at = ledger.at(on, position)
        page = selection_criteria.accounts_ranked(ledger.store.read, at, after=after, limit=1)
        found += [(one.rank, one.card.account_id, one.card.total) for one in page.items]
        if page.next is None:
            return found
        after = page.next


def test_a_batch_is_judged_with_what_it_says_before(ledger: Ledger) -> None:
    """Agreed and done, drafted and adopted, mapped and removed, configured and scored, all in one."""
    ledger.record(
        *stage(),
        *opportunity("opp-1", "jane", "x"),
        agreed(),
        sheet("action_done", action_id="a-1"),
        drafted(),
        adopted(),
        sheet("key_player_mapped", player_id="ada", name="Ada"),
        sheet("key_player_removed", player_id="ada", reason="left"),
        configured("margin"),
        scored(margin=2),
    )
    assert states(ledger) == [("a-1", "done")]
    assert ranked(ledger) == [(1, "acme", 2)]
    plans = closing_plan_sheet(ledger.store.read, "opp-1", ledger.at(FEB)).plans
    assert plans.current is not None
    assert plans.current.state == "adopted"


@pytest.mark.parametrize(
    ("batch", "pointer", "malformed"),
    [
        ([agreed(), agreed()], "/events/1/data/action_id", False),
        ([agreed(), *[sheet("action_done", action_id="a-1")] * 2], "/events/2/data/action_id", False),
        ([sheet("action_done", action_id="a-1"), agreed()], "/events/0/data/action_id", True),
        ([adopted(), drafted()], "/events/0/data/closing_plan_id", True),
        ([scored(margin=2), configured("margin")], "/events/0/data/scores/margin", True),
        ([configured("margin"), scored(access=2)], "/events/1/data/scores/access", True),
        ([sheet("key_player_mapped", party_id="jane")], "/events/0/data/party_id", False),
    ],
)
def test_a_batch_is_refused_as_a_whole(ledger: Ledger, batch: list[Event], pointer: str, malformed: bool) -> None:
    """With the rule at the place; what came before it in the batch is forgotten."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))
    position = ledger.position
    with pytest.raises(MalformedEvents if malformed else RuleRefused) as raised:
        ledger.record(*batch)
    problem = raised.value.problems[0]
    assert (problem.pointer, ledger.position) == (pointer, position)
    assert problem.rule in {"REVIEW", "ASSESS", "KEY-PLAYERS", "CLOSE-PLAN"}
    ledger.record(agreed(), drafted(), scored(access=1))


def everything(ledger: Ledger, on: date, position: int) -> list[Any]:
    """All that can be asked of the sheet."""
    reader, at = ledger.store.read, ledger.at(on, position)
    return [
        reviews.review_sheet(reader, "opp-1", at),
        assessment_sheet(reader, "opp-1", at),
        key_player_sheet(reader, "opp-1", at).map,
        closing_plan_sheet(reader, "opp-1", at),
        selection_criteria.selection_criteria(reader, at),
        selection_criteria.account_scorecard(reader, "acme", at),
        states(ledger, on, position),
        ranked(ledger, on, position),
    ]


def test_what_was_answered_once_is_answered_so_for_ever(ledger: Ledger) -> None:
    """For every day and position, whatever is recorded, corrected or retracted later."""
    batches: list[list[Event]] = [
        [*stage(), *opportunity("opp-1", "jane", "x")],
        [sheet("opportunity_reviewed", review_id="r-1", reviewed_by="mary", answers={"stage": "new"})],
        [agreed(), drafted(), scored(access=2)],
        [sheet("opportunity_assessed", answers={"solution": {"demands": "speed"}})],
        [sheet("milestone_assessed", stage="Engaging", milestone="shared_plan", met=False)],
        [sheet("key_player_mapped", player_id="ada", name="Ada", influence=3)],
        [sheet("action_done", "2024-02-05", action_id="a-1"), adopted(on="2024-02-05")],
        [configured("margin", "access", on="2024-02-06")],
        [sheet("key_player_removed", "2024-02-06", player_id="ada", reason="left")],
        [drafted(on="2024-01-20"), sheet("engagement_recorded", "2024-01-25", party_id="jane", activity="visit")],
    ]
    days = [date(2024, 1, 15), date(2024, 2, 1), date(2024, 2, 5), FEB]
    answered: dict[tuple[date, int], list[Any]] = {}
    recorded: list[str] = []
    for batch in batches:
        recorded += [fact.event_id for fact in ledger.record(*batch).facts]
        answered.update(((day, ledger.position), everything(ledger, day, ledger.position)) for day in days)
    for event_id in recorded[-12:]:
        ledger.record(retraction(event_id))
    assert everything(ledger, FEB, ledger.position) != answered[FEB, ledger.position - 12]
    for (day, position), told in answered.items():
        assert everything(ledger, day, position) == told


def test_what_is_taken_back_says_nothing_from_then_on(ledger: Ledger) -> None:
    """A retracted end leaves the action open, a corrected score counts as corrected, a retracted set brings the old."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"), agreed(due_on="2024-03-01"))
    done = ledger.record(sheet("action_done", action_id="a-1")).facts[0].event_id
    score = ledger.record(scored(access=2)).facts[0].event_id
    criteria = ledger.record(configured("margin")).facts[0].event_id
    before = ledger.position
    assert ranked(ledger) == [(1, "acme", 0)]
    ledger.record(retraction(done), retraction(criteria))
    ledger.record({**scored(access=1), "corrects": score})
    assert states(ledger) == [("a-1", "open")]
    assert ranked(ledger) == [(1, "acme", 1)]
    assert (states(ledger, position=before), ranked(ledger, position=before)) == ([("a-1", "done")], [(1, "acme", 0)])
    with pytest.raises(MalformedEvents):
        ledger.record(scored(margin=1))
    ledger.record(sheet("action_done", action_id="a-1"))


def test_actions_over_all_accounts(ledger: Ledger) -> None:
    """By the day on which they are due; of a party or who acts as it, on an account, in a state."""
    ledger.record(*stage(), party("north", "partner", tier="reseller"), party("nora", "contact", member_of="north"))
    ledger.record(
        *opportunity("opp-1", "jane", "x"), account("bolt"), *opportunity("opp-2", "mary", "y", account="bolt")
    )
    ledger.record(
        agreed("late", "2024-02-05"),
        agreed("soon", "2024-03-01", "nora"),
        agreed("gone", "2024-02-20", "mary"),
        agreed("other", "2024-02-20", "mary", of="opp-2", account="bolt"),
        sheet("action_dropped", action_id="gone", reason="no"),
    )
    assert states(ledger) == [("late", "overdue"), ("gone", "dropped"), ("other", "open"), ("soon", "open")]
    assert states(ledger, state="unfinished") == [("late", "overdue"), ("other", "open"), ("soon", "open")]
    assert states(ledger, state="open") == [("other", "open"), ("soon", "open")]
    assert states(ledger, party_id="mary") == [("gone", "dropped"), ("other", "open")]
    assert states(ledger, party_id="north") == [("soon", "open")]
    assert states(ledger, account_id="bolt") == [("other", "open")]
    assert states(ledger, date(2024, 1, 31)) == []
    for wrong in ({"party_id": "nobody"}, {"account_id": "nowhere"}):
        with pytest.raises(UnknownSubject):
            states(ledger, **wrong)
    for cursor in ("nonsense", '["opp-9 a-9"]', "[1]"):
        with pytest.raises(InvalidCursor):
            reviews.actions(ledger.store.read, ledger.at(FEB), reviews.ActionsAsked(), after=cursor)
        with pytest.raises(InvalidCursor):
            selection_criteria.accounts_ranked(ledger.store.read, ledger.at(FEB), after=cursor)


def test_accounts_rank_by_the_criteria_of_the_day(ledger: Ledger) -> None:
    """Those scored by the day only."""
    ledger.record(*stage(), account("bolt"), account("cole"), account("dove"))
    ledger.record(scored("acme", access=1), scored("bolt", access=2, reference_value=2), scored("cole", access=1))
    ledger.record(scored("dove", "2024-03-01", access=2), configured("access", on="2024-02-10"))
    assert ranked(ledger, date(2024, 2, 9)) == [(1, "bolt", 4), (2, "acme", 1), (2, "cole", 1)]
    assert ranked(ledger) == [(1, "bolt", 2), (2, "acme", 1), (2, "cole", 1)]
    assert ranked(ledger, date(2024, 1, 31)) == []


def test_an_opportunity_that_is_not_known_then(ledger: Ledger) -> None:
    """Neither before it is recorded, nor of another kind."""
    ledger.record(*stage())
    before = ledger.position
    ledger.record(*opportunity("opp-1", "jane", "x"))
    for name, position in (("opp-1", before), ("acme", ledger.position), ("opp-9", ledger.position)):
        with pytest.raises(UnknownSubject):
            reviews.review_sheet(ledger.store.read, name, ledger.at(FEB, position))


def test_no_kept_answer_changes_by_what_the_sheet_says(ledger: Ledger) -> None:
    """But for who is mentioned where; and a rebuild, a what-if and a dry run go through it too."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))
    kept = ledger.kept()
    facts = [
        sheet("opportunity_reviewed", review_id="r-1", reviewed_by="mary", answers={}),
        agreed(),
        drafted(),
        scored(access=1),
        sheet("key_player_mapped", player_id="ada", name="Ada"),
    ]
    assert all(not (one.ended or one.begun) for one in ledger.record(*facts, dry_run=True).changes.values())
    ledger.record(*facts)
    kept.pop("kept_mentions")
    now = ledger.kept()
    assert {name: now[name] for name in kept} == kept


def test_what_if_judges_as_recording_does(ledger: Ledger) -> None:
    """Scores by the criteria that are supposed, and adoptions by what is drafted."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))

    def suppose(*events: Event) -> None:
        Simulation(ledger.store.read, Supposition(events), ledger.at(FEB), today=TODAY, actor="tester")

    suppose(configured("margin"), scored(margin=1), drafted(), adopted())
    for batch in ([scored(margin=1)], [configured("margin"), scored(access=1)], [adopted()]):
        with pytest.raises(MalformedEvents):
            suppose(*batch)
