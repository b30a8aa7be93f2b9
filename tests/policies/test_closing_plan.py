"""Closing plans: parts and gaps, versions, what an adoption adopts, and what is refused."""

from datetime import date

import pytest
from pydantic import ValidationError

from ledger.events.catalogue import example_of
from ledger.events.closing_plans import ClosingPlanParts
from ledger.events.problems import explain
from policies.closing_plan import PARTS, closing_plans
from tests.policies.memory import parse_one
from tests.scenarios.telling import history, refusal, told

FEB = date(2026, 2, 28)


def test_there_are_five_parts() -> None:
    """The event has a field for each, and no other."""
    assert (len(PARTS), set(PARTS)) == (5, set(ClosingPlanParts.model_fields))


def states(on: date, *lines: str) -> list[tuple[str, int, str]]:
    """The versions on a day, the latest first."""
    found = closing_plans(history(*lines), on)
    return [(one.closing_plan_id, one.version, one.state) for one in found.versions]


def test_a_later_draft_takes_the_place_of_one_never_adopted() -> None:
    """Versions are counted for each plan by itself."""
    lines = ["2026-02-02 closing plan p-1 drafted for opp-1", "2026-02-03 closing plan p-2 drafted for opp-1",
             "2026-02-04 closing plan p-1 drafted for opp-1"]  # fmt: skip
    assert states(FEB, *lines) == [("p-1", 2, "draft"), ("p-2", 1, "superseded"), ("p-1", 1, "superseded")]
    assert states(date(2026, 2, 3), *lines) == [("p-2", 1, "draft"), ("p-1", 1, "superseded")]


def test_an_adoption_adopts_the_version_of_its_day() -> None:
    """Also when it is recorded after a later draft; and an older plan can be adopted again."""
    lines = ["2026-02-02 closing plan p-1 drafted for opp-1", "2026-02-09 closing plan p-1 drafted for opp-1",
             "2026-02-03 closing plan p-1 adopted for opp-1"]  # fmt: skip
    assert states(FEB, *lines) == [("p-1", 2, "draft"), ("p-1", 1, "adopted")]
    more = ["2026-02-10 closing plan p-2 drafted for opp-1", "2026-02-11 closing plan p-2 adopted for opp-1",
            "2026-02-12 closing plan p-1 adopted for opp-1"]  # fmt: skip
    assert states(FEB, *lines, *more) == [("p-2", 1, "superseded"), ("p-1", 2, "adopted"), ("p-1", 1, "superseded")]


def test_what_the_opportunity_goes_by() -> None:
    """The adopted version before a later draft; a plan kept elsewhere takes nothing away from it."""
    found = closing_plans(
        history(
            "2026-02-02 closing plan p-1 drafted for opp-1 on risks",
            "2026-02-03 closing plan p-1 adopted for opp-1",
            "2026-02-04 plan adopted for opp-1",
            "2026-02-05 closing plan p-1 drafted for opp-1 on risks, knowledge",
        ),
        FEB,
    )
    assert found.current is not None
    assert found.draft is not None
    assert found.adoption is not None
    assert (found.current.version, found.current.state, found.draft.version) == (1, "adopted", 2)
    assert found.current.adopted is not None
    assert found.current.adopted.effective_on == date(2026, 2, 3)
    assert found.adoption.effective_on == date(2026, 2, 4)
    assert found.current.gaps == ("decision_process", "knowledge", "relationships", "internal_actions")
    assert found.draft.gaps == ("decision_process", "relationships", "internal_actions")


def test_there_may_be_no_plan_at_all() -> None:
    """Or one of another kind."""
    found = closing_plans(history("2026-02-04 plan adopted for opp-1"), FEB)
    assert (found.versions, found.current, found.draft) == ((), None, None)
    assert found.adoption is not None


@pytest.mark.parametrize(
    ("line", "pointer", "unknown"),
    [
        ("2026-02-01 closing plan p-1 adopted for opp-1", "/effective_on", False),
        ("2026-02-03 closing plan p-2 adopted for opp-1", "/data/closing_plan_id", True),
        ("2026-02-03 closing plan p-1 adopted for opp-2", "/data/closing_plan_id", True),
    ],
)
def test_what_is_refused(line: str, pointer: str, unknown: bool) -> None:
    """By CLOSE-PLAN, at its place."""
    refused = refusal("2026-02-02 closing plan p-1 drafted for opp-1", "2026-02-02 opp-2 opened", line)
    assert (refused.rule, refused.pointer, refused.unknown) == ("CLOSE-PLAN", pointer, unknown)


def test_a_plan_with_an_unknown_part_is_refused() -> None:
    """By CLOSE-PLAN, at the part."""
    data = example_of("closing_plan_drafted")["data"] | {"parts": {"hopes": []}}
    with pytest.raises(ValidationError) as raised:
        parse_one("closing_plan_drafted", "2026-01-10", **data)
    (problem,) = explain(raised.value)
    assert (problem.rule, problem.pointer) == ("CLOSE-PLAN", "/data/parts/hopes")


def test_an_adoption_names_a_plan_of_some_kind() -> None:
    """Where it is kept, what it says, or a closing plan: any one of them is enough."""
    for named in ({"plan_ref": "p"}, {"plan": "p"}, {"closing_plan_id": "p"}):
        assert parse_one("opportunity_plan_adopted", "2026-01-10", opportunity_id="opp-1", **named)
    with pytest.raises(ValidationError):
        parse_one("opportunity_plan_adopted", "2026-01-10", opportunity_id="opp-1")


def test_drafting_alone_establishes_nothing() -> None:
    """Adopting does, from the day of the adoption on."""
    lines = ["2026-01-10 jane appointed to opp-1", "2026-01-10 jane engaged on opp-1", "2026-01-10 opp-1 coordinated",
             "2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31",
             "2026-01-10 closing plan p-1 drafted for opp-1"]  # fmt: skip
    drafted = told(*lines).ledger
    assert {one.status for one in drafted.rights("acme", FEB)} == {"incomplete"}
    adopted = told(*lines, "2026-02-01 closing plan p-1 adopted for opp-1").ledger
    assert {one.status for one in adopted.rights("acme", date(2026, 1, 31))} == {"incomplete"}
    assert {one.status for one in adopted.rights("acme", date(2026, 2, 1))} == {"active"}
