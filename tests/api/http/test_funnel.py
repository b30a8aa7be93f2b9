"""The funnel and what deserves attention over HTTP, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.http.server import Api
from tests.api.http.story import appointment, award, beginning, claim, event, party

Sent = dict[str, Any]


def revised(on: str, opportunity_id: str = "opp-1", **fields: Any) -> Sent:
    """Fields of a sheet get other values."""
    return event("opportunity_revised", on=on, opportunity_id=opportunity_id, **fields)


def story(api: Api) -> None:
    """Jane's opportunity in Proposing, worth 48,210.00 USD at 60 %; another one, just opened; all before 2 April."""
    api.record(*beginning(), party("omar"), *claim(), revised("2026-02-01", stage="Proposing", probability=60))
    opened = {"opportunity_id": "opp-2", "name": "Spares", "amount": "9.50", "currency": "EUR", "region": "North"}
    api.record(event("opportunity_opened", on="2026-03-25", stage="Qualified", **opened), appointment("omar", "opp-2"))


def test_the_funnel_of_a_day(api: Api) -> None:
    """Stage by stage, each currency for itself, with what lacks a probability."""
    story(api)
    told = api.ask("/v1/funnel", on="2026-04-02", by="region")
    dollars = {"currency": "USD", "count": 1, "amount": "48210.00", "weighted": "28926.00", "unweighted": 0}
    euros = {"currency": "EUR", "count": 1, "amount": "9.50", "weighted": "0.00", "unweighted": 1}
    assert (told["count"], told["values"]) == (2, [euros, dollars])
    filled = {one["stage"]: one["values"] for one in told["stages"] if one["count"]}
    assert filled == {"Qualified": [euros], "Proposing": [dollars]}
    assert [(one["key"], one["count"]) for one in told["groups"]] == [("North", 1), (None, 1)]
    assert api.ask("/v1/funnel", on="2026-04-02", by="stage")["groups"] == []
    assert api.ask("/v1/funnel", on="2026-04-02", manager="omar")["values"] == [euros]
    assert api.ask("/v1/funnel", on="2026-04-02", closing_from="2026-03-31", closing_until="2026-04-01")["count"] == 1
    assert api.ask("/v1/funnel", on="2026-04-02", closing_until="2026-03-31")["count"] == 0


def test_the_funnel_as_it_was_known(api: Api) -> None:
    """What is learnt later changes the answer of today about then, and not the answer given then."""
    story(api)
    then = api.ask("/v1/funnel", on="2026-03-31")
    api.record(event("business_lost", on="2026-03-20", opportunity_id="opp-1", reason="price"))
    assert api.ask("/v1/funnel", on="2026-03-31", known_at=then["position"]) == then
    assert (then["count"], api.ask("/v1/funnel", on="2026-03-31")["count"]) == (2, 1)


def test_the_progress_of_a_period(api: Api) -> None:
    """What came, moved and left; by default that of the month of the day."""
    story(api)
    api.record(revised("2026-03-10", stage="Negotiating"), revised("2026-03-11", expected_close_on="2026-04-10"))
    told = api.ask("/v1/funnel/progress", on="2026-03-20")
    assert (told["from"], told["until"]) == ("2026-03-01", "2026-04-01")
    assert (told["open_before"], told["entered"]["count"], told["open_at_end"]) == (1, 1, 2)
    assert told["moves"] == [{"from_stage": "Proposing", "to_stage": "Negotiating", "count": 1}]
    assert told["closes_put_off"] == {"times": 1, "opportunities": 1, "days": 10}
    stages = {one["stage"]: one for one in told["stages"]}
    assert stages["Proposing"]["conversion"] == "100.0"
    assert stages["Proposing"]["stays"] == {
        "count": 1, "average_days": "37.0", "median_days": "37.0", "longest_days": 37
    }  # fmt: skip
    assert stages["Negotiating"]["now"]["longest_days"] == 21
    known = told["position"]
    api.record(event("business_lost", on="2026-03-30", opportunity_id="opp-1", reason="price"))
    later = {"from": "2026-03-01", "until": "2026-04-01"}
    assert api.ask("/v1/funnel/progress", **later, known_at=known) == told
    assert api.ask("/v1/funnel/progress", **later)["lost"] == {
        "count": 1, "without_amount": 0, "amounts": [{"currency": "USD", "amount": "48210.00"}]
    }  # fmt: skip


def test_what_deserves_attention(api: Api) -> None:
    """Exceptions first; each reason with its rule, its figure and a sentence with days and numbers."""
    story(api)
    told = api.walk("/v1/attention", on="2026-04-02", limit=1)
    assert [(one["opportunity_id"], one["exception"]) for one in told] == [("opp-1", True), ("opp-2", False)]
    first, second = told
    reasons = {one["reason"]: one for one in first["reasons"]}
    assert list(reasons) == ["close_overdue", "stale_engagement", "stale_coordination", "at_gate", "not_moving"]
    assert reasons["not_moving"] | {"clause": ""} == {
        "reason": "not_moving",
        "exception": False,
        "rule": "SELECT",
        "clause": "",
        "says": "In Proposing for 60 days, since 1 February 2026; not moving after 45.",
        "event_ids": [],
        "since": "2026-02-01",
        "days": 60,
        "figure": {"figure": "not_moving_days", "value": 45, "since": None},
        "shortfall": None,
    }
    assert (first["manager"], first["amount"], first["days_in_stage"]) == ("jane", "48210.00", 60)
    assert [one["reason"] for one in second["reasons"]] == ["at_gate", "new"]
    assert api.ask("/v1/attention", on="2026-04-02", reason="new")["items"][0]["opportunity_id"] == "opp-2"
    assert api.ask("/v1/attention", on="2026-04-02", team="omar")["items"] == [second]


def test_only_what_is_off(api: Api) -> None:
    """A shortfall in numbers, with the measurement that shows it; the same as known before is not there."""
    story(api)
    criteria = [
        {"criterion": "units", "kind": "quantity", "target": "25", "unit": "workstations"},
        {"criterion": "order", "kind": "date", "by": "2026-06-30"},
    ]
    api.record(event("outcome_stated", on="2026-03-26", opportunity_id="opp-2", says="25 by June.", criteria=criteria))
    known = api.position()
    said = {"opportunity_id": "opp-2", "criterion": "units", "value": "20"}
    event_id = api.record(event("outcome_measured", on="2026-03-27", **said))["events"][0]["event_id"]
    told = api.ask("/v1/exceptions", on="2026-04-02", manager="omar")["items"]
    assert [[one["says"] for one in item["reasons"]] for item in told] == [
        ["units: 20 workstations instead of 25, short by 5 workstations."]
    ]
    (miss,) = told[0]["reasons"]
    assert (miss["rule"], miss["event_ids"], miss["shortfall"]["short"]) == ("OUTCOME", [event_id], "5")
    assert api.ask("/v1/exceptions", on="2026-04-02", manager="omar", known_at=known)["items"] == []
    assert {one["opportunity_id"] for one in api.walk("/v1/exceptions", on="2026-04-02")} == {"opp-1", "opp-2"}


def test_what_is_won_and_falls_short_is_off(api: Api) -> None:
    """With the shortfall in numbers and the measurement, on both clocks; until the outcome is reached."""
    story(api)
    criteria = [
        {"criterion": "units", "kind": "quantity", "target": "25", "unit": "workstations"},
        {"criterion": "order", "kind": "date", "by": "2026-06-30"},
    ]
    stated = event("outcome_stated", on="2026-02-02", opportunity_id="opp-1", says="25 by June.", criteria=criteria)
    api.record(stated, award("2026-03-20"))
    known = api.position()
    said = {"opportunity_id": "opp-1", "criterion": "units"}
    measured = event("outcome_measured", on="2026-05-04", **said, value="20")
    event_id = api.record(measured, event("outcome_measured", on="2026-09-01", **said, value="26"))["events"][0][
        "event_id"
    ]
    for path in ("/v1/exceptions", "/v1/attention"):
        (told,) = api.ask(path, on="2026-08-31", manager="jane")["items"]
        (miss,) = told["reasons"]
        assert (told["opportunity_id"], told["state"], told["exception"]) == ("opp-1", "won", True)
        assert miss["says"] == "units: 20 workstations instead of 25, short by 5 workstations."
        assert (miss["rule"], miss["event_ids"], miss["shortfall"]["short"]) == ("OUTCOME", [event_id], "5")
        for asked in ({"on": "2026-05-03"}, {"on": "2026-09-01"}, {"on": "2026-08-31", "known_at": known}):
            assert api.ask(path, manager="jane", **asked)["items"] == []
    every = api.walk("/v1/exceptions", on="2026-08-31", limit=1)
    assert [one["opportunity_id"] for one in every] == ["opp-1", "opp-2"]


@pytest.mark.parametrize(
    ("path", "asked", "status", "parameter"),
    [
        ("/v1/funnel", {"by": "moon"}, 422, "by"),
        ("/v1/funnel", {"manager": "nobody"}, 404, None),
        ("/v1/funnel", {"closing_from": "2026-04-01", "closing_until": "2026-04-01"}, 422, "closing_until"),
        ("/v1/funnel", {"known_at": 999}, 422, None),
        ("/v1/funnel/progress", {"from": "2026-04-01", "until": "2026-04-01"}, 422, "until"),
        ("/v1/funnel/progress", {"account_id": "nowhere"}, 404, None),
        ("/v1/attention", {"reason": "boredom"}, 422, "reason"),
        ("/v1/attention", {"team": "nobody"}, 404, None),
        ("/v1/attention", {"after": "moon"}, 422, "after"),
        ("/v1/exceptions", {"reason": "new"}, 422, "reason"),
        ("/v1/exceptions", {"account_id": "nowhere"}, 404, None),
    ],
)
def test_what_cannot_be_answered(sqlite_api: Api, path: str, asked: Sent, status: int, parameter: str | None) -> None:
    """Each with the parameter that is wrong."""
    sqlite_api.record(*beginning())
    answer = sqlite_api.get(path, **asked)
    assert answer.status_code == status, answer.text
    if parameter is not None:
        assert answer.json()["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize("path", ["/v1/funnel", "/v1/funnel/progress", "/v1/attention", "/v1/exceptions"])
def test_it_is_for_insiders(sqlite_api: Api, path: str) -> None:
    """A partner gets none of it, a seller all."""
    sqlite_api.record(*beginning())
    for role, party_id, status in (("partner", "north", 403), ("seller", "jane", 200)):
        headers = sqlite_api.headers(role, party_id)  # type: ignore[arg-type]
        assert sqlite_api.client.get(path, headers=headers).status_code == status
