"""Taking back: who is bound to a party takes back what is still theirs, and nothing that another rests on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from api.identity.callers import Role
from tests.api.http.server import Api
from tests.api.http.story import account, award, claim, event, party

REASSIGNED = {"coverage_goal": "north-east", "authorized_by": "mary", "residuals": True}
CORRECTED = {"party_id": "north", "activity": "Another visit"}


@pytest.fixture
def managed(sqlite_api: Api) -> Api:
    """North has an established claim on gtx-pro."""
    partners = [party(name, "partner", tier="reseller") for name in ("north", "south")]
    sqlite_api.record(party("jane"), party("mary"), *partners, account(), *claim("north"))
    return sqlite_api


def ids_of(api: Api, type_: str) -> str:
    """The id of the only event of a type."""
    (found,) = api.walk("/v1/events", type=type_)
    return str(found["event_id"])


def take_back(api: Api, event_id: str, role: Role = "partner", party_id: str = "north") -> httpx.Response:
    """The answer to a retraction by who is bound to a party."""
    return api.send(event("event_retracted", event_id=event_id, reason="x"), headers=api.headers(role, party_id))


def holders(api: Api) -> set[tuple[str, str]]:
    """Who holds what, in a word."""
    return {(one["holder"], one["status"]) for one in api.ask("/v1/accounts/acme/rights", on="2026-03-01")["items"]}


@pytest.mark.parametrize("type_", ["engagement_recorded", "opportunity_manager_appointed"])
@pytest.mark.parametrize("role", ["partner", "seller"])
def test_what_a_claim_rests_on_stays_with_it(managed: Api, type_: str, role: Role) -> None:
    """Whoever managed it before took part in it, and takes nothing away when it has passed to another."""
    moved = event("opportunity_reassigned", on="2026-02-01", opportunity_id="opp-1", to_party_id="south", **REASSIGNED)
    managed.record(moved, award("2026-02-10"))
    answer = take_back(managed, ids_of(managed, type_), role)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (403, "/events/0/data/event_id")
    assert "don't manage" in answer.json()["detail"]
    assert ("south", "won") in holders(managed)


def test_who_manages_it_may_take_back_and_correct(managed: Api) -> None:
    """By the same type of event only: another one would say something else."""
    engaged = ids_of(managed, "engagement_recorded")
    north = managed.headers("partner", "north")
    other = event("opportunity_plan_adopted", opportunity_id="opp-1", plan_ref="x") | {"corrects": engaged}
    answer = managed.send(other, headers=north)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (403, "/events/0/corrects")
    same = event("engagement_recorded", opportunity_id="opp-1", **CORRECTED) | {"corrects": engaged}
    assert managed.send(same, headers=north).status_code == 201
    assert ("north", "active") in holders(managed)
    (engaged,) = [
        one["event_id"] for one in managed.walk("/v1/events", type="engagement_recorded") if one.get("corrects")
    ]
    assert take_back(managed, engaged).status_code == 201
    assert ("north", "incomplete") in holders(managed)


def dispute(api: Api, *more: dict[str, Any]) -> None:
    """South disputes what north holds, and north answers."""
    said = {"opened_by": "south", "subject": {"opportunity_id": "opp-1"}, "claim": "Ours."}
    api.record(
        event("dispute_opened", on="2026-02-01", dispute_id="d-1", **said),
        event("dispute_answered", on="2026-02-02", dispute_id="d-1", party_id="north", says="No."),
        *more,
    )


RULED = event(
    "dispute_ruled",
    on="2026-02-10",
    dispute_id="d-1",
    outcome="upheld",
    rules=["OM-ESTABLISHED"],
    reason="As it stands.",
)


@pytest.mark.parametrize(("type_", "party_id"), [("dispute_opened", "south"), ("dispute_answered", "north")])
def test_what_a_ruling_rests_on_stays(managed: Api, type_: str, party_id: str) -> None:
    """For everybody; without the ruling the dispute is open, and may go on."""
    dispute(managed, RULED)
    said = ids_of(managed, type_)
    assert [take_back(managed, said, "partner", party_id).status_code] == [409]
    refused = managed.send(event("event_retracted", event_id=said, reason="x"))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/events/0/data/event_id")
    rewritten = event(
        "dispute_opened",
        on="2026-02-01",
        dispute_id="d-1",
        opened_by="south",
        subject={"opportunity_id": "opp-1"},
        claim="Rewritten.",
    )
    opened = ids_of(managed, "dispute_opened")
    refused = managed.send(rewritten | {"corrects": opened})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/events/0/corrects")
    managed.record(event("event_retracted", event_id=ids_of(managed, "dispute_ruled"), reason="heard too little"))
    assert managed.ask("/v1/disputes/d-1", on="2026-02-20")["state"] == "answered"
    managed.record(rewritten | {"corrects": opened})


def test_an_opening_that_was_spoken_to_is_withdrawn_not_taken_back(managed: Api) -> None:
    """What others said does not vanish with it."""
    dispute(managed)
    opened = ids_of(managed, "dispute_opened")
    assert take_back(managed, opened, "partner", "south").status_code == 409
    managed.record(event("event_retracted", event_id=ids_of(managed, "dispute_answered"), reason="x"))
    assert take_back(managed, opened, "partner", "south").status_code == 201


def test_a_seller_withdraws_no_dispute_of_another(managed: Api) -> None:
    """Who is bound to a party acts for it only; sales operations act for anybody."""
    dispute(managed)
    withdrawn = event("dispute_withdrawn", on="2026-02-05", dispute_id="d-1", reason="x")
    answer = managed.send(withdrawn, headers=managed.headers("seller", "jane"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (403, "/events/0/data/dispute_id")
    unknown = event("dispute_withdrawn", on="2026-02-05", dispute_id="d-9", reason="x")
    assert managed.send(unknown, headers=managed.headers("seller", "jane")).status_code == 422
    assert managed.send(withdrawn, headers=managed.headers("partner", "south")).status_code == 201


def test_a_partner_in_charge_of_the_account_asks_about_every_contract(managed: Api) -> None:
    """It is the Major Account Manager; of an account that it is not in charge of, a contract is none."""
    managed.record(
        party("strat", "partner", tier="strategic_solution_provider"),
        account("beta"),
        award("2026-02-10"),
        event("account_elevated", on="2026-01-02"),
        event("major_account_manager_appointed", on="2026-02-20", party_id="strat"),
    )
    strat = managed.headers("partner", "strat")
    asked = {"party_id": "strat", "contract_id": "c-1", "on": "2026-03-01"}

    def answer(account_id: str, **more: str) -> httpx.Response:
        path = f"/v1/accounts/{account_id}/calling-rights"
        return managed.client.get(path, params={**asked, **more}, headers=strat)

    assert (answer("acme").json()["verdict"], answer("acme").json()["rule"]) == ("allowed", "CALL-MAM")
    none = answer("acme", contract_id="c-9")
    assert none.status_code == 404
    for other in (answer("acme", on="2026-02-19"), answer("beta")):
        assert other.status_code == 404
        assert {**other.json(), "request_id": ""} == {**none.json(), "request_id": ""}
