"""Own sheets and leads: a partner reads what it manages or was given, and nothing of who else wrote or worked on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.http.server import Api
from tests.api.http.story import appointment, event, forecast, opportunity
from tests.api.identity.rivals import (
    CANARY,
    RIVAL,
    RIVALS_AMOUNTS,
    RIVALS_LEAD,
    RIVALS_OPPORTUNITY,
    ask,
    plant,
    told,
    whole,
)

OWN = "/v1/opportunities/north-opp"


@pytest.fixture
def planted(api: Api) -> Api:
    """An account with the rival's and the partner's own claims, on both databases in turn."""
    return plant(api)


# ---- sheets ----------------------------------------------------------------------------------------------------------


def test_the_sheet_of_what_it_manages(planted: Api) -> None:
    """As everybody reads it, without other parties; a text that names one is withheld, and the answer says so."""
    found = told(planted, OWN, on="2026-03-01")
    assert {name: found[name] for name in ("manager", "state", "stage", "amount", "expected_close_on")} == {
        "manager": "north",
        "state": "open",
        "stage": "Proposing",
        "amount": "100.00",
        "expected_close_on": "2026-03-31",
    }
    assert (found["problem"], found["pain"], found["capabilities"], found["attributes"]) == ("It is late.", *[None] * 3)
    assert found["withheld"] == ["pain", "capabilities", "attributes", "gate_decisions", "outcome"]
    assert found["gate_decisions"] == [
        {"stage": "Proposing", "decision": "go", "reason": None, "effective_on": "2026-02-02"}
    ]
    assert (found["gate"], found["outcome"]) == ("go", None)
    assert found["team"] == [{"party_id": "nina", "role": "engineer", "from": "2026-02-01", "until": None}]
    assert found["position"] == ask(planted, "/v1/events", limit=1).json()["position"]
    assert told(planted, OWN, on="2026-01-31")["withheld"] == []


def test_an_outcome_with_its_shortfall(planted: Api) -> None:
    """In numbers, where nobody else is named in it."""
    about = {"opportunity_id": "north-opp"}
    criteria = [
        {"criterion": "units", "kind": "quantity", "target": "25", "unit": "workstations"},
        {"criterion": "order", "kind": "date", "by": "2026-06-30"},
    ]
    answer = planted.send(
        event("outcome_stated", on="2026-02-10", says="25 by June.", criteria=criteria, **about),
        event("outcome_measured", on="2026-02-20", criterion="units", value="20", **about),
        headers=planted.headers("partner", "north"),
    )
    assert answer.status_code == 201, answer.text
    outcome = told(planted, OWN, on="2026-03-01")["outcome"]
    assert (outcome["says"], outcome["stated_on"]) == ("25 by June.", "2026-02-10")
    units, order = outcome["criteria"]
    assert (units["measured"], units["measured_on"], units["missed"], units["short"]) == ("20", "2026-02-20", True, "5")
    assert (order["measured"], order["missed"], order["short"]) == (None, False, None)


def test_the_list_holds_what_it_manages(planted: Api) -> None:
    """Not what it only takes part in; narrowed by account, manager, state, stage and region, page by page."""
    opened = event("opportunity_opened", on="2026-02-03", opportunity_id="a-north", name=f"Not {RIVAL}", region="South")
    assert planted.send(opened, headers=planted.headers("partner", "north")).status_code == 201
    found = told(planted, "/v1/opportunities", on="2026-03-01")["items"]
    assert [(one["opportunity_id"], one["name"], one["manager"], one["withheld"]) for one in found] == [
        ("a-north", None, None, ["name"]),
        ("north-opp", "The north-opp", "north", []),
    ]
    for asked, expected in (
        ({"manager": "north"}, ["north-opp"]),
        ({"manager": "nina"}, []),
        ({"account_id": "nowhere"}, []),
        ({"state": "won"}, []),
        ({"stage": "proposing"}, ["north-opp"]),
        ({"region": "South"}, ["a-north"]),
        ({"on": "2026-02-02"}, ["north-opp"]),
        ({"limit": 1, "after": "1"}, ["north-opp"]),
    ):
        items = told(planted, "/v1/opportunities", **{"on": "2026-03-01", **asked})["items"]
        assert [one["opportunity_id"] for one in items] == expected, asked
    refused = [ask(planted, "/v1/opportunities", manager=one) for one in (RIVAL, "nobody")]
    assert {one.status_code for one in refused} == {403}
    assert whole(refused[0]) == whole(refused[1])
    theirs = planted.client.get("/v1/opportunities", headers=planted.headers("partner", RIVAL)).json()["items"]
    assert [one["opportunity_id"] for one in theirs] == [RIVALS_OPPORTUNITY]


def test_the_history_tells_what_changed_and_not_who_did(planted: Api) -> None:
    """Its own changes with their event, those of others without anything that leads to them."""
    revised = event("opportunity_revised", on="2026-02-05", opportunity_id="north-opp", stage="Negotiating")
    recorded = planted.send(revised, headers=planted.headers("partner", "north")).json()["events"][0]
    found = told(planted, f"{OWN}/history", on="2026-03-01", limit=1_000)["items"]
    by_others, own = [one for one in found if one["field"] == "stage"]
    assert by_others == {
        "field": "stage",
        "before": None,
        "after": "Proposing",
        "effective_on": "2026-02-01",
        "own": False,
        "recorded_at": None,
        "event_id": None,
        "position": None,
        "withheld": [],
    }
    assert (own["before"], own["after"], own["own"], own["event_id"]) == (
        "Proposing", "Negotiating", True, recorded["event_id"]
    )  # fmt: skip
    assert (own["position"], own["recorded_at"]) == (recorded["position"], recorded["recorded_at"])
    (pain,) = told(planted, f"{OWN}/history", field="pain")["items"]
    assert (pain["after"], pain["withheld"]) == (None, ["after"])
    assert told(planted, f"{OWN}/history", field="pain", on="2026-01-31")["items"] == []
    page = told(planted, f"{OWN}/history", limit=2)
    assert (page["items"], page["next"]) == (found[:2], "2")


def test_what_it_takes_over_is_told_from_its_own_day_on(planted: Api) -> None:
    """What the rival wrote before shows in no history and on no day; what it hands on goes on with somebody else."""
    name = "passed"
    revised = {"opportunity_id": name, "pain": f"{CANARY} pain"}
    planted.record(
        opportunity(name),
        appointment(RIVAL, name),
        forecast(("other", RIVALS_AMOUNTS[0]), opportunity_id=name),
        event("opportunity_revised", on="2026-01-20", amount=RIVALS_AMOUNTS[1], currency="USD", **revised),
        event("opportunity_revised", on="2026-01-21", opportunity_id=name, stage="Proposing"),
        event(
            "gate_decided", on="2026-01-21", opportunity_id=name, stage="Proposing", decision="hold", decided_by=RIVAL
        ),
        event("opportunity_revised", on="2026-02-01", opportunity_id=name, amount="7.00", currency="USD", pain=None),
        event("opportunity_handed_over", on="2026-02-01", opportunity_id=name, to_party_id="nina"),
        event("opportunity_revised", on="2026-02-10", opportunity_id=name, amount="8.00", currency="USD"),
        event("opportunity_handed_over", on="2026-02-20", opportunity_id=name, to_party_id="jane"),
    )
    path = f"/v1/opportunities/{name}"
    sheet = told(planted, path, on="2026-02-19")
    assert (sheet["manager"], sheet["amount"], sheet["gate"], sheet["gate_decisions"]) == ("nina", "8.00", "hold", [])
    found = told(planted, f"{path}/history", on="2026-02-19")["items"]
    assert [(one["field"], one["before"], one["after"], one["effective_on"]) for one in found] == [
        ("manager", None, "nina", "2026-02-01"),
        ("amount", "7.00", "8.00", "2026-02-10"),
    ]
    for on in ("2026-01-31", "2026-02-20"):
        missing = ask(planted, "/v1/opportunities/nothing", on=on)
        assert missing.status_code == 404
        assert whole(ask(planted, path, on=on)) == whole(missing)
        assert name not in ask(planted, "/v1/opportunities", on=on).text


def test_anothers_sheet_is_told_as_none(planted: Api) -> None:
    """The same status, body, headers and size: of a rival's, of one it only shares in, before its opening or known."""
    for end in ("", "/history"):
        answers = [
            ask(planted, f"/v1/opportunities/{RIVALS_OPPORTUNITY}{end}"),
            ask(planted, f"/v1/opportunities/janes-opp{end}"),
            ask(planted, f"/v1/opportunities/nothing{end}"),
            ask(planted, f"{OWN}{end}", on="2026-01-04"),
            ask(planted, f"{OWN}{end}", known_at=1),
        ]
        assert {one.status_code for one in answers} == {404}
        assert len({str(whole(one)) for one in answers}) == 1


# ---- leads -----------------------------------------------------------------------------------------------------------


def test_a_lead_that_it_was_given(planted: Api) -> None:
    """All that is known of it, what its own did for it, how it was judged; not from whom it came and who judged."""
    found = told(planted, "/v1/leads/given-lead", on="2026-02-01")
    assert (found["state"], found["responsible"], found["passed_on"]) == ("qualified", "north", None)
    assert (found["name"], found["source"], found["campaign"]) == ("Ada Verne", None, "Spring")
    assert found["responses"] == [{"effective_on": "2026-01-12", "says": None, "campaign": "Spring"}]
    assert found["activities"] == [{"effective_on": "2026-01-14", "party_id": "nina", "activity": "Called."}]
    assert found["judgement"] == {"effective_on": "2026-01-15", "qualified": True, "reason": None}
    assert found["withheld"] == ["source", "responses", "judgement"]
    before = ask(planted, "/v1/leads/given-lead", on="2026-01-12")
    assert before.status_code == 404
    assert whole(before) == whole(ask(planted, f"/v1/leads/{RIVALS_LEAD}", on="2026-01-12"))
    assert whole(before) == whole(ask(planted, "/v1/leads/nothing", on="2026-01-12"))


def test_a_lead_that_went_into_other_hands_is_told_as_it_was_then(planted: Api) -> None:
    """With the day, and nothing that came later."""
    found = told(planted, "/v1/leads/gone-lead")
    assert (found["state"], found["responsible"], found["passed_on"]) == ("captured", None, "2026-01-12")
    assert (found["name"], found["amount"], found["responses"]) == ("Bo Adler", None, [])
    assert told(planted, "/v1/leads/gone-lead", on="2026-01-11")["responsible"] == "north"


def test_a_converted_lead_names_the_opportunity_it_takes_part_in(planted: Api) -> None:
    """And of another's only that it was converted."""

    def into(lead_id: str, opportunity_id: str) -> dict[str, Any]:
        return event("lead_converted", on="2026-02-01", lead_id=lead_id, opportunity_id=opportunity_id)

    second = {"lead_id": "second", "captured_by": "north"}
    planted.record(
        event("lead_captured", None, **second), event("lead_qualified", None, lead_id="second"),
        into("given-lead", "north-opp"), into("second", RIVALS_OPPORTUNITY),
    )  # fmt: skip
    own, another = (told(planted, f"/v1/leads/{one}", on="2026-02-01") for one in ("given-lead", "second"))
    assert (own["state"], own["converted_on"], own["opportunity_id"]) == ("converted", "2026-02-01", "north-opp")
    assert (another["state"], another["account_id"], another["opportunity_id"]) == ("converted", "acme", None)
    assert "lead" not in told(planted, OWN, on="2026-02-01")
    assert "lead_id" not in [one["field"] for one in told(planted, f"{OWN}/history", on="2026-02-01")["items"]]


def test_the_list_holds_the_leads_of_its_own(planted: Api) -> None:
    """In their order; narrowed by what it may see, so that what is withheld can't be guessed; on both clocks."""
    for asked, expected in (
        ({}, ["given-lead", "gone-lead"]),
        ({"on": "2026-01-12"}, ["gone-lead"]),
        ({"state": "captured"}, ["gone-lead"]),
        ({"responsible": "north"}, ["given-lead"]),
        ({"responsible": "nina"}, []),
        ({"source": "Fair"}, ["gone-lead"]),
        ({"campaign": "Spring"}, ["given-lead"]),
        ({"account_id": "acme"}, []),
        ({"known_at": 1}, []),
        ({"limit": 1, "after": "1"}, ["gone-lead"]),
    ):
        items = told(planted, "/v1/leads", **asked)["items"]
        assert [one["lead_id"] for one in items] == expected, asked
    guessed = planted.client.get(f"/v1/leads?source=By%20{RIVAL}", headers=planted.headers("partner", "north"))
    assert (guessed.status_code, guessed.json()["items"]) == (200, [])
    refused = [ask(planted, "/v1/leads", responsible=one) for one in (RIVAL, "nobody")]
    assert {one.status_code for one in refused} == {403}
    assert whole(refused[0]) == whole(refused[1])
    assert ask(planted, "/v1/lead-figures").status_code == 403
