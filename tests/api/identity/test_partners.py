"""Partners: each sees what is its own, and nothing of a rival's: no name, amount, event, id or count."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.http.routes import permission_of
from tests.api.http.server import Api
from tests.api.http.story import account, appointment, event, forecast, opportunity
from tests.api.identity.rivals import (
    BOTH_DISPUTE,
    CANARY,
    RIVAL,
    RIVALS_CONTRACT,
    RIVALS_DISPUTE,
    RIVALS_LEAD,
    RIVALS_OPPORTUNITY,
    RIVALS_SHARE,
    ask,
    canaries,
    plant,
    whole,
)

FOLLOWED = {"/v1/events/stream", "/v1/changes/stream"}
"""Held to the lists of the same by tests/api/identity/test_own_feeds.py: they don't end."""

FORECAST = {"currency": "USD", "expected_award_on": "2026-03-31", "lines": [{"line": "x", "amount": "1"}]}
APPOINTMENT = {"party_id": "north", "authorized_by": "a", "skills": True, "resources": True}
MISSING_EVENT = "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"


@pytest.fixture
def planted(sqlite_api: Api) -> Api:
    """An account with the rival's and the partner's own claims."""
    return plant(sqlite_api)


@pytest.fixture
def planted_on_each(api: Api) -> Api:
    """The same, on both databases in turn."""
    return plant(api)


def rivals_webhook(api: Api) -> str:
    """A subscription that the rival makes."""
    said = {"url": f"https://93.184.215.14/{CANARY}", "description": CANARY}
    answer = api.client.post("/v1/webhooks", json=said, headers=api.headers("partner", RIVAL))
    assert answer.status_code == 201
    return str(answer.json()["webhook_id"])


def test_no_route_lets_a_canary_out(planted_on_each: Api) -> None:
    """Every route of the app, by every id there is: of the rival, of the own party, and of nothing."""
    planted = planted_on_each
    forbidden = canaries(planted)
    event_ids = [forbidden[-1], MISSING_EVENT]
    ids = {
        "account_id": ["acme", "nowhere"],
        "party_id": ["north", "nina", RIVAL, "nobody"],
        "event_id": event_ids,
        "rule_id": ["OM-GRACE"],
        "name": ["malformed"],
        "period": ["2026-01", "2026-02"],
        "dispute_id": [RIVALS_DISPUTE, BOTH_DISPUTE, "nothing"],
        "lead_id": [RIVALS_LEAD, "lead-9", "given-lead", "gone-lead"],
        "opportunity_id": ["north-opp", RIVALS_OPPORTUNITY, "nothing"],
        "view_id": ["closing-soon", "nothing", "rivals"],
        "webhook_id": ["7c1f3a52-0d55-4f0e-9a52-6d7f7a4d2c11", rivals_webhook(planted)],
        "file": ["parties.csv", "accounts.csv", "contacts.csv", "leads.csv", "opportunities.csv"],
    }
    asked = 0
    for route in iter_route_contexts(planted.app.routes):
        if permission_of(getattr(route, "endpoint", None)) is None or "GET" not in route.methods:
            continue
        if route.path in FOLLOWED:
            continue
        name = next(iter(re.findall(r"\{(\w+)\}", route.path)), None)
        for one in ids[name] if name else [""]:
            path = route.path.replace(f"{{{name}}}", one)
            for query in _queries(route.path):
                answer = ask(planted, path, **query)
                sent = path + str(query)
                told = answer.text + str(list(answer.headers.values()))
                leaked = [canary for canary in forbidden if canary in told and canary not in sent]
                assert (path, query, leaked) == (path, query, [])
                if answer.status_code == 200:
                    assert [canary for canary in forbidden if canary in told.replace(one or "\0", "")] == [], path
                asked += 1
    assert asked > 60


def _queries(path: str) -> list[dict[str, str]]:
    """Questions on a path, with and without the rival's ids."""
    if path.endswith("calling-rights"):
        by = [{"party_id": one} for one in ("north", "nina", RIVAL, "nobody")] if "accounts" in path else [{}]
        about = [{}, {"line": "gtx-pro"}, {"line": "free"}]
        if "accounts" in path:
            about += [{"contract_id": RIVALS_CONTRACT}, {"contract_id": "none"}]
        return [{**one, **more} for one in by for more in about]
    if path == "/v1/obligations":
        return [{}, {"party_id": RIVAL}, {"party_id": "nobody"}, {"account_id": "acme"}]
    if path == "/v1/events":
        return [{}, {"account_id": "acme"}, {"type": "dispute_opened"}, {"limit": "1"}]
    if path == "/v1/changes":
        return [{}, {"account_id": "acme"}, {"limit": "1"}, {"account_id": "acme", "line": "gtx-pro"}]
    if path in ("/v1/opportunities", "/v1/leads"):
        who = "manager" if path == "/v1/opportunities" else "responsible"
        return [{}, {"account_id": "acme"}, *({who: one} for one in ("north", RIVAL, "nobody")), {"limit": "1"}]
    if path.startswith(("/v1/statements", "/v1/residuals")):
        more = {"until": "2027-12-01"} if path.endswith(("expected", "statements")) else {}
        more |= {"from": "2026-01-01"} if path.endswith("statements") else {}
        narrowed: list[dict[str, str]] = [{}, {"account_id": "acme"}, {"party_id": "north"}, {"party_id": RIVAL}]
        return [{**more, **one} for one in [*narrowed, {"party_id": "nobody"}, {"limit": "1"}, {"format": "csv"}]]
    return [{}]


def test_not_yours_is_told_as_not_there(planted: Api) -> None:
    """The same status, body, headers and size: for parties, contracts, events, accounts and what is recorded."""
    theirs = next(one["event_id"] for one in planted.walk("/v1/events") if RIVAL in str(one["data"]))
    pairs = [
        ("/v1/parties/{}/rights", RIVAL, "nobody", {}),
        ("/v1/parties/{}/calling-rights", RIVAL, "nobody", {}),
        ("/v1/events/{}", theirs, MISSING_EVENT, {}),
        ("/v1/accounts/{}/rights", "globex", "nowhere", {}),
        ("/v1/accounts/{}/timeline", "globex", "nowhere", {}),
    ]
    planted.record(account("globex"))
    for path, rivals, nothing, query in pairs:
        assert whole(ask(planted, path.format(rivals), **query)) == whole(ask(planted, path.format(nothing), **query))
    calling = "/v1/accounts/acme/calling-rights"
    for name, rivals, nothing in (("party_id", RIVAL, "nobody"), ("contract_id", RIVALS_CONTRACT, "nothing")):
        one = [ask(planted, calling, **{"party_id": "north", name: value}) for value in (rivals, nothing)]
        assert whole(one[0]) == whole(one[1])


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("forecast_recorded", FORECAST),
        ("engagement_recorded", {"party_id": "north", "activity": "v"}),
        ("opportunity_plan_adopted", {"plan_ref": "p"}),
        ("coordination_recorded", {"with": [], "activity": "v"}),
        ("business_lost", {"reason": "r"}),
        ("opportunity_abandoned", {"reason": "r"}),
        ("co_sell_quote_shared", {"partner_id": "north", "document_ref": "d"}),
        ("opportunity_manager_appointed", APPOINTMENT),
        ("opportunity_reviewed", {"review_id": "r", "reviewed_by": "north", "answers": {}}),
        ("action_agreed", {"action_id": "a", "what": "w", "who": "north", "due_on": "2026-02-01"}),
        ("action_done", {"action_id": "a"}),
        ("action_dropped", {"action_id": "a", "reason": "r"}),
        ("opportunity_assessed", {"answers": {}}),
        ("milestone_assessed", {"stage": "Closing", "milestone": "shared_plan", "met": True}),
        ("key_player_mapped", {"player_id": "p", "name": "n"}),
        ("key_player_removed", {"player_id": "p", "reason": "r"}),
        ("closing_plan_drafted", {"closing_plan_id": "c", "parts": {}}),
        ("opportunity_plan_adopted", {"closing_plan_id": "c"}),
    ],
)
def test_a_rivals_opportunity_is_none_to_record_on(planted: Api, type_: str, data: dict[str, Any]) -> None:
    """422, word for word as for an opportunity that is not there."""
    north = planted.headers("partner", "north")
    told = []
    for opportunity_id in (RIVALS_OPPORTUNITY, f"{CANARY}-xxx"):
        answer = planted.send(event(type_, opportunity_id=opportunity_id, **data), headers=north)
        told.append((answer.status_code, _without(answer, opportunity_id)))
    assert told[0] == told[1]
    assert told[0][0] == 422


@pytest.mark.parametrize(
    ("type_", "name", "rivals", "data"),
    [
        ("revenue_share_accepted", "agreement_id", RIVALS_SHARE, {"party_id": "north"}),
        ("dispute_answered", "dispute_id", RIVALS_DISPUTE, {"party_id": "north", "says": "s"}),
        ("dispute_withdrawn", "dispute_id", RIVALS_DISPUTE, {"reason": "r"}),
    ],
)
def test_what_is_a_rivals_is_none_to_answer(
    planted: Api, type_: str, name: str, rivals: str, data: dict[str, str]
) -> None:
    """Shares that don't name it, disputes that don't concern it."""
    north = planted.headers("partner", "north")
    answers = [planted.send(event(type_, **{name: one}, **data), headers=north) for one in (rivals, "nothing")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert _without(answers[0], rivals) == _without(answers[1], "nothing")


def _without(answer: httpx.Response, sent: str) -> str:
    return answer.text.replace(sent, "…").replace(answer.headers["x-request-id"], "…")


def test_its_own_positions_have_no_gaps(planted_on_each: Api) -> None:
    """What others record between two of its own facts shows nowhere; the same numbers are good for `known_at`."""
    planted = planted_on_each
    north = planted.headers("partner", "north")
    first = ask(planted, "/v1/events", limit=1_000).json()
    planted.record(*(account(f"a-{number}") for number in range(20)))
    assert first == ask(planted, "/v1/events", limit=1_000).json()
    told = planted.send(
        event("engagement_recorded", opportunity_id="north-opp", party_id="nina", activity="v"), headers=north
    )
    after = ask(planted, "/v1/events", limit=1_000).json()

    assert [one["position"] for one in after["items"]] == list(range(1, first["position"] + 2))
    assert (told.json()["position"], told.json()["events"][0]["position"]) == (first["position"] + 1,) * 2
    assert ask(planted, "/v1/events", known_at=2).json()["position"] == 2
    assert ask(planted, "/v1/parties/north/rights", known_at=1).json()["items"] == []
    assert ask(planted, "/v1/events", known_at=first["position"] + 2).status_code == 422
    page = ask(planted, "/v1/events", limit=2).json()
    assert page["next"] == "2"
    assert ask(planted, "/v1/events", limit=2, after="2").json()["items"][0]["position"] == 3


def test_it_is_told_the_verdict_and_whom_to_ask(planted: Api) -> None:
    """Queued behind a rival that it is not told of; agreements of others are asked for at sales operations."""
    queued = ask(planted, "/v1/accounts/acme/calling-rights", party_id="nina", line="gtx-pro").json()
    general = ask(planted, "/v1/accounts/acme/calling-rights", party_id="north").json()

    assert (queued["verdict"], queued["rule"], queued["ask"]) == ("denied", "CALL-QUEUED", "sales operations")
    assert (general["verdict"], general["rule"]) == ("conditional", "CALL-MAM-AGREEMENT")
    assert (general["agreement_of"], general["ask"]) == (None, "sales operations")
    many = planted.client.post(
        "/v1/calling-rights",
        json={"questions": [{"account_id": "acme", "party_id": one} for one in ("north", "nina")]},
        headers=planted.headers("partner", "north"),
    )
    assert [one["verdict"] for one in many.json()["items"]] == ["conditional", "conditional"]


def test_what_is_not_made_for_partners_is_not_for_them(planted: Api) -> None:
    """Accounts, overviews, deadlines, simulations, dry runs and expected positions."""
    north = planted.headers("partner", "north")
    for path in ("/v1/accounts", "/v1/accounts/acme", "/v1/accounts/acme/overview", "/v1/deadlines"):
        assert ask(planted, path).status_code == 403
    engaged = event("engagement_recorded", opportunity_id="north-opp", party_id="north", activity="v")
    assert planted.send(engaged, headers=north, query="?dry_run=true").status_code == 403
    assert planted.send(engaged, headers=north, expected_position={"acme": 1}).status_code == 403
    assert planted.client.post("/v1/simulations", json={"without": [MISSING_EVENT]}, headers=north).status_code == 403


def test_a_rival_in_many_questions_is_told_as_nobody(planted: Api) -> None:
    """One that is another's refuses all, in the same words as one that is none."""
    north = planted.headers("partner", "north")
    answers = [
        planted.client.post(
            "/v1/calling-rights", json={"questions": [{"account_id": "acme", "party_id": one}]}, headers=north
        )
        for one in (RIVAL, "nobody")
    ]
    assert whole(answers[0]) == whole(answers[1])
    assert answers[0].status_code == 403


@pytest.mark.parametrize(
    ("figure", "says"), [("partner_live_claims", "live claims"), ("partner_claims_per_day", "claims a day")]
)
def test_a_partner_can_not_reserve_a_market(planted: Api, figure: str, says: str) -> None:
    """Beyond its quota it claims nothing more, and goes on with what it claims; others are not held to it."""
    planted.record(event("policy_figure_set", None, figure=figure, value=2, reason="r"))
    north = planted.headers("partner", "north")

    def claim(*lines: str) -> httpx.Response:
        named = [(line, "1.00") for line in ("gtx-pro", *lines)]
        return planted.send(forecast(*named, opportunity_id="north-opp", on="2026-01-11"), headers=north)

    refused = claim("a", "b")
    assert (refused.status_code, says in refused.text) == (403, True)
    assert claim("a").status_code == 201
    assert claim("a").status_code == 201
    assert claim("a", "b").status_code == 403
    assert planted.send(forecast(("b", "1.00"), opportunity_id=RIVALS_OPPORTUNITY, on="2026-01-12")).status_code == 201


def test_a_partner_keeps_the_sheet_of_what_it_manages(planted: Api) -> None:
    """Of its own opportunity; not of one in which it only takes part. What stands beside the sheet is for insiders."""
    planted.record(
        opportunity("janes"),
        appointment("jane", "janes"),
        event("partner_included", opportunity_id="janes", partner_id="north", role="co_sell", lines=["installation"]),
    )
    north = planted.headers("partner", "north")
    due = "2026-02-01"

    def sheet(name: str, who: str = "nina") -> list[dict[str, Any]]:
        agreed = {"action_id": "a-1", "what": "Call.", "who": who, "due_on": due}
        return [
            event("opportunity_reviewed", opportunity_id=name, review_id="r", reviewed_by="north", answers={}),
            event("action_agreed", opportunity_id=name, **agreed),
            event("action_done", on=due, opportunity_id=name, action_id="a-1"),
            event("key_player_mapped", opportunity_id=name, player_id="p", name="Pia"),
            event("closing_plan_drafted", opportunity_id=name, closing_plan_id="c", parts={}),
            event("opportunity_plan_adopted", opportunity_id=name, closing_plan_id="c"),
        ]

    assert planted.send(*sheet("north-opp"), headers=north).status_code == 201
    for one in sheet("janes"):
        assert planted.send(one, headers=north).status_code == 422
    for who in (RIVAL, "nobody"):
        answer = planted.send(sheet("north-opp", who)[1], headers=north)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/events/0/data/who")
    for part in ("review", "assessment", "key-players", "closing-plan"):
        for name in ("north-opp", RIVALS_OPPORTUNITY, "nothing"):
            assert ask(planted, f"/v1/opportunities/{name}/{part}").status_code == 403
    for path in ("/v1/actions", "/v1/selection-criteria", "/v1/selection-criteria/ranking"):
        assert ask(planted, path).status_code == 403


def test_a_partner_takes_part_where_it_is_included(planted: Api) -> None:
    """Co-selling in another's opportunity: its copies and its engagement, and no forecast of theirs."""
    planted.record(
        opportunity("janes"),
        appointment("jane", "janes"),
        event("partner_included", opportunity_id="janes", partner_id="north", role="co_sell", lines=["installation"]),
    )
    north = planted.headers("partner", "north")
    quote = event("co_sell_quote_shared", opportunity_id="janes", partner_id="north", document_ref="quotes/1")
    engaged = event("engagement_recorded", opportunity_id="janes", party_id="nina", activity="v")
    told = planted.send(quote, engaged, headers=north)

    assert told.status_code == 201, told.text
    assert planted.send(forecast(opportunity_id="janes"), headers=north).status_code == 422
    assert "partner_included" in [one["type"] for one in ask(planted, "/v1/events").json()["items"]]
