"""The sheet over HTTP: reviews, actions, assessment, key players, closing plans, selection criteria; and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.http.server import Api
from tests.api.http.story import account, appointment, beginning, claim, event, forecast, opportunity, party

OPPORTUNITY = "/v1/opportunities/opp-1"
SHEETS = [f"{OPPORTUNITY}/{part}" for part in ("review", "assessment", "key-players", "closing-plan")]
LISTS = ["/v1/actions", "/v1/selection-criteria/ranking"]


def sheet(type_: str, on: str = "2026-02-02", **data: Any) -> dict[str, Any]:
    """A fact of the sheet of opp-1."""
    return event(type_, on=on, **{"opportunity_id": "opp-1", **data})


def action(action_id: str = "a-1", due_on: str = "2026-02-12", who: str = "jane") -> dict[str, Any]:
    """What is agreed."""
    return {"action_id": action_id, "what": "Call.", "who": who, "due_on": due_on}


def review(review_id: str = "r-1", on: str = "2026-02-02", **more: Any) -> dict[str, Any]:
    """A review."""
    return sheet("opportunity_reviewed", on, review_id=review_id, reviewed_by="mary", **{"answers": {}, **more})


def scored(account_id: str = "acme", on: str = "2026-02-02", **scores: int) -> dict[str, Any]:
    """An account is scored."""
    return event("customer_scored", account_id, on, scores=scores, scored_by="jane")


def story() -> list[dict[str, Any]]:
    """Jane's claim in opp-1, and mary who reviews it."""
    return [*beginning(), party("mary"), *claim()]


def test_the_review(api: Api) -> None:
    """The latest with its six questions and gaps, what it looked back on, and what the next one will."""
    api.record(*story(), review(actions=[action()], next_review_on="2026-02-16"))
    api.record(sheet("engagement_recorded", "2026-02-09", party_id="jane", activity="Visit to the hall"))
    last = review(
        "r-2", "2026-02-16", participants=["jane"], answers={"stage": "Qualified.", "internal_decisions": "A demo."}
    )
    api.record(last, sheet("action_agreed", "2026-02-17", **action("a-2", "2026-02-20")))
    told = api.ask(f"{OPPORTUNITY}/review", on="2026-02-18")
    latest = told["latest"]
    assert (latest["review_id"], latest["held_on"], latest["reviewed_by"]) == ("r-2", "2026-02-16", "mary")
    assert latest["participants"] == ["jane"]
    assert [one["question"] for one in latest["questions"] if one["answer"]] == ["stage", "internal_decisions"]
    assert latest["gaps"] == ["previous_actions", "next_step", "issues", "threats", "actions_to_win"]
    assert [(one["action_id"], one["state"]) for one in latest["carried_over"]] == [("a-1", "overdue")]
    assert [one["says"] for one in latest["activities"]] == ["Visit to the hall"]
    assert [(one["action_id"], one["state"], one["review_id"]) for one in told["actions"]] == [
        ("a-1", "overdue", "r-1"),
        ("a-2", "open", None),
    ]
    assert [(one["review_id"], one["held_on"]) for one in told["reviews"]] == [
        ("r-2", "2026-02-16"),
        ("r-1", "2026-02-02"),
    ]
    assert (told["next_review_on"], told["next_review_overdue"]) == (None, False)
    assert [(one["activity"], one["last_on"], one["stale"], one["stale_from"]) for one in told["activity"]] == [
        ("engagement", "2026-02-09", False, "2026-03-12"),
        ("coordination", "2026-01-05", True, "2026-02-05"),
    ]
    before = api.ask(f"{OPPORTUNITY}/review", on="2026-02-15")
    assert (before["latest"]["review_id"], before["next_review_on"]) == ("r-1", "2026-02-16")
    assert api.ask(f"{OPPORTUNITY}/review", on="2026-02-01")["latest"] is None


def test_an_action_until_it_is_done_or_dropped(api: Api) -> None:
    """Listed by its day; what came of it stands there."""
    api.record(*story(), review(actions=[action(), action("a-2", "2026-02-05", "mary")]))
    api.record(sheet("action_done", "2026-02-10", action_id="a-1", outcome="They like it."))
    api.record(sheet("action_dropped", "2026-02-11", action_id="a-2", reason="No need."))
    told = api.walk("/v1/actions", limit=1)
    assert [(one["action_id"], one["state"], one["ended_on"], one["outcome"]) for one in told] == [
        ("a-2", "dropped", "2026-02-11", "No need."),
        ("a-1", "done", "2026-02-10", "They like it."),
    ]
    for asked, found in (
        ({"on": "2026-02-06"}, ["a-2", "a-1"]),
        ({"on": "2026-02-06", "state": "overdue"}, ["a-2"]),
        ({"on": "2026-02-06", "state": "unfinished", "party_id": "jane"}, ["a-1"]),
        ({"state": "unfinished"}, []),
        ({"account_id": "acme", "state": "done"}, ["a-1"]),
        ({"party_id": "north"}, []),
    ):
        assert [one["action_id"] for one in api.walk("/v1/actions", limit=1, **asked)] == found, asked


def test_the_assessment(api: Api) -> None:
    """Six categories with the answers that stand, six milestones at each stage, and how the customer scores."""
    opened = event("opportunity_opened", on="2026-01-05", opportunity_id="opp-1", name="One", stage="Engaging")
    api.record(*beginning(), opened, scored(access=2, reference_value=1))
    api.record(sheet("opportunity_assessed", assessed_by="jane", answers={"value_and_risk": {"risks": "Few."}}))
    met = {"stage": "Qualified", "milestone": "shared_plan", "met": False, "evidence": "None yet."}
    api.record(sheet("milestone_assessed", **met))
    told = api.ask(f"{OPPORTUNITY}/assessment")
    assert len(told["categories"]) == 6
    risk = told["categories"][-1]
    assert (risk["category"], risk["gaps"]) == ("value_and_risk", ["business_value"])
    assert [(one["question"], one["key"], one["answer"], one["answered_on"]) for one in risk["questions"]] == [
        ("business_value", True, None, None),
        ("risks", True, "Few.", "2026-02-02"),
        ("profitability", False, None, None),
    ]
    gaps = {one["stage"]: len(one["gaps"]) for one in told["stages"] if len(one["milestones"]) == 6}
    in_order = [one["stage"] for one in api.ask("/v1/stages")["items"]]
    assert (told["stage"], list(gaps)) == ("Engaging", in_order)
    assert {name for name, number in gaps.items() if number == 5} == {"Qualified"}
    (plan,) = (one for one in told["stages"][2]["milestones"] if one["milestone"] == "shared_plan")
    assert (plan["met"], plan["evidence"], plan["assessed_on"]) == (False, "None yet.", "2026-02-02")
    fit = told["selection_criteria"]
    assert (fit["total"], fit["out_of"], len(fit["gaps"])) == (3, 14, 5)


def test_the_key_players(api: Api) -> None:
    """Registered contacts by their names, who is against us and whom nobody outweighs, and what is not known."""
    api.record(*story(), party("cleo", "contact"))
    api.record(sheet("key_player_mapped", party_id="cleo", influence=3, relationship=2))
    otto = {"player_id": "otto", "name": "Otto", "threat": "Loses his supplier.", "decision_role": "signs"}
    api.record(sheet("key_player_mapped", **otto, influence=4, relationship=-1))
    told = api.ask(f"{OPPORTUNITY}/key-players")
    assert [(one["name"], one["player_id"], one["party_id"], one["gaps"]) for one in told["players"]] == [
        ("Otto", "otto", None, ["receptivity"]),
        ("Cleo", None, "cleo", ["decision_role", "motive", "receptivity"]),
    ]
    assert [(one["name"], one["influence"], one["outweighed_by"]) for one in told["against"]] == [("Otto", 4, [])]
    assert told["gaps"] == []
    api.record(sheet("key_player_mapped", "2026-02-03", party_id="cleo", influence=5, relationship=2))
    api.record(sheet("key_player_removed", "2026-02-04", party_id="cleo", reason="Has left."))
    assert [
        [one["name"] for one in api.ask(f"{OPPORTUNITY}/key-players", on=on)["against"][0]["outweighed_by"]]
        for on in ("2026-02-02", "2026-02-03", "2026-02-04")
    ] == [[], ["Cleo"], []]


def test_the_closing_plan_is_the_plan_of_the_claim(api: Api) -> None:
    """Drafted, adopted, drafted anew; the claim starts with the adoption, and cites it."""
    own = {"opportunity_id": "opp-1"}
    api.record(
        *beginning(),
        opportunity(),
        appointment(),
        event("engagement_recorded", party_id="jane", activity="Visit", **own),
        event("coordination_recorded", activity="Call", **{"with": []}, **own),
        forecast(),
    )
    entry = {"what": "Who signs?", "who": "Jane", "due_on": "2026-03-01", "criteria": "A name.", "action": "Ask."}
    api.record(sheet("closing_plan_drafted", closing_plan_id="p-1", drafted_by="jane", parts={"knowledge": [entry]}))
    rights = "/v1/accounts/acme/rights"
    assert [one["status"] for one in api.ask(rights, on="2026-02-03")["items"]] == ["incomplete"]
    adopted = api.record(sheet("opportunity_plan_adopted", "2026-02-03", closing_plan_id="p-1"))["events"][0]
    (held,) = api.ask(rights, on="2026-02-03")["items"]
    assert held["status"] == "active"
    assert any(adopted["event_id"] in one["event_ids"] for one in held["reasons"] if one["rule"] == "OM-ESTABLISHED")
    api.record(sheet("closing_plan_drafted", "2026-02-09", closing_plan_id="p-1", parts={}))
    told = api.ask(f"{OPPORTUNITY}/closing-plan")
    current = told["current"]
    assert (current["version"], current["state"], current["adopted_on"]) == (1, "adopted", "2026-02-03")
    assert current["gaps"] == ["decision_process", "relationships", "risks", "internal_actions"]
    assert [one["entries"] for one in current["parts"] if one["entries"]] == [[entry]]
    assert (told["draft"]["version"], told["draft"]["state"], len(told["draft"]["gaps"])) == (2, "draft", 5)
    assert [(one["version"], one["state"]) for one in told["versions"]] == [(2, "draft"), (1, "adopted")]
    assert told["opportunity_plan"] == {
        "adopted_on": "2026-02-03",
        "closing_plan_id": "p-1",
        "plan_ref": None,
        "plan": None,
        "event_id": adopted["event_id"],
    }


def test_the_selection_criteria(api: Api) -> None:
    """Seven until others are configured; accounts scored, and ranked page by page."""
    api.record(*beginning(), account("bolt"), account("cole"), scored(access=1), scored("bolt", access=2))
    told = api.ask("/v1/selection-criteria")
    assert (len(told["criteria"]), told["out_of"], told["since"], told["event_id"]) == (7, 14, None, None)
    ranked = api.walk("/v1/selection-criteria/ranking", limit=1)
    assert [(one["rank"], one["account_id"], one["total"], one["out_of"]) for one in ranked] == [
        (1, "bolt", 2, 14),
        (2, "acme", 1, 14),
    ]
    own = [{"criterion": "margin", "says": "It pays."}]
    api.record(event("selection_criteria_configured", None, "2026-03-01", criteria=own, reason="Now."))
    api.record(scored(on="2026-03-02", margin=2))
    told = api.ask("/v1/selection-criteria")
    assert (told["criteria"], told["out_of"], told["since"], told["reason"]) == (own, 2, "2026-03-01", "Now.")
    card = api.ask("/v1/accounts/bolt/selection-criteria")
    assert (card["total"], card["gaps"], card["scores"][0]["score"]) == (0, ["margin"], None)
    card = api.ask("/v1/accounts/acme/selection-criteria")
    assert [(one["criterion"], one["score"], one["scored_by"], one["scored_on"]) for one in card["scores"]] == [
        ("margin", 2, "jane", "2026-03-02")
    ]
    ranked = api.ask("/v1/selection-criteria/ranking")["items"]
    assert [(one["rank"], one["account_id"]) for one in ranked] == [(1, "acme"), (2, "bolt")]
    assert api.ask("/v1/accounts/cole/selection-criteria", on="2026-02-28")["out_of"] == 14


def test_every_answer_is_the_same_for_ever(api: Api) -> None:
    """The same day and the same position: the same bytes, whatever was recorded since."""
    api.record(*story(), review(actions=[action()]), scored(access=1))
    api.record(sheet("key_player_mapped", player_id="otto", name="Otto"))
    api.record(sheet("closing_plan_drafted", closing_plan_id="p-1", parts={}))
    paths = [*SHEETS, *LISTS, "/v1/selection-criteria", "/v1/accounts/acme/selection-criteria"]
    at = {"on": "2026-03-01", "known_at": api.position()}
    before = {path: api.get(path, **at).content for path in paths}
    assert {path: api.ask(path, **at)["position"] for path in paths} == dict.fromkeys(paths, at["known_at"])
    criteria = [{"criterion": "access", "says": "Else."}]
    api.record(
        event("selection_criteria_configured", None, "2026-01-01", criteria=criteria, reason="Now."),
        scored(access=2),
        review("r-2", "2026-02-09"),
        sheet("action_done", "2026-02-10", action_id="a-1"),
        sheet("key_player_mapped", player_id="ada", name="Ada"),
        sheet("opportunity_plan_adopted", "2026-02-10", closing_plan_id="p-1"),
        sheet("opportunity_assessed", answers={"solution": {"demands": "Speed."}}),
    )
    assert {path: api.get(path, **at).content for path in paths} == before
    now = {path: api.get(path, on="2026-03-01").content for path in paths}
    assert [path for path in paths if now[path] == before[path]] == []


@pytest.mark.parametrize(
    ("sent", "status", "rule", "pointer"),
    [
        (scored(access=3), 422, "ASSESS", "/data/scores/access"),
        (scored(margin=1), 422, "ASSESS", "/data/scores/margin"),
        (sheet("key_player_mapped", player_id="a", name="A", influence=0), 422, "KEY-PLAYERS", "/data/influence"),
        (sheet("key_player_mapped", player_id="a", name="A", relationship=5), 422, "KEY-PLAYERS", "/data/relationship"),
        (sheet("key_player_mapped", player_id="a", name="A", receptivity="X"), 422, "KEY-PLAYERS", "/data/receptivity"),
        (sheet("key_player_mapped", party_id="jane"), 409, "KEY-PLAYERS", "/data/party_id"),
        (sheet("key_player_removed", player_id="a", reason="r"), 422, "KEY-PLAYERS", "/data/player_id"),
        (sheet("key_player_removed", player_id="gone", reason="r"), 409, "KEY-PLAYERS", "/data/player_id"),
        (sheet("action_done", action_id="a-9"), 422, "REVIEW", "/data/action_id"),
        (sheet("action_done", "2026-02-11", action_id="done"), 409, "REVIEW", "/data/action_id"),
        (sheet("action_done", "2026-02-01", action_id="a-1"), 409, "REVIEW", "/effective_on"),
        (sheet("action_agreed", **action("a-2", "2026-02-01")), 422, "REVIEW", "/data/due_on"),
        (sheet("action_agreed", **action()), 409, "REVIEW", "/data/action_id"),
        (sheet("action_agreed", **action("a-2", who="nobody")), 422, None, "/data/who"),
        (review(), 409, "REVIEW", "/data/review_id"),
        (review("r-2", answers={"mood": "Good."}), 422, "REVIEW", "/data/answers/mood"),
        (sheet("opportunity_assessed", answers={"luck": {}}), 422, "ASSESS", "/data/answers/luck"),
        (sheet("milestone_assessed", stage="Closing", milestone="luck", met=True), 422, "ASSESS", "/data/milestone"),
        (sheet("milestone_assessed", stage="s", milestone="relationships", met=True), 422, "SHEET", "/data/stage"),
        (sheet("closing_plan_drafted", closing_plan_id="p", parts={"x": []}), 422, "CLOSE-PLAN", "/data/parts/x"),
        (sheet("opportunity_plan_adopted", closing_plan_id="p-9"), 422, "CLOSE-PLAN", "/data/closing_plan_id"),
        (sheet("opportunity_plan_adopted"), 422, None, "/data"),
        (review("r-2", opportunity_id="opp-9"), 422, None, "/data/opportunity_id"),
    ],
)
def test_what_is_refused(sqlite_api: Api, sent: dict[str, Any], status: int, rule: str | None, pointer: str) -> None:
    """By its rule, at its place: malformed or unknown 422, against what is recorded 409; nothing of it is recorded."""
    sqlite_api.record(*story(), review(actions=[action(), action("done")]))
    sqlite_api.record(sheet("action_done", "2026-02-10", action_id="done"))
    sqlite_api.record(sheet("key_player_mapped", "2026-02-01", player_id="gone", name="Gone"))
    sqlite_api.record(sheet("key_player_removed", "2026-02-01", player_id="gone", reason="Has left."))
    position = sqlite_api.position()
    answer = sqlite_api.send(sent)
    told = answer.json()
    assert (answer.status_code, told["errors"][0]["pointer"]) == (status, f"/events/0{pointer}"), answer.text
    assert told["errors"][0].get("rule", told.get("rule")) == rule
    assert sqlite_api.position() == position


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        *((path, {"known_at": "9999"}, 422) for path in (*SHEETS, *LISTS, "/v1/selection-criteria")),
        *((path, {"known_at": "3"}, 404) for path in SHEETS),
        *((path.replace("opp-1", "opp-9"), {}, 404) for path in SHEETS),
        *((path, {"colour": "red"}, 422) for path in (*SHEETS, *LISTS)),
        *((path, {"after": "nonsense"}, 422) for path in LISTS),
        ("/v1/actions", {"state": "forgotten"}, 422),
        ("/v1/actions", {"party_id": "nobody"}, 404),
        ("/v1/actions", {"account_id": "nowhere"}, 404),
        ("/v1/accounts/nowhere/selection-criteria", {}, 404),
    ],
)
def test_questions_that_can_not_be_answered(sqlite_api: Api, path: str, asked: dict[str, str], status: int) -> None:
    """A clear problem each; never a 500."""
    sqlite_api.record(*story())
    answer = sqlite_api.get(path, **asked)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
