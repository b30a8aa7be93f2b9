"""Simulations through HTTP: the difference before and after, account by account; nothing is recorded."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.http.server import TODAY, Api
from tests.api.http.story import account, beginning, claim, event, evidence, forecast, party

Supposed = dict[str, Any]

SHORTER = [{"figure": "grace_days", "value": 60, "effective_on": "2026-01-01"}]
"""The claim of the story is then reserved through 30 May 2026 instead of 29 June."""


def post(api: Api, query: str = "", **supposed: Any) -> httpx.Response:
    """The answer to a simulation."""
    return api.client.post(f"/v1/simulations{query}", json=supposed)


def simulate(api: Api, query: str = "", **supposed: Any) -> Supposed:
    """The answer to a simulation that can be made."""
    answer = post(api, query, **supposed)
    assert answer.status_code == 200, answer.text
    told: Supposed = answer.json()
    return told


def calls(item: Supposed) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Rule and opening day before and after, by business and who asks."""

    def stands(side: Supposed | None) -> Any:
        return side and (side["verdict"], side["rule"], side["opens_on"])

    return {
        (one["line"], one["contract_id"], who): (stands(one["before"]), stands(one["after"]))
        for one in item["calling"]
        for who in (*one["parties"], *one["any_other"])
    }


def reassigned(to: str, opportunity_id: str = "opp-1", account_id: str = "acme", on: str = "2026-03-01") -> Supposed:
    """A reassignment for a coverage goal."""
    data = {"to_party_id": to, "coverage_goal": "One manager per region", "authorized_by": "sales management"}
    return event("opportunity_reassigned", account_id, on, opportunity_id=opportunity_id, **data)


def test_a_figure_is_tried_on_every_account(api: Api) -> None:
    """With a shorter grace a line opens earlier; accounts that stay as they are are counted, and nothing is kept."""
    api.record(*beginning(), *claim(), account("bolt"))
    before = api.ask("/v1/accounts/acme/timeline")
    told = simulate(api, figures=SHORTER, on="2026-06-10")
    assert (told["compared"], told["unchanged"], told["next"], told["on"]) == (2, 1, None, "2026-06-10")
    (acme,) = told["items"]
    assert acme["account_id"] == "acme"
    after = ("allowed", "CALL-AFTER-LAPSE", None)
    assert calls(acme) == {
        ("gtx-pro", None, "employee"): (("denied", "CALL-RESERVED", "2026-06-30"), after),
        ("gtx-pro", None, "partner"): (("denied", "CALL-RESERVED", "2026-06-30"), after),
        ("gtx-pro", None, "jane"): (("allowed", "CALL-OM", None), after),
        **{
            (None, None, who): (("allowed", "CALL-BEYOND-FORECAST", None), after)
            for who in ("jane", "employee", "partner")
        },
    }
    assert {(one["status"], one["from"], one["until"]) for one in acme["begun"]["rights"]} >= {
        ("in_grace", "2026-04-01", "2026-05-31"),
        ("lapsed", "2026-05-31", None),
    }
    assert {(one["status"], one["deadline_on"]) for one in acme["ended"]["rights"]} >= {("in_grace", "2026-06-29")}
    assert api.ask("/v1/accounts/acme/timeline") == before
    assert api.ask("/v1/figures")["items"][0]["value"] == 90


def test_what_was_tried_comes_true_when_it_is_recorded(api: Api) -> None:
    """Verdicts and rights after recording are those told before; a second try then makes no difference."""
    api.record(*beginning(), party("mary"), *claim())
    events = [reassigned("mary")]
    told = simulate(api, events=events)
    (acme,) = told["items"]
    verdict, rule, opens_on = calls(acme)["gtx-pro", None, "mary"][1]
    api.record(*events)
    answer = api.ask("/v1/accounts/acme/calling-rights", party_id="mary", line="gtx-pro")
    assert (answer["verdict"], answer["rule"], answer["opens_on"]) == (verdict, rule, opens_on)
    timeline = api.walk("/v1/accounts/acme/timeline")
    assert {(one["holder"], one["status"], one["from"], one["until"]) for one in acme["begun"]["rights"]} <= {
        (one["holder"], one["status"], one["from"], one["until"]) for one in timeline
    }
    assert simulate(api, figures=[{"figure": "warning_days", "value": [10]}])["unchanged"] == 1


def test_what_if_an_event_were_not_there(api: Api) -> None:
    """Left out, it counts no more; what it names must be there and not be taken back already."""
    told = api.record(*beginning(), *claim())
    coordination = next(one["event_id"] for one in told["events"] if one["type"] == "coordination_recorded")
    (acme,) = simulate(api, without=[coordination.upper()])["items"]
    assert calls(acme)["gtx-pro", None, "employee"] == (
        ("denied", "CALL-RESERVED", "2026-06-30"),
        ("allowed", "CALL-OPEN", None),
    )
    assert [one["missing"] for one in acme["begun"]["rights"] if one["status"] == "incomplete"] == [["a coordination"]]
    api.record(event("event_retracted", None, event_id=coordination, reason="Never happened."))
    answer = post(api, without=[coordination])
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/without/0")


def test_obligations_before_and_after(api: Api) -> None:
    """A Major Account Manager is appointed: the opportunity manager would have to settle with them."""
    api.record(*beginning(), party("mary"), *claim())
    events = [
        event("account_elevated", on="2026-03-01"),
        event("major_account_manager_appointed", on="2026-03-01", party_id="mary"),
    ]
    (acme,) = simulate(api, events=events)["items"]
    (owed,) = acme["obligations"]
    assert owed["before"] is None
    assert (owed["after"]["kind"], owed["after"]["party_id"], owed["after"]["state"]) == (
        "settle_with_mam",
        "jane",
        "open",
    )
    assert calls(acme)[None, None, "employee"][1] == ("conditional", "CALL-MAM-AGREEMENT", None)
    assert acme["begun"]["obligations"][0]["from"] == "2026-03-01"


def test_several_accounts_are_read_page_by_page(api: Api) -> None:
    """One body, one position and one day on all pages; another body is another question."""
    names = [f"a-{number}" for number in range(5)]
    for name in names:
        api.record(*(beginning() if name == "a-0" else []), account(name), *claim("jane", f"opp-{name}", name))
    whole = simulate(api, figures=SHORTER)
    pages = [simulate(api, "?limit=2", figures=SHORTER)]
    api.record(account("a-00"), *claim("jane", "opp-late", "a-00"))
    while (cursor := pages[-1]["next"]) is not None:
        pages.append(simulate(api, f"?limit=2&after={cursor}", figures=SHORTER))
    assert [one["account_id"] for page in pages for one in page["items"]] == names
    assert [one for page in pages for one in page["items"]] == whole["items"]
    assert sum(page["compared"] for page in pages) == whole["compared"] == 6
    assert {page["position"] for page in pages} == {whole["position"]}
    other = post(api, f"?limit=2&after={pages[0]['next']}", figures=[{**SHORTER[0], "value": 61}])
    assert (other.status_code, other.json()["type"]) == (422, "/problems/invalid-cursor")


def test_only_some_accounts_are_compared(api: Api) -> None:
    """Those named, in order; one that nobody knows is told at its place."""
    api.record(*beginning(), *claim(), account("bolt"))
    told = simulate(api, figures=SHORTER, accounts=["bolt"])
    assert (told["items"], told["compared"]) == ([], 1)
    answer = post(api, figures=SHORTER, accounts=["bolt", "nobody"])
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (404, "/accounts/1")
    new = simulate(api, events=[account("calm")], accounts=["calm"])
    assert [one["account_id"] for one in new["items"]] == ["calm"]


def test_the_ledger_as_it_was_known(api: Api) -> None:
    """`known_at`, in the body or the query: what was recorded later is not there."""
    position = api.record(*beginning())["position"]
    api.record(*claim())
    assert simulate(api, figures=SHORTER, known_at=position)["items"] == []
    assert simulate(api, f"?known_at={position}", figures=SHORTER)["position"] == position
    assert len(simulate(api, events=claim(), known_at=position)["items"]) == 1
    answer = post(api, figures=SHORTER, known_at=1_000)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/known_at")
    answer = post(api, "?known_at=1000", figures=SHORTER)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "known_at")


def test_what_is_not_dated_means_today(api: Api) -> None:
    """A figure without a date holds from today on: clocks that have started run on as they were."""
    api.record(*beginning(), *claim())
    assert simulate(api, figures=[{"figure": "grace_days", "value": 60}])["items"] == []
    told = simulate(api, figures=[{"figure": "grace_days", "value": 60, "effective_on": TODAY.isoformat()}])
    assert told == simulate(api, figures=[{"figure": "grace_days", "value": 60}])


WRONG = [
    ({}, 422, ""),
    ({"events": []}, 422, ""),
    ({"events": [{}]}, 422, "/events/0/type"),
    ({"events": [{"type": "account_opened", "data": {}}]}, 422, "/events/0/account_id"),
    ({"figures": [{"figure": "grace_days"}]}, 422, "/figures/0/value"),
    ({"figures": [{"figure": "grace_days", "value": "60"}]}, 422, "/figures/0/value"),
    ({"figures": [{"figure": "grace_days", "value": [60]}]}, 422, "/figures/0/value"),
    ({"figures": [{"figure": "patience", "value": 60}]}, 422, "/figures/0/figure"),
    ({"figures": [{**SHORTER[0], "effective_on": "2026-02-30"}]}, 422, "/figures/0/effective_on"),
    ({"figures": [{"figure": "grace_days", "value": 60, "until": "2026-02-28"}]}, 422, "/figures/0/until"),
    ({"without": ["opp-1"]}, 422, "/without/0"),
    ({"without": ["018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"]}, 422, "/without/0"),
    ({"figures": SHORTER, "accounts": []}, 422, "/accounts"),
    ({"figures": SHORTER, "account": "acme"}, 422, "/account"),
    ({"figures": SHORTER, "events": [forecast(opportunity_id="opp-9")]}, 422, "/events/0/data/opportunity_id"),
    ({"figures": SHORTER, "events": [account()]}, 409, "/events/0/account_id"),
    ({"events": [reassigned("jane"), *claim()[:2]]}, 409, "/events/1/data/opportunity_id"),
    ({"events": [reassigned("mary")]}, 422, "/events/0/data/to_party_id"),
    ({"events": [event("rights_lapsed", opportunity_id="opp-1", line="x", deadline_on="2026-01-01")]}, 403,
     "/events/0/type"),
]  # fmt: skip


@pytest.mark.parametrize(("supposed", "status", "pointer"), WRONG)
def test_what_can_not_be_supposed_is_told_at_its_place(
    sqlite_api: Api, supposed: Supposed, status: int, pointer: str
) -> None:
    """With the status that recording it would have, and a pointer into the body that was sent."""
    sqlite_api.record(*beginning(), *claim())
    answer = post(sqlite_api, **supposed)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)


def test_a_rule_refuses_in_a_simulation_as_in_a_recording(api: Api) -> None:
    """The same problem, but for the id of the request; of several the first in order."""
    api.record(*beginning(), *claim())
    appointed = claim("north")[1]
    late = event("account_elevated", "acme"), event("major_account_manager_appointed", "acme", party_id="north")
    for events in ([appointed], list(late), [*late, appointed], [appointed, *late]):
        one, other = post(api, events=events), api.send(*events)
        assert one.status_code == other.status_code == 409
        assert {**one.json(), "request_id": ""} == {**other.json(), "request_id": ""}


def test_ten_thousand_events_can_be_tried(sqlite_api: Api) -> None:
    """All parts together; one more is refused."""
    sqlite_api.record(party("jane"))
    many = [party(f"p-{number}") for number in range(9_999)]
    told = simulate(sqlite_api, events=many, figures=SHORTER)
    assert (told["items"], told["compared"]) == ([], 0)
    assert post(sqlite_api, events=[*many, party("one-more")], figures=SHORTER).status_code == 422
    assert sqlite_api.position() == 1


def test_a_dry_run_tells_the_same_difference(api: Api) -> None:
    """What would be recorded besides, and whether that is the whole of it."""
    api.record(*beginning(), party("mary"), *claim())
    position = api.position()
    events = [reassigned("mary")]
    answer = api.send(*events, query="?dry_run=true").json()
    assert answer["changes"] == simulate(api, events=events)["items"]
    assert (answer["compared"], answer["unchanged"], answer["complete"]) == (1, 0, True)
    assert (answer["position"], answer["events"][0]["position"]) == (position + 1, position + 1)
    assert api.position() == position


def test_a_dry_run_expects_a_position_too(api: Api) -> None:
    """It is refused as the recording would be."""
    position = api.record(*beginning())["position"]
    api.record(*claim())
    answer = api.send(*evidence(), query="?dry_run=true", expected_position={"acme": position})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/expected_position/acme")


def test_a_simulation_waits_for_no_writer(sqlite_api: Api) -> None:
    """Somebody holds the ledger's write lock: what if is answered all the same."""
    sqlite_api.record(*beginning(), *claim())
    with sqlite_api.access.ledger.store.write(["acme"]):
        assert simulate(sqlite_api, figures=SHORTER)["compared"] == 1
