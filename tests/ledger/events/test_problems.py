"""Every refusal names the place, says it in words, and carries the rule that asks."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from ledger.events.catalogue import parse
from ledger.events.problems import MOST_PROBLEMS, FieldProblem, explain, is_malformed, pointer_to
from tests.ledger.events.test_form import REMOVED, Place, changed

TODAY = date(2026, 1, 10)


def problems_of(raw: Any) -> list[FieldProblem]:
    """What is wrong with the third event of a batch."""
    with pytest.raises(ValidationError) as caught:
        parse(raw, today=TODAY)
    return explain(caught.value, "/events/2")


Told = tuple[str, str | None, str]

FORECAST, APPOINTED, SHARE = "forecast_recorded", "opportunity_manager_appointed", "revenue_share_proposed"

CASES: list[tuple[str, Place, Any, Told]] = [
    (FORECAST, ("account_id",), REMOVED, ("/account_id", None, "form")),
    (FORECAST, ("effective_on",), "soon", ("/effective_on", None, "form")),
    (FORECAST, ("data", "extra/~"), 1, ("/data/extra~1~0", None, "form")),
    (FORECAST, ("data", "expected_award_on"), REMOVED, ("/data/expected_award_on", "OM-TIMED", "form")),
    (FORECAST, ("data", "expected_award_on"), None, ("/data/expected_award_on", "OM-TIMED", "form")),
    (FORECAST, ("data", "lines"), REMOVED, ("/data/lines", "OM-TIMED", "form")),
    (FORECAST, ("data", "lines"), [], ("/data/lines", "OM-TIMED", "form")),
    (FORECAST, ("data", "lines", 0, "amount"), REMOVED, ("/data/lines/0/amount", "OM-TIMED", "form")),
    (FORECAST, ("data", "lines", 0, "amount"), "0", ("/data/lines/0/amount", "OM-TIMED", "form")),
    (FORECAST, ("data", "lines", 0, "amount"), "-1", ("/data/lines/0/amount", "OM-TIMED", "form")),
    (FORECAST, ("data", "lines", 0, "amount"), "1.001", ("/data/lines/0/amount", None, "form")),
    (FORECAST, ("data", "lines", 0, "amount"), 1.5, ("/data/lines/0/amount", None, "form")),
    (FORECAST, ("data", "lines", 0, "line"), "a b", ("/data/lines/0/line", None, "form")),
    (FORECAST, ("data", "currency"), "XTS", ("/data/currency", None, "form")),
    (APPOINTED, ("data", "authorized_by"), REMOVED, ("/data/authorized_by", "OM-QUALIFIED", "form")),
    (APPOINTED, ("data", "skills"), REMOVED, ("/data/skills", "OM-QUALIFIED", "form")),
    (APPOINTED, ("data", "skills"), 1, ("/data/skills", "OM-QUALIFIED", "form")),
    (APPOINTED, ("data", "skills"), [1], ("/data/skills", "OM-QUALIFIED", "form")),
    (APPOINTED, ("data", "skills"), False, ("/data/skills", "OM-QUALIFIED", "invariant")),
    (APPOINTED, ("data", "resources"), [], ("/data/resources", "OM-QUALIFIED", "invariant")),
    (APPOINTED, ("data", "resources"), ["one", " "], ("/data/resources", "OM-QUALIFIED", "invariant")),
    (APPOINTED, ("data", "resources"), "", ("/data/resources", "OM-QUALIFIED", "invariant")),
    (APPOINTED, ("data", "authorized_by"), " ", ("/data/authorized_by", "OM-QUALIFIED", "invariant")),
    (SHARE, ("data", "shares", 0, "percent"), "62.4", ("/data/shares", "SHARE", "invariant")),
    (SHARE, ("data", "shares", 0, "percent"), "62.49999", ("/data/shares/0/percent", "SHARE", "form")),
    (SHARE, ("data", "shares", 0, "percent"), 62.5, ("/data/shares/0/percent", "SHARE", "form")),
    (SHARE, ("data", "shares", 0, "percent"), "0", ("/data/shares/0/percent", "SHARE", "form")),
    (SHARE, ("data", "shares", 1, "party_id"), "jane", ("/data/shares/1/party_id", "SHARE", "form")),
    (SHARE, ("data", "shares"), [], ("/data/shares", "SHARE", "form")),
    (SHARE, ("data", "until"), "2026-01-31", ("/data/until", None, "form")),
    ("coordination_recorded", ("data", "with"), ["a b"], ("/data/with/0", None, "form")),
    ("account_opened", ("data", "attributes"), {"a b": 1}, ("/data/attributes/a b", None, "form")),
    ("account_opened", ("data", "parent_account_id"), "acme", ("/data/parent_account_id", None, "form")),
    ("opportunity_opened", ("data", "probability"), 100, ("/data/probability", "SHEET", "form")),
    ("opportunity_plan_adopted", ("data", "plan_ref"), REMOVED, ("/data", None, "form")),
    ("party_registered", ("account_id",), "acme", ("/account_id", None, "form")),
    ("dispute_opened", ("data", "subject"), {"line": ""}, ("/data/subject/line", None, "form")),
]


@pytest.mark.parametrize(("event_type", "place", "value", "told"), CASES)
def test_one_problem(event_type: str, place: Place, value: Any, told: Told) -> None:
    """One thing is wrong: one problem, its place, its rule, and whether the form or the rule refuses."""
    (problem,) = problems_of(changed(event_type, place, value))
    assert (problem.pointer, problem.rule, problem.kind) == ("/events/2" + told[0], *told[1:])
    assert problem.message
    assert is_malformed([problem]) == (told[2] == "form")


WORDS: list[tuple[Any, FieldProblem]] = [
    ({}, FieldProblem("/events/2/type", "is missing")),
    ({"type": "nope"}, FieldProblem("/events/2/type", "there is no event of type 'nope'")),
    ([], FieldProblem("/events/2", "must be an object")),
    ("x", FieldProblem("/events/2", "must be an object")),
    (
        changed("business_lost", ("data", "opportunity_id"), "a b"),
        FieldProblem("/events/2/data/opportunity_id", "must be 1 to 128 characters of letters, digits and -_.:@+"),
    ),
    (
        changed("party_registered", ("data", "tier"), "gold"),
        FieldProblem(
            "/events/2/data/tier",
            "must be 'strategic_solution_provider', 'strategic_channel_partner', 'co_sell' or 'reseller'",
        ),
    ),
    (
        changed("business_lost", ("data", "more"), 1),
        FieldProblem("/events/2/data/more", "is not a field of this event"),
    ),
    (
        changed("business_lost", ("data", "reason"), "x" * 4_001),
        FieldProblem("/events/2/data/reason", "must have at most 4000 characters"),
    ),
    (
        changed(FORECAST, ("data", "lines", 0, "amount"), "1.001"),
        FieldProblem("/events/2/data/lines/0/amount", "has more decimals than USD has"),
    ),
]


@pytest.mark.parametrize(("raw", "problem"), WORDS)
def test_words(raw: Any, problem: FieldProblem) -> None:
    """Said plainly, without the names of our validators."""
    assert problems_of(raw) == [problem]


def test_everything_wrong_is_told_at_once() -> None:
    """In the order of the fields, up to a limit; a list isn't also called too short for its bad items."""
    raw = changed(FORECAST, ("data", "lines"), [{"line": "a", "amount": "0"}])
    raw["data"]["currency"] = "dollars"
    assert [one.pointer for one in problems_of(raw)] == ["/events/2/data/currency", "/events/2/data/lines/0/amount"]
    assert len(problems_of(changed(FORECAST, ("data", "lines"), [{}] * 300))) == MOST_PROBLEMS


def test_a_very_long_type_is_cut() -> None:
    """What a client sends isn't sent back to it at length."""
    (problem,) = problems_of({"type": "x" * 100_000})
    assert len(problem.message) < 200


def test_pointers_escape_what_rfc_6901_says() -> None:
    """A tilde is ~0 and a slash ~1; numbers are list positions."""
    assert pointer_to(("a/b", 0, "m~n"), "/events/1") == "/events/1/a~1b/0/m~0n"
