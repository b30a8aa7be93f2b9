"""Reviews and actions: what is answered, what is carried on, how an action stands on a day, and what is refused."""

from datetime import date

import pytest
from pydantic import ValidationError

from ledger.events.catalogue import example_of
from ledger.events.problems import explain
from ledger.events.reviews import ReviewAnswers
from ledger.recorded import Recorded
from policies.actions import read_actions
from policies.reviews import FURTHER, QUESTIONS, reviewing
from tests.policies.memory import parse_one
from tests.scenarios.telling import history, refusal

ASKED = list(QUESTIONS)


def test_every_question_can_be_answered_and_six_are_asked() -> None:
    """The event has a field for each question, and no other."""
    assert len(QUESTIONS) == 6
    assert {*QUESTIONS, *FURTHER} == set(ReviewAnswers.model_fields)


def test_a_review_with_all_it_says() -> None:
    """Answers and gaps in the order of the questions, the action agreed in it, and what had been done before it."""
    facts = history(
        "2026-02-01 jane engaged on opp-1",
        "2026-02-02 opp-1 reviewed as r-1 by mary, answering threats, internal_decisions, "
        "agreeing a-1 for jane due 2026-02-12",
        "2026-02-03 opp-1 coordinated",
        "2026-02-04 opp-1 shared with north",
        "2026-02-09 opp-1 reviewed as r-2 by jane",
        "2026-02-10 jane engaged on opp-1",
    )
    found = reviewing(facts, date(2026, 2, 9))
    second, first = found.reviews
    assert [one.question for one in first.answers] == [*QUESTIONS, *FURTHER]
    assert [one.question for one in first.answers if one.answer] == ["threats", "internal_decisions"]
    assert list(first.gaps) == [one for one in ASKED if one != "threats"]
    assert [one.action_id for one in first.agreed] == ["a-1"]
    assert [one.type for one in first.activities] == ["engagement_recorded"]
    assert [one.type for one in second.activities] == ["coordination_recorded", "activity_shared"]
    assert [(one.action_id, one.review_id) for one in second.carried_over] == [("a-1", "r-1")]
    assert (found.latest, second.held_on) == (second, date(2026, 2, 9))


def test_a_review_looks_back_on_actions_as_they_stood_that_day() -> None:
    """What was done after it was still to be done in it."""
    facts = history(
        "2026-02-01 action a-1 on opp-1 agreed for jane due 2026-03-01",
        "2026-02-02 opp-1 reviewed as r-1 by mary",
        "2026-02-03 action a-1 on opp-1 done",
    )
    (review,) = reviewing(facts, date(2026, 2, 3)).reviews
    assert [one.ending for one in review.carried_over] == [None]
    assert [one.ended_on for one in reviewing(facts, date(2026, 2, 3)).actions] == [date(2026, 2, 3)]


@pytest.mark.parametrize(
    ("on", "overdue"), [(date(2026, 2, 10), False), (date(2026, 2, 11), True), (date(2026, 2, 12), False)]
)
def test_the_next_review_is_overdue_after_its_day_until_one_is_held(on: date, overdue: bool) -> None:
    """The review of 12 February sets no day for another."""
    example = example_of("opportunity_reviewed")["data"] | {"review_id": "r-1"}
    told = history("2026-02-12 opp-1 reviewed as r-2 by mary")
    event = parse_one("opportunity_reviewed", "2026-01-10", **example)
    first = Recorded(1, told[-1].recorded_at, "mary", "e-1", event)
    assert reviewing([first, *told], on).next_review_overdue is overdue


def test_an_action_is_overdue_from_the_day_after_it_was_due() -> None:
    """Open through the day, whatever becomes of it later."""
    facts = history(
        "2026-02-01 action a-1 on opp-1 agreed for jane due 2026-02-10", "2026-02-20 action a-1 on opp-1 dropped"
    )
    action = read_actions(facts)["opp-1", "a-1"]
    days = {day: action.on(date(2026, 2, day)) for day in (9, 10, 11, 19, 20)}
    assert [one and one.state(date(2026, 2, day)) for day, one in days.items()] == [
        "open",
        "open",
        "overdue",
        "overdue",
        "dropped",
    ]
    assert action.on(date(2026, 1, 31)) is None
    assert (action.says, action.ended_on) == ("stated", date(2026, 2, 20))


def test_actions_of_two_opportunities_may_have_one_id() -> None:
    """Each is done by itself."""
    facts = history(
        "2026-02-01 action a-1 on opp-1 agreed for jane due 2026-02-10",
        "2026-02-01 action a-1 on opp-2 agreed for mary due 2026-02-10",
        "2026-02-02 action a-1 on opp-2 done",
    )
    found = read_actions(facts)
    assert [(key, one.state(date(2026, 2, 3))) for key, one in found.items()] == [
        (("opp-1", "a-1"), "open"),
        (("opp-2", "a-1"), "done"),
    ]


def test_an_end_before_the_agreement_says_nothing() -> None:
    """As a history can have it after its agreement was retracted and made anew."""
    agreed = "action a-1 on opp-1 agreed for jane due 2026-02-10"
    ended = history(f"2026-02-01 {agreed}", "2026-02-02 action a-1 on opp-1 done")[-1]
    assert read_actions([ended, *history(f"2026-02-03 {agreed}")])["opp-1", "a-1"].ending is None
    assert read_actions([ended, *history(f"2026-02-02 {agreed}")])["opp-1", "a-1"].ending is ended


@pytest.mark.parametrize(
    ("lines", "pointer"),
    [
        (["2026-02-02 opp-1 reviewed as r-1 by jane"], "/data/review_id"),
        (["2026-02-02 action a-1 on opp-1 agreed for jane due 2026-02-10"], "/data/action_id"),
        (
            ["2026-02-03 opp-1 reviewed as r-2 by jane, agreeing a-1 for jane due 2026-02-10"],
            "/data/actions/0/action_id",
        ),
        (["2026-01-31 action a-1 on opp-1 done"], "/effective_on"),
        (["2026-02-03 action a-1 on opp-1 done", "2026-02-04 action a-1 on opp-1 done"], "/data/action_id"),
        (["2026-02-03 action a-2 on opp-1 done"], "/data/action_id"),
        (
            [
                "2026-02-03 action a-1 on opp-1 done",
                "2026-02-04 instead of [so], action a-1 on opp-1 agreed for jane due 2026-02-10",
            ],
            "/effective_on",
        ),
    ],
)
def test_what_is_refused(lines: list[str], pointer: str) -> None:
    """By REVIEW, at its place."""
    agreed = "2026-02-01 action a-1 on opp-1 agreed for jane due 2026-02-10 [so]"
    refused = refusal("2026-02-01 opp-1 reviewed as r-1 by mary", agreed, *lines)
    assert (refused.rule, refused.pointer) == ("REVIEW", pointer)


def test_an_agreement_can_be_corrected_while_it_comes_before_its_end() -> None:
    """Under the same id; the action is done all the same."""
    facts = history(
        "2026-02-01 action a-1 on opp-1 agreed for jane due 2026-02-10 [so]",
        "2026-02-05 action a-1 on opp-1 done",
        "2026-02-05 instead of [so], action a-1 on opp-1 agreed for mary due 2026-02-12",
    )
    corrected = [fact for fact in facts if fact.type != "action_agreed" or fact.corrects is not None]
    action = read_actions(corrected)["opp-1", "a-1"]
    assert (action.who, action.state(date(2026, 2, 5))) == ("mary", "done")


@pytest.mark.parametrize(
    ("type_", "change", "pointer"),
    [
        ("action_agreed", {"due_on": "2026-01-09"}, "/data/due_on"),
        ("action_agreed", {"who": None}, "/data/who"),
        ("opportunity_reviewed", {"answers": {"mood": "good"}}, "/data/answers/mood"),
        ("opportunity_reviewed", {"next_review_on": "2026-01-10"}, "/data/next_review_on"),
        (
            "opportunity_reviewed",
            {"actions": [{"action_id": "a", "what": "x", "who": "jane"}]},
            "/data/actions/0/due_on",
        ),
        (
            "opportunity_reviewed",
            {"actions": [{"action_id": "a", "what": "x", "who": "jane", "due_on": "2026-01-09"}]},
            "/data/actions/0/due_on",
        ),
        (
            "opportunity_reviewed",
            {"actions": [{"action_id": "a", "what": "x", "who": "jane", "due_on": "2026-01-12"}] * 2},
            "/data/actions/1/action_id",
        ),
    ],
)
def test_what_the_form_refuses(type_: str, change: dict[str, object], pointer: str) -> None:
    """By REVIEW too, as malformed."""
    with pytest.raises(ValidationError) as raised:
        parse_one(type_, "2026-01-10", **(example_of(type_)["data"] | change))
    assert [(one.rule, one.pointer, one.kind) for one in explain(raised.value)] == [("REVIEW", pointer, "form")]
