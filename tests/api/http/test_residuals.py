"""Residual revenue over HTTP: from the award to a closed month and its adjustments, and what is refused on the way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.http.server import Api
from tests.api.http.story import beginning, claim, event, party

Sent = dict[str, Any]


def award(contract_id: str = "c-1", opportunity_id: str = "opp-1", **more: Any) -> Sent:
    """The line of the story is awarded under a contract that is renewed each month."""
    said = {
        "currency": "USD",
        "lines": [{"line": "gtx-pro", "amount": "48210.00"}],
        "renewal": {"every_months": 1, "first_on": "2026-01-20"},
        **more,
    }
    return event("business_awarded", on="2026-01-15", opportunity_id=opportunity_id, contract_id=contract_id, **said)


def renewal(month: int, amount: str = "100.00", contract_id: str = "c-1", **more: Any) -> Sent:
    """The contract is renewed for a month from the 20th on."""
    said = {
        "period_from": f"2026-{month:02d}-20",
        "period_until": f"2026-{month + 1:02d}-20",
        "currency": "USD",
        "lines": [{"line": "gtx-pro", "amount": amount}],
        **more,
    }
    return event("contract_renewed", on=f"2026-{month:02d}-20", contract_id=contract_id, **said)


def closing(period: str, on: str = "2026-04-02") -> Sent:
    """A month is closed."""
    return event("period_closed", None, on, period=period)


def reassignment(on: str) -> Sent:
    """Sales management reassigns the opportunity to Omar."""
    said = {"to_party_id": "omar", "coverage_goal": "North", "authorized_by": "management"}
    return event("opportunity_reassigned", on=on, opportunity_id="opp-1", **said)


def story(api: Api) -> None:
    """Jane wins a contract, which is renewed in January, February and March."""
    api.record(*beginning(), party("omar"), *claim(), award())
    for month in (1, 2, 3):
        api.record(renewal(month))


def test_a_month_from_open_to_closed_and_adjusted(api: Api) -> None:
    """A closed month stays as it was; the first open month takes over what was learnt since."""
    story(api)
    opened = api.ask("/v1/statements/2026-01")
    api.record(closing("2026-01"))
    closed = api.ask("/v1/statements/2026-01")
    moved = api.record(reassignment("2026-01-16"))
    later = api.ask("/v1/statements/2026-01")
    february = api.ask("/v1/statements/2026-02")

    changing = {"position", "closed", "closed_through"}
    as_it_was = {name: value for name, value in opened.items() if name not in changing}
    assert (opened["closed"], closed["closed"]) == (False, True)
    assert {name: value for name, value in closed.items() if name not in changing} == as_it_was
    assert {name: value for name, value in later.items() if name not in changing} == as_it_was
    assert [(one["party_id"], one["amount"], one["base"]) for one in later["lines"]] == [("jane", "100.00", "100.00")]
    assert [(one["party_id"], one["period"], one["difference"]) for one in february["adjustments"]] == [
        ("jane", "2026-01", "-100.00"),
        ("omar", "2026-01", "100.00"),
    ]
    assert {one["caused_by"][0] for one in february["adjustments"]} == {moved["events"][0]["event_id"]}
    assert [(one["party_id"], one["amount"]) for one in february["totals"]] == [("jane", "-100.00"), ("omar", "200.00")]
    assert february["closed_through"] == "2026-01"


def test_a_move_answers_with_its_impact(api: Api) -> None:
    """Which streams, which months, how much, from whom to whom; a dry run and the event itself tell the same."""
    story(api)
    api.record(closing("2026-02"))
    tried = api.send(reassignment("2026-02-01"), query="?dry_run=true").json()
    told = api.record(reassignment("2026-02-01"))
    event_id = told["events"][0]["event_id"]

    assert [one["after"][-1]["holder"] for one in told["impact"]["streams"]] == ["omar"]
    assert [
        (one["period"], one["closed"], one["party_id"], one["difference"]) for one in told["impact"]["amounts"]
    ] == [
        ("2026-02", True, "jane", "-100.00"),
        ("2026-02", True, "omar", "100.00"),
        ("2026-03", False, "jane", "-100.00"),
        ("2026-03", False, "omar", "100.00"),
    ]
    assert tried["changes"][0]["residuals"] == told["impact"]
    assert api.ask(f"/v1/events/{event_id}/impact") == told["impact"]
    assert "impact" not in api.record(renewal(4))


def test_a_repeated_request_tells_the_same_impact(api: Api) -> None:
    """What is answered under an idempotency key is answered alike for ever."""
    story(api)
    sent = reassignment("2026-02-01")
    first = api.send(sent, headers={"Idempotency-Key": "move"})
    api.record(event("opportunity_reassigned", on="2026-03-01", opportunity_id="opp-1", to_party_id="jane",
                     coverage_goal="Back", authorized_by="management"))  # fmt: skip
    assert api.send(sent, headers={"Idempotency-Key": "move"}).json() == first.json()
    assert first.json()["impact"]["streams"]


@pytest.mark.parametrize(
    ("sent", "status", "rule", "pointer"),
    [
        (renewal(3, "1.00", period_until="2026-05-01"), 409, "RESIDUAL", "/events/0/data/period_from"),
        (renewal(5, "0.00"), 422, "RESIDUAL-EXACT", "/events/0/data/lines/0/amount"),
        (renewal(5, "-1.00"), 422, "RESIDUAL-EXACT", "/events/0/data/lines/0/amount"),
        (renewal(5, "1.001"), 422, None, "/events/0/data/lines/0/amount"),
        (renewal(5, currency="EUR"), 409, "RESIDUAL-EXACT", "/events/0/data/currency"),
        (renewal(5, contract_id="c-9"), 422, None, "/events/0/data/contract_id"),
        (renewal(7), 409, "RESIDUAL", "/events/0/data/period_from"),
        (closing("2026-04"), 409, "PERIOD", "/events/0/data/period"),
        (closing("2026-01"), 409, "PERIOD", "/events/0/data/period"),
        (closing("2026-03"), 409, "PERIOD", "/events/0/data/period"),
        (closing("2026-13"), 422, None, "/events/0/data/period"),
    ],
)
def test_what_is_wrong_is_refused_with_rule_and_place(
    sqlite_api: Api, sent: Sent, status: int, rule: str | None, pointer: str
) -> None:
    """And nothing is recorded."""
    story(sqlite_api)
    sqlite_api.record(
        closing("2026-01"), event("contract_ended", on="2026-07-01", contract_id="c-1", reason="Cancelled")
    )
    before = sqlite_api.position()
    answer = sqlite_api.send(sent)
    told = answer.json()
    assert (answer.status_code, told.get("rule") or told["errors"][0].get("rule")) == (status, rule)
    assert told["errors"][0]["pointer"] == pointer
    assert sqlite_api.position() == before


@pytest.mark.parametrize(
    ("shares", "status"),
    [
        (["66.66", "33.33"], 409),
        (["66.67", "33.34"], 409),
        (["66.66667", "33.33333"], 422),
        (["100", "0"], 422),
    ],
)
def test_shares_that_are_not_the_whole_are_refused(sqlite_api: Api, shares: list[str], status: int) -> None:
    """99.99, 100.01, five decimals, nothing: by SHARE, at their place."""
    story(sqlite_api)
    named = [{"party_id": name, "percent": percent} for name, percent in zip(("jane", "omar"), shares, strict=True)]
    said = {"agreement_id": "s-1", "proposed_by": "jane", "shares": named, "from": "2026-02-01"}
    answer = sqlite_api.send(event("revenue_share_proposed", on="2026-02-01", opportunity_id="opp-1", **said))
    assert answer.status_code == status
    assert {one["rule"] for one in answer.json()["errors"]} == {"SHARE"}
    assert all(one["pointer"].startswith("/events/0/data/shares") for one in answer.json()["errors"])


def test_a_renewal_that_no_one_is_entitled_to_is_listed(sqlite_api: Api) -> None:
    """Of a contract awarded after the lapse, and of one without renewal terms: recorded, and unassigned."""
    late = award("c-2", currency="USD") | {"effective_on": "2026-08-01"}
    sqlite_api.record(*beginning(), *claim(), late)
    sqlite_api.record(renewal(9, contract_id="c-2"))
    told = sqlite_api.ask("/v1/statements/2026-09")
    assert told["lines"] == []
    assert [(one["contract_id"], one["base"], one["left_out"][0]["why"]) for one in told["unassigned"]] == [
        ("c-2", "0.00", "not_won")
    ]
    assert "claim was live" in told["unassigned"][0]["reasons"][0]["says"]


def test_a_walk_through_a_statement(sqlite_api: Api) -> None:
    """Every line and adjustment once, whatever the page; the sums are those of the whole on every page."""
    story(sqlite_api)
    sqlite_api.record(closing("2026-01"), reassignment("2026-01-16"))
    asked: dict[str, Any] = {"from": "2026-01-01", "until": "2026-12-01"}
    whole = sqlite_api.ask("/v1/statements", **asked)
    page = sqlite_api.ask("/v1/statements", **asked, limit=2)
    lines, adjustments = page["lines"], page["adjustments"]
    while page["next"]:
        page = sqlite_api.ask("/v1/statements", **asked, limit=2, after=page["next"])
        lines, adjustments = lines + page["lines"], adjustments + page["adjustments"]
        assert page["totals"] == whole["totals"]
    assert (lines, adjustments) == (whole["lines"], whole["adjustments"])
    assert len(lines) + len(adjustments) == 5


@pytest.mark.parametrize(
    ("path", "parameters", "parameter"),
    [
        ("/v1/statements", {"from": "2026-02-01", "until": "2026-02-01"}, "until"),
        ("/v1/statements", {"from": "2026-02-30"}, "from"),
        ("/v1/statements/2026-00", {}, "period"),
        ("/v1/statements/march", {}, "period"),
        ("/v1/residuals/expected", {"until": "2026-04-02"}, "until"),
        ("/v1/residuals/expected", {}, "until"),
        ("/v1/residuals", {"include_ended": "yes"}, "include_ended"),
    ],
)
def test_what_cannot_be_asked_is_named(sqlite_api: Api, path: str, parameters: dict[str, str], parameter: str) -> None:
    """A range without a day, a month that is none, an end before the beginning."""
    answer = sqlite_api.get(path, **parameters)
    assert answer.status_code == 422
    assert [one["parameter"] for one in answer.json()["errors"]] == [parameter]


def test_streams_on_a_day_with_title_split_and_next_renewal(api: Api) -> None:
    """A contract's stream with its chain of title; once the contract has ended only if that is asked for."""
    story(api)
    api.record(reassignment("2026-03-01"), event("contract_ended", on="2026-06-01", contract_id="c-1", reason="Over"))
    (stream,) = api.walk("/v1/residuals", account_id="acme")
    assert (stream["holder"], stream["state"], stream["next_renewal_on"]) == ("omar", "running", "2026-04-20")
    assert [(one["holder"], one["from"], one["until"]) for one in stream["title"]] == [
        ("jane", "2026-01-15", "2026-03-01"),
        ("omar", "2026-03-01", "2026-06-01"),
    ]
    assert stream["split"] == [{"party_id": "omar", "percent": "100"}]
    assert api.walk("/v1/residuals", on="2026-07-01") == []
    assert [one["state"] for one in api.walk("/v1/residuals", on="2026-07-01", include_ended="true")] == ["ended"]
    assert [one["due_on"] for one in api.walk("/v1/residuals/expected", until="2027-01-01", limit=1)] == [
        "2026-04-20",
        "2026-05-20",
    ]
    held = [(one["kind"], one["holder"]) for one in api.walk("/v1/parties/omar/rights")]
    assert ("residual", "omar") in held
