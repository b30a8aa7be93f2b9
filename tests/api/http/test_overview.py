"""The overview of an account: each business with its holder, and what incomplete opportunities lack."""

from __future__ import annotations

from typing import Any

from tests.api.http.server import Api
from tests.api.http.story import appointment, beginning, claim, event, evidence, forecast, opportunity, party


def award(
    opportunity_id: str = "opp-1", contract_id: str = "contract-1", on: str = "2026-03-01", line: str = "gtx-pro"
) -> dict[str, Any]:
    """The line of the story is awarded."""
    lines = [{"line": line, "amount": "48210.00"}]
    return event(
        "business_awarded", on=on, opportunity_id=opportunity_id, contract_id=contract_id, currency="USD", lines=lines
    )


def holders(business: dict[str, Any]) -> list[str]:
    """Who holds it."""
    return [one["holder"] for one in business["held_by"]]


def test_an_account_without_claims(api: Api) -> None:
    """Nobody holds anything, and anybody may call."""
    api.record(*beginning())
    told = api.ask("/v1/accounts/acme/overview")
    assert told["account"]["name"] == "Acme"
    assert holders(told["general"]) == []
    assert {one["rule"] for one in told["general"]["others"].values()} == {"CALL-OPEN"}
    assert (told["lines"], told["renewals"], told["incomplete"]) == ([], [], [])
    assert (told["on"], told["position"]) == ("2026-04-02", api.position())


def test_a_reserved_line_with_those_who_wait_and_those_beside(api: Api) -> None:
    """Its manager until the deadline, the queue behind, and partners and sharers beside."""
    api.record(*beginning(), party("mary"), *claim())
    api.record(*claim("mary", "opp-2"))
    included = {"partner_id": "north", "role": "co_sell", "lines": ["gtx-pro"]}
    api.record(event("partner_included", on="2026-02-01", opportunity_id="opp-1", **included))
    (line,) = api.ask("/v1/accounts/acme/overview")["lines"]
    assert line["line"] == "gtx-pro"
    assert [(one["holder"], one["status"], one["deadline_on"]) for one in line["held_by"]] == [
        ("jane", "in_grace", "2026-06-29")
    ]
    assert [(one["holder"], one["status"]) for one in line["waiting"]] == [("mary", "queued")]
    assert [(one["holder"], one["kind"]) for one in line["beside"]] == [("north", "co_sell_partner")]
    assert line["others"]["employee"]["verdict"] == "denied"
    assert line["others"]["employee"]["opens_on"] == "2026-06-30"


def test_who_is_in_charge_of_the_account(api: Api) -> None:
    """The Major Account Manager holds the general business."""
    api.record(*beginning(), party("mary"))
    api.record(
        event("account_elevated", on="2026-03-01"),
        event("major_account_manager_appointed", on="2026-03-01", party_id="mary"),
    )
    general = api.ask("/v1/accounts/acme/overview")["general"]
    assert holders(general) == ["mary"]
    assert general["others"]["partner"]["agreement_of"] == "mary"
    before = api.ask("/v1/accounts/acme/overview", on="2026-02-28")["general"]
    assert holders(before) == []


def test_a_renewal_until_the_contract_ends(api: Api) -> None:
    """Who won it holds it; after its end it is no renewal any more; as known before the award it was a line."""
    position = api.record(*beginning(), *claim())["position"]
    api.record(award())
    told = api.ask("/v1/accounts/acme/overview")
    (renewal,) = told["renewals"]
    assert (renewal["contract_id"], renewal["opportunity_id"], renewal["lines"]) == ("contract-1", "opp-1", ["gtx-pro"])
    assert (holders(renewal), renewal["until"], told["lines"]) == (["jane"], None, [])
    assert renewal["others"]["partner"]["rule"] == "CALL-RENEWAL-RESERVED"
    api.record(event("contract_ended", on="2026-04-10", contract_id="contract-1", reason="Not renewed."))
    (renewal,) = api.ask("/v1/accounts/acme/overview")["renewals"]
    assert renewal["until"] == "2026-04-10"
    assert api.ask("/v1/accounts/acme/overview", on="2026-04-10")["renewals"] == []
    earlier = api.ask("/v1/accounts/acme/overview", known_at=position)
    assert ([one["line"] for one in earlier["lines"]], earlier["renewals"]) == (["gtx-pro"], [])


def test_a_renewal_of_a_contract_awarded_in_two_opportunities(api: Api) -> None:
    """It is one, held by both managers, each for their own line."""
    api.record(*beginning(), party("mary"), *claim())
    second = {"opportunity_id": "opp-2", "party_id": "mary"}
    api.record(opportunity("opp-2"), appointment(**second), *evidence(**second))
    api.record(forecast(("rack", "100.00"), opportunity_id="opp-2"))
    api.record(award("opp-2", line="rack", on="2026-02-20"), award())
    (renewal,) = api.ask("/v1/accounts/acme/overview")["renewals"]
    assert (renewal["opportunity_id"], renewal["opportunity_ids"]) == ("opp-2", ["opp-2", "opp-1"])
    assert renewal["lines"] == ["gtx-pro", "rack"]
    assert [(one["holder"], one["line"]) for one in renewal["held_by"]] == [("mary", "rack"), ("jane", "gtx-pro")]
    asked = {"party_id": "mary", "contract_id": "contract-1"}
    rules = {
        line: api.ask("/v1/accounts/acme/calling-rights", line=line, **asked)["rule"] for line in ("gtx-pro", "rack")
    }
    assert rules == {"gtx-pro": "CALL-RENEWAL-RESERVED", "rack": "CALL-RENEWAL"}


def test_what_an_incomplete_opportunity_still_lacks(api: Api) -> None:
    """With its lines and the day until which it may be completed; those that are over are left out."""
    api.record(*beginning(), opportunity(), appointment(), forecast(), *evidence()[:1])
    api.record(opportunity("opp-2"))
    (first, second) = api.ask("/v1/accounts/acme/overview")["incomplete"]
    assert (first["opportunity_id"], first["manager"], first["lines"]) == ("opp-1", "jane", ["gtx-pro"])
    assert first["missing"] == ["an opportunity plan", "a coordination"]
    assert first["deadline_on"] == "2026-06-29"
    assert (second["opportunity_id"], second["manager"], second["deadline_on"]) == ("opp-2", None, None)
    api.record(event("opportunity_abandoned", on="2026-03-01", opportunity_id="opp-2", reason="No interest."))
    told = api.ask("/v1/accounts/acme/overview")["incomplete"]
    assert [one["opportunity_id"] for one in told] == ["opp-1"]
    assert api.ask("/v1/accounts/acme/overview", on="2026-06-30")["incomplete"] == []


def test_an_account_that_nobody_knows(api: Api) -> None:
    """It has no overview, and neither has one that was not known then."""
    api.record(*beginning())
    assert api.get("/v1/accounts/nobody/overview").status_code == 404
    assert api.get("/v1/accounts/acme/overview", known_at=1).status_code == 404
