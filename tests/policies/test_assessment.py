"""The assessment: six categories, six milestones, the answers that stand and the gaps."""

from datetime import date

import pytest
from pydantic import ValidationError

from ledger.events.assessments import AssessmentAnswers
from ledger.events.catalogue import example_of
from ledger.events.problems import explain
from policies.assessment import CATEGORIES, MILESTONE_NAMES, MILESTONES, assessed, milestones
from tests.policies.memory import parse_one
from tests.scenarios.telling import history

FEB = date(2026, 2, 28)


def test_every_question_can_be_answered() -> None:
    """The event has a field for each question of each category, and no other."""
    assert len(CATEGORIES) == len(MILESTONES) == 6
    assert tuple(MILESTONES) == MILESTONE_NAMES
    assert set(CATEGORIES) == set(AssessmentAnswers.model_fields)
    for name, category in CATEGORIES.items():
        said = parse_one("opportunity_assessed", "2026-01-10", opportunity_id="o", answers={name: {}})
        fields = type(getattr(said.data.answers, name)).model_fields
        assert {*category.questions, *category.further} == set(fields)


def test_the_latest_answer_to_each_question_stands() -> None:
    """With the fact that gave it; further questions are no gaps."""
    facts = history(
        "2026-02-02 opp-1 assessed in need_and_urgency on reason_to_buy, timeline",
        "2026-02-09 opp-1 assessed in need_and_urgency on timeline, current_situation",
    )
    found = {one.category: one for one in assessed(facts, FEB)}
    answered = {
        one.question: one.fact.effective_on.day for one in found["need_and_urgency"].questions if one.fact is not None
    }
    assert answered == {"reason_to_buy": 2, "timeline": 9, "current_situation": 9}
    assert found["need_and_urgency"].gaps == ("how_compelling", "buying_process", "internal_support")
    assert all(
        len(one.gaps) == len(CATEGORIES[name].questions) for name, one in found.items() if name != "need_and_urgency"
    )


def test_an_answer_ahead_is_no_answer_yet() -> None:
    """Nor is a milestone."""
    facts = history(
        "2026-03-02 opp-1 assessed in solution on demands", "2026-03-02 opp-1 at Qualified meets solution_fits"
    )
    assert not any(each.answer for one in assessed(facts, FEB) for each in one.questions)
    assert milestones(facts, FEB) == ()


def test_stages_come_in_their_order_each_with_six_milestones() -> None:
    """Those named first, then as they were first assessed; one nobody assessed has six gaps."""
    facts = history(
        "2026-02-02 opp-1 at Closing meets right_customer",
        "2026-02-03 opp-1 at Qualified misses relationships",
        "2026-02-04 opp-1 at closing misses right_customer",
    )
    found = milestones(facts, FEB, ["Engaging"])
    assert [(one.stage, len(one.milestones), len(one.gaps)) for one in found] == [
        ("Engaging", 6, 6),
        ("Closing", 6, 5),
        ("Qualified", 6, 5),
    ]
    assert [one.met for one in found[1].milestones] == [False, None, None, None, None, None]


@pytest.mark.parametrize(
    ("type_", "change", "pointer"),
    [
        ("opportunity_assessed", {"answers": {"luck": {}}}, "/data/answers/luck"),
        ("opportunity_assessed", {"answers": {"solution": {"colour": "red"}}}, "/data/answers/solution/colour"),
        ("milestone_assessed", {"milestone": "luck"}, "/data/milestone"),
    ],
)
def test_what_the_form_refuses(type_: str, change: dict[str, object], pointer: str) -> None:
    """By ASSESS, as malformed."""
    with pytest.raises(ValidationError) as raised:
        parse_one(type_, "2026-01-10", **(example_of(type_)["data"] | change))
    assert [(one.rule, one.pointer, one.kind) for one in explain(raised.value)] == [("ASSESS", pointer, "form")]
