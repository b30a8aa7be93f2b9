"""Opportunities over HTTP: the list, the sheet, its history, the stages, and what may not be written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.http.server import Api
from tests.api.http.story import account, appointment, beginning, event, forecast, opportunity

SHEET = "/v1/opportunities/opp-1"


def revised(on: str = "2026-02-01", opportunity_id: str = "opp-1", account_id: str = "acme", **fields: Any) -> Any:
    """Fields get other values."""
    return event("opportunity_revised", account_id, on, opportunity_id=opportunity_id, **fields)


def stated(**more: Any) -> Any:
    """An outcome of 25 units by the end of March."""
    criteria = [
        {"criterion": "units", "kind": "quantity", "target": "25", "unit": "workstations"},
        {"criterion": "order", "kind": "date", "by": "2026-03-31"},
    ]
    return event("outcome_stated", opportunity_id="opp-1", says="25 units by March.", criteria=criteria, **more)


def test_opportunities_are_listed_with_what_they_say(api: Api) -> None:
    """By id, page by page, by state, manager, stage, region and account, on the day asked about."""
    api.record(*beginning(), account("bolt"), opportunity(), opportunity("opp-2", "bolt"), opportunity("opp-3"))
    api.record(appointment(), revised(stage="Proposing", region="North", amount="10.00", currency="USD"))
    api.record(event("business_lost", on="2026-03-01", opportunity_id="opp-3", reason="Price."))
    told = api.walk("/v1/opportunities", limit=1)
    assert [one["opportunity_id"] for one in told] == ["opp-1", "opp-2", "opp-3"]
    assert (told[0]["manager"], told[0]["stage"], told[0]["amount"]) == ("jane", "Proposing", "10.00")
    assert (told[2]["state"], told[2]["closed_on"]) == ("lost", "2026-03-01")
    for asked, found in (
        ({"account_id": "bolt"}, ["opp-2"]),
        ({"manager": "jane"}, ["opp-1"]),
        ({"stage": "proposing"}, ["opp-1"]),
        ({"region": "North", "state": "open"}, ["opp-1"]),
        ({"state": "lost"}, ["opp-3"]),
        ({"state": "lost", "on": "2026-02-28"}, []),
        ({"on": "2026-01-04"}, []),
    ):
        assert [one["opportunity_id"] for one in api.walk("/v1/opportunities", limit=1, **asked)] == found


def test_the_sheet_tells_outcome_gate_and_team(api: Api) -> None:
    """With the shortfall in numbers and the day that went by."""
    api.record(*beginning(), opportunity(), appointment(), stated(), revised(stage="Qualified", pain="Late nights."))
    api.record(
        event("outcome_measured", on="2026-02-20", opportunity_id="opp-1", criterion="units", value="20"),
        event("team_member_joined", on="2026-02-01", opportunity_id="opp-1", party_id="north", role="engineer"),
    )
    told = api.ask(SHEET, on="2026-03-01")
    assert (told["pain"], told["gate"], told["buying_stage"]) == ("Late nights.", "open", "Defining a solution")
    assert [(one["criterion"], one["short"], one["unit"]) for one in told["shortfalls"]] == [
        ("units", "5", "workstations")
    ]
    assert told["outcome"]["criteria"][0]["shortfall"]["measured"] == "20"
    assert [(one["party_id"], one["role"], one["until"]) for one in told["team"]] == [("north", "engineer", None)]
    late = api.ask(SHEET, on="2026-04-01")
    assert [(one["criterion"], one["short"]) for one in late["shortfalls"]] == [("units", "5"), ("order", None)]
    decided = event(
        "gate_decided", on="2026-03-02", opportunity_id="opp-1", stage="qualified", decision="go", decided_by="jane"
    )
    api.record(decided)
    assert api.ask(SHEET, on="2026-03-02")["gate"] == "go"
    api.record(revised("2026-03-03", stage="Proposing"))
    assert api.ask(SHEET, on="2026-03-03")["gate"] == "open"


def test_the_history_tells_who_when_before_and_after(api: Api) -> None:
    """On both clocks, field by field, and as known then."""
    api.record(*beginning(), opportunity(), revised("2026-02-01", stage="Qualified"))
    position = api.position()
    api.record(revised("2026-01-20", stage="Engaging"), forecast(on="2026-02-02"))
    told = api.walk(f"{SHEET}/history", field="stage", limit=1)
    assert [(one["effective_on"], one["before"], one["after"]) for one in told] == [
        ("2026-01-20", None, "Engaging"),
        ("2026-02-01", "Engaging", "Qualified"),
    ]
    assert told[0]["position"] > told[1]["position"]
    assert told[0]["actor"].startswith("admin")
    before = api.walk(f"{SHEET}/history", field="stage", known_at=position)
    assert [(one["before"], one["after"]) for one in before] == [(None, "Qualified")]
    assert {one["field"] for one in api.walk(f"{SHEET}/history")} == {
        *("name", "state", "stage", "amount", "currency", "expected_close_on"),
    }


def test_a_name_belongs_to_one_opportunity(api: Api) -> None:
    """On whichever account; capitals and gaps make no other name; its own may be taken again, and corrected."""
    api.record(*beginning(), account("bolt"), opportunity())
    for taken in (
        event("opportunity_opened", "bolt", opportunity_id="opp-2", name="the  OPP-1"),
        event("opportunity_opened", "acme", opportunity_id="opp-2", name="The opp-1"),
    ):
        answer = api.send(taken)
        assert (answer.status_code, answer.json()["rule"]) == (409, "SHEET")
        assert answer.json()["errors"][0]["pointer"] == "/events/0/data/name"
    together = (opportunity("opp-4", "bolt"), event("opportunity_opened", opportunity_id="opp-5", name="The opp-4"))
    assert api.send(*together).status_code == 409
    assert api.get("/v1/opportunities/opp-4").status_code == 404
    api.record(revised(name="Another"), revised("2026-02-02", name="The opp-1"))
    answer = api.send(event("opportunity_opened", "bolt", opportunity_id="opp-2", name="Another"))
    assert answer.status_code == 409
    renamed = api.record(opportunity("opp-3"))["events"][0]["event_id"]
    api.record(event("event_retracted", on="2026-01-05", event_id=renamed, reason="A mistake."))
    api.record(event("opportunity_opened", "bolt", opportunity_id="opp-3", name="The opp-3"))


@pytest.mark.parametrize(
    ("sent", "rule", "status", "pointer"),
    [
        (revised(probability=100), "SHEET", 422, "/events/0/data/probability"),
        (revised(probability=101), "SHEET", 422, "/events/0/data/probability"),
        (revised(stage="Dreaming"), "SHEET", 422, "/events/0/data/stage"),
        (revised(expected_close_on="2026-01-04"), "SHEET", 409, "/events/0/data/expected_close_on"),
        (revised(capabilities=["a", "b", "c", "d"]), "SHEET", 422, "/events/0/data/capabilities"),
        (revised(), "SHEET", 422, "/events/0/data"),
        (revised(name=None), "SHEET", 422, "/events/0/data/name"),
        (forecast(probability=100), "SHEET", 409, "/events/0/data/probability"),
        (
            event("outcome_stated", opportunity_id="opp-1", says="Soon.", criteria=[]),
            "OUTCOME",
            422,
            "/events/0/data/criteria",
        ),
        (
            event("outcome_measured", opportunity_id="opp-1", criterion="units", value="1"),
            "OUTCOME",
            422,
            "/events/0/data/criterion",
        ),
        (
            event("team_member_left", opportunity_id="opp-1", party_id="jane"),
            "TEAM",
            409,
            "/events/0/data/party_id",
        ),
        (
            event("gate_decided", opportunity_id="opp-1", stage="Engaging", decision="go", decided_by="jane"),
            "SELECT",
            422,
            "/events/0/data/stage",
        ),
    ],
)
def test_what_a_sheet_may_not_say(api: Api, sent: dict[str, Any], rule: str, status: int, pointer: str) -> None:
    """Refused with the rule and the place, and nothing is recorded."""
    api.record(*beginning(), opportunity())
    position = api.position()
    answer = api.send(sent)
    told = answer.json()
    assert (answer.status_code, told["errors"][0]["rule"], told["errors"][0]["pointer"]) == (status, rule, pointer)
    assert told["rule"] == rule
    assert api.position() == position


def test_stages_are_those_of_the_day(api: Api) -> None:
    """The default ones until others are configured; a configuration taken back never was."""
    assert [one["stage"] for one in api.ask("/v1/stages")["items"]][:2] == ["Prospecting", "Engaging"]
    stages = [{"stage": "First", "probability": 30}, {"stage": "Last", "gate": True}]
    configured = event("sales_stages_configured", None, "2026-02-01", stages=stages, reason="Two are enough.")
    made = api.record(*beginning(), opportunity(), configured)["events"][-1]["event_id"]
    told = api.ask("/v1/stages", on="2026-02-01")
    assert ([one["stage"] for one in told["items"]], told["since"]) == (["First", "Last"], "2026-02-01")
    assert api.ask("/v1/stages", on="2026-01-31")["since"] is None
    api.record(revised("2026-02-01", stage="first"), revised("2026-01-31", stage="Proposing"))
    assert api.send(revised("2026-02-01", stage="Proposing")).status_code == 422
    gone = event("event_retracted", None, "2026-02-02", event_id=made, reason="No.")
    api.record(gone, revised("2026-02-01", stage="Proposing"))
    assert api.ask("/v1/stages", on="2026-02-01")["since"] is None


def test_an_opportunity_that_is_not_there(api: Api) -> None:
    """404; also before its opening and for a position before it was known."""
    api.record(*beginning())
    position = api.position()
    api.record(opportunity())
    for asked in ({"on": "2026-01-04"}, {"known_at": position}):
        assert api.get(SHEET, **asked).status_code == 404
    assert api.get("/v1/opportunities/opp-9").status_code == 404
    assert api.get("/v1/opportunities", manager="nobody").status_code == 404
