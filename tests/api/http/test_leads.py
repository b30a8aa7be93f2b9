"""Leads over HTTP: recorded in one batch, listed, shown, counted; and what is refused, with which status and where."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.http.server import Api
from tests.api.http.story import account, beginning, event, opportunity

LEAD = "/v1/leads/lead-7"


def step(kind: str, on: str = "2026-01-10", lead_id: str = "lead-7", at: str | None = None, **data: Any) -> Any:
    """A fact on a lead."""
    return event(f"lead_{kind}", at, on, lead_id=lead_id, **data)


def captured(lead_id: str = "lead-7", **more: Any) -> Any:
    """A lead is captured, with much that is known about it."""
    known = {
        "name": "Ada Verne", "organisation": "Acme", "source": "Trade fair", "captured_by": "jane",
        "lines": ["gtx-pro"], "amount": "480.00", "currency": "USD", "expected_close_on": "2026-06-30",
        "attributes": {"seats": 20},
    }  # fmt: skip
    return step("captured", lead_id=lead_id, **{**known, **more})


def converted(on: str = "2026-02-01", lead_id: str = "lead-7", at: str = "acme", into: str = "opp-1") -> Any:
    """A lead is converted."""
    return event("lead_converted", at, on, lead_id=lead_id, opportunity_id=into)


def test_a_lead_from_the_list_to_the_opportunity_in_one_request(api: Api) -> None:
    """Captured, answered, assigned, worked, qualified, converted on an account opened with it: everything is shown."""
    told = api.record(
        *beginning(),
        captured(),
        step("responded", "2026-01-12", response="Asks for prices.", campaign="Spring", phone="+1"),
        step("assigned", "2026-01-13", party_id="north"),
        step("worked", "2026-01-14", party_id="north", activity="Called."),
        step("qualified", "2026-01-20", qualified_by="north", criteria=["has a budget"]),
        account("verne", "2026-02-01"),
        opportunity("opp-1", "verne", "2026-02-01"),
        converted(at="verne"),
    )
    ids = [one["event_id"] for one in told["events"]]
    found = api.ask(LEAD)
    assert {name: found[name] for name in ("state", "since", "responsible", "account_id", "opportunity_id")} == {
        "state": "converted",
        "since": "2026-02-01",
        "responsible": None,
        "account_id": "verne",
        "opportunity_id": "opp-1",
    }
    assert [(one["state"], one["responsible"], one["from"], one["until"]) for one in found["steps"]] == [
        ("captured", "jane", "2026-01-10", "2026-01-12"),
        ("responded", "jane", "2026-01-12", "2026-01-13"),
        ("responded", "north", "2026-01-13", "2026-01-14"),
        ("worked", "north", "2026-01-14", "2026-01-20"),
        ("qualified", "north", "2026-01-20", "2026-02-01"),
        ("converted", None, "2026-02-01", None),
    ]
    known = found["carried_over"]
    assert (known["name"], known["phone"], known["amount"], known["currency"]) == ("Ada Verne", "+1", "480.00", "USD")
    assert (known["lines"], known["attributes"], known["criteria"]) == (["gtx-pro"], {"seats": 20}, ["has a budget"])
    assert [(one["says"], one["campaign"]) for one in known["responses"]] == [("Asks for prices.", "Spring")]
    assert [(one["party_id"], one["activity"]) for one in known["activities"]] == [("north", "Called.")]
    assert (found["judgement"]["event_id"], found["judgement"]["party_id"]) == (ids[7], "north")
    assert (found["conversion"]["event_id"], found["conversion"]["account_id"]) == (ids[10], "verne")
    assert [one["event_id"] for one in found["events"]] == [*ids[3:8], ids[10]]
    assert api.ask("/v1/opportunities/opp-1")["lead"] == {"lead_id": "lead-7", **known}
    assert api.ask("/v1/opportunities/opp-1", known_at=10)["lead"] is None
    assert api.ask(LEAD, on="2026-01-13", known_at=5) | {"events": [], "steps": []} == {
        **api.ask(LEAD, on="2026-01-12", known_at=5), "on": "2026-01-13", "events": [], "steps": []
    }  # fmt: skip
    assert api.ask("/v1/accounts/verne/rights", on="2026-02-01")["items"] == []


def test_leads_are_listed_page_by_page(api: Api) -> None:
    """In the order of their recording, as they stand on the day, narrowed by what is asked."""
    api.record(*beginning(), captured(), captured("lead-8", source="Web", captured_by=None), captured("lead-9"))
    api.record(step("responded", lead_id="lead-8", campaign="Spring mailing"), step("qualified", lead_id="lead-9"))
    told = api.walk("/v1/leads", limit=1)
    assert [(one["lead_id"], one["state"]) for one in told] == [
        ("lead-7", "captured"), ("lead-8", "responded"), ("lead-9", "qualified")
    ]  # fmt: skip
    assert told[1] == {
        "lead_id": "lead-8",
        "state": "responded",
        "since": "2026-01-10",
        "responsible": None,
        "account_id": None,
        "opportunity_id": None,
        "began_on": "2026-01-10",
        "name": "Ada Verne",
        "organisation": "Acme",
        "source": "Web",
        "campaign": "Spring mailing",
    }
    for asked, expected in (
        ({"state": "qualified"}, ["lead-9"]),
        ({"responsible": "jane"}, ["lead-7", "lead-9"]),
        ({"source": "Web"}, ["lead-8"]),
        ({"campaign": "Spring%20mailing"}, ["lead-8"]),
        ({"account_id": "acme"}, []),
        ({"on": "2026-01-09"}, []),
        ({"known_at": "4"}, ["lead-7"]),
    ):
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        told = api.client.get(f"/v1/leads?{query}").json()
        assert [one["lead_id"] for one in told["items"]] == expected, asked


def test_leads_of_a_merged_account(api: Api) -> None:
    """Are found by the account that took it in, from the day on, as known; and go on with it."""
    api.record(*beginning(), account("verne"), step("captured", at="verne"), step("qualified"))
    merger = event("account_identity_changed", "verne", "2026-02-01", merged_into="acme", reason="One company.")
    known = api.position()
    refused = api.send(opportunity(on="2026-02-01"), converted())
    assert (refused.status_code, refused.json()["rule"]) == (409, "LEAD")
    api.record(merger, opportunity(on="2026-02-01"), converted())
    (found,) = api.ask("/v1/leads", account_id="acme", on="2026-02-01")["items"]
    assert (found["lead_id"], found["state"], found["account_id"]) == ("lead-7", "converted", "verne")
    assert api.ask("/v1/leads", account_id="acme", on="2026-01-31")["items"] == []
    assert api.ask("/v1/leads", account_id="acme", on="2026-02-01", known_at=known)["items"] == []
    assert len(api.ask("/v1/leads", account_id="verne")["items"]) == 1


def test_figures_of_leads(api: Api) -> None:
    """Of those that began in a time: rates are exact text, and each group has its own."""
    api.record(*beginning(), captured(), captured("lead-8", source="Web"), captured("lead-9"))
    api.record(step("responded", "2026-01-15"), step("qualified", "2026-01-20"), opportunity(), converted())
    api.record(step("disqualified", "2026-01-20", "lead-8", reason="A student."))
    told = api.ask("/v1/lead-figures", **{"from": "2026-01-01", "until": "2026-02-01"})
    assert told["all"] == {
        "captured": 3,
        "responded": 1,
        "qualified": 1,
        "disqualified": 1,
        "converted": 1,
        "response_rate": "33.33",
        "conversion_rate": "33.33",
        "average_days": {
            "captured": "7.50", "responded": "5.00", "worked": None, "qualified": "12.00", "disqualified": None
        },
    }  # fmt: skip
    assert [(one["source"], one["captured"], one["conversion_rate"]) for one in told["by_source"]] == [
        ("Trade fair", 2, "50.00"), ("Web", 1, "0.00")
    ]  # fmt: skip
    assert [one["responsible"] for one in told["by_responsible"]] == ["jane"]
    assert api.ask("/v1/lead-figures", on="2026-01-31")["all"]["converted"] == 0
    assert api.ask("/v1/lead-figures", **{"from": "2026-02-01"})["all"]["captured"] == 0
    assert api.ask("/v1/lead-figures", known_at=4)["all"]["captured"] == 1


def test_a_lead_may_have_any_id(sqlite_api: Api) -> None:
    """No other path stands where leads do."""
    sqlite_api.record(*beginning(), captured("figures"))
    assert sqlite_api.ask("/v1/leads/figures")["lead_id"] == "figures"
    assert sqlite_api.ask("/v1/lead-figures")["all"]["captured"] == 1


@pytest.mark.parametrize(
    ("sent", "status", "rule", "pointer"),
    [
        ([opportunity("opp-2"), converted("2026-02-01", "lead-8", into="opp-2")], 409, "LEAD",
         "/events/1/data/lead_id"),
        ([converted("2026-02-02")], 409, "LEAD", "/events/0/data/lead_id"),
        ([step("qualified", "2026-02-02")], 409, "LEAD", "/events/0/data/lead_id"),
        ([step("worked", "2026-02-02", party_id="jane", activity="x")], 409, "LEAD", "/events/0/data/lead_id"),
        ([step("assigned", "2026-02-02", party_id="jane")], 409, "LEAD", "/events/0/data/lead_id"),
        ([step("disqualified", lead_id="lead-8")], 409, "LEAD", "/events/0/data/reason"),
        ([step("worked", at="verne", party_id="jane", activity="x")], 409, "LEAD", "/events/0/account_id"),
        ([step("qualified", lead_id="nobody")], 422, None, "/events/0/data/lead_id"),
        ([step("assigned", lead_id="lead-8", party_id="nobody")], 422, None, "/events/0/data/party_id"),
        ([step("worked", lead_id="lead-8", party_id="jane")], 422, None, "/events/0/data/activity"),
        ([step("qualified", lead_id="lead-8"), converted(lead_id="lead-8", into="opp-9")], 422, None,
         "/events/1/data/opportunity_id"),
        ([step("qualified", lead_id="lead-8"), converted(lead_id="lead-8", at="verne")], 422, None,
         "/events/1/data/opportunity_id"),
        ([captured("lead-9", currency=None)], 422, None, "/events/0/data/currency"),
        ([captured("lead-9", colour="red")], 422, None, "/events/0/data/colour"),
    ],
)  # fmt: skip
def test_what_is_refused(sent: list[Any], status: int, rule: str | None, pointer: str, sqlite_api: Api) -> None:
    """By LEAD with 409, what is unknown or malformed with 422; always with the place, also when it is only tried."""
    sqlite_api.record(*beginning(), account("verne"), captured(), captured("lead-8"))
    sqlite_api.record(step("qualified", "2026-01-20"), opportunity(), converted())
    before = sqlite_api.position()
    for query in ("", "?dry_run=true"):
        answer = sqlite_api.send(*sent, query=query)
        assert (answer.status_code, answer.json().get("rule")) == (status, rule), answer.text
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert sqlite_api.position() == before


def test_a_qualification_may_leave_its_criteria_out(sqlite_api: Api) -> None:
    """The smallest of everything is taken in."""
    sqlite_api.record(*beginning(), step("captured"), step("qualified"), opportunity(), converted())
    assert sqlite_api.ask(LEAD)["carried_over"]["criteria"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/leads/lead-9", 404),
        (f"{LEAD}?on=2026-01-09", 404),
        (f"{LEAD}?known_at=3", 404),
        (f"{LEAD}?known_at=99", 422),
        ("/v1/leads?state=lost", 422),
        ("/v1/leads?account_id=nowhere", 404),
        ("/v1/leads?responsible=nobody", 404),
        ("/v1/leads?after=x", 422),
        ("/v1/leads?colour=red", 422),
        ("/v1/lead-figures?from=2026-02-01&until=2026-02-01", 422),
        ("/v1/lead-figures?from=soon", 422),
    ],
)
def test_what_can_not_be_answered(path: str, status: int, sqlite_api: Api) -> None:
    """A lead that is not there (yet), and questions that make no sense."""
    sqlite_api.record(*beginning(), captured())
    answer = sqlite_api.client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_partners_are_refused_all_the_same(sqlite_api: Api) -> None:
    """Another's lead, and one that is not there: nothing can be told from the answers; figures are for insiders."""
    sqlite_api.record(*beginning(), captured())
    partner = sqlite_api.headers("partner", "north")
    answers = [sqlite_api.client.get(path, headers=partner) for path in (LEAD, "/v1/leads/lead-9")]
    assert [one.status_code for one in answers] == [404] * len(answers)
    assert len({one.json()["detail"] for one in answers}) == 1
    assert sqlite_api.client.get("/v1/leads", headers=partner).json()["items"] == []
    assert sqlite_api.client.get("/v1/leads?responsible=jane", headers=partner).status_code == 403
    assert sqlite_api.client.get("/v1/lead-figures", headers=partner).status_code == 403
    recorded = sqlite_api.send(step("worked", party_id="north", activity="x"), headers=partner)
    assert recorded.status_code == 403


def test_a_seller_works_for_its_own_party(sqlite_api: Api) -> None:
    """Who acts in the event has to be the party that the seller is bound to."""
    sqlite_api.record(*beginning(), captured())
    jane = sqlite_api.headers("seller", "jane")
    assert sqlite_api.send(step("worked", party_id="jane", activity="x"), headers=jane).status_code == 201
    answer = sqlite_api.send(step("worked", party_id="north", activity="x"), headers=jane)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (403, "/events/0/data/party_id")
    given = step("assigned", party_id="north", assigned_by="jane")
    assert sqlite_api.send(given, headers=jane).status_code == 201
