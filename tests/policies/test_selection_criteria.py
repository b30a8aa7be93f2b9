"""Customer selection criteria: the set of the day, totals and gaps, and the order of accounts."""

from datetime import date

import pytest
from pydantic import ValidationError

from ledger.events.catalogue import example_of
from ledger.events.problems import explain
from policies.selection_criteria import DEFAULT, Score, Scorecard, criteria_on, ranking, scorecard
from tests.policies.memory import parse_one
from tests.scenarios.telling import history, refusal

FEB = date(2026, 2, 28)


def test_seven_criteria_hold_until_others_are_configured() -> None:
    """The set of the day, whatever was configured for later."""
    facts = history("2026-02-02 selection criteria set to access, margin")
    assert criteria_on(facts, date(2026, 2, 1)).criteria == DEFAULT
    assert (len(DEFAULT), criteria_on([], FEB).out_of) == (7, 14)
    configured = criteria_on(facts, date(2026, 2, 2))
    assert ([one.criterion for one in configured.criteria], configured.out_of) == (["access", "margin"], 4)


def test_a_score_stands_until_the_criterion_is_scored_anew() -> None:
    """Zero is a score, not a gap; what is not of the set counts for nothing."""
    facts = history(
        "2026-02-02 jane scores the account access 2, growing_demand 0",
        "2026-02-03 mary scores the account access 1",
        "2026-02-04 selection criteria set to growing_demand, access, margin",
    )
    before = scorecard("acme", facts, criteria_on(facts, date(2026, 2, 3)), date(2026, 2, 3))
    assert (before.total, len(before.gaps)) == (1, 5)
    after = scorecard("acme", facts, criteria_on(facts, FEB), FEB)
    assert [(one.criterion, one.score) for one in after.scores] == [
        ("growing_demand", 0),
        ("access", 1),
        ("margin", None),
    ]
    assert (after.total, after.out_of, after.gaps) == (1, 6, ("margin",))


def card(account_id: str, *scores: int | None) -> Scorecard:
    """An account with scores by as many criteria."""
    return Scorecard(
        account_id, tuple(Score(str(place), "", score) for place, score in enumerate(scores)), 2 * len(scores)
    )


def test_accounts_with_one_total_share_a_place() -> None:
    """The better known of them first, then by their ids; the next place counts all before it."""
    cards = [card("d", 0, 0), card("c", 1, 1), card("b", 2, None), card("a", 2, 2), card("e", 1, 1)]
    assert [(one.rank, one.card.account_id) for one in ranking(cards)] == [
        (1, "a"),
        (2, "c"),
        (2, "e"),
        (2, "b"),
        (5, "d"),
    ]


def test_a_score_by_what_is_no_criterion_of_its_day_is_refused() -> None:
    """At the criterion, by ASSESS, as what is unknown."""
    configured = "2026-02-04 selection criteria set to margin"
    for line in ("2026-02-03 jane scores the account margin 1", "2026-02-04 jane scores the account access 1"):
        refused = refusal(configured, line)
        assert (refused.rule, refused.unknown) == ("ASSESS", True)
        assert refused.pointer == f"/data/scores/{line.split()[5]}"


@pytest.mark.parametrize(
    ("type_", "change", "pointer"),
    [
        ("customer_scored", {"scores": {"access": 3}}, "/data/scores/access"),
        ("customer_scored", {"scores": {"access": -1}}, "/data/scores/access"),
        ("customer_scored", {"scores": {"access": True}}, "/data/scores/access"),
        ("customer_scored", {"scores": {"access": "2"}}, "/data/scores/access"),
        ("customer_scored", {"scores": {}}, "/data/scores"),
        ("customer_scored", {"scores": [2]}, "/data/scores"),
        ("selection_criteria_configured", {"criteria": []}, "/data/criteria"),
        (
            "selection_criteria_configured",
            {"criteria": [{"criterion": "a", "says": "x"}] * 2},
            "/data/criteria/1/criterion",
        ),
    ],
)
def test_what_the_form_refuses(type_: str, change: dict[str, object], pointer: str) -> None:
    """By ASSESS, as malformed."""
    account = None if type_.startswith("selection") else "acme"
    with pytest.raises(ValidationError) as raised:
        parse_one(type_, "2026-01-10", account, **(example_of(type_)["data"] | change))
    assert [(one.rule, one.pointer, one.kind) for one in explain(raised.value)] == [("ASSESS", pointer, "form")]
