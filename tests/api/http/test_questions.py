"""Questions through HTTP: calling rights, rights, timeline, deadlines, obligations, accounts, the rule book."""

from typing import Any

import pytest

from policies.rulebook import RULES, scenarios_of
from tests.api.http.server import Api
from tests.api.http.story import account, appointment, beginning, claim, event, forecast, opportunity, party

CALLING = "/v1/accounts/acme/calling-rights"
BOTH_CLOCKS = [
    "/v1/events",
    CALLING + "?party_id=north&line=gtx-pro",
    "/v1/accounts/acme/rights",
    "/v1/accounts/acme/timeline",
    "/v1/accounts/acme",
    "/v1/accounts",
    "/v1/parties/jane/rights",
    "/v1/parties/jane/calling-rights",
    "/v1/deadlines",
    "/v1/obligations",
    "/v1/rules",
    "/v1/rules/OM-GRACE",
    "/v1/figures",
]
LISTS = [path for path in BOTH_CLOCKS if path.count("/") < 3 or path.endswith(("rights", "timeline"))]


def test_who_may_call_as_the_contract_shows_it(api: Api) -> None:
    """The contract's question and answer: reserved for another, until the grace period is over."""
    api.record(*beginning(), *claim())
    told = api.ask(CALLING, party_id="north", line="gtx-pro", on="2026-04-02")
    assert told | {"reasons": []} == {
        "account_id": "acme",
        "party_id": "north",
        "line": "gtx-pro",
        "contract_id": None,
        "on": "2026-04-02",
        "known_at": 9,
        "verdict": "denied",
        "rule": "CALL-RESERVED",
        "opens_on": "2026-06-30",
        "agreement_of": None,
        "contested": False,
        "incomplete": [],
        "reasons": [],
        "obligations": [],
    }
    assert {"CALL-RESERVED", "OM-GRACE"} <= {one["rule"] for one in told["reasons"]}
    assert all(one["says"] and one["clause"] for one in told["reasons"])


def test_who_may_call_through_the_days(api: Api) -> None:
    """The manager may, others may not, until the day after the deadline."""
    api.record(*beginning(), *claim())
    verdicts = {
        day: api.ask(CALLING, party_id="north", line="gtx-pro", on=day)["rule"]
        for day in ("2026-01-09", "2026-01-10", "2026-06-29", "2026-06-30")
    }
    assert verdicts == {
        "2026-01-09": "CALL-OPEN",
        "2026-01-10": "CALL-RESERVED",
        "2026-06-29": "CALL-RESERVED",
        "2026-06-30": "CALL-AFTER-LAPSE",
    }
    assert api.ask(CALLING, party_id="jane", line="gtx-pro")["rule"] == "CALL-OM"
    assert api.ask(CALLING, party_id="north")["rule"] == "CALL-BEYOND-FORECAST"


def test_an_incomplete_claim_says_what_it_lacks(api: Api) -> None:
    """The party's own claim that is not established: which, and what is missing."""
    api.record(*beginning(), opportunity(), appointment(), forecast())
    told = api.ask(CALLING, party_id="jane", line="gtx-pro")
    (incomplete,) = told["incomplete"]
    assert incomplete["opportunity_id"] == "opp-1"
    assert "an engagement" in incomplete["missing"]


@pytest.mark.parametrize("path", BOTH_CLOCKS)
def test_a_question_has_the_same_answer_for_ever(api: Api, path: str) -> None:
    """With `on` and `known_at` given, what is recorded later changes nothing; a later `known_at` may."""
    api.record(*beginning(), *claim()[:-1])
    joined = path + ("&" if "?" in path else "?")
    then = f"{joined}on=2026-04-02&known_at={api.position()}"
    before = api.client.get(then)
    assert before.status_code == 200, before.text
    api.record(
        forecast(),
        event("account_identity_changed", name="Other", reason="x"),
        event("policy_figure_set", None, "2026-01-01", figure="grace_days", value=10, reason="x"),
        account("globex"),
    )
    assert api.client.get(then).content == before.content
    after = api.client.get(f"{joined}on=2026-04-02")
    assert after.content != before.content


@pytest.mark.parametrize("path", BOTH_CLOCKS)
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("knownat=3", "knownat"),
        ("on=2026-02-30", "on"),
        ("on=2026-1-1", "on"),
        ("on=1899-12-31", "on"),
        ("on=", "on"),
        ("known_at=", "known_at"),
        ("known_at=99", "known_at"),
        ("on=2026-01-01&on=2026-01-02", "on"),
        ("on=%FF", "query"),
        ("on=" + "1" * 9_000, "query"),
    ],
)
def test_a_parameter_that_is_wrong_is_refused_by_name(sqlite_api: Api, path: str, query: str, name: str) -> None:
    """Unknown, repeated, empty or malformed: the parameter is named, and nothing is answered instead."""
    sqlite_api.record(*beginning(), *claim())
    answer = sqlite_api.client.get(path + ("&" if "?" in path else "?") + query)
    assert answer.status_code == 422, answer.text
    assert name in [one["parameter"] for one in answer.json()["errors"]]


def test_a_parameter_of_the_path_is_not_taken_from_the_query(sqlite_api: Api) -> None:
    """`?account_id=` beside the path would say two things."""
    sqlite_api.record(*beginning(), account("globex"))
    assert sqlite_api.get("/v1/accounts/acme/rights", account_id="globex").status_code == 422


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "1.0", "ten", "1_0", "٣"])
@pytest.mark.parametrize("path", ["/v1/events", "/v1/accounts", "/v1/deadlines"])
def test_a_limit_lies_between_1_and_1000(sqlite_api: Api, path: str, limit: str) -> None:
    """Anything else is refused."""
    assert sqlite_api.get(path, limit=limit).status_code == 422


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_empty_where_there_is_nothing(sqlite_api: Api, path: str) -> None:
    """A list always has items, next and position."""
    position = sqlite_api.record(*beginning())["position"]
    told = sqlite_api.ask(path)
    assert told.keys() == {"items", "next", "position"}
    assert told["position"] == position


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/accounts/nobody", "account_id"),
        ("/v1/accounts/nobody/rights", "account_id"),
        ("/v1/accounts/nobody/timeline", "account_id"),
        ("/v1/accounts/nobody/calling-rights?party_id=jane", "account_id"),
        ("/v1/accounts/acme/calling-rights?party_id=nobody", "party_id"),
        ("/v1/accounts/acme/calling-rights?party_id=jane&contract_id=nothing", "contract_id"),
        ("/v1/parties/nobody/rights", "party_id"),
        ("/v1/parties/nobody/calling-rights", "party_id"),
        ("/v1/obligations?party_id=nobody", "party_id"),
        ("/v1/obligations?account_id=nobody", "account_id"),
        ("/v1/rules/NOTHING", "rule_id"),
    ],
)
def test_a_question_about_something_unknown_is_not_found(api: Api, path: str, name: str) -> None:
    """404, and which parameter names it; the same for what was recorded after `known_at`."""
    api.record(*beginning())
    answer = api.client.get(path)
    assert answer.status_code == 404, answer.text
    assert answer.json()["type"] == "/problems/unknown-subject"
    assert answer.json()["errors"][0]["parameter"] == name


def test_what_was_not_known_then_is_not_found(api: Api) -> None:
    """An account is unknown at a position before its opening."""
    api.record(*beginning())
    assert api.get("/v1/accounts/acme/rights", known_at=2).status_code == 404
    assert api.get("/v1/accounts/acme/rights", known_at=3).status_code == 200


def test_many_questions_at_once_are_answered_like_one_by_one(api: Api) -> None:
    """In their order, each as if it had been asked alone."""
    api.record(*beginning(), account("globex"), *claim())
    questions: list[dict[str, Any]] = [
        {"account_id": account_id, "party_id": party_id, **more}
        for account_id in ("globex", "acme")
        for party_id in ("north", "jane")
        for more in ({}, {"line": "gtx-pro"}, {"line": "gtx-pro", "on": "2026-07-01"}, {"line": "x", "known_at": 4})
    ]
    answer = api.client.post("/v1/calling-rights?on=2026-02-01", json={"questions": questions})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["next"], told["position"]) == (None, api.position())
    for question, item in zip(questions, told["items"], strict=True):
        alone = {"on": "2026-02-01", **question}
        account_id = alone.pop("account_id")
        assert item == api.ask(f"/v1/accounts/{account_id}/calling-rights", **alone)


def test_a_thousand_questions_are_one_request(sqlite_api: Api) -> None:
    """A thousand are answered, one more is refused."""
    sqlite_api.record(*beginning(), *claim())
    one = {"account_id": "acme", "party_id": "north", "line": "gtx-pro"}
    many = sqlite_api.client.post("/v1/calling-rights", json={"questions": [one] * 1_000})
    assert len(many.json()["items"]) == 1_000
    assert sqlite_api.client.post("/v1/calling-rights", json={"questions": [one] * 1_001}).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "status", "pointer"),
    [
        ({"account_id": "nobody", "party_id": "jane"}, 404, "/questions/2/account_id"),
        ({"account_id": "acme", "party_id": "nobody"}, 404, "/questions/2/party_id"),
        ({"account_id": "acme", "party_id": "jane", "contract_id": "no"}, 404, "/questions/2/contract_id"),
        ({"account_id": "acme"}, 422, "/questions/2/party_id"),
        ({"account_id": "acme", "party_id": "jane", "lines": "x"}, 422, "/questions/2/lines"),
        ({"account_id": "acme", "party_id": "jane", "on": "soon"}, 422, "/questions/2/on"),
        ({"account_id": "acme", "party_id": "jane", "known_at": 99}, 422, "/questions/2/known_at"),
        ("acme", 422, "/questions/2"),
    ],
)
def test_a_bad_question_among_many_gets_its_place_named(api: Api, wrong: Any, status: int, pointer: str) -> None:
    """Which question, and what in it."""
    api.record(*beginning())
    good = {"account_id": "acme", "party_id": "jane"}
    answer = api.client.post("/v1/calling-rights", json={"questions": [good, good, wrong, good]})
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_the_accounts_a_party_may_call_on(api: Api) -> None:
    """Every account but those that deny it, page by page."""
    accounts = [f"a-{number:02}" for number in range(12)]
    api.record(*beginning(), *[account(one) for one in accounts], *claim())
    walked = api.walk("/v1/parties/north/calling-rights", line="gtx-pro", limit=5)
    assert [one["account_id"] for one in walked] == accounts
    walked = api.walk("/v1/parties/jane/calling-rights", line="gtx-pro", limit=5)
    assert [one["account_id"] for one in walked] == [*accounts, "acme"]


def test_rights_of_an_account_and_of_a_party(api: Api) -> None:
    """The same right, found from either side, with the contract's fields."""
    api.record(*beginning(), *claim())
    (held,) = api.ask("/v1/accounts/acme/rights")["items"]
    assert api.ask("/v1/parties/jane/rights")["items"] == [held]
    assert (held["kind"], held["status"], held["from"], held["until"]) == (
        "opportunity_manager",
        "in_grace",
        "2026-04-01",
        "2026-06-30",
    )
    assert held["deadline_on"] == "2026-06-29"
    assert api.ask("/v1/accounts/acme/rights", on="2026-06-30")["items"] == []
    assert api.ask("/v1/parties/north/rights")["items"] == []


def test_the_timeline_has_one_item_for_each_interval(api: Api) -> None:
    """Active, in grace, lapsed; with `on`, only what holds on the day."""
    api.record(*beginning(), *claim())
    walked = api.walk("/v1/accounts/acme/timeline", limit=1)
    assert [(one["status"], one["from"], one["until"]) for one in walked] == [
        ("active", "2026-01-10", "2026-04-01"),
        ("in_grace", "2026-04-01", "2026-06-30"),
        ("lapsed", "2026-06-30", None),
    ]
    (lapsed,) = api.walk("/v1/accounts/acme/timeline", on="2026-07-01", limit=1)
    assert lapsed["status"] == "lapsed"


def test_a_walk_stays_at_the_moment_of_its_first_page(api: Api) -> None:
    """What is recorded during a walk neither hides an item from it nor shows one twice."""
    api.record(*beginning(), *[account(f"a-{number}") for number in range(6)])
    first = api.ask("/v1/accounts", limit=3)
    api.record(account("a-0-new"), account("zzz"), event("account_identity_changed", "a-5", name="New", reason="x"))
    second = api.ask("/v1/accounts", limit=100, after=first["next"])
    assert second["position"] == first["position"]
    assert [one["account_id"] for one in second["items"]] == ["a-3", "a-4", "a-5", "acme"]
    assert second["items"][2]["name"] == "A-5"


def test_a_cursor_belongs_to_its_question(sqlite_api: Api) -> None:
    """Elsewhere, on another day, or at another position it is refused."""
    sqlite_api.record(*beginning(), *[account(f"a-{number}") for number in range(6)])
    cursor = sqlite_api.ask("/v1/parties/jane/calling-rights", limit=3)["next"]
    path = "/v1/parties/jane/calling-rights"
    assert sqlite_api.get(path, after=cursor).status_code == 200
    assert sqlite_api.get(path, after=cursor, line="x").status_code == 422
    assert sqlite_api.get(path, after=cursor, on="2026-01-01").status_code == 422
    assert sqlite_api.get(path, after=cursor, known_at=4).status_code == 422
    assert sqlite_api.get("/v1/parties/north/calling-rights", after=cursor).status_code == 422
    assert sqlite_api.get("/v1/accounts", after=cursor).status_code == 422
    assert sqlite_api.get(path, after="bm90LWEtY3Vyc29y").status_code == 422
    assert sqlite_api.get(path, after="W10").status_code == 422


def test_deadlines_are_those_near_the_nearest_first(api: Api) -> None:
    """Days are counted from `on`; the last day of grace itself is still a deadline."""
    api.record(*beginning(), account("globex"), *claim())
    api.record(*claim("jane", "opp-2", "globex")[:-1])
    api.record(forecast(opportunity_id="opp-2", account_id="globex", expected_award_on="2026-03-30"))
    assert api.ask("/v1/deadlines", within_days=10)["items"] == []
    near = api.walk("/v1/deadlines", on="2026-06-20", within_days=9, limit=1)
    assert [(one["account_id"], one["days_left"]) for one in near] == [("globex", 8), ("acme", 9)]
    assert [one["days_left"] for one in api.ask("/v1/deadlines", on="2026-06-29", within_days=0)["items"]] == [0]
    assert api.get("/v1/deadlines", within_days=-1).status_code == 422


def test_obligations_of_a_party_and_beside_its_rights(api: Api) -> None:
    """An opportunity manager beside a Major Account Manager owes to settle, and is told so when asking."""
    api.record(*beginning(), party("mary"), *claim(), event("account_elevated"))
    api.record(event("major_account_manager_appointed", on="2026-02-01", party_id="mary"))
    (owed,) = api.ask("/v1/obligations", party_id="jane")["items"]
    assert (owed["kind"], owed["state"], owed["to_party_id"]) == ("settle_with_mam", "open", "mary")
    assert api.ask("/v1/obligations", account_id="acme")["items"] == [owed]
    assert api.ask("/v1/obligations")["items"] == [owed]
    assert api.ask("/v1/obligations", party_id="north")["items"] == []
    assert api.ask(CALLING, party_id="jane", line="gtx-pro")["obligations"] == [owed]


def test_an_account_with_what_its_claims_lack(api: Api) -> None:
    """Its name and parent on the day, its opportunities, their managers and what is missing."""
    api.record(*beginning(), account("globex", parent_account_id="acme"), opportunity(), appointment(), forecast())
    api.record(event("account_identity_changed", on="2026-03-01", name="Acme Holding", reason="Renamed."))
    told = api.ask("/v1/accounts/acme")
    assert told["name"] == "Acme Holding"
    assert api.ask("/v1/accounts/acme", on="2026-02-28")["name"] == "Acme"
    (found,) = told["opportunities"]
    assert (found["manager"], found["established_on"]) == ("jane", None)
    assert found["missing"] == ["an engagement", "an opportunity plan", "a coordination"]
    listed = api.ask("/v1/accounts")["items"]
    assert [(one["account_id"], one["parent_account_id"]) for one in listed] == [("acme", None), ("globex", "acme")]


def test_a_retracted_fact_is_gone_from_the_account(api: Api) -> None:
    """An account reads as if what was retracted had never been said."""
    api.record(*beginning(), opportunity())
    renamed = api.record(event("account_identity_changed", name="Wrong", reason="x"))["events"][0]["event_id"]
    assert api.ask("/v1/accounts/acme")["name"] == "Wrong"
    api.record(event("event_retracted", None, event_id=renamed, reason="Misread."))
    assert api.ask("/v1/accounts/acme")["name"] == "Acme"


def test_the_rule_book_and_its_figures(api: Api) -> None:
    """Every rule with its clauses; figures as they are on the day, and which event set them."""
    walked = api.walk("/v1/rules", limit=7)
    assert [one["id"] for one in walked] == list(RULES)
    assert [one["scenarios"] for one in walked] == [scenarios_of(rule) for rule in RULES]
    setting = event("policy_figure_set", None, "2026-07-01", figure="grace_days", value=60, reason="Decided.")
    event_id = api.record(setting)["events"][0]["event_id"]
    before, after = (api.ask("/v1/rules/OM-GRACE", on=day)["figures"][0] for day in ("2026-06-30", "2026-07-01"))
    assert (before["value"], before["event_id"]) == (90, None)
    assert (after["value"], after["since"], after["event_id"]) == (60, "2026-07-01", event_id)
    assert after in api.ask("/v1/figures", on="2026-07-01")["items"]
