"""Growth: whose plan counts, from when to when."""

from datetime import date

import pytest

from policies.growth import account_plans
from tests.scenarios.telling import cited, history, told

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31"
OMAR = "2026-01-10 omar establishes opp-2 on support expected 2026-05-31"
PLAN = ("2026-02-01 jane develops an account plan [developed]", "2026-02-20 jane executes the account plan [executed]")
OMARS = ("2026-02-01 omar develops an account plan", "2026-02-20 omar executes the account plan")


def holders(*lines: str) -> list[tuple[str, str, str]]:
    """Who holds the growth right after these facts: holder, since, until."""
    return [
        (right.holder, str(right.valid_from), str(right.valid_until))
        for right in told(*lines).ledger.account("acme").kept
        if getattr(right, "kind", None) == "growth"
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([JANE], []),
        ([JANE, PLAN[0]], []),
        ([JANE, PLAN[1]], []),
        ([JANE, *PLAN], [("jane", "2026-02-20", "2026-06-30")]),
        (
            [*PLAN, "2026-03-01 jane establishes opp-1 on gtx-pro expected 2026-03-31"],
            [("jane", "2026-03-01", "2026-06-30")],
        ),
        (
            [JANE, "2026-02-01 jane executes the account plan", "2026-02-20 jane develops an account plan"],
            [("jane", "2026-02-20", "2026-06-30")],
        ),
        ([JANE, PLAN[0], "2026-02-20 omar executes the account plan"], []),
        ([JANE, "2026-02-01 omar develops an account plan", PLAN[1]], []),
        ([JANE, *PLAN, "2026-04-01 opp-1 handed over to omar"], [("jane", "2026-02-20", "2026-04-01")]),
        ([JANE, *PLAN, "2026-04-01 opp-1 abandoned"], [("jane", "2026-02-20", "2026-04-01")]),
        (
            [JANE, *PLAN, "2026-04-01 opp-1 awarded gtx-pro on c-1", "2027-04-01 c-1 ended"],
            [("jane", "2026-02-20", "2027-04-01")],
        ),
        (
            [JANE, *PLAN, "2026-05-01 jane establishes opp-3 on support expected 2026-08-31"],
            [("jane", "2026-02-20", "2026-11-30")],
        ),
        ([JANE, OMAR, *OMARS, *PLAN], [("omar", "2026-02-20", "2026-08-30")]),
        ([JANE, OMAR, *PLAN, *OMARS], [("jane", "2026-02-20", "2026-06-30"), ("omar", "2026-06-30", "2026-08-30")]),
        (
            [OMAR, JANE, PLAN[0], OMARS[0], "2026-02-19 omar executes the account plan", PLAN[1]],
            [("omar", "2026-02-19", "2026-08-30")],
        ),
        (
            [JANE, *PLAN, "2026-02-25 account elevated", "2026-03-01 mary put in charge", "2026-04-01 charge released"],
            [("jane", "2026-02-20", "2026-03-01"), ("jane", "2026-04-01", "2026-06-30")],
        ),
        ([JANE, *PLAN, "2026-01-01 account elevated", "2026-02-01 mary put in charge"], []),
        (
            [
                "2026-01-10 nora establishes opp-1 on gtx-pro expected 2026-03-31",
                "2026-02-01 north develops an account plan",
                "2026-02-20 nora executes the account plan",
            ],
            [("nora", "2026-02-20", "2026-06-30")],
        ),
        (
            [
                "2026-01-10 north establishes opp-1 on gtx-pro expected 2026-03-31",
                "2026-02-01 nora develops an account plan",
                "2026-02-20 nora executes the account plan",
                "2026-03-01 nora registered as contact of east",
            ],
            [("north", "2026-02-20", "2026-03-01")],
        ),
        (
            [JANE, *PLAN, "2026-03-01 zoe registered as contact", "2026-04-01 zoe registered as contact of north"],
            [("jane", "2026-02-20", "2026-06-30")],
        ),
        (
            [
                "2026-01-10 north establishes opp-1 on gtx-pro expected 2026-03-31",
                "2026-01-10 nora establishes opp-2 on support expected 2026-03-31",
                "2026-02-01 north develops an account plan",
                "2026-02-01 north executes the account plan",
            ],
            [("nora", "2026-02-01", "2026-06-30")],
        ),
    ],
)
def test_who_holds_growth(lines: list[str], expected: list[tuple[str, str, str]]) -> None:
    """A manager of a live or won right whose plan is developed and executed, while nobody is in charge."""
    assert holders(*lines) == expected


def test_why_somebody_holds_growth() -> None:
    """The plan as developed and as executed, and since when both."""
    telling = told(JANE, *PLAN, "2026-02-25 jane executes the account plan", "2026-02-25 jane develops an account plan")
    (right,) = [right for right in telling.ledger.rights("acme", date(2026, 3, 1)) if right.kind == "growth"]
    assert (right.account_id, right.status, right.opportunity_id) == ("acme", "active", None)
    assert cited(telling, right.reasons) == [("GROWTH", "developed executed")]
    assert right.reasons[0].facts == (("party_id", "jane"), ("since", "2026-02-20"))


def test_a_plan_developed_last_completes_it() -> None:
    """The reason tells the later of the two days."""
    telling = told(JANE, "2026-02-01 jane executes the account plan", "2026-02-20 jane develops an account plan")
    (right,) = [right for right in telling.ledger.rights("acme", date(2026, 3, 1)) if right.kind == "growth"]
    assert dict(right.reasons[0].facts)["since"] == "2026-02-20"


def test_plans_are_read_only_if_there_are_both() -> None:
    """One of the two alone gives nobody anything."""
    assert account_plans(history(PLAN[0])) is None
    assert account_plans(history(PLAN[1])) is None
    plans = account_plans(history(*PLAN, *OMARS))
    assert plans is not None
    assert plans.parties() == {"jane", "omar"}
    assert plans.edges() == {date(2026, 2, 1), date(2026, 2, 20)}


def test_growth_of_one_who_joins_a_partner() -> None:
    """The plan was jane's; from the day on which she acts as north it is north's, and so is her opportunity."""
    assert holders(JANE, *PLAN, "2026-03-01 jane registered as employee of north") == [
        ("jane", "2026-02-20", "2026-06-30")
    ]
    assert holders(JANE, PLAN[0], "2026-02-20 nora executes the account plan") == []
    assert holders(
        JANE,
        "2026-02-01 north develops an account plan",
        "2026-02-20 north executes the account plan",
        "2026-03-01 jane registered as employee of north",
    ) == [("jane", "2026-03-01", "2026-06-30")]
