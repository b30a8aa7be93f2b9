"""Bad input through HTTP: each fault gets its problem, names the place, and leaves nothing behind."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.http.server import Api
from tests.api.http.story import appointment, beginning, claim, event, evidence, forecast, opportunity, party

PLACED = [
    pytest.param(forecast() | {"colour": "red"}, 422, "/events/0/colour", None, id="unknown field of the envelope"),
    pytest.param(forecast(colour="red"), 422, "/events/0/data/colour", None, id="unknown field of the data"),
    pytest.param(event("forecast_guessed"), 422, "/events/0/type", None, id="unknown type"),
    pytest.param({"account_id": "acme", "data": {}}, 422, "/events/0/type", None, id="no type"),
    pytest.param(forecast(on="2026-02-30"), 422, "/events/0/effective_on", None, id="a date the calendar lacks"),
    pytest.param(forecast(on="10.01.2026"), 422, "/events/0/effective_on", None, id="a date of another form"),
    pytest.param(
        forecast(("gtx-pro", "48210.001")),
        422,
        "/events/0/data/lines/0/amount",
        None,
        id="more decimals than the currency has",
    ),
    pytest.param(
        forecast(("gtx-pro", "100.5"), currency="JPY"),
        422,
        "/events/0/data/lines/0/amount",
        None,
        id="decimals of a currency without",
    ),
    pytest.param(
        forecast(lines=[{"line": "gtx-pro", "amount": 48210.0}]),
        422,
        "/events/0/data/lines/0/amount",
        None,
        id="an amount as a number",
    ),
    pytest.param(forecast(account_id="nobody"), 422, "/events/0/account_id", None, id="unknown account"),
    pytest.param(
        forecast(opportunity_id="opp-9"), 422, "/events/0/data/opportunity_id", None, id="unknown opportunity"
    ),
    pytest.param(
        event("engagement_recorded", opportunity_id="opp-1", party_id="nobody", activity="Visit"),
        422,
        "/events/0/data/party_id",
        None,
        id="unknown party",
    ),
    pytest.param(
        event("event_retracted", None, event_id=str(uuid4()), reason="x"),
        422,
        "/events/0/data/event_id",
        None,
        id="unknown event",
    ),
    pytest.param(appointment("north"), 409, "/events/0/data/party_id", "OM-ONE", id="a second opportunity manager"),
    pytest.param(
        forecast(expected_award_on=None), 422, "/events/0/data/expected_award_on", "OM-TIMED", id="open-ended forecast"
    ),
    pytest.param(forecast(lines=[]), 422, "/events/0/data/lines", "OM-TIMED", id="forecast without lines"),
    pytest.param(
        forecast(("gtx-pro", "0.00")), 422, "/events/0/data/lines/0/amount", "OM-TIMED", id="forecast of nothing"
    ),
    pytest.param(
        appointment(skills=False), 409, "/events/0/data/skills", "OM-QUALIFIED", id="a manager without skills"
    ),
    pytest.param(
        event(
            "revenue_share_proposed",
            opportunity_id="opp-1",
            agreement_id="share-1",
            proposed_by="jane",
            shares=[{"party_id": "jane", "percent": "60"}, {"party_id": "north", "percent": "39.9999"}],
            **{"from": "2026-02-01"},
        ),
        409,
        "/events/0/data/shares",
        "SHARE",
        id="shares that are not 100",
    ),
    pytest.param(
        event("major_account_manager_appointed", party_id="jane"),
        409,
        None,
        "MAM-MAJOR",
        id="a major account manager of an account that is not major",
    ),
    pytest.param(opportunity(), 409, "/events/0/data/opportunity_id", None, id="an opportunity opened twice"),
    pytest.param(
        event("policy_figure_set", None, figure="luck", value=3, reason="x"),
        422,
        "/events/0/data/figure",
        None,
        id="a figure no rule uses",
    ),
    pytest.param(
        event("rights_lapsed", opportunity_id="opp-1", line="gtx-pro", deadline_on="2026-06-29"),
        403,
        "/events/0/type",
        None,
        id="what only the ledger records",
    ),
    pytest.param(event("account_opened", "a b", name="A"), 422, "/events/0/account_id", None, id="a bad identifier"),
    pytest.param(party("zoë"), 422, "/events/0/data/party_id", None, id="an identifier with an umlaut"),
    pytest.param(
        event("business_lost", opportunity_id="opp-1", reason="a\x00b"),
        422,
        "/events/0/data/reason",
        None,
        id="a control character",
    ),
]


def strip_nothing(sent: dict[str, Any]) -> dict[str, Any]:
    """The event without the members that a test set to None."""
    return {**sent, "data": {name: value for name, value in sent.get("data", {}).items() if value is not None}}


@pytest.mark.parametrize(("sent", "status", "pointer", "rule"), PLACED)
def test_a_fault_is_told_with_its_place_and_leaves_nothing(
    sqlite_api: Api, sent: dict[str, Any], status: int, pointer: str | None, rule: str | None
) -> None:
    """The status, the place in the body, the rule that refuses; the ledger stays as it was."""
    before = sqlite_api.record(*beginning(), *claim())["position"]
    answer = sqlite_api.send(strip_nothing(sent))
    told = answer.json()
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == status
    assert told.get("rule") == rule
    if pointer is not None:
        assert pointer in [one["pointer"] for one in told["errors"]], answer.text
    assert sqlite_api.position() == before


@pytest.mark.parametrize("wrong", ["malformed", "unknown", "refused", "exists"])
def test_one_wrong_event_of_many_refuses_all(api: Api, wrong: str) -> None:
    """The 500th event of a batch is wrong: it is named, and none of the others is recorded."""
    before = api.record(*beginning(), *claim())["position"]
    bad = {
        "malformed": forecast(("gtx-pro", "1.234")),
        "unknown": forecast(account_id="nobody"),
        "refused": appointment("north"),
        "exists": opportunity(),
    }[wrong]
    many = [forecast(("gtx-pro", f"{number + 1}.00")) for number in range(600)]
    many[499] = bad
    answer = api.send(*many)
    assert answer.status_code == (422 if wrong in {"malformed", "unknown"} else 409)
    assert all(one["pointer"].startswith("/events/499/") for one in answer.json()["errors"])
    assert answer.json()["errors"]
    assert api.position() == before
    after = api.record(party("mary"))["position"]
    assert after == before + 1, "a refused batch took positions"


def test_what_a_batch_says_earlier_counts_for_what_comes_later(api: Api) -> None:
    """A batch is judged event by event: a second appointment in the same batch is refused."""
    answer = api.send(*beginning(), *claim(), appointment("north"))
    assert (answer.status_code, answer.json()["rule"]) == (409, "OM-ONE")
    assert api.position() == 0


def test_a_forecast_after_the_lapse_is_refused_by_its_rule(api: Api) -> None:
    """OM-LAPSED: a new claim is a new opportunity."""
    api.record(*beginning(), *claim())
    answer = api.send(forecast(on="2026-06-30"))
    assert (answer.status_code, answer.json()["rule"]) == (409, "OM-LAPSED")
    assert api.send(forecast(on="2026-06-29")).status_code == 201


def test_many_faults_are_told_together(sqlite_api: Api) -> None:
    """Each event's faults are listed, so that all can be mended at once, but no more than a hundred."""
    sqlite_api.record(*beginning())
    answer = sqlite_api.send(forecast(("a", "1.001"), ("b", "2.001")), *[event("nonsense")] * 300)
    pointers = [one["pointer"] for one in answer.json()["errors"]]
    assert {"/events/0/data/lines/0/amount", "/events/1/type"} <= set(pointers)
    assert len(pointers) == 100


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/events"),
        ({"events": []}, "/events"),
        ({"events": {}}, "/events"),
        ({"events": [7]}, "/events/0"),
        ({"events": [party("jane")], "expected": 1}, "/expected"),
        ({"events": [party("jane")], "expected_position": {"acme": -1}}, "/expected_position/acme"),
        ({"events": [party("jane")], "expected_position": {"acme": "1"}}, "/expected_position/acme"),
        ({"events": [party("jane")], "expected_position": 3}, "/expected_position"),
        ([party("jane")], ""),
        (party("jane"), "/events"),
        (None, ""),
    ],
)
def test_a_body_that_is_no_batch_is_refused(sqlite_api: Api, body: Any, pointer: str) -> None:
    """The envelope of a batch is as strict as its events."""
    answer = sqlite_api.client.post("/v1/events", json=body)
    if body is None:
        answer = sqlite_api.client.post("/v1/events", content=b"null", headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert pointer in [one["pointer"] for one in answer.json()["errors"]], answer.text
    assert sqlite_api.position() == 0


def test_evidence_of_another_accounts_opportunity_is_unknown(api: Api) -> None:
    """An opportunity belongs to its account; elsewhere it is not known."""
    api.record(*beginning(), *claim(), event("account_opened", "globex", name="Globex"))
    answer = api.send(*evidence(account_id="globex"))
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/unknown-reference"
